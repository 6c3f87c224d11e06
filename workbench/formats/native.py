"""Reads the program's own format, JSONL a line at a time and JSON as a whole, a checked document at a time.

The unit of trust is the record: what is good of a document comes in its bundle, all else as problems, and the
caller decides whether a file with errors is taken at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Self

import orjson

from workbench.domain.bundle import Bundle, DocumentRow, Origin, Project
from workbench.domain.labels import LabelSet
from workbench.domain.text import text_hash
from workbench.formats import shapes
from workbench.formats.checking import DocumentCheck, Vocabulary
from workbench.formats.header import FORMAT, VERSION, read_header
from workbench.formats.problems import FormatError, Item, Problem, Severity
from workbench.formats.reading import BOM, ByteLines, ReadOptions
from workbench.formats.units import UnitCounter

PARTS = ("sets", "annotations", "links", "decisions")
_PART_OF = {"set": "sets", "annotation": "annotations", "link": "links", "decision": "decisions"}
_NUL = b"\\u0000"

Record = dict[str, Any]


def _nowhere(_: Any) -> None:
    """Take what belongs to no document; never called, since no document has no name."""


@dataclass
class _Group:
    """The records of one document, each part with its line numbers, which JSON has none of.

    Without a record it only carries problems of lines that belong to no document.
    """

    record: Record | None
    line: int | None
    uid: str | None
    parts: dict[str, list[Any]] = field(default_factory=lambda: {part: [] for part in PARTS})
    lines: dict[str, list[int]] = field(default_factory=lambda: {part: [] for part in PARTS})
    problems: list[Problem] = field(default_factory=list)
    suspicious: bool = False
    """A NUL may be inside, elsewhere than in an annotation."""
    bad: bool = False
    """Something is wrong with the document as a whole."""


class NativeReader:
    """What both forms share: the header, the documents' checks, and keys unknown to this release.

    Also a context manager that closes the stream. `extra` is the number of keys a record has besides its own.
    """

    extra = 0

    def __init__(self, stream: BinaryIO, name: str, options: ReadOptions) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.unknown: set[str] = set()
        self._stream = stream
        self._options = options
        self._seen: dict[str, int | None] = {}
        self.project = Project("", LabelSet(()))
        self.complete = False
        self._vocabulary = Vocabulary(self.project)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def __iter__(self) -> Iterator[Item]:
        for group in self._groups():
            yield self._item(group)
        if self.unknown:
            names = ", ".join(sorted(self.unknown))
            yield Item(None, [self._problem("extra", f"keys left out, as unknown here: {names}.", Severity.NOTE)])

    @property
    def done(self) -> int:
        """Bytes of the file dealt with so far."""
        raise NotImplementedError

    def _groups(self) -> Iterator[_Group]:
        raise NotImplementedError

    def _problem(
        self, code: str, message: str, severity: Severity = Severity.ERROR, line: int | None = None, **which: str | None
    ) -> Problem:
        return Problem(severity, code, message, self.name, line, **which)

    def _read_header(self, record: Record, line: int | None) -> None:
        check_version(record, self.name)
        if nul := shapes.nul_in(record):
            # No name with one can be stored, and all that follows refers to these names.
            raise FormatError(
                f"the header's {nul} holds a NUL character",
                where=self.name if line is None else f"{self.name} line {line}",
                remedy="Mend it or export it again.",
            )
        header = read_header(record)
        for code, severity, messages in (
            ("shape", Severity.ERROR, header.shape),
            ("label-set", Severity.ERROR, header.faults),
            ("label-key", Severity.WARNING, header.remarks),
        ):
            for message in messages:
                self.problems.append(self._problem(code, f"{message}.", severity, line, kind="header"))
        self.unknown |= header.unknown
        self.project = header.project
        self.complete = header.complete
        self._vocabulary = Vocabulary(header.project)

    def _item(self, group: _Group) -> Item:
        if group.record is None:
            return Item(None, group.problems)
        text = group.record.get("text")
        if not isinstance(text, str) or len(text) > self._options.max_points:
            self._document(group, group.record, UnitCounter(""))
            return Item(None, group.problems)
        check = DocumentCheck(self._vocabulary, text, group.uid or "", self.name, self.extra, self.unknown)
        check.problems = group.problems
        document = self._document(group, group.record, check.counter)
        if group.suspicious:
            self._drop_nul(check, group)
        parts, lines = group.parts, group.lines
        sets = check.set_rows(parts["sets"], lines["sets"])
        annotations = check.annotations(parts["annotations"], lines["annotations"])
        links = check.links(parts["links"], lines["links"])
        decisions = check.decisions(parts["decisions"], lines["decisions"])
        check.finish()
        if document is None:
            return Item(None, check.problems)
        return Item(Bundle(document, sets, annotations, links, decisions), check.problems)

    def _document(self, group: _Group, record: Record, counter: UnitCounter) -> DocumentRow | None:
        """Return the document's row, or None after saying why not."""
        faults = [("shape", f"{fault}.") for fault in shapes.DOCUMENT.faults(record)]
        self.unknown.update(f"document.{name}" for name in shapes.DOCUMENT.unknown(record))
        for name, shape in (("length", shapes.LENGTH), ("origin", shapes.ORIGIN)):
            if isinstance(record.get(name), dict):
                self.unknown.update(f"document.{name}.{key}" for key in shape.unknown(record[name]))
        if not faults:
            faults = list(self._document_faults(record, group.suspicious, counter))
        group.problems[:0] = [
            self._problem(code, message, line=group.line, document=group.uid, kind="document")
            for code, message in faults
        ]
        if faults or group.bad:
            return None
        self._seen[record["id"]] = group.line
        origin = record.get("origin")
        names = (origin.get(name) for name in Origin._fields) if origin is not None else ()
        row_origin = Origin(*names) if origin is not None else None
        return DocumentRow(
            record["id"], record.get("title"), record["text"], record["sha256"], row_origin, record.get("meta", {})
        )

    def _document_faults(self, record: Record, suspicious: bool, counter: UnitCounter) -> Iterator[tuple[str, str]]:
        text = record["text"]
        if len(text) > self._options.max_points:
            yield "limit", f"the text has {len(text):,} characters, more than {self._options.max_points:,}."
            return
        if record["id"] in self._seen:
            line = self._seen[record["id"]]
            yield "duplicate-id", "another document has this id" + (f" (line {line})." if line else ".")
        if suspicious and (nul := shapes.nul_in({name: value for name, value in record.items() if name not in PARTS})):
            place = f" at offset {text.index(chr(0)):,}" if nul == "text" else ""
            yield "nul", f"{nul} holds a NUL character{place}."
        if (actual := text_hash(text)) != record["sha256"]:
            yield "sha256", f"sha256 is {record['sha256']} but that of the text is {actual}."
        for unit, size in (("codepoint", len(text)), ("utf8", counter.utf8), ("utf16", counter.utf16)):
            if record["length"][unit] != size:
                yield "length", f"length in {unit} is {record['length'][unit]} but that of the text is {size}."

    def _drop_nul(self, check: DocumentCheck, group: _Group) -> None:
        """Take records with a NUL inside out of the group and name them."""
        for kind, part in _PART_OF.items():
            if kind == "annotation":
                # Looked at with everything else, for speed.
                continue
            kept = []
            for index, record in enumerate(group.parts[part]):
                line = group.lines[part][index] if group.lines[part] else None
                if nul := shapes.nul_in(record):
                    uid = record.get("id") if isinstance(record, dict) else None
                    check.say("nul", f"{nul} holds a NUL character.", kind, uid if isinstance(uid, str) else None, line)
                else:
                    kept.append((record, line))
            group.parts[part] = [record for record, _ in kept]
            group.lines[part] = [line for _, line in kept if line is not None]


