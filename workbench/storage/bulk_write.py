"""Documents with everything on them, stored in bulk: rows are gathered as tuples and inserted in batches.

The rules (what is known already, what is refused, what an annotator is called here) are the services'; this module
takes what is to be stored, gives row ids, and writes one journal entry a set.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection

from workbench.domain.annotation import Role, document_chain, set_chain
from workbench.domain.bundle import AnnotationRow, Bundle, DecisionRow, DocumentRow, LinkRow, SetKey, SetRow
from workbench.domain.text import lengths
from workbench.storage.journal import COLUMNS as JOURNAL_COLUMNS
from workbench.storage.journal import Entry, entry_row

BATCH_ROWS = 20_000
"""Annotations and links gathered before they are written."""
ROWS_A_STATEMENT = 60
"""Rows that one INSERT holds; their values stay under the 999 that every SQLite allows."""
BATCH_CHARACTERS = 16_000_000
"""Code points of text gathered before they are written."""

Row = tuple[object, ...]

INSERTS = {
    "documents": "INSERT INTO documents (id, uid, title, sha256, codepoints, utf8, utf16, words, imported, has_origin, "
    "origin_path, origin_sha256, origin_encoding, origin_bom, origin_newlines, origin_extractor, meta) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "document_texts": "INSERT INTO document_texts (document_id, text) VALUES (?, ?)",
    "annotation_sets": "INSERT INTO annotation_sets (id, document_id, annotator_id, role, state, note, touched) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)",
    "annotations": 'INSERT INTO annotations (id, set_id, document_id, uid, label_id, start, "end", extent, note, made, '
    "derived_from, provenance, created, updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "fragments": 'INSERT INTO fragments (annotation_id, number, start, "end", quote) VALUES (?, ?, ?, ?, ?)',
    "attribute_values": "INSERT INTO attribute_values (annotation_id, name, value) VALUES (?, ?, ?)",
    "links": "INSERT INTO links (id, set_id, document_id, uid, type_id, source_id, target_id, note, created, updated) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "decisions": "INSERT INTO decisions (document_id, uid, kind, adjudicator_id, rule, time, note, shown, result, "
    "stale, implicit) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "journal": f"INSERT INTO journal ({JOURNAL_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
}
"""One statement a table, in an order that foreign keys allow."""


class Who(NamedTuple):
    """An annotator as stored: row id and uid; both None for gold."""

    id: int | None
    uid: str | None


NOBODY = Who(None, None)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the names in bundles stand for in this database: labels and link types as (row id, uid), and people.

    `people` are adjudicators and role `annotator`, `sources` the named sources of imported sets.
    """

    labels: Mapping[str, tuple[int, str]]
    link_types: Mapping[str, tuple[int, str]]
    people: Mapping[str, Who]
    sources: Mapping[str, Who]

    def who(self, key: SetKey) -> Who:
        """Return whose set that is."""
        if key.annotator is None:
            return NOBODY
        return self.sources[key.annotator] if key.role == "imported" else self.people[key.annotator]


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the journal says of this import: the operation's uid and title, and the time."""

    operation: str
    title: str
    time: str


@dataclass(slots=True)
class _Tally:
    """What one chain of the journal gets: counts and a hash over what was stored."""

    key: SetKey | None
    state: str | None
    note: str | None
    annotations: int = 0
    links: int = 0
    decisions: int = 0
    said: list[Row] = field(default_factory=list)


