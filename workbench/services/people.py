"""Annotators: listed, added, renamed, and made with the first thing they do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workbench.domain.names import checked_name, close_names
from workbench.errors import NotFound, UsageError
from workbench.storage import catalogue, uses
from workbench.storage.engine import Connection, Database


class CloseName(UsageError):
    """A new name that may be a known one mistyped. `close_to` are the known ones; people can be asked."""

    def __init__(self, name: str, close_to: list[str]) -> None:
        known = " or ".join(f'"{other}"' for other in close_to)
        super().__init__(
            f'nobody is called "{name}" here, but there is {known}',
            remedy=f'Use that name, or make this one with `workbench annotators add "{name}"`.',
        )
        self.name = name
        self.close_to = close_to


@dataclass(frozen=True, slots=True)
class Person:
    """An annotator as people see one. `sets` counts the documents with anything recorded."""

    name: str
    uid: str
    full_name: str | None
    sets: int

    def to_json(self) -> dict[str, Any]:
        """Return the person as plain JSON values."""
        return {"name": self.name, "uid": self.uid, "full_name": self.full_name, "sets": self.sets}


def list_people(database: Database) -> list[Person]:
    """Return every annotator by name; writes nothing."""
    with database.read() as connection:
        sets = uses.sets_of_annotators(connection)
        people = catalogue.list_annotators(connection, catalogue.PERSON)
    return [Person(person.name, person.uid, person.full_name, sets.get(person.uid, 0)) for person in people]


@dataclass(frozen=True, slots=True)
class Added:
    """The outcome of adding somebody: the name, and whether it is new."""

    name: str
    is_new: bool


def add(database: Database, name: str, full_name: str | None = None) -> Added:
    """Add an annotator on purpose: the name may be close to a known one. Adding a known one again changes nothing.

    Raises UsageError for a name that cannot be given.
    """
    name = checked_name(name)
    with database.write() as connection:
        known = catalogue.find_annotator(connection, name)
        if known is None:
            catalogue.add_annotator(connection, name, full_name=full_name)
        elif not known.declared:
            catalogue.declare_annotator(connection, known.uid)
    return Added(name, known is None)


def rename(database: Database, old: str, new: str) -> None:
    """Rename an annotator everywhere; the uid stays. Raises NotFound, and Refused when the new name is taken."""
    new = checked_name(new)
    with database.write() as connection:
        catalogue.rename_annotator(connection, _find(connection, old).uid, new)


def check_name(database: Database, name: str) -> str:
    """Return the name to annotate under, without blanks around it; writes nothing.

    Raises UsageError for a name that cannot be given, and CloseName for an unknown one close to a known one.
    """
    name = checked_name(name)
    with database.read() as connection:
        _refuse_close(connection, name)
    return name


def _refuse_close(connection: Connection, name: str) -> None:
    names = [person.name for person in catalogue.list_annotators(connection, catalogue.PERSON)]
    if name in names:
        return
    close = close_names(name, names)
    if close:
        raise CloseName(name, close)


def _find(connection: Connection, name: str) -> catalogue.Annotator:
    known = catalogue.find_annotator(connection, name)
    if known is None:
        names = [person.name for person in catalogue.list_annotators(connection, catalogue.PERSON)]
        raise NotFound(f'no annotator "{name}"', remedy=f"Annotators here: {', '.join(names) or 'nobody yet'}.")
    return known
