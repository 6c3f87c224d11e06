"""The library's list: ids in order, rows for a page of ids, what a filter finds. Only `texts_with` reads texts.

`annotator_id` is the row id of who looks, None for somebody not yet known; nothing of anybody else is read.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection

from workbench.domain.annotation import State
from workbench.domain.library import LibraryRow, Sort, SortBy, Totals, folded, meta_order

_OWN = "LEFT JOIN annotation_sets AS s ON s.document_id = d.id AND s.annotator_id = :who AND s.role = 'annotator' "
_NEWEST = "d.imported DESC, d.id"
_ORDERS = {
    SortBy.IMPORTED: ("", "d.imported {way}, d.id"),
    SortBy.WORDS: ("", f"d.words {{way}}, {_NEWEST}"),
    SortBy.TOUCHED: (_OWN, f"s.touched IS NULL, s.touched {{way}}, {_NEWEST}"),
    SortBy.STATE: (
        _OWN,
        "CASE coalesce(s.state, 'new') WHEN 'new' THEN 0 WHEN 'in_progress' THEN 1 WHEN 'finished' THEN 2 ELSE 3 END "
        f"{{way}}, {_NEWEST}",
    ),
    SortBy.SPANS: (
        _OWN + "LEFT JOIN (SELECT a.set_id, count(*) AS spans FROM annotations AS a JOIN annotation_sets AS own "
        "ON own.id = a.set_id WHERE own.annotator_id = :who AND own.role = 'annotator' GROUP BY a.set_id) AS c "
        "ON c.set_id = s.id ",
        f"coalesce(c.spans, 0) {{way}}, {_NEWEST}",
    ),
}


class SetTally(NamedTuple):
    """What one has in a document: label uid -> annotations, and label uid -> those that lack a link."""

    labels: dict[str, int]
    loose: dict[str, int]


def totals(connection: Connection, annotator_id: int | None) -> Totals:
    """Count documents and the finished ones of an annotator."""
    (documents,) = connection.exec_driver_sql("SELECT count(*) FROM documents").one()
    (finished,) = connection.exec_driver_sql(
        "SELECT count(*) FROM annotation_sets WHERE annotator_id = ? AND state = 'finished' AND role = 'annotator'",
        (annotator_id,),
    ).one()
    return Totals(int(documents), int(finished), revision(connection))


def revision(connection: Connection) -> int:
    """Return a number that is another one after every transaction that wrote to the file, by any program of ours."""
    (number,) = connection.exec_driver_sql("PRAGMA user_version").one()
    return int(number)


INDEXED = frozenset({SortBy.IMPORTED, SortBy.WORDS})
"""Orders of which the beginning costs the same however many documents there are."""


def first_ids(connection: Connection, sort: Sort, count: int) -> array[int]:
    """Return the ids of the first documents of an order that is INDEXED."""
    return _ids(connection, f"{_order_sql(sort)} LIMIT ?", (count,))


def ordered_ids(connection: Connection, annotator_id: int | None, sort: Sort) -> array[int]:
    """Return the ids of all documents in order."""
    if sort.by is SortBy.TITLE:
        return _by_key(_titles(connection), sort.falling)
    if sort.by is SortBy.META:
        return _by_key(_metadata(connection, sort.key), sort.falling)
    sql = _order_sql(sort)
    return _ids(connection, sql.replace(":who", "?"), (annotator_id,) * sql.count(":who"))


def _order_sql(sort: Sort) -> str:
    joins, order = _ORDERS[sort.by]
    way = "DESC" if sort.falling else "ASC"
    return f"SELECT d.id FROM documents AS d {joins}ORDER BY {order.format(way=way)}"


def _ids(connection: Connection, sql: str, values: tuple[object, ...]) -> array[int]:
    found = connection.exec_driver_sql(sql, values)
    assert found.cursor is not None
    # From the driver's own cursor: with a hundred thousand ids, rows of the library's kind double the time.
    ids = array("q", (row_id for (row_id,) in found.cursor.fetchall()))
    found.close()
    return ids


def _titles(connection: Connection) -> Iterator[tuple[Any, int]]:
    for row_id, name in names(connection):
        yield folded(name), row_id


def _metadata(connection: Connection, key: str) -> Iterator[tuple[Any, int]]:
    for row_id, meta in connection.exec_driver_sql("SELECT id, meta FROM documents ORDER BY id"):
        yield meta_order(orjson.loads(meta).get(key)) if meta != "{}" else None, row_id


def _by_key(entries: Iterable[tuple[Any, int]], falling: bool) -> array[int]:
    """Sort by the key; entries without one come last either way."""
    known: list[tuple[Any, int]] = []
    without: list[int] = []
    for entry in entries:
        if entry[0] is None:
            without.append(entry[1])
        else:
            known.append(entry)
    known.sort(key=lambda entry: entry[0], reverse=falling)
    return array("q", [row_id for _, row_id in known] + without)


def load_rows(connection: Connection, annotator_id: int | None, ids: Sequence[int]) -> list[LibraryRow]:
    """Return the rows of some documents, in the order of `ids`; those that are gone are left out."""
    marks = ", ".join("?" * len(ids))
    found = connection.exec_driver_sql(
        "SELECT d.id, d.uid, d.title, d.words, d.codepoints, d.imported, d.origin_path, d.meta, s.id, s.state, "
        "s.touched FROM documents AS d LEFT JOIN annotation_sets AS s ON s.document_id = d.id AND s.annotator_id = ? "
        f"AND s.role = 'annotator' WHERE d.id IN ({marks})",
        (annotator_id, *ids),
    ).fetchall()
    tallies = _tallies(connection, [row[8] for row in found if row[8] is not None])
    rows = {row[0]: _row(row, tallies.get(row[8])) for row in found}
    return [rows[row_id] for row_id in ids if row_id in rows]


def _row(row: Any, tally: SetTally | None) -> LibraryRow:
    row_id, uid, title, words, codepoints, imported, path, meta, _, state, touched = row
    return LibraryRow(
        row_id,
        uid,
        title,
        words,
        codepoints,
        imported,
        path,
        meta=orjson.loads(meta),
        state=State(state) if state else None,
        touched=touched,
        labels=tally.labels if tally else {},
        loose=tally.loose if tally else {},
    )


def _tallies(connection: Connection, set_ids: Sequence[int]) -> dict[int, SetTally]:
    if not set_ids:
        return {}
    marks = ", ".join("?" * len(set_ids))
    labels = _pairs(connection, "SELECT id, uid FROM labels")
    tallies = {set_id: SetTally({}, {}) for set_id in set_ids}
    for set_id, label_id, count in connection.exec_driver_sql(
        f"SELECT set_id, label_id, count(*) FROM annotations WHERE set_id IN ({marks}) GROUP BY set_id, label_id",
        tuple(set_ids),
    ):
        tallies[set_id].labels[labels[label_id]] = count
    for set_id, label_id, count in connection.exec_driver_sql(_LOOSE.format(marks), tuple(set_ids)):
        tallies[set_id].loose[labels[label_id]] = count
    return tallies


_LOOSE = (
    "SELECT a.set_id, a.label_id, count(*) FROM annotations AS a WHERE a.set_id IN ({}) "
    "AND EXISTS (SELECT 1 FROM link_type_ends AS e JOIN link_types AS t ON t.id = e.link_type_id "
    "WHERE e.label_id = a.label_id AND e.end_of_link = 'source' AND t.any_target = 0 "
    "AND NOT EXISTS (SELECT 1 FROM links AS l WHERE l.source_id = a.id AND l.type_id = t.id)) "
    "GROUP BY a.set_id, a.label_id"
)


def names(connection: Connection) -> Iterator[tuple[int, str]]:
    """Iterate over (id, title or uid) of every document, by id."""
    rows = connection.exec_driver_sql("SELECT id, coalesce(nullif(title, ''), uid) FROM documents ORDER BY id")
    return ((row[0], row[1]) for row in rows)


def metadata_between(connection: Connection, first: int, last: int) -> Iterator[tuple[int, str]]:
    """Iterate over (id, metadata as JSON text) of the documents with ids in `[first, last]` that have any."""
    rows = connection.exec_driver_sql(
        "SELECT id, meta FROM documents WHERE id BETWEEN ? AND ? AND meta <> '{}'", (first, last)
    )
    return ((row[0], row[1]) for row in rows)


def texts_with(connection: Connection, needle: str, first: int, last: int) -> list[int]:
    """Return the ids in `[first, last]` of documents whose text holds the folded `needle`.

    ASCII is searched by the database itself; anything else by its folded characters, which takes longer.
    """
    if needle.isascii():
        return list(
            connection.exec_driver_sql(
                "SELECT document_id FROM document_texts WHERE document_id BETWEEN ? AND ? AND text LIKE ? ESCAPE '\\'",
                (first, last, f"%{_escaped(needle)}%"),
            ).scalars()
        )
    return [
        row_id
        for row_id, text in connection.exec_driver_sql(
            "SELECT document_id, text FROM document_texts WHERE document_id BETWEEN ? AND ?", (first, last)
        )
        if needle in folded(text)
    ]


def _escaped(needle: str) -> str:
    return needle.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def meta_keys(connection: Connection, most: int = 2_000) -> list[str]:
    """Return the metadata keys in use, those of many documents first; looks at the last `most` documents."""
    counts: dict[str, int] = {}
    for (meta,) in connection.exec_driver_sql("SELECT meta FROM documents ORDER BY id DESC LIMIT ?", (most,)):
        for key in orjson.loads(meta):
            counts[key] = counts.get(key, 0) + 1
    return sorted(counts, key=lambda key: (-counts[key], key))


def uids_of(connection: Connection, ids: Sequence[int]) -> list[str]:
    """Return the uids of documents, in the order of `ids`; those that are gone are left out."""
    found: dict[int, str] = {}
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        marks = ", ".join("?" * len(part))
        found.update(_pairs(connection, f"SELECT id, uid FROM documents WHERE id IN ({marks})", tuple(part)))
    return [found[row_id] for row_id in ids if row_id in found]


def ids_of(connection: Connection, uids: Sequence[str]) -> list[int]:
    """Return the ids of documents by uid, in that order; those that are not there are left out."""
    found: dict[str, int] = {}
    for start in range(0, len(uids), 500):
        part = uids[start : start + 500]
        marks = ", ".join("?" * len(part))
        found.update(_pairs(connection, f"SELECT uid, id FROM documents WHERE uid IN ({marks})", tuple(part)))
    return [found[uid] for uid in uids if uid in found]


def _pairs(connection: Connection, sql: str, values: tuple[object, ...] = ()) -> dict[Any, Any]:
    return {row[0]: row[1] for row in connection.exec_driver_sql(sql, values)}
