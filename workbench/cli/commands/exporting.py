"""`workbench export`: documents and annotations as JSON lines, JSON or CSV tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli import output
from workbench.cli.session import Session, pass_session
from workbench.cli.stopping import INTERRUPTED, stoppable

if TYPE_CHECKING:
    from workbench.services.exporting import ExportOptions, ExportReport

ROLES = ("annotator", "gold", "imported")
STATES = ("new", "in_progress", "finished", "ignored")


@click.command()
@click.option("--format", "format_name", required=True, metavar="FORMAT", help="jsonl, json or csv.")
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(path_type=Path, readable=False),
    help="File, or for csv folder, to write.",
)
@click.option("--annotator", "annotators", multiple=True, metavar="NAME", help="Only the sets of this annotator.")
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), help="Only sets of this role.")
@click.option("--state", "states", multiple=True, type=click.Choice(STATES), help="Only sets in this state.")
@click.option("--document", "documents", multiple=True, metavar="ID", help="Only this document.")
@click.option("--label", "labels", multiple=True, metavar="NAME", help="Only annotations with this label.")
@click.option("--csv-profile", type=click.Choice(["plain", "excel"]), default="plain", help="excel alters cells.")
@click.option("--strict", is_flag=True, help="Write nothing if the format cannot hold everything.")
@click.option("--stamp", is_flag=True, help="Write the time of the export into it.")
@click.pass_context
@pass_session
def export(session: Session, ctx: click.Context, /, format_name: str, target: Path | None, **given: Any) -> None:
    """Write documents and annotations to a file, or to standard output without -o.

    Each filter can be given several times. Links stay where both ends do. The same data gives the same bytes.
    """
    from workbench.services import exporting

    if str(target) == "-":
        target = None
    database = session.database()
    progress = output.Progress(lambda done, total: f"exporting {done:,} of {total:,} documents")
    with stoppable() as stop:
        try:
            report = exporting.export(database, format_name, target, _options(given), exporting.Watcher(progress, stop))
        finally:
            progress.clear()
            database.close()
    _print_report(report, target)
    ctx.exit(INTERRUPTED if report.cancelled else report.exit_code)


def _options(given: dict[str, Any]) -> ExportOptions:
    from workbench.services.clock import SystemClock
    from workbench.services.exporting import ExportOptions, Selection

    names = ("annotators", "roles", "states", "documents", "labels")
    selection = Selection(**{name: frozenset(given[name]) or None for name in names})
    stamp = SystemClock().now() if given["stamp"] else None
    return ExportOptions(selection, given["strict"], given["csv_profile"], stamp)


def _print_report(report: ExportReport, target: Path | None) -> None:
    for fault in report.faults:
        output.error(fault)
    if report.cancelled:
        output.say("stopped: nothing was written." if target else "stopped: what was written is not whole.")
        return
    if report.losses:
        output.say(report.losses)
    if report.passed_over:
        output.say(f"{output.counted(report.passed_over, 'document')} without a set that was asked for left out.")
    if target is not None:
        output.say(f"wrote {_counted(report)} to {target}")


def _counted(report: ExportReport) -> str:
    words = ("document", "set", "annotation", "link", "decision")
    numbers = [(getattr(report, f"{word}s"), word) for word in words]
    said = [output.counted(number, word) for number, word in numbers if number]
    return ", ".join(said) or "no documents"
