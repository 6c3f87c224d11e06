"""Which formats there are: a new one is a module and a line here. Knowing them loads none of them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from pathlib import Path, PurePath
from typing import BinaryIO, Protocol, cast

import orjson

from workbench.domain.bundle import Bundle, Project
from workbench.errors import UsageError
from workbench.formats.problems import FormatError
from workbench.formats.reading import BOM, Reader, ReadOptions, fault_of, open_binary, read_limited
from workbench.formats.writing import WriteOptions, Written

_NO_LIMIT = 1 << 40
HEAD = 65_536
"""Bytes at the start of a file by which its kind is told."""


class Kind(StrEnum):
    """What a file holds, as far as its name and first bytes tell."""

    TEXT = "text"
    NATIVE_JSONL = "native-jsonl"
    ARTICLES_JSONL = "articles-jsonl"
    JSON = "json"
    """Articles or a native file: only its top-level keys tell."""
    ARTICLES_CSV = "articles-csv"
    TABLES = "tables"
    LOSSES = "losses"
    UNKNOWN = "unknown"


READABLE = frozenset({".txt", ".md", ".jsonl", ".ndjson", ".json", ".csv"})
"""Endings of the files that an import takes from a folder."""


class Writer(Protocol):
    """Writes documents in one format to `target`, a file or folder as the format says, None for standard output."""

    def __call__(
        self, project: Project, bundles: Iterable[Bundle], target: Path | None, options: WriteOptions
    ) -> Written: ...


@dataclass(frozen=True, slots=True)
class Format:
    """A format that an export can have. `holds` names what it keeps, in the words of `interop.md`, section 4."""

    name: str
    title: str
    extension: str
    folder: bool
    entry: str
    """`module:function` of the writer."""
    holds: frozenset[str]

    @property
    def write(self) -> Writer:
        """The format's writer; its module is loaded now."""
        module, _, function = self.entry.partition(":")
        return cast(Writer, getattr(import_module(f"workbench.formats.{module}"), function))


EVERYTHING = frozenset(
    {"text", "discontinuous", "overlap", "links", "notes", "role", "state", "comment"}
    | {"derivation", "provenance", "made", "attributes", "decisions"}
)

FORMATS: dict[str, Format] = {
    format.name: format
    for format in (
        Format("jsonl", "JSON lines, for programs", ".jsonl", False, "native_writer:export_jsonl", EVERYTHING),
        Format("json", "JSON, for programs and people", ".json", False, "native_writer:export_json", EVERYTHING),
        Format(
            "csv",
            "tables, for spreadsheets",
            "",
            True,
            "tabular:export_tables",
            EVERYTHING - {"text", "provenance", "made"},
        ),
    )
}


def format_named(name: str) -> Format:
    """Return an export format. Raises UsageError naming those there are."""
    try:
        return FORMATS[name]
    except KeyError:
        raise UsageError(f'no format "{name}"', remedy=f"Formats: {', '.join(FORMATS)}.") from None


def detect(name: str, head: bytes) -> Kind:
    """Tell the kind of a file from its name (`-` for standard input) and its first bytes."""
    suffix = PurePath(name).suffix.lower()
    if suffix == ".csv":
        return Kind.TABLES if _is_table(head) else Kind.ARTICLES_CSV
    if suffix in (".txt", ".md"):
        return Kind.TEXT
    if suffix in (".json", ".jsonl", ".ndjson"):
        return _json_kind(suffix, head)
    if name == "-":
        return _json_kind("", head) if head.removeprefix(BOM).lstrip()[:1] in (b"{", b"[") else Kind.TEXT
    return Kind.UNKNOWN


def kind_of(path: Path) -> Kind:
    """Tell the kind of a file. Raises FormatError or EnvironmentFault when it cannot be opened."""
    with open_binary(path) as stream:
        return detect(path.name, stream.read(HEAD))


def _is_table(head: bytes) -> bool:
    first = head.removeprefix(BOM).split(b"\n", 1)[0]
    return first.startswith((b"document_id,document_sha256,", b"document_id,title,sha256,"))