class JsonlReader(NativeReader):
    """Reads native JSONL a line at a time; memory holds one document."""

    extra = 2

    def __init__(self, stream: BinaryIO, name: str, options: ReadOptions) -> None:
        super().__init__(stream, name, options)
        self._lines = ByteLines(stream, name, options.max_bytes)
        self._iterator = iter(self._lines)
        self._read_header(self._header_record(), self._lines.number)

    @property
    def done(self) -> int:
        """Bytes of the file dealt with so far."""
        return self._lines.done

    def _header_record(self) -> Record:
        raw = next((line for line in self._iterator if line.strip()), b"")
        try:
            record = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise FormatError(
                shapes.json_fault(error), where=f"{self.name} line {self._lines.number or 1}", remedy="Export it again."
            ) from error
        if isinstance(record, dict) and "format" in record:
            check_version(record, self.name)
        if not isinstance(record, dict) or record.get("record") != "header":
            raise FormatError(
                'the first line is not a header (an object with "record": "header")',
                where=f"{self.name} line {self._lines.number}",
                remedy="Export it again.",
            )
        return record

    def _groups(self) -> Iterator[_Group]:
        group: _Group | None = None
        name: str | None = None
        add: Callable[[Any], None] = _nowhere
        add_line: Callable[[int], None] = _nowhere
        loads, lines = orjson.loads, self._lines
        for raw in self._iterator:
            try:
                record = loads(raw)
                kind, uid = record["record"], record.get("document")
                if kind == "annotation" and uid == name is not None:
                    add(record)
                    add_line(lines.number)
                    continue
                part = _PART_OF.get(kind)
            except (orjson.JSONDecodeError, TypeError, KeyError, AttributeError) as error:
                group = self._stray(group, lines.number, raw, error)
                continue
            if part is not None and group is not None and uid == name is not None:
                group.parts[part].append(record)
                group.lines[part].append(lines.number)
            elif kind == "document":
                if group is not None:
                    yield group
                group = self._new_group(record, lines.number)
                name, add, add_line = group.uid, group.parts["annotations"].append, group.lines["annotations"].append
            else:
                group = self._stray(group, lines.number, raw, record)
            if _NUL in raw and group is not None:
                group.suspicious = True
        if group is not None:
            yield group

    def _new_group(self, record: Record, line: int) -> _Group:
        uid = record.get("id")
        group = _Group(record, line, uid if isinstance(uid, str) else None)
        inside = [part for part in PARTS if part in record]
        if inside:
            group.bad = True
            message = f"{', '.join(inside)} should be lines of their own here."
            group.problems.append(self._problem("shape", message, line=line, document=group.uid, kind="document"))
        return group

    def _stray(self, group: _Group | None, line: int, raw: bytes, what: Any) -> _Group | None:
        """Report a line that cannot be given to a document: by way of the current one, if there is one."""
        if isinstance(what, Exception) and not raw.strip():
            return group
        problem = self._stray_problem(line, what)
        if group is None:
            group = _Group(None, None, None)
        group.problems.append(problem)
        return group

    def _stray_problem(self, line: int, what: Any) -> Problem:
        if isinstance(what, orjson.JSONDecodeError):
            return self._problem("json", shapes.json_fault(what), line=line)
        if isinstance(what, Exception):
            return self._problem("shape", 'not an object with a "record".', line=line)
        kind, uid = what["record"], what.get("id")
        if not isinstance(kind, str) or kind not in _PART_OF:
            return self._problem("shape", f"unknown record {shapes.shown(kind)}.", line=line)
        document = what.get("document")
        message = "it does not stand among the lines of its document."
        return self._problem(
            "no-document",
            message,
            line=line,
            document=document if isinstance(document, str) else None,
            kind=kind,
            id=uid if isinstance(uid, str) else None,
        )