class BulkWriter:
    """Stores bundles in the transaction of its connection. Call `flush` at the end, before anything is read back."""

    def __init__(self, connection: Connection, vocabulary: Vocabulary, stamp: Stamp) -> None:
        self._connection = connection
        self.vocabulary = vocabulary
        self._stamp = stamp
        self._rows: dict[str, list[Row]] = {table: [] for table in INSERTS}
        self._characters = 0
        self._entries = 0
        self._pending: set[str] = set()
        self._document_id, self._set_id, self._annotation_id, self._link_id = _last_ids(connection)

    def add(self, bundle: Bundle) -> int:
        """Store a document that is not there yet, with all it holds; return its row id."""
        self._add_document(bundle.document)
        self._add_parts(self._document_id, bundle, new=True)
        return self._document_id

    def add_to(self, document_id: int, bundle: Bundle) -> None:
        """Store the sets and decisions of a bundle on a document that is there; its uid is that of the stored one."""
        self._add_parts(document_id, bundle, new=False)

    def flush(self) -> None:
        """Write all gathered rows."""
        for table, statement in INSERTS.items():
            if rows := self._rows[table]:
                _insert(self._connection, statement, rows)
                self._rows[table] = []
        self._characters = 0
        self._pending.clear()

    def holds(self, document: DocumentRow) -> bool:
        """Say whether a document of this text or name is gathered but not written yet."""
        return document.sha256 in self._pending or document.uid in self._pending

    def _add_document(self, document: DocumentRow) -> None:
        self._document_id += 1
        text, origin = document.text, document.origin
        size = lengths(text)
        said = (
            (None,) * 6
            if origin is None
            else (*origin[:3], None if origin.bom is None else int(origin.bom), *origin[4:])
        )
        self._rows["documents"].append(
            (
                self._document_id,
                document.uid,
                document.title,
                document.sha256,
                size.codepoint,
                size.utf8,
                size.utf16,
                count_words(text),
                self._stamp.time,
                int(origin is not None),
                *said,
                orjson.dumps(document.meta).decode() if document.meta else "{}",
            )
        )
        self._rows["document_texts"].append((self._document_id, text))
        self._characters += len(text)
        self._pending.update((document.uid, document.sha256))

    def _add_parts(self, document_id: int, bundle: Bundle, *, new: bool) -> None:
        tallies: dict[SetKey, tuple[int, _Tally]] = {}
        for row in bundle.sets:
            tallies[row.key] = self._add_set(document_id, row)
        ids = self._add_annotations(document_id, bundle, tallies)
        self._add_links(document_id, bundle.links, tallies, ids)
        gold = self._add_decisions(document_id, bundle, tallies)
        for key, (_, tally) in tallies.items():
            if key.role != Role.GOLD:
                who = self.vocabulary.who(key)
                chain = set_chain(bundle.document.uid, Role(key.role), who.uid)
                self._add_entry(document_id, bundle.document.uid, chain, tally, new=new)
        if gold is not None:
            self._add_entry(document_id, bundle.document.uid, document_chain(bundle.document.uid), gold, new=new)
        if len(self._rows["annotations"]) + len(self._rows["links"]) >= BATCH_ROWS or (
            self._characters >= BATCH_CHARACTERS or len(self._rows["documents"]) >= BATCH_ROWS
        ):
            self.flush()

    def _add_set(self, document_id: int, row: SetRow) -> tuple[int, _Tally]:
        self._set_id += 1
        who = self.vocabulary.who(row.key)
        self._rows["annotation_sets"].append(
            (self._set_id, document_id, who.id, row.key.role, row.state, row.note, self._stamp.time)
        )
        return self._set_id, _Tally(row.key, row.state, row.note)

    def _add_annotations(
        self, document_id: int, bundle: Bundle, tallies: Mapping[SetKey, tuple[int, _Tally]]
    ) -> dict[str, int]:
        text, labels = bundle.document.text, self.vocabulary.labels
        add_row, add_fragment = self._rows["annotations"].append, self._rows["fragments"].append
        annotation_id = self._annotation_id
        ids: dict[str, int] = {}
        key_before: SetKey | None = None
        set_id, tally = 0, _Tally(None, None, None)
        # Half a million rows pass here: no call and no object that is not needed.
        for row in bundle.annotations:
            uid, key, label, fragments, note, sources, provenance, created, updated, made, attributes = row
            if key is not key_before:
                set_id, tally = tallies[key]
                key_before = key
            annotation_id += 1
            ids[uid] = annotation_id
            label_id, label_uid = labels[label]
            derived = orjson.dumps(sources).decode() if sources else None
            start, end = fragments[0]
            if len(fragments) == 1:
                extent = f"{start}-{end}"
                add_fragment((annotation_id, 1, start, end, text[start:end]))
            else:
                extent, end = self._add_fragments(annotation_id, fragments, text)
            add_row(
                (
                    annotation_id,
                    set_id,
                    document_id,
                    uid,
                    label_id,
                    start,
                    end,
                    extent,
                    note,
                    made,
                    derived,
                    provenance,
                    created,
                    updated,
                )
            )
            if attributes:
                self._add_attributes(annotation_id, row)
            tally.annotations += 1
            tally.said.append((uid, label_uid, extent, note, made, derived, provenance, created, updated, attributes))
        self._annotation_id = annotation_id
        return ids

    def _add_fragments(self, annotation_id: int, fragments: Iterable[tuple[int, int]], text: str) -> tuple[str, int]:
        parts, last = [], 0
        for number, (start, end) in enumerate(fragments, 1):
            parts.append(f"{start}-{end}")
            self._rows["fragments"].append((annotation_id, number, start, end, text[start:end]))
            last = end
        return " ".join(parts), last

    def _add_attributes(self, annotation_id: int, row: AnnotationRow) -> None:
        for name, value in row.attributes:
            self._rows["attribute_values"].append((annotation_id, name, orjson.dumps(value).decode()))

    def _add_links(
        self,
        document_id: int,
        links: Iterable[LinkRow],
        tallies: Mapping[SetKey, tuple[int, _Tally]],
        ids: Mapping[str, int],
    ) -> None:
        add_row, types = self._rows["links"].append, self.vocabulary.link_types
        for uid, key, kind, source, target, note, created, updated in links:
            set_id, tally = tallies[key]
            self._link_id += 1
            type_id, type_uid = types[kind]
            add_row(
                (self._link_id, set_id, document_id, uid, type_id, ids[source], ids[target], note, created, updated)
            )
            tally.links += 1
            tally.said.append((uid, type_uid, source, target, note, created, updated))

    def _add_decisions(
        self, document_id: int, bundle: Bundle, tallies: Mapping[SetKey, tuple[int, _Tally]]
    ) -> _Tally | None:
        """Store the decisions, or for gold without any one of kind imported an annotation; return gold's tally."""
        gold = next((tally for key, (_, tally) in tallies.items() if key.role == Role.GOLD), None)
        for decision in bundle.decisions:
            gold = gold or _Tally(None, None, None)
            who = NOBODY if decision.adjudicator is None else self.vocabulary.people[decision.adjudicator]
            self._add_decision(document_id, decision, who, implicit=False)
            gold.decisions += 1
            gold.said.append((*decision[:2], who.uid, *decision[3:]))
        if gold is not None and not bundle.decisions:
            for row in bundle.annotations:
                if row.key.role == Role.GOLD:
                    self._add_decision(document_id, _implicit(row, self._stamp.time), NOBODY, implicit=True)
        return gold

    def _add_decision(self, document_id: int, decision: DecisionRow, who: Who, *, implicit: bool) -> None:
        uid, kind, _, rule, time, note, shown, result, stale = decision
        self._rows["decisions"].append(
            (
                document_id,
                uid,
                kind,
                who.id,
                rule,
                time,
                note,
                shown,
                orjson.dumps(result).decode(),
                int(stale),
                int(implicit),
            )
        )

    def _add_entry(self, document_id: int, document: str, chain: str, tally: _Tally, *, new: bool) -> None:
        self._entries += 1
        change: dict[str, Any] = {
            "kind": "import",
            "annotations": tally.annotations,
            "links": tally.links,
            "state": tally.state,
            "note": tally.note,
            "digest": hashlib.sha256(orjson.dumps(tally.said)).hexdigest(),
        }
        if tally.decisions:
            change["decisions"] = tally.decisions
        stamp = self._stamp
        entry = Entry(
            uid=f"j-{stamp.operation}-{self._entries:06d}",
            chain=chain,
            document=document,
            annotator=None,
            operation=stamp.operation,
            title=stamp.title,
            time=stamp.time,
            change=[change],
            inverse=[],
        )
        number, previous = (1, "") if new else _end_of_chain(self._connection, chain)
        self._rows["journal"].append(entry_row(entry, number, previous, document_id, None))


