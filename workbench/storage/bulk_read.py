"""Documents with everything on them, read in bulk: in the order of exports, a page at a time.

Memory holds one page, however many documents there are. A document whose text is missing or does not hold its
quotes comes back as damaged, with the reason, and the rest goes on; writers prove text and hash once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection

from workbench.domain.annotation import Role
from workbench.domain.bundle import AnnotationRow, Bundle, DecisionRow, DocumentRow, LinkRow, Origin, SetKey, SetRow
from workbench.domain.labels import AttributeValue
from workbench.storage.catalogue import list_annotators

PAGE_DOCUMENTS = 100
PAGE_CHARACTERS = 2_000_000


@dataclass(frozen=True, slots=True)
class Selection:
    """What to read: names of annotators and sources, roles, states, document uids, label names; None means all.

    Documents without a set that fits are left out when annotators, roles or states are asked for: an empty
    document would look as if somebody had found nothing in it.
    """

    annotators: frozenset[str] | None = None
    roles: frozenset[str] | None = None
    states: frozenset[str] | None = None
    documents: frozenset[str] | None = None
    labels: frozenset[str] | None = None

    @property
    def by_set(self) -> bool:
        """Say whether annotation sets are chosen at all."""
        return self.annotators is not None or self.roles is not None or self.states is not None

    def takes(self, row: SetRow) -> bool:
        """Say whether an annotation set is wanted."""
        return (
            (self.annotators is None or row.key.annotator in self.annotators)
            and (self.roles is None or row.key.role in self.roles)
            and (self.states is None or row.state in self.states)
        )

    def takes_decisions(self, rows: Iterable[SetRow]) -> bool:
        """Say whether decisions are wanted, `rows` being the sets that are."""
        if any(row.key.role == Role.GOLD for row in rows):
            return True
        # "Nothing belongs here" may be all that was ruled, so that there is no gold set to choose.
        return self.annotators is None and self.states is None and (self.roles is None or Role.GOLD in self.roles)


ALL = Selection()


_new = tuple.__new__
"""Makes a named tuple without the call that fits its arguments to names; half a million are made here."""


class Damaged(NamedTuple):
    """A document that cannot leave the database as it is, and why."""

    document: str
    message: str


@dataclass(slots=True)
class _Open:
    """A document while its page is read."""

    bundle: Bundle
    damage: str | None = None
    sets: dict[int, SetKey] = field(default_factory=dict)


_DOCUMENTS = (
    "SELECT documents.id, documents.uid, title, sha256, codepoints, has_origin, origin_path, origin_sha256, "
    "origin_encoding, origin_bom, origin_newlines, origin_extractor, meta FROM documents "
)
_ANNOTATIONS = (
    "SELECT a.document_id, a.set_id, a.id, a.uid, a.label_id, a.note, a.made, a.derived_from, a.provenance, "
    'a.created, a.updated, f.number, f.start, f."end", f.quote FROM annotations AS a '
    "JOIN fragments AS f ON f.annotation_id = a.id WHERE a.document_id IN ({}) "
    'ORDER BY a.document_id, a.start, a."end" DESC, a.uid, f.number'
)
_ATTRIBUTES = (
    "SELECT annotation_id, attribute_values.name, value FROM attribute_values "
    "JOIN annotations ON annotations.id = annotation_id WHERE document_id IN ({}) "
    "ORDER BY annotation_id, attribute_values.name"
)
_LINKS = (
    "SELECT l.document_id, l.set_id, l.uid, l.type_id, source.uid, target.uid, l.note, l.created, l.updated "
    "FROM links AS l JOIN annotations AS source ON source.id = l.source_id "
    "JOIN annotations AS target ON target.id = l.target_id WHERE l.document_id IN ({}) ORDER BY l.document_id, l.uid"
)
_DECISIONS = (
    "SELECT document_id, uid, kind, adjudicator_id, rule, time, note, shown, result, stale FROM decisions "
    "WHERE implicit = 0 AND document_id IN ({}) ORDER BY document_id, uid"
)


def count_documents(connection: Connection) -> int:
    """Count the documents there are."""
    (count,) = connection.exec_driver_sql("SELECT count(*) FROM documents").one()
    return int(count)


def read_bundle(connection: Connection, document: str) -> Bundle | Damaged | None:
    """Return one document with everything on it, or None when there is none of that uid."""
    return next(read_bundles(connection, Selection(documents=frozenset([document]))), None)


def read_bundles(connection: Connection, selection: Selection = ALL) -> Iterator[Bundle | Damaged]:
    """Yield documents by uid; in each the sets by role and annotator, annotations by place, links by uid."""
    reader = _Reader(connection, selection)
    for page in _pages(connection, selection):
        yield from reader.read(page)


def _pages(connection: Connection, selection: Selection) -> Iterator[list[Any]]:
    page: list[Any] = []
    characters = 0
    for row in _document_rows(connection, selection):
        page.append(row)
        characters += row[4]
        if len(page) >= PAGE_DOCUMENTS or characters >= PAGE_CHARACTERS:
            yield page
            page, characters = [], 0
    if page:
        yield page


def _document_rows(connection: Connection, selection: Selection) -> Iterator[Any]:
    if selection.documents is not None:
        for uid in sorted(selection.documents):
            yield from connection.exec_driver_sql(_DOCUMENTS + "WHERE documents.uid = ?", (uid,)).fetchall()
        return
    last = ""
    while rows := connection.exec_driver_sql(
        _DOCUMENTS + "WHERE documents.uid > ? ORDER BY documents.uid LIMIT ?", (last, PAGE_DOCUMENTS)
    ).fetchall():
        yield from rows
        last = rows[-1][1]


class _Reader:
    """Turns pages of documents into bundles; knows what the ids in the rows stand for."""

    def __init__(self, connection: Connection, selection: Selection) -> None:
        self._connection = connection
        self._selection = selection
        self._labels = _names(connection, "labels")
        self._link_types = _names(connection, "link_types")
        annotators = list_annotators(connection)
        self._annotators: dict[int | None, str | None] = {annotator.id: annotator.name for annotator in annotators}
        self._annotators[None] = None
        wanted = selection.labels
        self._wanted_labels = {key for key, name in self._labels.items() if wanted is None or name in wanted}

    def read(self, page: list[Any]) -> Iterator[Bundle | Damaged]:
        """Yield the documents of a page that are wanted."""
        documents = {row[0]: self._open(row) for row in page}
        self._read_texts(documents)
        self._read_sets(documents)
        self._read_annotations(documents)
        self._read_links(documents)
        self._read_decisions(documents)
        for opened in documents.values():
            if self._selection.by_set and not opened.bundle.sets:
                continue
            document = opened.bundle.document.uid
            yield opened.bundle if opened.damage is None else Damaged(document, opened.damage)

    def _rows(self, statement: str, ids: Sequence[int]) -> Any:
        marks = ", ".join("?" * len(ids))
        # The driver's own tuples: half a million rows pass here.
        return self._connection.exec_driver_sql(statement.format(marks), tuple(ids)).cursor

    def _open(self, row: Any) -> _Open:
        document_id, uid, title, sha256, _, has_origin, path, original, encoding, bom, newlines, extractor, meta = row
        origin = Origin(path, original, encoding, None if bom is None else bool(bom), newlines, extractor)
        document = DocumentRow(uid, title, "", sha256, origin if has_origin else None, orjson.loads(meta))
        return _Open(Bundle(document), f"it has no text (row {document_id})")

    def _read_texts(self, documents: Mapping[int, _Open]) -> None:
        for document_id, text in self._rows(
            "SELECT document_id, text FROM document_texts WHERE document_id IN ({})", list(documents)
        ):
            opened = documents[document_id]
            known = opened.bundle.document
            document = DocumentRow(known.uid, known.title, text, known.sha256, known.origin, known.meta)
            opened.bundle = Bundle(document)
            opened.damage = None

    def _read_sets(self, documents: Mapping[int, _Open]) -> None:
        for document_id, set_id, annotator_id, role, state, note in self._rows(
            "SELECT document_id, id, annotator_id, role, state, note FROM annotation_sets WHERE document_id IN ({})",
            list(documents),
        ):
            row = SetRow(SetKey(role, self._annotators[annotator_id]), state, note)
            if self._selection.takes(row):
                documents[document_id].sets[set_id] = row.key
                documents[document_id].bundle.sets.append(row)
        for opened in documents.values():
            opened.bundle.sets.sort(key=lambda row: (row.key.role, row.key.annotator or ""))

    def _read_annotations(self, documents: Mapping[int, _Open]) -> None:
        attributes = self._read_attributes(documents)
        document_before = None
        labels, wanted = self._labels, self._wanted_labels
        for (
            document_id, set_id, annotation_id, uid, label_id, note, made, derived, provenance, created, updated,
            number, start, end, quote,
        ) in self._rows(_ANNOTATIONS, list(documents)):  # fmt: skip
            if document_id != document_before:
                document_before, opened = document_id, documents[document_id]
                sets, text, rows = opened.sets, opened.bundle.document.text, opened.bundle.annotations
            key = sets.get(set_id)
            if key is None or label_id not in wanted:
                continue
            if text[start:end] != quote and opened.damage is None:
                opened.damage = f"annotation {uid}: the text at {start}..{end} is not the stored quote"
            if number > 1:
                rows[-1] = rows[-1]._replace(fragments=(*rows[-1].fragments, (start, end)))
                continue
            sources = tuple(orjson.loads(derived)) if derived else ()
            values = attributes.get(annotation_id, ()) if attributes else ()
            places, label = ((start, end),), labels[label_id]
            row = (uid, key, label, places, note, sources, provenance, created, updated, made, values)
            rows.append(_new(AnnotationRow, row))

    def _read_attributes(self, documents: Mapping[int, _Open]) -> dict[int, tuple[tuple[str, AttributeValue], ...]]:
        found: dict[int, tuple[tuple[str, AttributeValue], ...]] = {}
        for annotation_id, name, value in self._rows(_ATTRIBUTES, list(documents)):
            found[annotation_id] = (*found.get(annotation_id, ()), (name, orjson.loads(value)))
        return found

    def _read_links(self, documents: Mapping[int, _Open]) -> None:
        kept: dict[int, set[str]] = {}
        if self._selection.labels is not None:
            kept = {key: {row.uid for row in opened.bundle.annotations} for key, opened in documents.items()}
        for document_id, set_id, uid, type_id, source, target, note, created, updated in self._rows(
            _LINKS, list(documents)
        ):
            opened = documents[document_id]
            key = opened.sets.get(set_id)
            if key is None or (kept and not {source, target} <= kept[document_id]):
                continue
            opened.bundle.links.append(
                LinkRow(uid, key, self._link_types[type_id], source, target, note, created, updated)
            )

    def _read_decisions(self, documents: Mapping[int, _Open]) -> None:
        for document_id, uid, kind, adjudicator_id, rule, time, note, shown, result, stale in self._rows(
            _DECISIONS, list(documents)
        ):
            opened = documents[document_id]
            results = tuple(orjson.loads(result))
            if not self._selection.takes_decisions(opened.bundle.sets) or self._leaves_out(opened, results):
                continue
            adjudicator = self._annotators[adjudicator_id]
            opened.bundle.decisions.append(
                DecisionRow(uid, kind, adjudicator, rule, time, note, shown, results, bool(stale))
            )

    def _leaves_out(self, opened: _Open, results: tuple[str, ...]) -> bool:
        """Say whether a choice of labels takes away what a decision produced."""
        if self._selection.labels is None or not results:
            return False
        return not set(results) <= {row.uid for row in opened.bundle.annotations}


def _names(connection: Connection, table: str) -> dict[int, str]:
    return {row[0]: row[1] for row in connection.exec_driver_sql(f"SELECT id, name FROM {table}")}


def people_in(connection: Connection, selection: Selection) -> set[int]:
    """Return the row ids of the people who have a set or a decision in a selection."""
    ids: set[int] = set()
    for statement, wanted in (
        (
            "SELECT DISTINCT annotator_id, state, documents.uid FROM annotation_sets "
            "JOIN documents ON documents.id = document_id WHERE role = 'annotator'",
            selection.roles is None or Role.ANNOTATOR in selection.roles,
        ),
        (
            "SELECT DISTINCT adjudicator_id, gold.state, documents.uid FROM decisions "
            "JOIN documents ON documents.id = decisions.document_id "
            "LEFT JOIN annotation_sets AS gold ON gold.document_id = documents.id AND gold.role = 'gold' "
            "WHERE implicit = 0 AND adjudicator_id IS NOT NULL",
            selection.annotators is None and (selection.roles is None or Role.GOLD in selection.roles),
        ),
    ):
        for annotator_id, state, document in connection.exec_driver_sql(statement) if wanted else ():
            fits = selection.states is None or state in selection.states
            if fits and (selection.documents is None or document in selection.documents):
                ids.add(annotator_id)
    return ids


class Known(NamedTuple):
    """A stored document as far as an import must know it."""

    id: int
    uid: str
    title: str | None
    sha256: str
    meta: dict[str, Any]


def known_documents(connection: Connection, sha256: str, uid: str) -> tuple[Known | None, Known | None]:
    """Return the stored document of that text, and the one of that name."""
    by_text = by_name = None
    # The driver's own cursor: a hundred thousand documents ask this, and nearly all get no row.
    cursor = connection.connection.cursor()
    cursor.execute("SELECT id, uid, title, sha256, meta FROM documents WHERE sha256 = ? OR uid = ?", (sha256, uid))
    for row in cursor.fetchall():
        known = Known(row[0], row[1], row[2], row[3], orjson.loads(row[4]))
        by_text = known if known.sha256 == sha256 else by_text
        by_name = known if known.uid == uid else by_name
    return by_text, by_name


def document_hashes(connection: Connection) -> Iterator[tuple[str, str]]:
    """Yield id and text hash of every document, by id."""
    for row in connection.exec_driver_sql("SELECT uid, sha256 FROM documents ORDER BY uid"):
        yield row[0], row[1]
