"""The workbench: annotate news articles in a terminal."""

__version__ = "0.1.0"
