"""`workbench annotate [DOCUMENT]`: the annotate screen, opened at an article."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from workbench.cli import output
from workbench.cli.screens import require_terminal
from workbench.cli.session import Session, pass_session

if TYPE_CHECKING:
    from workbench.storage.engine import Database


@click.command()
@click.argument("document", required=False)
@click.option("--annotator", metavar="NAME", help="Who annotates. Otherwise WORKBENCH_ANNOTATOR or the configuration.")
@pass_session
def annotate(session: Session, document: str | None, annotator: str | None) -> None:
    """Open an article for annotating, DOCUMENT being its name; without one, the first that is not finished."""
    from workbench import config
    from workbench.services import opening

    settings = config.load(db=session.given, annotator=annotator)
    database = session.database()
    try:
        name = _checked(database, settings.annotator)
        found = opening.find(database, document, name)
    finally:
        database.close()
    require_terminal()
    from workbench.tui.app import run_app

    settings = config.load(db=session.given, annotator=name)
    sys.exit(run_app(settings, found))


def _checked(database: Database, name: str | None) -> str | None:
    """Return the annotator's name. Where one like it is known, a terminal is asked and a script refused."""
    from workbench.services import people

    if name is None:
        return None
    try:
        return people.check_name(database, name)
    except people.CloseName as error:
        if not output.interactive():
            raise
        others = " or ".join(error.close_to)
        question = f'Nobody is called "{output.visible(name)}" here yet. Begin as somebody new, not as {others}?'
        if not click.confirm(output.visible(question), err=True):
            raise
        return name
