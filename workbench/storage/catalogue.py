"""What a database says once: its project, label set and annotators, as domain values.

Everything here takes an open connection; transactions and the rules of who may change what are the services'.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection

from workbench.domain.bundle import AnnotatorRow, Project, provisional_uid
from workbench.domain.labels import Attribute, AttributeType, Label, LabelKind, LabelSet, LinkType, check_label_set
from workbench.errors import Refused, WorkbenchError

PERSON = "person"
SOURCE = "source"


class Annotator(NamedTuple):
    """A person, or a named source of imported annotations, as stored. `id` is the row's and never leaves the file."""

    id: int
    uid: str
    kind: str
    name: str
    full_name: str | None
    declared: bool


_ANNOTATOR = "SELECT id, uid, kind, name, full_name, declared FROM annotators"


def create_project(connection: Connection, name: str, label_set: LabelSet) -> None:
    """Fill a schema without a project: its one row, and the label set. The project counts as pristine."""
    connection.exec_driver_sql("INSERT INTO project (id, name) VALUES (1, ?)", (name,))
    save_label_set(connection, label_set)


def load_project(connection: Connection) -> Project:
    """Return the project with its label set, settings, and the people that are declared, by name."""
    name, settings, _ = _project_row(connection)
    people = tuple(
        AnnotatorRow(person.name, person.uid, person.full_name)
        for person in list_annotators(connection, PERSON)
        if person.declared
    )
    return Project(name, load_label_set(connection), people, orjson.loads(settings))


def save_project(connection: Connection, name: str, settings: dict[str, Any]) -> None:
    """Store the project's name and settings."""
    connection.exec_driver_sql(
        "UPDATE project SET name = ?, settings = ? WHERE id = 1",
        (name, orjson.dumps(settings, option=orjson.OPT_SORT_KEYS).decode()),
    )


def is_pristine(connection: Connection) -> bool:
    """Say whether nobody edited the labels and nothing was imported yet."""
    return bool(_project_row(connection)[2])


def mark_used(connection: Connection) -> None:
    """Note that labels were edited or something imported: from now on no file brings its own label set instead."""
    connection.exec_driver_sql("UPDATE project SET pristine = 0 WHERE id = 1 AND pristine = 1")


def _project_row(connection: Connection) -> tuple[str, str, int]:
    row = connection.exec_driver_sql("SELECT name, settings, pristine FROM project").fetchone()
    if row is None:
        raise WorkbenchError("the database holds no project", remedy="Run `workbench doctor`.")
    return str(row[0]), str(row[1]), int(row[2])


def load_label_set(connection: Connection) -> LabelSet:
    """Return labels and link types in their order."""
    attributes = _load_attributes(connection)
    uids: dict[int, str] = {}
    labels: list[Label] = []
    for row in connection.exec_driver_sql(
        "SELECT id, uid, name, key, colour, kind, guideline, archived FROM labels ORDER BY position, id"
    ):
        row_id, uid, name, key, colour, kind, guideline, archived = row
        uids[row_id] = uid
        own = tuple(attributes.get(row_id, ()))
        labels.append(Label(uid, name, key, colour, LabelKind(kind), guideline, bool(archived), own))
    return LabelSet(tuple(labels), _load_link_types(connection, uids))


def _load_attributes(connection: Connection) -> dict[int, list[Attribute]]:
    found: dict[int, list[Attribute]] = {}
    for label_id, name, kind, choices in connection.exec_driver_sql(
        "SELECT label_id, name, type, choices FROM label_attributes ORDER BY label_id, position, id"
    ):
        found.setdefault(label_id, []).append(Attribute(name, AttributeType(kind), tuple(orjson.loads(choices))))
    return found


def _load_link_types(connection: Connection, uids: dict[int, str]) -> tuple[LinkType, ...]:
    ends: dict[tuple[int, str], list[str]] = {}
    for type_id, end, label_id in connection.exec_driver_sql(
        "SELECT link_type_id, end_of_link, label_id FROM link_type_ends ORDER BY link_type_id, end_of_link, position"
    ):
        ends.setdefault((type_id, end), []).append(uids[label_id])
    return tuple(
        LinkType(
            uid,
            name,
            None if any_source else tuple(ends.get((type_id, "source"), ())),
            None if any_target else tuple(ends.get((type_id, "target"), ())),
        )
        for type_id, uid, name, any_source, any_target in connection.exec_driver_sql(
            "SELECT id, uid, name, any_source, any_target FROM link_types ORDER BY position, id"
        )
    )


