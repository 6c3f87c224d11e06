"""What `workbench doctor` looks at inside a database: one function a check, each reading in a stream.

A check yields a finding for each broken row, by the names that people know. A finding may carry the statement that
mends it; only what the rest of the data proves has one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, pairwise
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from workbench.domain.labels import Attribute, check_label_set
from workbench.domain.text import lengths, text_hash
from workbench.errors import WorkbenchError
from workbench.storage import catalogue
from workbench.storage.finding import NOTE, Finding, Statement
from workbench.storage.journal import broken_links
from workbench.storage.models import REVISIONS, Base
from workbench.storage.replay import contradictions

Check = Callable[[Connection], Iterator[Finding]]


def structure(connection: Connection) -> Iterator[Finding]:
    """Let SQLite check its own pages, indexes and constraints."""
    for (said,) in connection.exec_driver_sql("PRAGMA integrity_check(1000)"):
        if said != "ok":
            yield Finding("structure", "file", str(said), "Put a backup back with `workbench restore`.")


def references(connection: Connection) -> Iterator[Finding]:
    """Find rows that refer to rows that are not there."""
    for table, rowid, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield Finding("references", f"table {table}, row {rowid}", f"refers to a row of {parent} that is not there")


def schema(connection: Connection) -> Iterator[Finding]:
    """Find tables and indexes that are missing, and a schema revision that is not exactly one."""
    present = {
        row[0] for row in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type IN ('table', 'index')")
    }
    for table in Base.metadata.sorted_tables:
        for what, name in (("table", table.name), *(("index", str(index.name)) for index in table.indexes)):
            if name not in present:
                yield Finding("schema", f"{what} {name}", "is missing", "Put a backup back with `workbench restore`.")
    revisions = [row[0] for row in connection.exec_driver_sql("SELECT version_num FROM alembic_version")]
    if revisions != [REVISIONS[-1]]:
        yield Finding("schema", "schema revision", f"is {', '.join(revisions) or 'not there'}")


def project(connection: Connection) -> Iterator[Finding]:
    """Check the project's row and the rules of its label set."""
    try:
        check_label_set(catalogue.load_project(connection).label_set)
    except WorkbenchError as error:
        yield Finding("project", "label set", error.what, error.remedy)
    except ValueError as error:
        yield Finding("project", "label set", f"holds what is no JSON or no known word: {error}")


def texts(connection: Connection) -> Iterator[Finding]:
    """Compare each text with its hash and lengths."""
    rows = connection.exec_driver_sql(
        "SELECT documents.id, documents.uid, documents.sha256, documents.codepoints, documents.utf8, documents.utf16, "
        "document_texts.text FROM documents LEFT JOIN document_texts ON document_texts.document_id = documents.id "
        "ORDER BY documents.id"
    )
    for document_id, uid, sha256, codepoints, utf8, utf16, text in rows:
        where = f'document "{uid}"'
        if text is None:
            yield Finding("texts", where, "has no text")
        elif text_hash(text) != sha256:
            yield Finding("texts", where, "its text is not the one that was imported (the SHA-256 differs)")
        elif (found := _measured(text)) != (codepoints, utf8, utf16):
            yield Finding(
                "texts",
                where,
                f"is {found[0]:,} characters, {found[1]:,} bytes and {found[2]:,} UTF-16 units long, "
                f"not {codepoints:,}, {utf8:,} and {utf16:,}",
                repair=(
                    "UPDATE documents SET codepoints = ?, utf8 = ?, utf16 = ? WHERE id = ?",
                    (*found, document_id),
                ),
            )


def _measured(text: str) -> tuple[int, int, int]:
    found = lengths(text)
    return found.codepoint, found.utf8, found.utf16


class _Part(NamedTuple):
    """A fragment beside its annotation, as stored; the last four are None when an annotation has no fragment."""

    document_id: int
    annotation_id: int
    uid: str
    start: int
    end: int
    extent: str
    number: int | None
    part_start: int
    part_end: int
    quote: str


_PARTS = (
    'SELECT annotations.document_id, annotations.id, annotations.uid, annotations.start, annotations."end", '
    'annotations.extent, fragments.number, fragments.start, fragments."end", fragments.quote FROM annotations '
    "LEFT JOIN fragments ON fragments.annotation_id = annotations.id "
    "ORDER BY annotations.document_id, annotations.uid, fragments.number"
)


def fragments(connection: Connection) -> Iterator[Finding]:
    """Check that fragments are in order and apart, agree with their annotation, and quote their text."""
    parts = (_Part(*row) for row in connection.exec_driver_sql(_PARTS))
    for document_id, of_document in groupby(parts, key=lambda part: part.document_id):
        text = connection.exec_driver_sql(
            "SELECT text FROM document_texts WHERE document_id = ?", (document_id,)
        ).scalar()
        for _, of_annotation in groupby(of_document, key=lambda part: part.annotation_id):
            mine = list(of_annotation)
            for what, repair in _wrong_with(mine, text or ""):
                where = annotation_name(connection, document_id, mine[0].uid)
                yield Finding("fragments", where, what, repair=repair)


