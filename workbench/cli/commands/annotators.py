"""`workbench annotators`: list, add and rename."""

from __future__ import annotations

import click

from workbench.cli import output
from workbench.cli.session import Session, pass_session


@click.group()
def annotators() -> None:
    """List, add and rename annotators."""


@annotators.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print it for a program.")
@pass_session
def list_(session: Session, as_json: bool) -> None:
    """List the annotators by name."""
    from workbench.services import people

    found = people.list_people(session.database())
    if as_json:
        output.result_json({"annotators": [person.to_json() for person in found]})
        return
    for person in found:
        output.result(f"{person.name}{f' ({person.full_name})' if person.full_name else ''}")
    if not found:
        output.say("Nobody yet: add somebody with `workbench annotators add NAME`, or just start annotating.")


@annotators.command()
@click.argument("name")
@click.option("--full-name", metavar="NAME", help="The name in full, as exports tell it.")
@pass_session
def add(session: Session, name: str, full_name: str | None) -> None:
    """Add an annotator, also under a name close to a known one."""
    from workbench.services import people

    added = people.add(session.database(), name, full_name)
    output.say(f'"{added.name}" is an annotator now' if added.is_new else f'"{added.name}" is known already')


@annotators.command()
@click.argument("old")
@click.argument("new")
@pass_session
def rename(session: Session, old: str, new: str) -> None:
    """Rename an annotator everywhere; what they did stays theirs."""
    from workbench.services import people

    people.rename(session.database(), old, new)
    output.say(f'"{old}" is now "{new}"')