def save_label_set(connection: Connection, label_set: LabelSet) -> None:
    """Make the stored label set this one: labels and link types are matched by uid, so a rename is an update.

    Raises UsageError when the set breaks a rule, and Refused when it leaves out a label or link type that is used.
    """
    check_label_set(label_set)
    connection.exec_driver_sql("DELETE FROM link_type_ends")
    connection.exec_driver_sql("DELETE FROM label_attributes")
    _drop_absent(connection, "labels", "label", {label.uid for label in label_set.labels})
    _drop_absent(connection, "link_types", "link type", {link_type.uid for link_type in label_set.link_types})
    # Names and keys may have been swapped; while rows change one after the other they must not meet.
    connection.exec_driver_sql("UPDATE labels SET name = '\x01' || id, key = NULL")
    connection.exec_driver_sql("UPDATE link_types SET name = '\x01' || id")
    for position, label in enumerate(label_set.labels):
        _save_label(connection, label, position)
    ids = label_ids(connection)
    for position, link_type in enumerate(label_set.link_types):
        _save_link_type(connection, link_type, position, ids)


def _drop_absent(connection: Connection, table: str, what: str, kept: set[str]) -> None:
    column, used_by = ("label_id", "annotations") if table == "labels" else ("type_id", "links")
    for row_id, uid, name in connection.exec_driver_sql(f"SELECT id, uid, name FROM {table}").fetchall():
        if uid in kept:
            continue
        (used,) = connection.exec_driver_sql(f"SELECT count(*) FROM {used_by} WHERE {column} = ?", (row_id,)).one()
        if used:
            raise Refused(
                f'{what} "{name}" is used by {used:,} {used_by} and cannot be removed',
                remedy="Archive it instead." if table == "labels" else "Keep it, or remove those links first.",
            )
        connection.exec_driver_sql(f"DELETE FROM {table} WHERE id = ?", (row_id,))


def _save_label(connection: Connection, label: Label, position: int) -> None:
    connection.exec_driver_sql(
        "INSERT INTO labels (uid, name, key, colour, kind, guideline, archived, position) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (uid) DO UPDATE SET name = excluded.name, key = excluded.key, "
        "colour = excluded.colour, kind = excluded.kind, guideline = excluded.guideline, "
        "archived = excluded.archived, position = excluded.position",
        (
            label.uid,
            label.name,
            label.key,
            label.colour,
            label.kind.value,
            label.guideline,
            int(label.archived),
            position,
        ),
    )
    for number, attribute in enumerate(label.attributes):
        connection.exec_driver_sql(
            "INSERT INTO label_attributes (label_id, name, type, choices, position) "
            "SELECT id, ?, ?, ?, ? FROM labels WHERE uid = ?",
            (
                attribute.name,
                attribute.type.value,
                orjson.dumps(list(attribute.choices)).decode(),
                number,
                label.uid,
            ),
        )


def _save_link_type(connection: Connection, link_type: LinkType, position: int, ids: dict[str, int]) -> None:
    connection.exec_driver_sql(
        "INSERT INTO link_types (uid, name, any_source, any_target, position) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (uid) DO UPDATE SET name = excluded.name, any_source = excluded.any_source, "
        "any_target = excluded.any_target, position = excluded.position",
        (link_type.uid, link_type.name, int(link_type.sources is None), int(link_type.targets is None), position),
    )
    type_id = link_type_ids(connection)[link_type.uid]
    for end, labels in (("source", link_type.sources), ("target", link_type.targets)):
        for number, uid in enumerate(labels or ()):
            connection.exec_driver_sql(
                "INSERT INTO link_type_ends (link_type_id, end_of_link, label_id, position) VALUES (?, ?, ?, ?)",
                (type_id, end, ids[uid], number),
            )


