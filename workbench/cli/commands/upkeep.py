"""`workbench init, status, doctor, backup, restore, upgrade, downgrade`: the life of the database file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli import output
from workbench.cli.session import Session, pass_session
from workbench.errors import Exit

if TYPE_CHECKING:
    from workbench.services.upkeep import Migrated, Status

FILE = click.Path(path_type=Path, readable=False)


@click.command()
@click.option("--name", default="untitled", show_default=True, help="What the project is called in exports.")
@click.option("--if-missing", is_flag=True, help="Succeed when the database is there already.")
@pass_session
def init(session: Session, name: str, if_missing: bool) -> None:
    """Make an empty database with the default labels."""
    from workbench.services import upkeep

    made = upkeep.init(session.path, name=name, make_folder=session.is_default, if_missing=if_missing)
    output.say(f"made {session.path}" if made else f"{session.path} is there already")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print it for a program.")
@pass_session
def status(session: Session, as_json: bool) -> None:
    """Say what the database holds and how its file is."""
    from workbench.services import upkeep

    found = upkeep.status(session.database())
    if as_json:
        output.result_json(found.to_json())
        return
    for line in _status_lines(found):
        output.result(line)


def _status_lines(found: Status) -> list[str]:
    totals = found.totals
    sets = [f"{count:,} {state.replace('_', ' ')}" for state, count in totals.sets.items() if count]
    sets += [f"{count:,} {role}" for role, count in (("gold", totals.gold), ("imported", totals.imported)) if count]
    annotations = [f"{label} {count:,}" for label, count in totals.annotations.items()]
    return [
        f"{found.path}  {_size(found.bytes + found.log_bytes)}, schema {found.revision}, {found.journal_mode}",
        f"project      {found.project}",
        f"documents    {totals.documents:,} ({totals.codepoints:,} characters)",
        f"annotators   {', '.join(found.annotators) or 'nobody yet'}",
        f"sets         {', '.join(sets) or 'none yet'}",
        f"annotations  {', '.join(annotations)}",
        f"links        {totals.links:,}",
        f"decisions    {totals.decisions:,}",
        f"last backup  {found.last_backup.path.name if found.last_backup else 'none beside the database'}",
    ]


def _size(size: int) -> str:
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("KB", 10**3)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size} bytes"


@click.command()
@click.argument("path", type=FILE, required=False)
@pass_session
def backup(session: Session, path: Path | None) -> None:
    """Write a checked copy of the database to PATH, a new file or a folder; otherwise beside the database."""
    from workbench.services import upkeep
    from workbench.services.clock import SystemClock

    output.result(str(upkeep.backup(session.path, SystemClock(), path)))


@click.command()
@click.argument("path", type=FILE)
@pass_session
def restore(session: Session, path: Path) -> None:
    """Put the backup PATH back in the database's place; the replaced file is kept."""
    from workbench.services import upkeep
    from workbench.services.clock import SystemClock

    restored = upkeep.restore(session.path, path, SystemClock())
    output.say(f"restored {session.path} from {path}")
    if restored.kept:
        output.say(f"the replaced file is now {restored.kept}")
    if restored.revision != upkeep.NEWEST:
        output.say("The backup is of an older release: run `workbench upgrade`.")


@click.command()
@pass_session
def upgrade(session: Session) -> None:
    """Bring the database to this release's schema, after a backup beside it."""
    from workbench.services import upkeep
    from workbench.services.clock import SystemClock

    _say_migrated(upkeep.upgrade(session.path, SystemClock()))


@click.command()
@click.option("--to", metavar="REVISION", help="The schema to go back to; otherwise one step.")
@pass_session
def downgrade(session: Session, to: str | None) -> None:
    """Take the database back to an older schema, after a backup beside it."""
    from workbench.services import upkeep
    from workbench.services.clock import SystemClock

    _say_migrated(upkeep.downgrade(session.path, SystemClock(), to))


def _say_migrated(done: Migrated) -> None:
    if done.backup is None:
        output.say(f"{done.path} is at schema {done.after} already")
        return
    output.say(f"{done.path} went from schema {done.before} to {done.after}")
    output.say(f"as it was before: {done.backup}")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print it for a program.")
@click.option("--repair", is_flag=True, help="Mend what can be proven from the rest of the data, after a backup.")
@pass_session
@click.pass_context
def doctor(ctx: click.Context, session: Session, as_json: bool, repair: bool) -> None:
    """Check every row of the database; changes nothing unless told to. Exit status 1 when something is wrong."""
    from workbench.services import doctor as service
    from workbench.services.clock import SystemClock

    if repair:
        mended = service.repair(session.path, SystemClock())
        output.say(
            f"mended {mended.rows:,} rows; as it was before: {mended.backup}" if mended.backup else "nothing to mend"
        )
    found = service.Report(session.path)
    for finding in service.examine(session.path):
        found.take(finding)
        if not as_json:
            output.result(str(finding))
    if as_json:
        output.result_json(found.to_json())
    else:
        output.say(found.summary)
    if found.problems:
        ctx.exit(Exit.PROBLEMS)
