"""States of many annotation sets changed by one operation, and such operations found again in the journal.

One operation uid, one journal entry a set: each chain stays whole by itself, and undo finds all its parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import orjson
from sqlalchemy import Connection

from workbench.domain.annotation import Role, State, set_chain
from workbench.domain.change import StateChange, change_from_json
from workbench.domain.history import Head
from workbench.storage.journal import COLUMNS, Entry, entry_row

PAGE = 400
_JOURNAL = f"INSERT INTO journal ({COLUMNS}) VALUES ({', '.join('?' * 14)})"
_UPSERT = (
    "INSERT INTO annotation_sets (document_id, annotator_id, role, state, touched) VALUES (?, ?, 'annotator', ?, ?) "
    "ON CONFLICT (document_id, annotator_id, role) DO UPDATE SET state = excluded.state, touched = excluded.touched"
)
_DELETE = "DELETE FROM annotation_sets WHERE document_id = ? AND annotator_id = ? AND role = 'annotator'"


class Standing(NamedTuple):
    """A document and the state of one annotator's set on it; None when nothing was ever recorded."""

    document_id: int
    document: str
    name: str
    state: State | None


@dataclass(frozen=True, slots=True)
class Who:
    """The annotator whose sets are meant."""

    id: int
    uid: str


class Part(NamedTuple):
    """What an operation did to one document."""

    document_id: int
    document: str
    change: StateChange


def standings(connection: Connection, annotator_id: int | None, uids: Sequence[str]) -> Iterator[Standing]:
    """Yield the state of each document by uid; those that are not there are left out."""
    for start in range(0, len(uids), PAGE):
        part = uids[start : start + PAGE]
        marks = ", ".join("?" * len(part))
        rows = connection.exec_driver_sql(
            "SELECT d.id, d.uid, coalesce(nullif(d.title, ''), d.uid), s.state FROM documents AS d "
            "LEFT JOIN annotation_sets AS s ON s.document_id = d.id AND s.annotator_id = ? AND s.role = 'annotator' "
            f"WHERE d.uid IN ({marks})",
            (annotator_id, *part),
        )
        for document_id, uid, name, state in rows.fetchall():
            yield Standing(document_id, uid, name, State(state) if state else None)


def record(connection: Connection, who: Who, head: Head, time: str, parts: Sequence[Part]) -> None:
    """Change the states and write one journal entry a document; the parts must be as the rows are."""
    ends = _ends_of_chains(connection, who, parts)
    born = [(part.document_id, who.id, part.change.after.value, time) for part in parts if part.change.after]
    gone = [(part.document_id, who.id) for part in parts if part.change.after is None]
    entries = [_journal_row(who, head, time, part, *ends.get(_chain(who, part), (0, ""))) for part in parts]
    for sql, rows in ((_UPSERT, born), (_DELETE, gone), (_JOURNAL, entries)):
        if rows:
            connection.exec_driver_sql(sql, rows)


def _chain(who: Who, part: Part) -> str:
    return set_chain(part.document, Role.ANNOTATOR, who.uid)


def _ends_of_chains(connection: Connection, who: Who, parts: Sequence[Part]) -> dict[str, tuple[int, str]]:
    chains = tuple(_chain(who, part) for part in parts)
    rows = connection.exec_driver_sql(
        "SELECT j.chain, j.number, j.hash FROM journal AS j JOIN (SELECT chain, max(number) AS number FROM journal "
        f"WHERE chain IN ({', '.join('?' * len(chains))}) GROUP BY chain) AS e "
        "ON e.chain = j.chain AND e.number = j.number",
        chains,
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def _journal_row(who: Who, head: Head, time: str, part: Part, number: int, previous: str) -> tuple[object, ...]:
    entry = Entry(
        uid=f"j-{head.uid}-in-{part.document}-{who.uid}",
        chain=_chain(who, part),
        document=part.document,
        annotator=who.uid,
        operation=head.uid,
        title=head.title,
        time=time,
        change=[part.change.to_json()],
        inverse=[part.change.inverse().to_json()],
        undoes=head.undoes,
        redoes=head.redoes,
    )
    return entry_row(entry, number + 1, previous, part.document_id, who.id)


def parts_of(connection: Connection, annotator_id: int, operation: str) -> list[Part] | None:
    """Return what an operation did to each document; None when it did anything but change states."""
    found: list[Part] = []
    for document_id, uid, changes in connection.exec_driver_sql(
        "SELECT j.document_id, d.uid, j.change FROM journal AS j JOIN documents AS d ON d.id = j.document_id "
        "WHERE j.operation = ? AND j.annotator_id = ? ORDER BY j.id",
        (operation, annotator_id),
    ):
        data = orjson.loads(changes)
        if len(data) != 1 or data[0].get("kind") != "state":
            return None
        change = change_from_json(data[0])
        assert isinstance(change, StateChange)
        found.append(Part(document_id, uid, change))
    return found


class Past(NamedTuple):
    """An operation met while going back in time; `states` says whether it only changed states."""

    head: Head
    states: bool


def backwards(connection: Connection, annotator_id: int, most: int) -> Iterator[Past]:
    """Yield what an annotator did in any document, the latest first, each operation once; at most about `most`."""
    seen: set[str] = set()
    before = _AFTER_ALL
    while len(seen) < most:
        page = connection.exec_driver_sql(_PAGE_BACK, (annotator_id, before, PAGE)).fetchall()
        for _, operation, title, undoes, redoes, states in page:
            if operation not in seen:
                seen.add(operation)
                yield Past(Head(operation, title, undoes, redoes), bool(states))
        if len(page) < PAGE:
            return
        # One operation may have an entry in each of many documents, all written together: go to before the first.
        (first,) = connection.exec_driver_sql("SELECT min(id) FROM journal WHERE operation = ?", (page[-1][1],)).one()
        before = min(page[-1][0], first)


_AFTER_ALL = 1 << 62
_PAGE_BACK = (
    "SELECT id, operation, title, undoes, redoes, "
    """change LIKE '[{"after":%' AND change LIKE '%"kind":"state"}]' AND change NOT LIKE '%},{%' """
    "FROM journal WHERE annotator_id = ? AND id < ? ORDER BY id DESC LIMIT ?"
)


def heads_in(connection: Connection, annotator_id: int, document_ids: Sequence[int]) -> dict[int, list[Head]]:
    """Return what an annotator did in each of some documents, oldest first."""
    found: dict[int, list[Head]] = {document_id: [] for document_id in document_ids}
    for start in range(0, len(document_ids), PAGE):
        part = document_ids[start : start + PAGE]
        rows = connection.exec_driver_sql(
            "SELECT document_id, operation, title, undoes, redoes FROM journal "
            f"WHERE annotator_id = ? AND document_id IN ({', '.join('?' * len(part))}) ORDER BY id",
            (annotator_id, *part),
        )
        for document_id, *fields in rows:
            found[document_id].append(Head(*fields))
    return found