class JsonReader(NativeReader):
    """Reads native JSON; the whole file is in memory, its documents leave it one by one."""

    def __init__(self, stream: BinaryIO, name: str, options: ReadOptions, record: Record, data: bytes) -> None:
        super().__init__(stream, name, options)
        self._size = len(data)
        self._nul = _NUL in data
        self._share = 0.0
        documents = record.pop("documents", None)
        self._read_header(record, None)
        if not isinstance(documents, list):
            what = "is missing" if documents is None else "should be a list"
            self.problems.append(self._problem("shape", f"documents {what}.", kind="header"))
            documents = []
        self._documents: list[Any] = documents

    @property
    def done(self) -> int:
        """Bytes of the file dealt with so far, estimated by documents."""
        return int(self._size * self._share)

    def _groups(self) -> Iterator[_Group]:
        total = len(self._documents)
        self._documents.reverse()
        while self._documents:
            record = self._documents.pop()
            self._share = 1 - len(self._documents) / total
            yield self._group(record, total - len(self._documents))

    def _group(self, record: Any, number: int) -> _Group:
        if not isinstance(record, dict):
            group = _Group(None, None, f"number {number}")
            group.problems.append(self._problem("shape", "should be an object.", document=group.uid, kind="document"))
            return group
        uid = record.get("id")
        group = _Group(record, None, uid if isinstance(uid, str) else f"number {number}", suspicious=self._nul)
        for part in PARTS:
            members = record.pop(part, [] if part == "decisions" else None)
            if isinstance(members, list):
                group.parts[part] = members
            else:
                group.bad = True
                what = "is missing" if members is None else "should be a list"
                group.problems.append(self._problem("shape", f"{part} {what}.", document=group.uid, kind="document"))
        return group


def load_json(data: bytes, name: str) -> Any:
    """Return the value of a JSON file, whose bytes may have a byte order mark. Raises FormatError with the line."""
    try:
        return orjson.loads(data.removeprefix(BOM))
    except orjson.JSONDecodeError as error:
        raise FormatError(
            shapes.json_fault(error), where=f"{name} line {error.lineno}", remedy="Mend it or export it again."
        ) from error


def check_version(record: Record, name: str) -> None:
    """Raise FormatError unless the record is the head of a native file that this release can read."""
    found, version = record.get("format"), record.get("version")
    if found != FORMAT:
        raise FormatError(
            f"its format is {shapes.shown(found)}, not {FORMAT!r}",
            where=name,
            remedy="Give an export of the workbench.",
        )
    number = shapes.whole(version)
    if number is not None and number > VERSION:
        raise FormatError(
            f"{FORMAT} version {number} is newer than this program, which reads version {VERSION}",
            where=name,
            remedy="Upgrade the program, then try again.",
        )