def _insert(connection: Connection, statement: str, rows: list[Row]) -> None:
    """Insert rows, several a statement as long as there are enough: a quarter faster than one by one."""
    several = len(rows) // ROWS_A_STATEMENT * ROWS_A_STATEMENT
    if several:
        head, _, marks = statement.rpartition(" VALUES ")
        flat = [
            tuple(chain.from_iterable(rows[first : first + ROWS_A_STATEMENT]))
            for first in range(0, several, ROWS_A_STATEMENT)
        ]
        connection.exec_driver_sql(f"{head} VALUES {', '.join([marks] * ROWS_A_STATEMENT)}", flat)
    if several < len(rows):
        connection.exec_driver_sql(statement, rows[several:])


def _implicit(row: AnnotationRow, time: str) -> DecisionRow:
    """Return the decision that stands for a gold annotation which came without one; its uid depends on nothing else."""
    return DecisionRow(f"imported-{row.uid}", "imported", None, time=time, result=(row.uid,))


def count_words(text: str) -> int:
    """Count what blanks separate; only to give a feeling of length."""
    return len(text.split())


def _last_ids(connection: Connection) -> tuple[int, int, int, int]:
    """Return the greatest row ids of documents, sets, annotations and links, 0 where there is none."""
    tables = ("documents", "annotation_sets", "annotations", "links")
    greatest = ", ".join(f"coalesce((SELECT max(id) FROM {table}), 0)" for table in tables)
    one, two, three, four = connection.exec_driver_sql(f"SELECT {greatest}").one()
    return one, two, three, four


def _end_of_chain(connection: Connection, chain: str) -> tuple[int, str]:
    row = connection.exec_driver_sql(
        "SELECT number, hash FROM journal WHERE chain = ? ORDER BY number DESC LIMIT 1", (chain,)
    ).fetchone()
    return (row[0] + 1, row[1]) if row else (1, "")
