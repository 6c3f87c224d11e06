"""Run the command line in this process: `run("status", db=path)` gives exit code, standard output and error."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from click.testing import CliRunner

from workbench.cli.main import cli


class Ran(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


def run(*arguments: str | Path, db: Path | None = None, stdin: bytes | None = None) -> Ran:
    """Run one command; an exception that reached the outside is raised."""
    words = [*(["--db", str(db)] if db else []), *map(str, arguments)]
    result = CliRunner().invoke(cli, words, input=stdin, prog_name="workbench")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)
