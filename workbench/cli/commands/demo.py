"""`workbench demo`: five sample articles with two annotators' work, to look at and to try things on."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli import output
from workbench.errors import Exit

if TYPE_CHECKING:
    from workbench.services.demo import Demo, DemoExports

FOLDER = Path("workbench-demo")


@click.command()
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=FOLDER,
    show_default=True,
    help="Where to make it. Nothing outside this folder is touched.",
)
@click.option("--annotator", metavar="NAME", help="Who you are in it; without it you continue as ben.")
@click.pass_context
def demo(ctx: click.Context, folder: Path, annotator: str | None) -> None:
    """Open a ready-made example: sample articles that two annotators have worked on.

    Safe to run twice: a demo that is there is opened again with what you did in it. Without a terminal it is made,
    exported and verified, and this is printed.
    """
    from workbench.services import demo as service
    from workbench.services.clock import SystemClock

    made = service.make_demo(folder, SystemClock())
    if sys.stdin.isatty() and sys.stdout.isatty():
        _open(made, annotator or service.VISITOR)
        return
    exports = service.export_demo(made.database)
    _print(made, exports)
    ctx.exit(Exit.PROBLEMS if exports.findings else Exit.OK)


def _open(made: Demo, annotator: str) -> None:
    from workbench import config
    from workbench.tui.app import run_app

    settings = config.load(db=made.database, annotator=annotator)
    run_app(settings, welcome=f"You are {annotator} here: enter opens, i imports your own, ? keys, q leaves")
    for line in _next_steps(made):
        output.say(line)


def _print(made: Demo, exports: DemoExports) -> None:
    output.result(f"{'made' if made.made else 'found'} {made.database}")
    output.result(f"documents    {exports.documents}")
    labels = ", ".join(f"{label} {number}" for label, number in exports.annotations.items())
    output.result(f"annotations  {labels}")
    output.result(f"exports      {', '.join(str(path) for path in exports.paths)}")
    for finding in exports.findings:
        output.result(f"failed       {finding}")
    if not exports.findings:
        output.result("verified     every text, offset and quote in the exports")
    for line in _next_steps(made):
        output.result(line)


def _next_steps(made: Demo) -> tuple[str, ...]:
    program, path = _program(), shlex.quote(str(made.database))
    return (
        f"open it      {program} --db {path}",
        f"your own     {program} --db my.db import FOLDER, then {program} --db my.db",
    )


def _program() -> str:
    """Return what to type to start the program again: a newcomer's is seldom on the path."""
    started = Path(sys.argv[0])
    return "workbench" if shutil.which("workbench") or started.name != "workbench" else shlex.quote(str(started))
