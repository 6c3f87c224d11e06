"""Writes the program's own format, JSONL or JSON, a document at a time: same data, same bytes.

Order: documents as they come (by id); sets by role, then annotator; annotations by where they begin, of equal
beginnings the longest first, then by id; links and decisions by id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import orjson

from workbench.domain.bundle import AnnotationRow, Bundle, DecisionRow, DocumentRow, LinkRow, Origin, Project, SetRow
from workbench.domain.text import CONTEXT, text_hash
from workbench.formats.header import write_header
from workbench.formats.problems import FormatError
from workbench.formats.units import UnitCounter
from workbench.formats.writing import OnFault, file_writer, raise_fault

_dumps = orjson.dumps
_Raw = orjson.Fragment


def write_jsonl(
    project: Project,
    bundles: Iterable[Bundle],
    out: BinaryIO,
    on_fault: OnFault = raise_fault,
    stamp: str | None = None,
) -> None:
    """Write a header line, then each document's lines. A document that is not sound goes to `on_fault` instead."""
    out.write(_dumps({"record": "header", **write_header(project, stamp)}) + b"\n")
    for body in _bodies(bundles, jsonl_document, on_fault):
        out.write(body)


def write_json(
    project: Project,
    bundles: Iterable[Bundle],
    out: BinaryIO,
    on_fault: OnFault = raise_fault,
    stamp: str | None = None,
) -> None:
    """Write one object with a line a set, annotation and link. Unsound documents as in `write_jsonl`."""
    head = _dumps(write_header(project, stamp), option=orjson.OPT_INDENT_2)
    out.write(head.removesuffix(b"\n}") + b',\n  "documents": [')
    separator = b"\n"
    for body in _bodies(bundles, json_document, on_fault):
        out.write(separator + body)
        separator = b",\n"
    out.write(b"]\n}\n")


def _bodies(bundles: Iterable[Bundle], write: Callable[[Bundle], bytes], on_fault: OnFault) -> Iterator[bytes]:
    for bundle in bundles:
        try:
            body = write(bundle)
        except FormatError as error:
            on_fault(error)
            continue
        yield body


def jsonl_document(bundle: Bundle) -> bytes:
    """Return the lines of one document, the last one ended. Raises FormatError when it is not sound."""
    uid = bundle.document.uid
    with sound(bundle.document):
        name = _dumps(uid)
        lines = [b'{"record":"document",' + _document(bundle.document)]
        for kind, write in _WRITERS:
            lines += write(bundle, b'{"record":"' + kind + b'","document":' + name + b",")
        lines.append(b"")
    return b"\n".join(lines)


def json_document(bundle: Bundle) -> bytes:
    """Return one document as a JSON object, a line a record. Raises FormatError when it is not sound."""
    with sound(bundle.document):
        pieces = [b"{" + _document(bundle.document)[:-1]]
        for kind, write in _WRITERS:
            records = write(bundle, b"{")
            if records or kind != b"decision":
                pieces.append(b'"' + kind + b's":[' + b",".join(b"\n" + record for record in records) + b"]")
    return b",\n".join(pieces) + b"}"


@contextmanager
def sound(document: DocumentRow) -> Iterator[None]:
    """Turn what cannot be written into a FormatError that names the document."""
    where = f'document "{document.uid}"'
    try:
        if text_hash(document.text) != document.sha256:
            raise FormatError("its text does not have its sha256", where=where, remedy="Run workbench doctor.")
        yield
    except (TypeError, UnicodeEncodeError) as error:
        raise FormatError(f"cannot be written ({error})", where=where, remedy="Run workbench doctor.") from error


def _document(row: DocumentRow) -> bytes:
    text = row.text
    counter = UnitCounter(text)
    record: dict[str, Any] = {
        "id": row.uid,
        "title": row.title,
        "text": text,
        "sha256": row.sha256,
        "length": {"codepoint": len(text), "utf8": counter.utf8, "utf16": counter.utf16},
        "origin": None if row.origin is None else _origin(row.origin),
    }
    if row.meta:
        record["meta"] = row.meta
    return _dumps(record)[1:]


def _origin(origin: Origin) -> dict[str, Any]:
    said = {name: value for name, value in origin._asdict().items() if value is not None}
    return {"path": origin.path, **said}