def _wrong_with(parts: list[_Part], text: str) -> Iterator[tuple[str, Statement | None]]:
    first = parts[0]
    if first.number is None:
        yield "has no fragment", None
        return
    if [part.number for part in parts] != list(range(1, len(parts) + 1)):
        yield "its fragments are not numbered from 1", None
    if any(after.part_start <= before.part_end for before, after in pairwise(parts)):
        yield "its fragments overlap, touch or are out of order", None
        return
    extent = " ".join(f"{part.part_start}-{part.part_end}" for part in parts)
    if extent != first.extent:
        yield f"is at {first.extent}, but its fragments are at {extent}", None
        return
    if (first.start, first.end) != (first.part_start, parts[-1].part_end):
        yield (
            f"goes from {first.start} to {first.end}, but its fragments are at {extent}",
            (
                'UPDATE annotations SET start = ?, "end" = ? WHERE id = ?',
                (first.part_start, parts[-1].part_end, first.annotation_id),
            ),
        )
    if parts[-1].part_end > len(text):
        yield f"ends at {parts[-1].part_end:,}, past the end of the text ({len(text):,})", None
        return
    for part in parts:
        found = text[part.part_start : part.part_end]
        if found != part.quote:
            yield (
                f"quotes {_short(part.quote)}, but the text at {part.part_start}-{part.part_end} is {_short(found)}",
                (
                    "UPDATE fragments SET quote = ? WHERE annotation_id = ? AND number = ?",
                    (found, part.annotation_id, part.number),
                ),
            )


def _short(text: str) -> str:
    return repr(text) if len(text) <= 40 else repr(text[:37] + "...")


def annotation_name(connection: Connection, document_id: int, uid: str) -> str:
    """Name an annotation as people know it: document, annotation, whose."""
    row = connection.exec_driver_sql(
        "SELECT documents.uid, annotation_sets.role, annotators.name FROM annotations "
        "LEFT JOIN documents ON documents.id = annotations.document_id "
        "LEFT JOIN annotation_sets ON annotation_sets.id = annotations.set_id "
        "LEFT JOIN annotators ON annotators.id = annotation_sets.annotator_id "
        "WHERE annotations.document_id = ? AND annotations.uid = ?",
        (document_id, uid),
    ).fetchone()
    if row is None:
        return f"annotation {uid}"
    return f'document "{row[0]}", annotation {uid} ({row[2] or row[1] or "of no set"})'


_LINKS = (
    "SELECT documents.uid, links.uid, link_types.uid, source.label_id, target.label_id, "
    "links.set_id IS source.set_id AND links.set_id IS target.set_id FROM links "
    "LEFT JOIN documents ON documents.id = links.document_id "
    "LEFT JOIN link_types ON link_types.id = links.type_id "
    "LEFT JOIN annotations AS source ON source.id = links.source_id "
    "LEFT JOIN annotations AS target ON target.id = links.target_id ORDER BY links.id"
)


def links(connection: Connection) -> Iterator[Finding]:
    """Check that links stay inside one set, and join labels that their type allows."""
    label_set = catalogue.load_label_set(connection)
    uids = {row_id: uid for uid, row_id in catalogue.label_ids(connection).items()}
    types = {link_type.uid: link_type for link_type in label_set.link_types}
    for document, uid, type_uid, source, target, inside in connection.exec_driver_sql(_LINKS):
        where = f'document "{document}", link {uid}'
        if not inside:
            yield Finding("links", where, "joins annotations that are not both in its set")
        elif type_uid in types and not types[type_uid].allows(uids.get(source, ""), uids.get(target, "")):
            names = [label_set.by_uid(uids[end]).name if end in uids else "?" for end in (source, target)]
            yield Finding(
                "links",
                where,
                f'type "{types[type_uid].name}" does not join {names[0]} to {names[1]}',
                "It came so, or the type was narrowed since.",
                level=NOTE,
            )


def sets(connection: Connection) -> Iterator[Finding]:
    """Check that annotator sets are people's and imported ones are sources', and when they were last touched."""
    rows = connection.exec_driver_sql(
        "SELECT documents.uid, annotation_sets.role, annotators.name, annotators.kind FROM annotation_sets "
        "JOIN documents ON documents.id = annotation_sets.document_id "
        "JOIN annotators ON annotators.id = annotation_sets.annotator_id "
        "WHERE (annotation_sets.role = 'annotator' AND annotators.kind <> 'person') "
        "OR (annotation_sets.role = 'imported' AND annotators.kind <> 'source')"
    )
    for document, role, name, kind in rows:
        yield Finding("sets", f'document "{document}", set of {name}', f"has the role {role}, but {name} is a {kind}")
    yield from _touched(connection)


_CHAIN = (
    "CASE annotation_sets.role WHEN 'gold' THEN 'document/' || documents.uid "
    "ELSE 'set/' || documents.uid || '/' || annotation_sets.role || '/' || annotators.uid END"
)
_LAST = f"(SELECT journal.time FROM journal WHERE journal.chain = {_CHAIN} ORDER BY journal.number DESC LIMIT 1)"


