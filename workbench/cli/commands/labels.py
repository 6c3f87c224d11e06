"""`workbench labels`: list and edit the label set."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli import output
from workbench.cli.session import Session, pass_session
from workbench.domain.labels import COLOURS, LabelKind

if TYPE_CHECKING:
    from workbench.services.labelling import LabelUse

KIND = click.Choice([kind.value for kind in LabelKind])
COLOUR = click.Choice(COLOURS)


@click.group()
def labels() -> None:
    """List and edit the label set: names, keys, colours, kinds and guidelines.

    Attributes and link types are edited in a file: save, edit, load.
    """


@labels.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print it for a program.")
@pass_session
def list_(session: Session, as_json: bool) -> None:
    """List the labels in their order, with keys and how often each is used."""
    from workbench.services import labelling

    found = labelling.list_labels(session.database())
    if as_json:
        output.result_json({"labels": [use.to_json() for use in found]})
        return
    width = max((len(use.label.name) for use in found), default=0)
    for use in found:
        output.result(_line(use, width))


def _line(use: LabelUse, width: int) -> str:
    label = use.label
    notes = [label.colour or "no colour", label.kind.value, f"{use.annotations:,} annotations"]
    notes += [attribute.name for attribute in label.attributes]
    return f"{label.key or '-'}  {label.name:{width}}  {', '.join(notes)}{'  (archived)' if label.archived else ''}"


@labels.command()
@click.argument("name")
@click.option("--key", metavar="LETTER", help="The key that marks it.")
@click.option("--colour", type=COLOUR, help="Its colour.")
@click.option("--kind", type=KIND, default="none", help="What it is about; candidates come from this.")
@click.option("--guideline", metavar="TEXT", help="When to use it, shown beside the text.")
@pass_session
def add(session: Session, name: str, key: str | None, colour: str | None, kind: str, guideline: str | None) -> None:
    """Add a label."""
    from workbench.services import labelling

    added = labelling.add_label(
        session.database(), name, key=key, colour=colour, kind=LabelKind(kind), guideline=guideline
    )
    output.say(f'added label "{added.name}"{f" with the key {added.key}" if added.key else ", reached by ;"}')


@labels.command()
@click.argument("old")
@click.argument("new")
@pass_session
def rename(session: Session, old: str, new: str) -> None:
    """Rename a label; its annotations follow."""
    from workbench.services import labelling

    labelling.rename_label(session.database(), old, new)
    output.say(f'label "{old}" is now "{new}"')


@labels.command()
@click.argument("name")
@click.option("--undo", is_flag=True, help="Bring it back into use.")
@pass_session
def archive(session: Session, name: str, undo: bool) -> None:
    """Take a label out of use; annotations that have it keep it."""
    from workbench.services import labelling

    labelling.archive_label(session.database(), name, archived=not undo)
    output.say(f'label "{name}" is in use again' if undo else f'label "{name}" is archived')


@labels.command()
@click.argument("name")
@click.option("--key", metavar="LETTER", help='The key that marks it; "" for none.')
@click.option("--colour", type=click.Choice([*COLOURS, ""]), help='Its colour; "" for the next by order.')
@click.option("--kind", type=KIND, help="What it is about; candidates come from this.")
@click.option("--guideline", metavar="TEXT", help='When to use it; "" for none.')
@pass_session
def change(session: Session, /, name: str, **given: Any) -> None:
    """Change a label's key, colour, kind or guideline."""
    from workbench.services import labelling

    changes: dict[str, Any] = {field: value or None for field, value in given.items() if value is not None}
    if "kind" in changes:
        changes["kind"] = LabelKind(given["kind"])
    if not changes:
        raise click.UsageError("Name what to change: --key, --colour, --kind or --guideline.")
    labelling.change_label(session.database(), name, lambda label: replace(label, **changes))
    output.say(f'changed label "{name}"')


@labels.command()
@click.argument("file", type=click.Path(path_type=Path, readable=False), required=False)
@pass_session
def save(session: Session, file: Path | None) -> None:
    """Write labels, attributes and link types to a TOML file, or to standard output without FILE."""
    from workbench.formats.atomic import atomic_writer
    from workbench.services import labelling

    text = labelling.save_file(session.database())
    with atomic_writer(file) as stream:
        stream.write(text.encode("utf-8"))


@labels.command()
@click.argument("file", type=click.Path(path_type=Path, readable=False))
@pass_session
def load(session: Session, file: Path) -> None:
    """Make the label set that of a TOML file; - is standard input. What annotations use cannot be left out."""
    from workbench.services import labelling

    data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    done = labelling.load_file(session.database(), data, str(file))
    for what, names in (("added", done.added), ("changed", done.changed), ("removed", done.removed)):
        if names:
            output.say(f"{what}: {', '.join(names)}")
    if not (done.added or done.changed or done.removed):
        output.say("the label set is like that already")