def _sets(bundle: Bundle, head: bytes) -> list[bytes]:
    rows = sorted(bundle.sets, key=lambda row: (row.key.role, row.key.annotator or ""))
    return [head + _set(row)[1:] for row in rows]


def _set(row: SetRow) -> bytes:
    key = row.key
    return _dumps({"annotator": key.annotator, "role": key.role, "state": row.state, "note": row.note})


def _annotations(bundle: Bundle, head: bytes) -> list[bytes]:
    text = bundle.document.text
    size, counter = len(text), UnitCounter(text)
    lines = []
    for uid, key, label, fragments, note, derived, provenance, created, updated, made, attributes in in_order(bundle):
        start, end = fragments[0][0], fragments[-1][1]
        check_fragments(fragments, size, uid, bundle.document.uid)
        record: dict[str, Any] = {
            "id": uid,
            "annotator": key[1],
            "role": key[0],
            "label": label,
            "fragments": [_fragment(text, counter, *fragments[0])]
            if len(fragments) == 1
            else [_fragment(text, counter, *pair) for pair in fragments],
            "prefix": text[start - CONTEXT if start > CONTEXT else 0 : start],
            "suffix": text[end : end + CONTEXT],
            "note": note,
            "derived_from": derived,
            "created": created,
            "updated": updated,
        }
        if made is not None:
            record["made"] = made
        if attributes:
            record["attributes"] = dict(attributes)
        if provenance is not None:
            record["provenance"] = _Raw(provenance)
        lines.append(head + _dumps(record)[1:])
    return lines


def in_order(bundle: Bundle) -> list[AnnotationRow]:
    """Return a document's annotations by beginning, of equal ones the longest first, then by uid."""
    keyed = [(row[3][0][0], -row[3][-1][1], row[0], row) for row in bundle.annotations]
    keyed.sort()
    return [row for _, _, _, row in keyed]


def check_fragments(fragments: tuple[tuple[int, int], ...], size: int, uid: str, document: str) -> None:
    """Raise FormatError unless the fragments are in order, apart, and inside a text of `size` code points."""
    before = -1
    for start, end in fragments:
        if not before < start < end <= size:
            raise FormatError(
                f"annotation {uid}: {start}..{end} is not a place in a text of {size:,} characters",
                where=f'document "{document}"',
                remedy="Run workbench doctor.",
            )
        before = end


def _fragment(text: str, counter: UnitCounter, start: int, end: int) -> dict[str, Any]:
    quote = text[start:end]
    if counter.ascii:
        return {"start": start, "end": end, "utf8": (start, end), "utf16": (start, end), "quote": quote}
    start8, start16 = counter.units(start)
    end8 = start8 + len(quote.encode())
    utf16 = (start16, counter.utf16_at(end))
    return {"start": start, "end": end, "utf8": (start8, end8), "utf16": utf16, "quote": quote}


def _links(bundle: Bundle, head: bytes) -> list[bytes]:
    return [head + _link(row)[1:] for row in sorted(bundle.links)]


def _link(row: LinkRow) -> bytes:
    uid, (role, annotator), kind, source, target, note, created, updated = row
    return _dumps(
        {
            "id": uid,
            "annotator": annotator,
            "role": role,
            "type": kind,
            "from": source,
            "to": target,
            "note": note,
            "created": created,
            "updated": updated,
        }
    )


def _decisions(bundle: Bundle, head: bytes) -> list[bytes]:
    return [head + _decision(row)[1:] for row in sorted(bundle.decisions, key=lambda row: row.uid)]


def _decision(row: DecisionRow) -> bytes:
    return _dumps(
        {
            "id": row.uid,
            "kind": row.kind,
            "adjudicator": row.adjudicator,
            "rule": row.rule,
            "time": row.time,
            "note": row.note,
            "shown": _Raw(row.shown),
            "result": row.result,
            "stale": row.stale,
        }
    )


_WRITERS: tuple[tuple[bytes, Callable[[Bundle, bytes], list[bytes]]], ...] = (
    (b"set", _sets),
    (b"annotation", _annotations),
    (b"link", _links),
    (b"decision", _decisions),
)


export_jsonl = file_writer(write_jsonl)
"""Export as JSON lines to a file or standard output."""

export_json = file_writer(write_json)
"""Export as one JSON file or to standard output."""