def _touched(connection: Connection) -> Iterator[Finding]:
    rows = connection.exec_driver_sql(
        "SELECT annotation_sets.id, documents.uid, coalesce(annotators.name, 'gold'), annotation_sets.touched, "
        f"{_LAST} "
        "FROM annotation_sets JOIN documents ON documents.id = annotation_sets.document_id "
        "LEFT JOIN annotators ON annotators.id = annotation_sets.annotator_id"
    )
    for set_id, document, name, touched, last in rows:
        where = f'document "{document}", set of {name}'
        if last is None:
            yield Finding("sets", where, "nothing in the journal tells of it")
        elif last != touched:
            repair = ("UPDATE annotation_sets SET touched = ? WHERE id = ?", (last, set_id))
            yield Finding("sets", where, f"was last touched at {last} by the journal, not at {touched}", repair=repair)


def attributes(connection: Connection) -> Iterator[Finding]:
    """Check that attribute values are JSON, declared by their label, and fit."""
    labels = {label.uid: label for label in catalogue.load_label_set(connection).labels}
    rows = connection.exec_driver_sql(
        "SELECT annotations.document_id, annotations.uid, labels.uid, attribute_values.name, attribute_values.value "
        "FROM attribute_values JOIN annotations ON annotations.id = attribute_values.annotation_id "
        "JOIN labels ON labels.id = annotations.label_id"
    )
    for document_id, uid, label_uid, name, value in rows:
        problem = _wrong_value(labels[label_uid].attribute(name), value)
        if problem:
            yield Finding("attributes", annotation_name(connection, document_id, uid), f'attribute "{name}" {problem}')


def _wrong_value(attribute: Attribute | None, value: str) -> str | None:
    try:
        parsed = orjson.loads(value)
    except ValueError:
        return "holds what is no JSON"
    if attribute is None:
        return "is not one of its label"
    return attribute.problem_with(parsed)


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(member, str) for member in value)


_JSON: tuple[tuple[str, str, Callable[[Any], bool]], ...] = (
    ("project settings", "SELECT 'project', settings FROM project", lambda value: isinstance(value, dict)),
    ("meta", "SELECT 'document \"' || uid || '\"', meta FROM documents", lambda value: isinstance(value, dict)),
    (
        "derived_from",
        "SELECT 'document \"' || documents.uid || '\", annotation ' || annotations.uid, annotations.derived_from "
        "FROM annotations JOIN documents ON documents.id = annotations.document_id "
        "WHERE annotations.derived_from IS NOT NULL",
        _is_words,
    ),
    (
        "provenance",
        "SELECT 'document \"' || documents.uid || '\", annotation ' || annotations.uid, annotations.provenance "
        "FROM annotations JOIN documents ON documents.id = annotations.document_id "
        "WHERE annotations.provenance IS NOT NULL",
        lambda value: isinstance(value, dict),
    ),
    (
        "shown",
        "SELECT 'document \"' || documents.uid || '\", decision ' || decisions.uid, decisions.shown "
        "FROM decisions JOIN documents ON documents.id = decisions.document_id",
        lambda value: isinstance(value, list),
    ),
    (
        "result",
        "SELECT 'document \"' || documents.uid || '\", decision ' || decisions.uid, decisions.result "
        "FROM decisions JOIN documents ON documents.id = decisions.document_id",
        _is_words,
    ),
)


def json_columns(connection: Connection) -> Iterator[Finding]:
    """Check that columns of JSON hold JSON of the right shape."""
    for what, sql, fits in _JSON:
        for where, value in connection.exec_driver_sql(sql):
            try:
                right = fits(orjson.loads(value))
            except ValueError:
                right = False
            if not right:
                yield Finding("json", where, f"{what} holds what cannot be read: {_short(value)}")


def journal(connection: Connection) -> Iterator[Finding]:
    """Check each hash chain of the journal."""
    for broken in broken_links(connection):
        yield Finding("journal", f"journal {broken.chain}, entry {broken.number}", broken.what)


CHECKS: tuple[tuple[str, Check], ...] = (
    ("structure", structure),
    ("schema", schema),
    ("references", references),
    ("project", project),
    ("texts", texts),
    ("fragments", fragments),
    ("links", links),
    ("sets", sets),
    ("attributes", attributes),
    ("json", json_columns),
    ("journal", journal),
    ("rows", contradictions),
)
"""Every check inside the file, in the order in which they run: what others build on comes first."""


def findings(connection: Connection, checks: Iterable[tuple[str, Check]] = CHECKS) -> Iterator[Finding]:
    """Run checks on an open connection and yield what they find; a check that the file's damage stops is a finding."""
    for name, check in checks:
        try:
            yield from check(connection)
        except (DBAPIError, sqlite3.Error, ValueError, WorkbenchError) as error:
            said = str(getattr(error, "orig", None) or error)
            yield Finding(name, "file", f"cannot be checked to the end: {said}", "Put a backup back.")


def mend(connection: Connection, repair: Statement) -> int:
    """Run a finding's repair and return the number of rows it mended."""
    return connection.exec_driver_sql(*repair).rowcount
