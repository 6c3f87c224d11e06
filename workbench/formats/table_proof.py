"""Proves CSV tables against themselves, or against a document's text where somebody has it.

Without a text its characters are known where quotes, prefixes and suffixes show them: whatever two rows both show
has to be the same, and offsets in the three units have to fit what is known of the characters between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from workbench.domain.annotation import Role
from workbench.domain.bundle import AnnotatorRow, Project, SetKey
from workbench.domain.labels import Label, LabelSet
from workbench.domain.text import CONTEXT
from workbench.formats import shapes
from workbench.formats.checking import DocumentCheck, Places, Vocabulary
from workbench.formats.problems import Problem, Severity
from workbench.formats.table_reading import (
    Cells,
    TableDocument,
    link_record,
    number,
    read_annotations,
    read_rows,
    set_record,
)
from workbench.formats.units import utf8_size, utf16_size

TextOf = Callable[[str, str], str | None]
"""Gives the text of a document, by its id and the sha256 that the tables say it has, or None."""

_EXACT_GAP = 4096


class TableProof:
    """Proves the tables of one folder, whichever of them are there."""

    def __init__(self, tables: dict[str, Path], text_of: TextOf, spreadsheet: bool) -> None:
        self._tables = tables
        self._text_of = text_of
        self._spreadsheet = spreadsheet
        self.documents: dict[str, str] = {}
        """Document id -> sha256, as the tables say."""
        self.annotations = 0
        self._sizes: dict[str, int] = {}
        self._sets: dict[str, set[tuple[str, str | None]]] = {}
        self._whose: dict[tuple[str, str], tuple[str, str | None]] = {}

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong, table by table. Raises FormatError for a file that is no such table."""
        for table, check in (
            ("documents", self._check_document),
            ("sets", self._check_set),
            ("annotations", None),
            ("links", self._check_link),
            ("decisions", self._check_decision),
        ):
            path = self._tables.get(table)
            if path is None:
                continue
            rows = read_rows(path, table, self._spreadsheet)
            if check is None:
                yield from self._check_annotations(path, rows)
                continue
            for line, cells in rows:
                for code, kind, uid, message in check(cells):
                    yield self._problem(path, line, cells["document_id"], code, message, kind, uid)

    def _problem(
        self, path: Path, line: int | None, document: str, code: str, message: str, kind: str, uid: str | None
    ) -> Problem:
        return Problem(Severity.ERROR, code, message, str(path), line, document, kind, uid)

    def _hash_faults(self, cells: Cells, column: str) -> Iterator[tuple[str, str, str | None, str]]:
        uid, sha256 = cells["document_id"], cells[column]
        if fault := shapes.sha256(sha256):
            yield "shape", "document", None, f"{column} {fault}."
        known = self.documents.setdefault(uid, sha256)
        if known != sha256:
            yield "sha256", "document", None, f"{column} is {sha256} but {known} elsewhere in these tables."

    def _check_document(self, cells: Cells) -> Iterator[tuple[str, str, str | None, str]]:
        uid = cells["document_id"]
        if uid in self.documents:
            yield "duplicate-id", "document", None, "another row has this id."
        yield from self._hash_faults(cells, "sha256")
        size = number(cells["codepoints"])
        if not isinstance(size, int):
            yield "shape", "document", None, f"codepoints should be a whole number, not {shapes.shown(size)}."
        else:
            self._sizes[uid] = size
        if cells["origin_sha256"] and (fault := shapes.sha256(cells["origin_sha256"])):
            yield "shape", "document", None, f"origin_sha256 {fault}."
        text = self._text_of(uid, cells["sha256"])
        if text is not None and len(text) != size:
            yield "length", "document", None, f"codepoints is {size} but the text has {len(text)}."

    def _check_set(self, cells: Cells) -> Iterator[tuple[str, str, str | None, str]]:
        record = set_record(cells)
        uid = record["annotator"] or "gold"
        yield from self._hash_faults(cells, "document_sha256")
        fault = shapes.SET(record) or shapes.whose(record)
        if fault:
            yield "shape", "set", uid, f"{fault}."
        sets = self._sets.setdefault(cells["document_id"], set())
        if (record["role"], record["annotator"]) in sets:
            yield "duplicate-set", "set", uid, "there is already a set of this annotator and role."
        sets.add((record["role"], record["annotator"]))

    def _check_link(self, cells: Cells) -> Iterator[tuple[str, str, str | None, str]]:
        record, document = link_record(cells), cells["document_id"]
        yield from self._hash_faults(cells, "document_sha256")
        fault = shapes.LINK(record) or shapes.whose(record)
        if fault:
            yield "shape", "link", record["id"], f"{fault}."
        if "annotations" not in self._tables:
            return
        for end in ("from", "to"):
            whose = self._whose.get((document, record[end]))
            if whose is None:
                yield "link-ends", "link", record["id"], f"{end} is {record[end]}, no annotation of this document."
            elif whose != (record["role"], record["annotator"]):
                yield "link-ends", "link", record["id"], f"{end} is {record[end]}, an annotation of another set."

    def _check_decision(self, cells: Cells) -> Iterator[tuple[str, str, str | None, str]]:
        yield from self._hash_faults(cells, "document_sha256")
        if not cells["decision_id"] or cells["kind"] not in shapes.DECISION_KINDS:
            yield "shape", "decision", cells["decision_id"], f"kind is {shapes.shown(cells['kind'])}."

    def _check_annotations(self, path: Path, rows: Iterator[tuple[int, Cells]]) -> Iterator[Problem]:
        problems: list[Problem] = []
        for document in read_annotations(rows, str(path), problems):
            yield from problems
            problems.clear()
            cells = {"document_id": document.uid, "document_sha256": document.sha256}
            for code, kind, uid, message in self._hash_faults(cells, "document_sha256"):
                yield self._problem(path, document.lines[0], document.uid, code, message, kind, uid)
            yield from self._check_rows(path, document)
            self.annotations += len(document.annotations)
            for record in document.annotations:
                self._whose[document.uid, record["id"]] = (record["role"], record["annotator"])
        yield from problems

    def _check_rows(self, path: Path, document: TableDocument) -> list[Problem]:
        text = self._text_of(document.uid, document.sha256)
        sets = self._sets.get(document.uid, set()) if "sets" in self._tables else None
        check = DocumentCheck(_open_vocabulary(document), text or "", document.uid, str(path), 0, set())
        for record in document.annotations:
            key = (record["role"], record["annotator"])
            if sets is None or key in sets:
                check.sets.setdefault(key, Places(SetKey(*key)))
        if text is not None:
            check.annotations(document.annotations, document.lines)
            return check.problems
        return TextlessCheck(check, self._sizes.get(document.uid)).problems_of(document)


