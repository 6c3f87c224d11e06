"""The label set: listed, edited label by label, and loaded from and saved to a file.

What annotations use is never taken from under them: a label in use can be archived, not removed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from workbench.domain.labels import COLOURS, Label, LabelKind, LabelSet, LinkType, check_label_set
from workbench.domain.names import checked_name
from workbench.errors import Refused, UsageError
from workbench.formats.label_file import free_label_uid, read_labels, write_labels
from workbench.storage import catalogue, uses
from workbench.storage.engine import Connection, Database


@dataclass(frozen=True, slots=True)
class LabelUse:
    """A label and the number of annotations that carry it."""

    label: Label
    annotations: int

    def to_json(self) -> dict[str, Any]:
        """Return the label as plain JSON values."""
        label = self.label
        return {
            "name": label.name,
            "uid": label.uid,
            "key": label.key,
            "colour": label.colour,
            "kind": label.kind.value,
            "guideline": label.guideline,
            "archived": label.archived,
            "attributes": [
                {"name": each.name, "type": each.type.value, "choices": list(each.choices)} for each in label.attributes
            ],
            "annotations": self.annotations,
        }


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a file did, as names of labels and link types."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def list_labels(database: Database) -> list[LabelUse]:
    """Return the labels in their order, archived ones too; writes nothing."""
    with database.read() as connection:
        counts = catalogue.label_uses(connection)
        label_set = catalogue.load_label_set(connection)
    return [LabelUse(label, counts.get(label.uid, 0)) for label in label_set.labels]


def label_set_of(database: Database) -> LabelSet:
    """Return the label set; writes nothing."""
    with database.read() as connection:
        return catalogue.load_label_set(connection)


def add_label(
    database: Database,
    name: str,
    *,
    key: str | None = None,
    colour: str | None = None,
    kind: LabelKind = LabelKind.NONE,
    guideline: str | None = None,
) -> Label:
    """Add a label at the end. Raises UsageError when its name, key or colour cannot be given."""
    name = checked_name(name)
    _check_colour(colour)

    def edit(label_set: LabelSet) -> LabelSet:
        uid = free_label_uid(name, (label.uid for label in label_set.labels))
        return label_set.with_label(Label(uid, name, key, colour, kind, guideline or None))

    return _edit(database, edit).by_name(name)


def rename_label(database: Database, old: str, new: str) -> Label:
    """Rename a label everywhere; its uid stays. Raises NotFound, and UsageError when the name is taken."""
    new = checked_name(new)
    return _edit(database, _changing(old, lambda label: replace(label, name=new))).by_name(new)


def archive_label(database: Database, name: str, *, archived: bool = True) -> Label:
    """Take a label out of use, or back into it; annotations keep it. An archived label gives up its key's claim.

    Raises NotFound, and UsageError when the key has another owner by now.
    """
    return _edit(database, _changing(name, lambda label: replace(label, archived=archived))).by_name(name)


def change_label(database: Database, name: str, change: Callable[[Label], Label]) -> Label:
    """Give a label another key, colour, kind or guideline; `change` must leave its uid and name.

    Raises NotFound, and UsageError when the key or colour cannot be given.
    """

    def checked(label: Label) -> Label:
        changed = change(label)
        if changed.colour != label.colour:
            _check_colour(changed.colour)
        return changed

    return _edit(database, _changing(name, checked)).by_name(name)


def save_file(database: Database) -> str:
    """Return the label set as the TOML text that `load_file` takes."""
    return write_labels(label_set_of(database))


def load_file(database: Database, data: bytes, where: str) -> Loaded:
    """Make the label set that of a TOML file. Raises UsageError for a bad file, Refused for what is in use."""
    with database.write() as connection:
        before = catalogue.load_label_set(connection)
        after = read_labels(data, where, before)
        if after != before:
            _store(connection, before, after)
    return Loaded(*_differences(before, after))


def _differences(before: LabelSet, after: LabelSet) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    old, new = _members(before), _members(after)
    return (
        tuple(each.name for uid, each in new.items() if uid not in old),
        tuple(each.name for uid, each in new.items() if uid in old and old[uid] != each),
        tuple(each.name for uid, each in old.items() if uid not in new),
    )


def _members(label_set: LabelSet) -> dict[str, Label | LinkType]:
    members: list[Label | LinkType] = [*label_set.labels, *label_set.link_types]
    return {member.uid: member for member in members}


def _edit(database: Database, edit: Callable[[LabelSet], LabelSet]) -> LabelSet:
    with database.write() as connection:
        before = catalogue.load_label_set(connection)
        after = edit(before)
        check_label_set(after)
        if after != before:
            _store(connection, before, after)
        return after


def _changing(name: str, change: Callable[[Label], Label]) -> Callable[[LabelSet], LabelSet]:
    return lambda label_set: label_set.with_label(change(label_set.by_name(name)))


def _store(connection: Connection, before: LabelSet, after: LabelSet) -> None:
    _refuse_lost_values(connection, before, after)
    _refuse_forbidden_links(connection, before, after)
    catalogue.save_label_set(connection, after)
    catalogue.mark_used(connection)


def _refuse_lost_values(connection: Connection, before: LabelSet, after: LabelSet) -> None:
    labels = {label.uid: label for label in after.labels}
    former = {label.uid: label for label in before.labels}
    for use in uses.value_uses(connection):
        label = labels.get(use.label)
        if label is None or label.attributes == former[use.label].attributes:
            continue
        attribute = label.attribute(use.attribute)
        problem = "would no longer be known" if attribute is None else attribute.problem_with(use.value)
        if problem:
            raise Refused(
                f'attribute "{use.attribute}" of label "{label.name}" has the value {use.value!r} in '
                f"{use.times:,} annotations, which {problem}",
                remedy="Keep the attribute as it is, or change those annotations first.",
            )


def _refuse_forbidden_links(connection: Connection, before: LabelSet, after: LabelSet) -> None:
    types = {link_type.uid: link_type for link_type in after.link_types}
    former = {link_type.uid: link_type for link_type in before.link_types}
    names = {label.uid: label.name for label in (*before.labels, *after.labels)}
    for use in uses.link_uses(connection):
        link_type = types.get(use.type)
        if link_type is None or link_type == former[use.type] or link_type.allows(use.source, use.target):
            continue
        if former[use.type].allows(use.source, use.target):
            raise Refused(
                f'link type "{link_type.name}" joins {names[use.source]} and {names[use.target]} in '
                f"{use.times:,} links, which would no longer be allowed",
                remedy="Keep those ends, or remove those links first.",
            )


def _check_colour(colour: str | None) -> None:
    if colour is not None and colour not in COLOURS:
        raise UsageError(f"there is no colour {colour!r}", remedy=f"Colours are {', '.join(COLOURS)}.")
