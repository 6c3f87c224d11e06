"""The journal: a hash chain for each annotation set, and for each document one with its decisions and gold.

An entry's hash is the SHA-256 over the canonical JSON (UTF-8, keys sorted, no blanks) of all it says, the hash of
the entry before it included. Whoever changes a row by hand breaks the chain, and `workbench doctor` says where.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection

COLUMNS = (
    "uid, chain, number, document_id, annotator_id, operation, title, undoes, redoes, time, change, inverse, "
    "previous, hash"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What an entry says, apart from its place in the chain. `change` and `inverse` are plain JSON values."""

    uid: str
    chain: str
    document: str
    annotator: str | None
    operation: str
    title: str
    time: str
    change: list[Any]
    inverse: list[Any]
    undoes: str | None = None
    redoes: str | None = None


def canonical(value: Any) -> bytes:
    """Return the canonical JSON of a value."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def entry_hash(entry: Entry, number: int, previous: str) -> str:
    """Return the hash of an entry at its place; `previous` is "" for the first."""
    said = {
        "uid": entry.uid,
        "chain": entry.chain,
        "number": number,
        "document": entry.document,
        "annotator": entry.annotator,
        "operation": entry.operation,
        "title": entry.title,
        "undoes": entry.undoes,
        "redoes": entry.redoes,
        "time": entry.time,
        "change": entry.change,
        "inverse": entry.inverse,
        "previous": previous,
    }
    return hashlib.sha256(canonical(said)).hexdigest()


def append(connection: Connection, entry: Entry, document_id: int, annotator_id: int | None) -> None:
    """Add an entry at the end of its chain."""
    last = connection.exec_driver_sql(
        "SELECT number, hash FROM journal WHERE chain = ? ORDER BY number DESC LIMIT 1", (entry.chain,)
    ).fetchone()
    number, previous = (last[0] + 1, last[1]) if last else (1, "")
    row = entry_row(entry, number, previous, document_id, annotator_id)
    connection.exec_driver_sql(f"INSERT INTO journal ({COLUMNS}) VALUES ({', '.join('?' * len(row))})", row)


def entry_row(
    entry: Entry, number: int, previous: str, document_id: int, annotator_id: int | None
) -> tuple[object, ...]:
    """Return the row of an entry, in the order of COLUMNS, its hash computed; for bulk inserts too."""
    return (
        entry.uid,
        entry.chain,
        number,
        document_id,
        annotator_id,
        entry.operation,
        entry.title,
        entry.undoes,
        entry.redoes,
        entry.time,
        canonical(entry.change).decode(),
        canonical(entry.inverse).decode(),
        previous,
        entry_hash(entry, number, previous),
    )


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """A place where a chain does not hold: chain, entry number, and what is wrong."""

    chain: str
    number: int
    what: str


_WHOLE = (
    "SELECT journal.chain, journal.number, journal.uid, documents.uid, annotators.uid, journal.operation, "
    "journal.title, journal.time, journal.change, journal.inverse, journal.undoes, journal.redoes, "
    "journal.previous, journal.hash FROM journal JOIN documents ON documents.id = journal.document_id "
    "LEFT JOIN annotators ON annotators.id = journal.annotator_id ORDER BY journal.chain, journal.number"
)


def broken_links(connection: Connection) -> Iterator[BrokenLink]:
    """Check every chain and yield each place that does not hold."""
    chain, expected_number, expected_previous = None, 1, ""
    for row in connection.exec_driver_sql(_WHOLE):
        if row[0] != chain:
            chain, expected_number, expected_previous = row[0], 1, ""
        if row[1] != expected_number:
            yield BrokenLink(row[0], row[1], f"entry {expected_number} is missing")
        elif row[12] != expected_previous:
            yield BrokenLink(row[0], row[1], "does not follow the entry before it")
        elif _hash_of_row(row) != row[13]:
            yield BrokenLink(row[0], row[1], "says something else than when it was written")
        expected_number, expected_previous = row[1] + 1, row[13]


def _hash_of_row(row: Sequence[Any]) -> str | None:
    """Return the hash of what a row of _WHOLE says; None when that is no JSON any more."""
    try:
        change, inverse = orjson.loads(row[8]), orjson.loads(row[9])
    except ValueError:
        return None
    entry = Entry(row[2], row[0], row[3], row[4], row[5], row[6], row[7], change, inverse, row[10], row[11])
    return entry_hash(entry, row[1], row[12])