def _open_vocabulary(document: TableDocument) -> Vocabulary:
    """A vocabulary that allows what the tables name, since they do not carry the label set."""
    labels = tuple(Label(name, name) for name in dict.fromkeys(record["label"] for record in document.annotations))
    people = dict.fromkeys(record["annotator"] for record in document.annotations if record["annotator"])
    return Vocabulary(Project("", LabelSet(labels), tuple(AnnotatorRow(name) for name in people)))


class TextlessCheck:
    """Checks a document's annotations without its text, by what their quotes and surroundings show of it."""

    def __init__(self, check: DocumentCheck, size: int | None) -> None:
        self._check = check
        self._size = size
        self._known: dict[int, tuple[str, str]] = {}
        """Code point offset -> character, and the annotation that showed it."""
        self._points: dict[int, tuple[int, int, str, int]] = {0: (0, 0, "the start of the text", 1)}
        """Code point offset -> UTF-8 and UTF-16 offset, and the annotation and line that said so."""
        self._seen: set[str] = set()

    def problems_of(self, document: TableDocument) -> list[Problem]:
        """Return what is wrong with the annotations of a document."""
        for record, line in zip(document.annotations, document.lines, strict=True):
            faults = list(self._faults(record, line))
            for code, message in faults:
                self._check.say(code, message, "annotation", record["id"], line)
        self._check_points()
        return self._check.problems

    def _faults(self, record: dict[str, Any], line: int) -> Iterator[tuple[str, str]]:
        shape = [*shapes.ANNOTATION.faults(record)]
        if not shape and (fault := shapes.whose(record)):
            shape = [fault]
        if shape:
            yield from (("shape", f"{fault}.") for fault in shape)
            return
        uid = record["id"]
        if uid in self._seen:
            yield "duplicate-id", "another annotation of this document has this id."
        self._seen.add(uid)
        if (record["role"], record["annotator"]) not in self._check.sets:
            whose = "gold" if record["role"] == Role.GOLD else f'"{record["annotator"]}" with role {record["role"]}'
            yield "no-set", f"the document has no set of {whose}."
        before = -1
        for fragment in record["fragments"]:
            yield from self._fragment_faults(fragment, before, uid, line)
            before = fragment["end"]
        yield from self._context_faults(record, uid)

    def _fragment_faults(self, fragment: dict[str, Any], before: int, uid: str, line: int) -> Iterator[tuple[str, str]]:
        start, end, quote = fragment["start"], fragment["end"], fragment["quote"]
        if start <= before:
            yield "fragments", f"{start}..{end} touches, overlaps or comes before the fragment before it."
        if end - start != len(quote):
            yield (
                "quote",
                f"quote {shapes.shown(quote)} has {len(quote)} characters but {start}..{end} has {end - start}.",
            )
            return
        for unit, size in (("utf8", utf8_size(quote)), ("utf16", utf16_size(quote))):
            first, last = fragment[unit]
            if last - first != size:
                yield "units", f"{unit} is {first}..{last} but the quote has {size} units."
                return
        yield from self._show(start, quote, uid, "quote")
        for offset, index in ((start, 0), (end, 1)):
            said = fragment["utf8"][index], fragment["utf16"][index]
            known = self._points.setdefault(offset, (*said, uid, line))
            if known[:2] != said:
                yield "units", f"offset {offset} is {said} in UTF-8 and UTF-16 but {known[:2]} in {known[2]}."

    def _context_faults(self, record: dict[str, Any], uid: str) -> Iterator[tuple[str, str]]:
        start, end = record["fragments"][0]["start"], record["fragments"][-1]["end"]
        prefix, suffix = record["prefix"], record["suffix"]
        if len(prefix) != min(CONTEXT, start):
            yield "context", f"prefix has {len(prefix)} characters, not {min(CONTEXT, start)}."
        else:
            yield from self._show(start - len(prefix), prefix, uid, "prefix")
        if self._size is not None and end > self._size:
            yield "offsets", f"{start}..{end} is past the end of the text ({self._size:,})."
        longest = CONTEXT if self._size is None else min(CONTEXT, self._size - end)
        if len(suffix) > longest or (self._size is not None and len(suffix) < longest):
            yield "context", f"suffix has {len(suffix)} characters, not {longest}."
        else:
            yield from self._show(end, suffix, uid, "suffix")
        if self._size is None and len(suffix) < CONTEXT:
            self._size = end + len(suffix)

    def _show(self, start: int, piece: str, uid: str, what: str) -> Iterator[tuple[str, str]]:
        for offset, character in enumerate(piece, start):
            known = self._known.setdefault(offset, (character, uid))
            if known[0] != character:
                message = f"{what} has {character!r} at {offset} but {known[1]} shows {known[0]!r} there."
                yield ("quote" if what == "quote" else "context"), message
                return

    def _check_points(self) -> None:
        for before, after in pairwise(sorted(self._points.items())):
            offset, (at8, at16, uid, _) = before
            next_offset, (next8, next16, next_uid, line) = after
            least8, most8, least16, most16 = self._bounds(offset, next_offset)
            if not (least8 <= next8 - at8 <= most8 and least16 <= next16 - at16 <= most16):
                message = (
                    f"from {offset} ({uid}) to {next_offset} are {next8 - at8} bytes in UTF-8 and {next16 - at16} "
                    "units in UTF-16, which does not fit the characters between."
                )
                self._check.say("units", message, "annotation", next_uid, line)

    def _bounds(self, start: int, end: int) -> tuple[int, int, int, int]:
        """Return the fewest and most UTF-8 bytes and UTF-16 units that the characters of `start..end` can have."""
        gap = end - start
        if gap <= _EXACT_GAP and all(offset in self._known for offset in range(start, end)):
            piece = "".join(self._known[offset][0] for offset in range(start, end))
            size8, size16 = utf8_size(piece), utf16_size(piece)
            return size8, size8, size16, size16
        return gap, 4 * gap, gap, 2 * gap
