"""Articles from CSV with a text column, and from JSONL or JSON of plain records; every finding has its line."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO, Self

import orjson

from workbench.domain.bundle import Bundle, DocumentRow, Origin, Project
from workbench.formats import shapes
from workbench.formats.articles import (
    Decoded,
    check_size,
    decode,
    encoding_remark,
    file_name_of,
    hash_of,
    name_of,
    newline_kind,
    normalise,
    title_of,
)
from workbench.formats.problems import FormatError, Item, Problem, Severity
from workbench.formats.reading import ReadOptions, read_limited

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
_FIELD_LIMIT = 1 << 30
_REMEDIES = {"text": "--text-field", "id": "--id-field", "title": "--title-field"}

Record = dict[str, Any]


class _Source:
    """The bytes of a table of articles: name, origin of every document, and how fields are called."""

    def __init__(self, data: bytes, name: str, options: ReadOptions) -> None:
        self.name = name
        self.options = options
        self.decoded: Decoded = decode(data, name, options.encoding)
        self.sha256 = hashlib.sha256(data).hexdigest()
        self.stem = name_of(name)
        self.path = options.path or file_name_of(name)
        self.fields = {
            "text": options.text_field or "text",
            "id": options.id_field or "id",
            "title": options.title_field or "title",
        }

    def problem(self, message: str, line: int | None, code: str = "record", uid: str | None = None) -> Problem:
        return Problem(Severity.ERROR, code, message, self.name, line, uid, "document" if uid else None)

    def missing(self, what: str, fields: list[str], line: int | None, noun: str) -> Problem:
        """Say that a field is not there, which there are, and how to name another."""
        guess = next((field for field in fields if _resembles(what, field)), "NAME")
        known = ", ".join(fields) or "none"
        remedy = f"Use {_REMEDIES[what]} {guess}."
        return self.problem(f'no {noun} "{self.fields[what]}" ({noun}s: {known}). {remedy}', line, "no-field")

    def item(self, uid: str | None, text: str, title: str | None, meta: Record, line: int | None) -> Item:
        """Build the document of a record, or say why it cannot be."""
        where = self.name if line is None else f"{self.name} line {line}"
        if not text.strip():
            return Item(None, [self.problem("the text is empty.", line, "empty", uid)])
        try:
            check_size(text, where, self.options)
            clean = normalise(text)
            sha256 = hash_of(clean, where)
        except FormatError as error:
            return Item(None, [self.problem(f"{error.what}. {error.remedy}", line, "text", uid)])
        origin = Origin(self.path, self.sha256, self.decoded.encoding, self.decoded.bom, newline_kind(text))
        name = uid if uid is not None else f"{self.stem}-{sha256[:8]}"
        given = uid is not None
        row = DocumentRow(name, title or title_of(clean), clean, sha256, origin, meta, given)
        return Item(Bundle(row), [])


def _resembles(what: str, field: str) -> bool:
    likely = {
        "text": ("text", "body", "content", "article"),
        "id": ("id", "uid", "key", "name", "url"),
        "title": ("title", "headline"),
    }
    return any(word in field.lower() for word in likely[what])


class TableReader:
    """A reader of many articles from one file, which is in memory while it is read."""

    project: Project | None = None
    complete = False

    def __init__(self, stream: BinaryIO, name: str, options: ReadOptions, data: bytes | None = None) -> None:
        self.name = name
        self._stream = stream
        if data is None:
            data = read_limited(stream, name, options.max_bytes)
        self._size = len(data)
        self._share = 0.0
        self._source = _Source(data, name, options)
        self.problems = encoding_remark(self._source.decoded, name)

    @property
    def done(self) -> int:
        """Bytes of the file dealt with so far, estimated by records."""
        return int(self._size * self._share)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def __iter__(self) -> Iterator[Item]:
        raise NotImplementedError


class CsvReader(TableReader):
    """Articles of a CSV file: a text column, perhaps id and title; every other column becomes metadata."""

    def __iter__(self) -> Iterator[Item]:
        source = self._source
        csv.field_size_limit(_FIELD_LIMIT)
        delimiter = sniff(source.decoded.text, source.fields["text"])
        if delimiter != ",":
            message = f"columns are taken to be separated by {DELIMITERS[delimiter]}."
            yield Item(None, [Problem(Severity.NOTE, "delimiter", message, self.name)])
        rows = csv.reader(io.StringIO(source.decoded.text, newline=""), delimiter=delimiter, strict=True)
        header = self._header(rows)
        if isinstance(header, Problem):
            yield Item(None, [header])
            return
        start = rows.line_num + 1
        while True:
            try:
                row = next(rows)
            except StopIteration:
                break
            except csv.Error as error:
                yield Item(None, [source.problem(f"not valid CSV ({error}).", start, "csv")])
                return
            if row:
                yield self._item(header, row, start)
            start = rows.line_num + 1
        self._share = 1.0

    def _header(self, rows: Any) -> list[str] | Problem:
        source = self._source
        try:
            header: list[str] = next(rows, [])
        except csv.Error as error:
            return source.problem(f"not valid CSV ({error}).", 1, "csv")
        doubled = {name for name in header if name and header.count(name) > 1}
        if doubled:
            return source.problem(f"two columns have the same name: {', '.join(sorted(doubled))}.", 1, "header")
        for what, given in (("text", "text"), ("id", source.options.id_field), ("title", source.options.title_field)):
            if given and source.fields[what] not in header:
                return source.missing(what, [name for name in header if name], 1, "column")
        return header

    def _item(self, header: list[str], row: list[str], line: int) -> Item:
        source = self._source
        if len(row) != len(header):
            return Item(
                None,
                [
                    source.problem(
                        f"{len(row)} field{'s' * (len(row) != 1)} where the header has {len(header)}.", line, "csv"
                    )
                ],
            )
        record = dict(zip(header, row, strict=True))
        text = record.pop(source.fields["text"])
        uid = record.pop(source.fields["id"], None)
        title = record.pop(source.fields["title"], None)
        if uid == "":
            return Item(None, [source.problem(f'"{source.fields["id"]}" is empty.', line, "no-field")])
        meta = {name: value for name, value in record.items() if name and value}
        return source.item(uid, text, title, meta, line)


def sniff(text: str, wanted: str) -> str:
    """Return the delimiter of a CSV text (comma, semicolon or tab): one that gives the wanted column, else most."""
    best, most = ",", 0
    for delimiter in DELIMITERS:
        reader = csv.reader(islice(io.StringIO(text, newline=""), 100), delimiter=delimiter)
        try:
            header = next(reader, [])
        except csv.Error:
            continue
        columns = len(header) + (1000 if wanted in header else 0)
        if columns > most:
            best, most = delimiter, columns
    return best


class JsonArticlesReader(TableReader):
    """Articles of JSONL, a record a line, or of JSON: one record or a list of them.

    `id` and `text` are required, `title` and `meta` optional; other keys become metadata.
    """

    def __init__(
        self, stream: BinaryIO, name: str, options: ReadOptions, lines: bool, data: bytes | None = None
    ) -> None:
        super().__init__(stream, name, options, data)
        self._by_line = lines

    def __iter__(self) -> Iterator[Item]:
        data = self._source.decoded.text.encode("utf-8")
        yield from self._lines(data) if self._by_line else self._whole(data)
        self._share = 1.0

    def _lines(self, data: bytes) -> Iterator[Item]:
        total = len(data) or 1
        done = 0
        # JSON may hold U+2028 raw, and splitlines() would end a record there.
        for number, raw in enumerate(data.split(b"\n"), 1):
            done += len(raw) + 1
            if not raw.strip():
                continue
            try:
                record = orjson.loads(raw)
            except orjson.JSONDecodeError as error:
                yield Item(None, [self._source.problem(shapes.json_fault(error), number, "json")])
                continue
            self._share = done / total
            yield self._item(record, number, f"line {number}")

    def _whole(self, data: bytes) -> Iterator[Item]:
        try:
            value = orjson.loads(data)
        except orjson.JSONDecodeError as error:
            yield Item(None, [self._source.problem(shapes.json_fault(error), error.lineno, "json")])
            return
        records = value if isinstance(value, list) else [value]
        for number, record in enumerate(records, 1):
            self._share = number / len(records)
            yield self._item(record, None, f"record {number}")

    def _item(self, record: Any, line: int | None, place: str) -> Item:
        source = self._source
        if not isinstance(record, dict):
            return self._refused("not an object.", line, place, "shape")
        if nul := shapes.nul_in(record):
            return self._refused(f"{nul} holds a NUL character.", line, place, "nul")
        if deep := shapes.too_deep(record):
            return self._refused(f"the record {deep}. Make it flatter.", line, place, "shape")
        names = list(record)
        for what in ("text", "id"):
            if source.fields[what] not in record:
                problem = source.missing(what, names, line, "field")
                return Item(None, [problem if line else problem._replace(message=f"{place}: {problem.message}")])
        uid, text = record.pop(source.fields["id"]), record.pop(source.fields["text"])
        title, meta = record.pop(source.fields["title"], None), record.pop("meta", None)
        if fault := self._fault(uid, text, title, meta):
            return self._refused(fault, line, place, "shape")
        return source.item(str(uid), text, title, {**record, **(meta or {})}, line)

    def _fault(self, uid: Any, text: Any, title: Any, meta: Any) -> str | None:
        names = self._source.fields
        if type(uid) is not int and (not isinstance(uid, str) or not uid):
            return f'"{names["id"]}" should be a name or a number, not {shapes.shown(uid)}.'
        if not isinstance(text, str):
            return f'"{names["text"]}" should be a text, not {shapes.shown(text)}.'
        if title is not None and not isinstance(title, str):
            return f'"{names["title"]}" should be a text, not {shapes.shown(title)}.'
        if meta is not None and not isinstance(meta, dict):
            return f'"meta" should be an object, not {shapes.shown(meta)}.'
        return None

    def _refused(self, message: str, line: int | None, place: str, code: str) -> Item:
        return Item(None, [self._source.problem(message if line else f"{place}: {message}", line, code)])
