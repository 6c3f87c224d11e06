"""What annotations are: pure values and functions, no clock, no disk, no terminal."""
