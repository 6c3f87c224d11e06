"""Start of the program: `workbench` and `python -m workbench`."""


def main() -> None:
    """Run the command line; imported late so that `--version` pays for nothing else."""
    from workbench.cli.main import run

    run()


if __name__ == "__main__":
    main()
