"""One annotation set: loaded as a domain value, changed row by row, its history read from the journal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection

from workbench.domain.annotation import Annotation, AnnotationSet, Link, Made, Role, State, set_chain
from workbench.domain.change import AnnotationChange, Change, CommentChange, LinkChange, Operation, StateChange
from workbench.domain.change import change_from_json as change_of
from workbench.domain.history import Head
from workbench.domain.labels import AttributeValue
from workbench.domain.span import Extent, Fragment, extent_key
from workbench.errors import Clash, NotFound, Refused
from workbench.storage.journal import Entry, append


@dataclass(frozen=True, slots=True)
class Place:
    """Which set of the database is meant, by row ids and uids. `annotator_id` is None for gold alone."""

    document_id: int
    document: str
    annotator_id: int | None
    annotator: str | None
    role: Role = Role.ANNOTATOR


@dataclass(frozen=True, slots=True)
class LoadedSet:
    """A set as it is now and its version: the number of its last journal entry, 0 when nothing was ever recorded."""

    annotations: AnnotationSet
    version: int


def load_set(connection: Connection, place: Place) -> LoadedSet:
    """Read a whole set; one that was never recorded comes back empty with state None."""
    row = _set_row(connection, place)
    if row is None:
        return LoadedSet(AnnotationSet(place.document, place.annotator, place.role), set_version(connection, place))
    set_id, state, note = row
    annotations = AnnotationSet(
        place.document,
        place.annotator,
        place.role,
        State(state),
        note,
        {annotation.uid: annotation for annotation in _annotations(connection, "annotations.set_id = ?", (set_id,))},
        {link.uid: link for link in _links(connection, "links.set_id = ?", (set_id,))},
    )
    return LoadedSet(annotations, set_version(connection, place))


def set_version(connection: Connection, place: Place) -> int:
    """Return the version of a set; it grows with each operation and never returns to an old value."""
    chain = set_chain(place.document, place.role, place.annotator)
    (number,) = connection.exec_driver_sql("SELECT max(number) FROM journal WHERE chain = ?", (chain,)).one()
    return int(number or 0)


def record(connection: Connection, place: Place, operation: Operation, text: str) -> int:
    """Apply an operation to the rows and write it into the journal; return the set's new version.

    `text` is the document's, from which the quotes are taken. Raises Clash when a row is not as the operation saw it.
    """
    for change in operation.changes:
        _apply(connection, place, change, text)
    append(connection, _entry(place, operation), place.document_id, place.annotator_id)
    connection.exec_driver_sql(
        "UPDATE annotation_sets SET touched = ? WHERE document_id = ? AND annotator_id IS ? AND role = ?",
        (operation.time, place.document_id, place.annotator_id, place.role.value),
    )
    return set_version(connection, place)


def heads(connection: Connection, document_id: int, annotator_id: int) -> list[Head]:
    """Return what an annotator did in a document, oldest first; an operation over several chains counts once."""
    rows = connection.exec_driver_sql(
        "SELECT operation, title, undoes, redoes FROM journal WHERE document_id = ? AND annotator_id = ? ORDER BY id",
        (document_id, annotator_id),
    )
    known: dict[str, Head] = {}
    for operation, title, undoes, redoes in rows:
        known.setdefault(operation, Head(operation, title, undoes, redoes))
    return list(known.values())


def load_operation(connection: Connection, place: Place, uid: str) -> Operation:
    """Return an operation with its changes to this set. Raises NotFound."""
    row = connection.exec_driver_sql(
        "SELECT title, change, time, undoes, redoes FROM journal WHERE operation = ? AND chain = ?",
        (uid, set_chain(place.document, place.role, place.annotator)),
    ).fetchone()
    if row is None:
        raise NotFound(f"no operation {uid} in the journal of this document")
    changes = tuple(change_of(change) for change in orjson.loads(row[1]))
    return Operation(uid, row[0], changes, row[2], row[3], row[4])


def documents_of(connection: Connection, operation: str) -> int:
    """Count the documents that an operation changed."""
    (count,) = connection.exec_driver_sql(
        "SELECT count(DISTINCT document_id) FROM journal WHERE operation = ?", (operation,)
    ).one()
    return int(count)


def annotation_in(connection: Connection, document_id: int, uid: str) -> Annotation | None:
    """Return one annotation of a document, or None."""
    found = list(_annotations(connection, "annotations.document_id = ? AND annotations.uid = ?", (document_id, uid)))
    return found[0] if found else None


def _entry(place: Place, operation: Operation) -> Entry:
    return Entry(
        uid=f"j-{operation.uid}-{place.role.value}-{place.annotator or 'gold'}",
        chain=set_chain(place.document, place.role, place.annotator),
        document=place.document,
        annotator=place.annotator,
        operation=operation.uid,
        title=operation.title,
        time=operation.time,
        change=[change.to_json() for change in operation.changes],
        inverse=[change.to_json() for change in operation.inverse_changes()],
        undoes=operation.undoes,
        redoes=operation.redoes,
    )


def _set_row(connection: Connection, place: Place) -> Any:
    return connection.exec_driver_sql(
        "SELECT id, state, note FROM annotation_sets WHERE document_id = ? AND annotator_id IS ? AND role = ?",
        (place.document_id, place.annotator_id, place.role.value),
    ).fetchone()


def _set_id(connection: Connection, place: Place) -> int:
    row = _set_row(connection, place)
    if row is None:
        raise Clash("this document was taken back to untouched elsewhere", remedy="Repeat the change.")
    return int(row[0])


_ANNOTATIONS = (
    "SELECT annotations.id, annotations.uid, labels.uid, annotations.extent, annotations.note, annotations.made, "
    "annotations.derived_from, annotations.provenance, annotations.created, annotations.updated "
    "FROM annotations JOIN labels ON labels.id = annotations.label_id WHERE "
)


def _annotations(connection: Connection, where: str, values: tuple[object, ...]) -> Iterable[Annotation]:
    attributes: dict[int, list[tuple[str, AttributeValue]]] = {}
    for annotation_id, name, value in connection.exec_driver_sql(
        "SELECT attribute_values.annotation_id, attribute_values.name, attribute_values.value FROM attribute_values "
        "JOIN annotations ON annotations.id = attribute_values.annotation_id WHERE "
        + where
        + " ORDER BY attribute_values.name",
        values,
    ):
        attributes.setdefault(annotation_id, []).append((name, orjson.loads(value)))
    for row in connection.exec_driver_sql(_ANNOTATIONS + where, values):
        yield Annotation(
            row[1],
            row[2],
            _extent(row[3]),
            row[4],
            tuple(attributes.get(row[0], ())),
            Made(row[5]) if row[5] else None,
            tuple(orjson.loads(row[6])) if row[6] else (),
            row[7],
            row[8],
            row[9],
        )


def _extent(key: str) -> Extent:
    # Nearly all extents have one fragment; the database holds only checked ones, so that no check is repeated.
    if " " not in key:
        start, _, end = key.partition("-")
        return (Fragment(int(start), int(end)),)
    return tuple(Fragment(*map(int, part.split("-"))) for part in key.split(" "))


def _links(connection: Connection, where: str, values: tuple[object, ...]) -> Iterable[Link]:
    for row in connection.exec_driver_sql(
        "SELECT links.uid, link_types.uid, source.uid, target.uid, links.note, links.created, links.updated "
        "FROM links JOIN link_types ON link_types.id = links.type_id "
        "JOIN annotations AS source ON source.id = links.source_id "
        "JOIN annotations AS target ON target.id = links.target_id WHERE " + where,
        values,
    ):
        yield Link(*row)


def _apply(connection: Connection, place: Place, change: Change, text: str) -> None:
    match change:
        case StateChange():
            _apply_state(connection, place, change)
        case CommentChange():
            _apply_comment(connection, place, change)
        case AnnotationChange():
            _apply_annotation(connection, place, change, text)
        case LinkChange():
            _apply_link(connection, place, change)


def _apply_state(connection: Connection, place: Place, change: StateChange) -> None:
    row = _set_row(connection, place)
    if (State(row[1]) if row else None) != change.before:
        raise Clash("the state of this document was changed elsewhere", remedy="Look at it, then repeat the change.")
    if change.before is None:
        assert change.after is not None
        connection.exec_driver_sql(
            "INSERT INTO annotation_sets (document_id, annotator_id, role, state) VALUES (?, ?, ?, ?)",
            (place.document_id, place.annotator_id, place.role.value, change.after.value),
        )
    elif change.after is None:
        connection.exec_driver_sql("DELETE FROM annotation_sets WHERE id = ?", (row[0],))
    else:
        connection.exec_driver_sql("UPDATE annotation_sets SET state = ? WHERE id = ?", (change.after.value, row[0]))


def _apply_comment(connection: Connection, place: Place, change: CommentChange) -> None:
    row = _set_row(connection, place)
    if row is None or row[2] != change.before:
        raise Clash("the comment on this document was changed elsewhere", remedy="Look at it, then repeat the change.")
    connection.exec_driver_sql("UPDATE annotation_sets SET note = ? WHERE id = ?", (change.after, row[0]))


def _apply_annotation(connection: Connection, place: Place, change: AnnotationChange, text: str) -> None:
    set_id = _set_id(connection, place)
    present = annotation_in(connection, place.document_id, change.uid)
    if present != change.before:
        raise Clash(
            f"this annotation was changed elsewhere: here {_words(change.before)}, there {_words(present)}",
            remedy="What is stored is shown now; repeat the change if you still want it.",
        )
    if change.before is None:
        assert change.after is not None
        _insert_annotation(connection, place, set_id, change.after, text)
    elif change.after is None:
        connection.exec_driver_sql(
            "DELETE FROM annotations WHERE document_id = ? AND uid = ?", (place.document_id, change.uid)
        )
    else:
        _update_annotation(connection, place, change.after, text)


def _words(annotation: Annotation | None) -> str:
    return f"{extent_key(annotation.extent)}" if annotation else "nothing"


def _label_id(connection: Connection, uid: str) -> int:
    row = connection.exec_driver_sql("SELECT id FROM labels WHERE uid = ?", (uid,)).fetchone()
    if row is None:
        raise NotFound(f"no label with uid {uid!r}")
    return int(row[0])


def _columns(connection: Connection, annotation: Annotation) -> tuple[object, ...]:
    return (
        _label_id(connection, annotation.label),
        annotation.start,
        annotation.end,
        extent_key(annotation.extent),
        annotation.note,
        annotation.made.value if annotation.made else None,
        orjson.dumps(annotation.derived_from).decode() if annotation.derived_from else None,
        annotation.provenance,
        annotation.created,
        annotation.updated,
    )


def _refuse_duplicate(connection: Connection, set_id: int, annotation: Annotation, columns: tuple[object, ...]) -> None:
    twin = connection.exec_driver_sql(
        "SELECT uid FROM annotations WHERE set_id = ? AND label_id = ? AND extent = ? AND uid <> ?",
        (set_id, columns[0], columns[3], annotation.uid),
    ).fetchone()
    if twin:
        raise Refused(f"the same label is on the same words already (annotation {twin[0]})")


def _insert_annotation(connection: Connection, place: Place, set_id: int, annotation: Annotation, text: str) -> None:
    columns = _columns(connection, annotation)
    _refuse_duplicate(connection, set_id, annotation, columns)
    cursor = connection.exec_driver_sql(
        'INSERT INTO annotations (set_id, document_id, uid, label_id, start, "end", extent, note, made, derived_from, '
        "provenance, created, updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (set_id, place.document_id, annotation.uid, *columns),
    )
    _insert_parts(connection, int(cursor.lastrowid or 0), annotation, text)


def _update_annotation(connection: Connection, place: Place, annotation: Annotation, text: str) -> None:
    annotation_id, set_id = connection.exec_driver_sql(
        "SELECT id, set_id FROM annotations WHERE document_id = ? AND uid = ?", (place.document_id, annotation.uid)
    ).one()
    columns = _columns(connection, annotation)
    _refuse_duplicate(connection, set_id, annotation, columns)
    connection.exec_driver_sql(
        'UPDATE annotations SET label_id = ?, start = ?, "end" = ?, extent = ?, note = ?, made = ?, derived_from = ?, '
        "provenance = ?, created = ?, updated = ? WHERE id = ?",
        (*columns, annotation_id),
    )
    connection.exec_driver_sql("DELETE FROM fragments WHERE annotation_id = ?", (annotation_id,))
    connection.exec_driver_sql("DELETE FROM attribute_values WHERE annotation_id = ?", (annotation_id,))
    _insert_parts(connection, annotation_id, annotation, text)


def _insert_parts(connection: Connection, annotation_id: int, annotation: Annotation, text: str) -> None:
    for number, fragment in enumerate(annotation.extent, 1):
        connection.exec_driver_sql(
            'INSERT INTO fragments (annotation_id, number, start, "end", quote) VALUES (?, ?, ?, ?, ?)',
            (annotation_id, number, fragment.start, fragment.end, text[fragment.start : fragment.end]),
        )
    for name, value in annotation.attributes:
        connection.exec_driver_sql(
            "INSERT INTO attribute_values (annotation_id, name, value) VALUES (?, ?, ?)",
            (annotation_id, name, orjson.dumps(value).decode()),
        )


def _apply_link(connection: Connection, place: Place, change: LinkChange) -> None:
    set_id = _set_id(connection, place)
    found = list(_links(connection, "links.document_id = ? AND links.uid = ?", (place.document_id, change.uid)))
    if (found[0] if found else None) != change.before:
        raise Clash("this link was changed elsewhere", remedy="What is stored is shown now; repeat the change.")
    if change.before is not None:
        connection.exec_driver_sql(
            "DELETE FROM links WHERE document_id = ? AND uid = ?", (place.document_id, change.uid)
        )
    if change.after is not None:
        _insert_link(connection, place, set_id, change.after)


def _insert_link(connection: Connection, place: Place, set_id: int, link: Link) -> None:
    cursor = connection.exec_driver_sql(
        "INSERT INTO links (set_id, document_id, uid, type_id, source_id, target_id, note, created, updated) "
        "SELECT ?, ?, ?, link_types.id, source.id, target.id, ?, ?, ? FROM link_types, annotations AS source, "
        "annotations AS target WHERE link_types.uid = ? AND source.set_id = ? AND source.uid = ? "
        "AND target.set_id = ? AND target.uid = ?",
        (
            set_id,
            place.document_id,
            link.uid,
            link.note,
            link.created,
            link.updated,
            link.type,
            set_id,
            link.source,
            set_id,
            link.target,
        ),
    )
    if cursor.rowcount != 1:
        raise Clash("an end of this link is gone", remedy="What is stored is shown now; repeat the change.")
