"""Annotate one document as one annotator: open it, record an operation, undo and redo.

Each function is one transaction. The screens use them through `session.AnnotationSession`, which keeps what is on
screen; the command line and tests may call them directly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import orjson

from workbench.domain import editing
from workbench.domain.annotation import AnnotationSet, Role, State
from workbench.domain.bundle import provisional_uid
from workbench.domain.change import Change, Operation, StateChange, apply_changes
from workbench.domain.history import Head, History
from workbench.domain.labels import LabelSet
from workbench.errors import Clash, Refused
from workbench.services.clock import Clock
from workbench.storage import catalogue, documents, sets
from workbench.storage.engine import Connection, Database


class OverSeveral(Refused):
    """The operation changed several documents: it is undone and redone as a whole, not in one of them."""


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """All that the annotate screen shows of a document, as it was at one moment.

    `version` is the annotation set's: how many operations it has seen. `annotator` is a name, which need not be
    known yet: annotators are created with their first change.
    """

    uid: str
    title: str | None
    text: str
    meta: dict[str, Any]
    annotator: str
    annotations: AnnotationSet
    history: History
    version: int
    label_set: LabelSet


@dataclass(frozen=True, slots=True)
class Recorded:
    """The reply to an operation: as it was stored, the set's new version, and what is stored now if it was stale.

    `reloaded` is None when nobody else had changed the set.
    """

    operation: Operation
    version: int
    reloaded: OpenDocument | None = None


def open_document(database: Database, document: str, annotator: str) -> OpenDocument:
    """Open a document for an annotator; writes nothing. Raises NotFound for an unknown document uid."""
    with database.read() as connection:
        return _open(connection, documents.find_document(connection, document), annotator)


def stored_version(database: Database, document: str, annotator: str) -> int:
    """Return the version of the set as it is stored, without reading the set. Raises NotFound."""
    with database.read() as connection:
        found = documents.find_document(connection, document)
        return sets.set_version(connection, _place(connection, found, annotator, create=False))


def record(
    database: Database, document: str, annotator: str, operation: Operation, version: int, text: str
) -> Recorded:
    """Store an operation in one transaction.

    `version` is the set's as the caller last saw it. With a stale one the operation still goes in if it fits what
    is stored now, and the reply carries that. Raises Clash or Refused when it does not fit; nothing is stored then.
    """
    with database.write() as connection:
        found = documents.find_document(connection, document)
        place = _place(connection, found, annotator, create=True)
        if sets.set_version(connection, place) == version:
            return Recorded(operation, sets.record(connection, place, operation, text))
        loaded = sets.load_set(connection, place)
        operation = _fitted(operation, loaded.annotations)
        _check_still_last(connection, place, operation)
        new_version = sets.record(connection, place, operation, text)
        return Recorded(operation, new_version, _open(connection, found, annotator))


def load_operation(database: Database, document: str, annotator: str, uid: str) -> Operation:
    """Return an operation of this annotator in this document with its changes, to take it back or bring it back.

    Raises NotFound, and OverSeveral for one that changed several documents.
    """
    with database.read() as connection:
        found = documents.find_document(connection, document)
        operation = sets.load_operation(connection, _place(connection, found, annotator, create=False), uid)
        many = sets.documents_of(connection, uid)
    if many > 1:
        raise OverSeveral(
            f'"{operation.title}" was done to {many} articles at once',
            remedy="Undo it in the library, for all of them.",
        )
    return operation


def undo(database: Database, document: str, annotator: str, clock: Clock) -> Recorded:
    """Take back the last operation of this annotator in this document. Raises Refused when there is none."""
    return _again(database, document, annotator, clock, back=True)


def redo(database: Database, document: str, annotator: str, clock: Clock) -> Recorded:
    """Bring back what was undone last. Raises Refused when there is nothing."""
    return _again(database, document, annotator, clock, back=False)


def set_state(database: Database, document: str, annotator: str, state: State, clock: Clock) -> Recorded:
    """Finish, ignore or reopen a document from outside the annotate screen, journaled as there."""
    opened = open_document(database, document, annotator)
    desk = editing.Desk(opened.text, opened.label_set, clock)
    operation = editing.set_state(desk, opened.annotations, state)
    return record(database, document, annotator, operation, opened.version, opened.text)


def _again(database: Database, document: str, annotator: str, clock: Clock, *, back: bool) -> Recorded:
    opened = open_document(database, document, annotator)
    head = opened.history.wanted(back=back)
    known = load_operation(database, document, annotator, head.uid)
    desk = editing.Desk(opened.text, opened.label_set, clock)
    operation = editing.repeat(desk, known, back=back)
    return record(database, document, annotator, operation, opened.version, opened.text)


def _open(connection: Connection, found: documents.Document, annotator: str) -> OpenDocument:
    place = _place(connection, found, annotator, create=False)
    loaded = sets.load_set(connection, place)
    heads = sets.heads(connection, found.id, place.annotator_id) if place.annotator_id is not None else []
    return OpenDocument(
        found.uid,
        found.title,
        documents.load_text(connection, found.id),
        orjson.loads(found.meta),
        annotator,
        loaded.annotations,
        History.of(heads),
        loaded.version,
        catalogue.load_label_set(connection),
    )


def _place(connection: Connection, found: documents.Document, annotator: str, *, create: bool) -> sets.Place:
    known = catalogue.find_annotator(connection, annotator)
    if known is None and create:
        known = catalogue.add_annotator(connection, annotator, declared=False)
    if known is None:
        return sets.Place(found.id, found.uid, None, provisional_uid("annotator", annotator), Role.ANNOTATOR)
    return sets.Place(found.id, found.uid, known.id, known.uid, Role.ANNOTATOR)


def _opens(operation: Operation) -> bool:
    return any(isinstance(change, StateChange) for change in operation.changes)


def _fitted(operation: Operation, stored: AnnotationSet) -> Operation:
    """Fit an operation made on an older copy to what is stored: a set may have been born or have gone since."""
    changes: list[Change] = list(operation.changes)
    opening = StateChange(None, State.IN_PROGRESS)
    is_new_work = operation.undoes is None and operation.redoes is None
    if is_new_work and opening in changes and stored.state is State.IN_PROGRESS:
        changes.remove(opening)
    elif is_new_work and stored.state is None and not _opens(operation):
        changes.insert(0, opening)
    if stored.state is not None and stored.state.closed and is_new_work and not _opens(operation):
        raise Refused(f"this document is {stored.state.words} now", remedy="Reopen it to change it.")
    fitted = replace(operation, changes=tuple(changes))
    apply_changes(stored, fitted.changes)
    return fitted


def _check_still_last(connection: Connection, place: sets.Place, operation: Operation) -> None:
    """Refuse an undo or redo that another window overtook."""
    if place.annotator_id is None or (operation.undoes is None and operation.redoes is None):
        return
    history = History.of(sets.heads(connection, place.document_id, place.annotator_id))
    expected = history.last(back=operation.undoes is not None)
    if expected is None or expected.uid not in (operation.undoes, operation.redoes):
        raise Clash(
            f'another window did "{expected.title if expected else "undo"}" meanwhile',
            remedy="What is stored is shown now; press the key again if you still want it.",
        )


def head_of(operation: Operation) -> Head:
    """Return an operation's entry in the history."""
    return Head(operation.uid, operation.title, operation.undoes, operation.redoes)