def label_ids(connection: Connection) -> dict[str, int]:
    """Return the row id of each label by uid."""
    return _ids(connection, "labels")


def link_type_ids(connection: Connection) -> dict[str, int]:
    """Return the row id of each link type by uid."""
    return _ids(connection, "link_types")


def _ids(connection: Connection, table: str) -> dict[str, int]:
    return {row[0]: row[1] for row in connection.exec_driver_sql(f"SELECT uid, id FROM {table}")}


def label_uses(connection: Connection) -> dict[str, int]:
    """Count the annotations of each label by uid; labels without any are left out."""
    rows = connection.exec_driver_sql(
        "SELECT labels.uid, count(*) FROM annotations JOIN labels ON labels.id = annotations.label_id "
        "GROUP BY labels.uid"
    )
    return {row[0]: row[1] for row in rows}


def list_annotators(connection: Connection, kind: str | None = None) -> list[Annotator]:
    """Return annotators by name; of one kind, PERSON or SOURCE, when it is given."""
    if kind is None:
        return _annotators(connection.exec_driver_sql(f"{_ANNOTATOR} ORDER BY kind, name"))
    return _annotators(connection.exec_driver_sql(f"{_ANNOTATOR} WHERE kind = ? ORDER BY name", (kind,)))


def find_annotator(connection: Connection, name: str, kind: str = PERSON) -> Annotator | None:
    """Return the annotator of exactly that name, or None."""
    rows = connection.exec_driver_sql(f"{_ANNOTATOR} WHERE kind = ? AND name = ?", (kind, name))
    return next(iter(_annotators(rows)), None)


def annotator_by_uid(connection: Connection, uid: str) -> Annotator | None:
    """Return the annotator of that uid, or None."""
    return next(iter(_annotators(connection.exec_driver_sql(f"{_ANNOTATOR} WHERE uid = ?", (uid,)))), None)


def _annotators(rows: Iterable[Any]) -> list[Annotator]:
    return [Annotator(row[0], row[1], row[2], row[3], row[4], bool(row[5])) for row in rows]


def add_annotator(
    connection: Connection,
    name: str,
    kind: str = PERSON,
    *,
    uid: str | None = None,
    full_name: str | None = None,
    declared: bool = True,
) -> Annotator:
    """Add an annotator and return it. Without a uid it gets one that depends on its name alone, so that files
    from different databases agree; only where somebody who was renamed holds that one, a number follows.

    Raises Refused when the name is taken.
    """
    if not name.strip():
        raise Refused("an annotator needs a name")
    if find_annotator(connection, name, kind) is not None:
        raise Refused(f'there is a {kind} called "{name}" already', remedy="Choose another name.")
    row = (uid or _free_uid(connection, name, kind), kind, name, full_name, int(declared))
    connection.exec_driver_sql(
        "INSERT INTO annotators (uid, kind, name, full_name, declared) VALUES (?, ?, ?, ?, ?)", row
    )
    added = find_annotator(connection, name, kind)
    assert added is not None
    return added


def _free_uid(connection: Connection, name: str, kind: str) -> str:
    wanted = provisional_uid("annotator" if kind == PERSON else kind, name)
    uid, number = wanted, 1
    while annotator_by_uid(connection, uid) is not None:
        number += 1
        uid = f"{wanted}-{number}"
    return uid


def rename_annotator(connection: Connection, uid: str, name: str) -> None:
    """Give an annotator another name; the uid stays. Raises Refused when the name is taken."""
    known = annotator_by_uid(connection, uid)
    if known is None:
        raise Refused(f"there is no annotator with uid {uid!r}")
    if not name.strip():
        raise Refused("an annotator needs a name")
    holder = find_annotator(connection, name, known.kind)
    if holder is not None and holder.uid != uid:
        raise Refused(f'there is a {known.kind} called "{name}" already', remedy="Choose another name.")
    connection.exec_driver_sql("UPDATE annotators SET name = ? WHERE uid = ?", (name, uid))


def declare_annotator(connection: Connection, uid: str) -> None:
    """Note that an annotator was added on purpose and is to be listed even without annotations."""
    connection.exec_driver_sql("UPDATE annotators SET declared = 1 WHERE uid = ?", (uid,))