def _json_kind(suffix: str, head: bytes) -> Kind:
    if b'"workbench-losses"' in head[:200]:
        return Kind.LOSSES
    lines = head.removeprefix(BOM).lstrip().split(b"\n", 1)
    whole_file = Kind.JSON if suffix != ".jsonl" or b'"workbench-' in head else Kind.ARTICLES_JSONL
    try:
        record = orjson.loads(lines[0])
    except orjson.JSONDecodeError:
        if b'"record":' in lines[0] and b'"workbench-' in lines[0]:
            return Kind.NATIVE_JSONL
        return whole_file if suffix in ("", ".json") or lines[0].strip() in (b"{", b"[") else Kind.ARTICLES_JSONL
    if not isinstance(record, dict):
        return whole_file
    if "record" in record or "format" in record:
        return Kind.JSON if "documents" in record else Kind.NATIVE_JSONL
    several = len(lines) > 1 and bool(lines[1].strip())
    return Kind.JSON if suffix == ".json" and not several else Kind.ARTICLES_JSONL


def open_reader(path: Path | str, options: ReadOptions, stream: BinaryIO | None = None) -> Reader:
    """Open a file for import; `-` reads standard input, or `stream` stands in for the file.

    Raises FormatError for what import does not read and for a file whose beginning is unusable, EnvironmentFault
    when the file cannot be opened.
    """
    name = str(path)
    if stream is None:
        stream = sys.stdin.buffer if name == "-" else open_binary(Path(path))
    try:
        return _reader(name, options, _Peeked(stream, name))
    except BaseException:
        stream.close()
        raise


class _Peeked:
    """A stream whose first bytes can be looked at before it is read."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream = stream
        try:
            self.head = self._rest = stream.read(HEAD)
        except OSError as error:
            raise fault_of(error, name) from error

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes, empty at the end."""
        if not self._rest:
            return self._stream.read(size)
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece + self._stream.read(size - len(piece)) if size > len(piece) else piece

    def close(self) -> None:
        """Close the stream below."""
        self._stream.close()


def _reader(name: str, options: ReadOptions, peeked: _Peeked) -> Reader:
    stream = cast(BinaryIO, peeked)
    kind = detect(name, peeked.head)
    if kind is Kind.TEXT:
        from workbench.formats.articles import ArticleReader

        return ArticleReader(stream, name, options)
    if kind is Kind.NATIVE_JSONL:
        from workbench.formats.native import JsonlReader

        return JsonlReader(stream, name, options)
    if kind is Kind.JSON:
        return _json_reader(stream, name, options, peeked.head)
    if kind is Kind.ARTICLES_JSONL:
        from workbench.formats.article_tables import JsonArticlesReader

        return JsonArticlesReader(stream, name, options, lines=True)
    if kind is Kind.ARTICLES_CSV:
        from workbench.formats.article_tables import CsvReader

        return CsvReader(stream, name, options)
    if kind is Kind.TABLES:
        raise FormatError(
            "these are annotation tables, which hold no articles", where=name, remedy="Import the json or jsonl export."
        )
    if kind is Kind.LOSSES:
        raise FormatError("a report of an export's losses, not an export", where=name, remedy="Name the export itself.")
    raise FormatError(
        "not a kind of file that import reads", where=name, remedy=f"It reads {', '.join(sorted(READABLE))}."
    )


def _json_reader(stream: BinaryIO, name: str, options: ReadOptions, head: bytes) -> Reader:
    """Read a whole JSON file and look at its keys: a native file of any size, or articles within their limit."""
    from workbench.formats.article_tables import JsonArticlesReader
    from workbench.formats.native import JsonReader, load_json

    data = read_limited(stream, name, _NO_LIMIT if b'"workbench-' in head else options.max_bytes)
    value = load_json(data, name)
    if isinstance(value, dict) and "format" in value:
        return JsonReader(stream, name, options, value, data)
    return JsonArticlesReader(stream, name, options, lines=False, data=data)
