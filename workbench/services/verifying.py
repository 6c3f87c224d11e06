"""Prove an export: against its own text, against article files, and against a database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any, Protocol

import orjson

from workbench.domain.bundle import AnnotationRow, Bundle, DecisionRow, DocumentRow, LinkRow, Origin, SetKey, SetRow
from workbench.errors import NotFound, WorkbenchError
from workbench.formats.problems import FormatError, Problem, Severity
from workbench.formats.reading import ReadOptions
from workbench.formats.registry import Kind, detect, kind_of, open_reader
from workbench.formats.shapes import shown
from workbench.formats.table_proof import TableProof
from workbench.formats.table_reading import table_of

_LINE_ENDS = {"none": "\n", "lf": "\n", "crlf": "\r\n", "cr": "\r"}
_MARKS = {"utf-8": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
_MARKS |= {"utf-32-le": b"\xff\xfe\x00\x00", "utf-32-be": b"\x00\x00\xfe\xff"}
_TEXT_FILES = frozenset({".txt", ".md"})


class Stored(Protocol):
    """A database that exports are compared with."""

    def lookup(self, document_id: str, sha256: str) -> Bundle | None:
        """Return the document with this text, else the one of this id, else None."""
        ...

    def documents(self) -> Iterable[tuple[str, str]]:
        """Yield id and text hash of every document."""
        ...


@dataclass(frozen=True, slots=True)
class VerifyOptions:
    """What to prove against besides the file itself. `spreadsheet` allows tables of the excel profile."""

    articles: Sequence[Path] = ()
    stored: Stored | None = None
    spreadsheet: bool = False
    read: ReadOptions = field(default_factory=ReadOptions)


class Verification:
    """Verifies files and folders of tables. `run` yields what it finds; the counts are right when it is done."""

    def __init__(self, paths: Sequence[Path], options: VerifyOptions) -> None:
        self._paths = paths
        self._options = options
        self._articles: Articles | None = None
        self.files = 0
        self.exports = 0
        self.documents = 0
        self.annotations = 0
        self.failures = 0

    def run(self) -> Iterator[Problem]:
        """Yield findings, a line each. Raises NotFound for a path that is not there, FormatError for bad articles."""
        if self._options.articles:
            self._articles = Articles(self._options.articles, self._options.read)
        for path in self._paths:
            for problem in self._path(path):
                self.failures += problem.fails
                yield problem

    def _path(self, path: Path) -> Iterator[Problem]:
        if not path.exists():
            raise NotFound("no such file or folder", where=str(path), remedy="Check the spelling.")
        try:
            if path.is_dir():
                yield from self._folder(path)
            elif (table := _table(path)) is not None:
                self.files += 1
                yield from self._tables({table: path})
            else:
                self.files += 1
                yield from self._native(path)
        except WorkbenchError as error:
            yield Problem(Severity.ERROR, "file", _sentence(error), error.where or str(path))

    def _folder(self, folder: Path) -> Iterator[Problem]:
        tables: dict[str, Path] = {}
        others = []
        for path in sorted(folder.iterdir()):
            if path.suffix == ".csv" and (table := _table(path)) is not None:
                if path.stem.endswith("-excel") == self._options.spreadsheet:
                    tables[table] = path
            elif path.suffix in (".json", ".jsonl") and kind_of(path) in (Kind.JSON, Kind.NATIVE_JSONL):
                others.append(path)
        if not tables and not others:
            raise FormatError("nothing to verify in it", where=str(folder), remedy="Name exports of the workbench.")
        self.files += len(tables)
        if tables:
            yield from self._tables(tables)
        for path in others:
            yield from self._path(path)

    def _native(self, path: Path) -> Iterator[Problem]:
        self.exports += 1
        with open_reader(path, self._options.read) as reader:
            if reader.project is None:
                raise FormatError(
                    "no export of the workbench", where=str(path), remedy="Name a json, jsonl or csv export."
                )
            yield from reader.problems
            seen: set[str] = set()
            for item in reader:
                yield from item.problems
                if item.bundle is not None:
                    self.documents += 1
                    self.annotations += len(item.bundle.annotations)
                    seen.add(item.bundle.document.uid)
                    yield from self._bundle(item.bundle, str(path))
            yield from self._not_in_file(seen, str(path))

    def _not_in_file(self, seen: set[str], file: str) -> Iterator[Problem]:
        if self._options.stored is None:
            return
        missing = sum(uid not in seen for uid, _ in self._options.stored.documents())
        if missing:
            noun = "document" if missing == 1 else "documents"
            message = f"{missing:,} {noun} of the database are not in this file."
            yield Problem(Severity.NOTE, "outside", message, file)

    def _bundle(self, bundle: Bundle, file: str) -> Iterator[Problem]:
        document = bundle.document
        for severity, code, kind, uid, message in (
            *_origin_faults(document),
            *_blank_edges(bundle),
            *self._article_faults(document.uid, document.sha256, document.text, document.origin),
            *self._stored_faults(bundle),
        ):
            yield Problem(severity, code, message, file, None, document.uid, kind, uid)

    def _article_faults(
        self, uid: str, sha256: str, text: str | None, origin: Origin | None = None
    ) -> Iterator[_Finding]:
        if self._articles is None or self._articles.has(sha256):
            return
        file_name = PurePath(origin.path).name if origin and origin.path else None
        found = self._articles.named(uid) or (self._articles.named(file_name) if file_name else None)
        if found is None:
            yield _error("article", "no article given has this text or name.")
            return
        path, article = found
        place = f" {_difference(text, article)}" if text is not None else ""
        yield _error("article", f"its text is not that of {path}.{place}")

    def _stored_faults(self, bundle: Bundle) -> Iterator[_Finding]:
        if self._options.stored is None:
            return
        document = bundle.document
        stored = self._options.stored.lookup(document.uid, document.sha256)
        if stored is None:
            yield _error("database", "is not in the database.")
        elif stored.document.sha256 != document.sha256:
            place = _difference(document.text, stored.document.text)
            yield _error("database", f"its text is not that of the database. {place}")
        else:
            yield from compare(bundle, stored)

    def _tables(self, tables: dict[str, Path]) -> Iterator[Problem]:
        self.exports += 1
        proof = TableProof(tables, self._text_of, self._options.spreadsheet)
        yield from proof.problems()
        self.documents += len(proof.documents)
        self.annotations += proof.annotations
        name = str(next(iter(tables.values())))
        for uid, sha256 in proof.documents.items():
            for severity, code, kind, _, message in self._article_faults(uid, sha256, None):
                yield Problem(severity, code, message, name, None, uid, kind)
            if self._options.stored is not None and self._stored_text(uid, sha256) is None:
                yield Problem(Severity.ERROR, "database", "is not in the database.", name, None, uid, "document")

    def _text_of(self, uid: str, sha256: str) -> str | None:
        if self._articles is not None and (text := self._articles.text(sha256)) is not None:
            return text
        return self._stored_text(uid, sha256)

    def _stored_text(self, uid: str, sha256: str) -> str | None:
        stored = self._options.stored.lookup(uid, sha256) if self._options.stored is not None else None
        return stored.document.text if stored is not None and stored.document.sha256 == sha256 else None


_Finding = tuple[Severity, str, str, str | None, str]
"""Severity, code, kind, id and message."""


def _error(code: str, message: str, kind: str = "document", uid: str | None = None) -> _Finding:
    return Severity.ERROR, code, kind, uid, message


def _sentence(error: WorkbenchError) -> str:
    what = error.what if error.what.endswith(".") else error.what + "."
    return f"{what} {error.remedy}".rstrip()


def _table(path: Path) -> str | None:
    return table_of(path) if path.suffix == ".csv" else None


class Articles:
    """Article files by text and by name. Texts are read again when they are asked for, not kept."""

    def __init__(self, paths: Sequence[Path], options: ReadOptions) -> None:
        self._options = options
        self._by_hash: dict[str, Path] = {}
        self._by_name: dict[str, tuple[Path, str]] = {}
        for path in _files(paths):
            for row in self._rows(path):
                self._by_hash.setdefault(row.sha256, path)
                self._by_name.setdefault(row.uid, (path, row.sha256))
                if path.suffix.lower() in _TEXT_FILES:
                    self._by_name.setdefault(path.name, (path, row.sha256))

    def _rows(self, path: Path) -> Iterator[DocumentRow]:
        with open_reader(path, self._options) as reader:
            for item in reader:
                if item.bundle is not None:
                    yield item.bundle.document

    def has(self, sha256: str) -> bool:
        """Say whether some article has this text."""
        return sha256 in self._by_hash

    def text(self, sha256: str) -> str | None:
        """Return the text of this hash, or None."""
        path = self._by_hash.get(sha256)
        return None if path is None else self._read(path, sha256)

    def named(self, name: str) -> tuple[Path, str] | None:
        """Return file and text of the article of this name, or None."""
        found = self._by_name.get(name)
        return None if found is None else (found[0], self._read(*found) or "")

    def _read(self, path: Path, sha256: str) -> str | None:
        return next((row.text for row in self._rows(path) if row.sha256 == sha256), None)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for child in sorted(path.rglob("*")):
            if child.is_file() and detect(child.name, b"") is not Kind.UNKNOWN and _table(child) is None:
                yield child


def _difference(text: str | None, other: str) -> str:
    """Say where two texts differ first."""
    text = text or ""
    pairs = enumerate(zip(text, other, strict=False))
    place = next((offset for offset, (one, two) in pairs if one != two), min(len(text), len(other)))
    here, there = shown(text[place : place + 12]), shown(other[place : place + 12])
    return (
        f"They differ from offset {place:,}: {here} here, {there} there ({len(text):,} and {len(other):,} characters)."
    )


def _origin_faults(document: DocumentRow) -> Iterator[_Finding]:
    """Prove the hash of the original bytes of a text file, where text and origin say what they were."""
    origin = document.origin
    if origin is None or origin.sha256 is None or origin.extractor or not origin.path:
        return
    line_end = _LINE_ENDS.get(origin.newlines or "")
    if PurePath(origin.path).suffix.lower() not in _TEXT_FILES or line_end is None or origin.encoding is None:
        return
    try:
        data = document.text.replace("\n", line_end).encode(origin.encoding)
    except (LookupError, UnicodeEncodeError):
        return
    mark = _MARKS.get(origin.encoding, b"") if origin.bom else b""
    actual = hashlib.sha256(mark + data).hexdigest()
    if actual != origin.sha256:
        yield _error("sha256", f"origin.sha256 is {origin.sha256} but {origin.path} of this text has {actual}.")


def _blank_edges(bundle: Bundle) -> Iterator[_Finding]:
    """List fragments that begin or end with a blank: kept as they are, but seldom meant."""
    text = bundle.document.text
    for row in bundle.annotations:
        for start, end in row.fragments:
            if text[start].isspace() or text[end - 1].isspace():
                message = f"{shown(text[start:end])} has a blank at its edge."
                yield Severity.NOTE, "edge-blank", "annotation", row.uid, message


def compare(bundle: Bundle, stored: Bundle) -> Iterator[_Finding]:
    """Yield how a document of a file differs from the same document in a database.

    What only the database has is a note, since exports may be filtered; what only the file has is an error.
    """
    for name in ("title", "origin", "meta"):
        one, two = getattr(bundle.document, name), getattr(stored.document, name)
        if one != two:
            yield _error("database", _differs(name, one, two))
    for kind, here, there in (
        ("set", _by(bundle.sets), _by(stored.sets)),
        ("annotation", _by(bundle.annotations), _by(stored.annotations)),
        ("link", _by(bundle.links), _by(stored.links)),
        ("decision", _by(bundle.decisions), _by(stored.decisions)),
    ):
        for uid, row in here.items():
            other = there.get(uid)
            if other is None:
                yield _error("database", "is not in the database.", kind, uid)
                continue
            for name, one, two in zip(row._fields, _plain(row), _plain(other), strict=True):
                if one != two:
                    yield _error("database", _differs(name, one, two), kind, uid)
        missing = len(there.keys() - here.keys())
        if missing:
            noun = kind if missing == 1 else kind + "s"
            yield (
                Severity.NOTE,
                "outside",
                "document",
                None,
                f"{missing:,} {noun} of the database are not in this file.",
            )


def _differs(name: str, one: object, two: object) -> str:
    if isinstance(one, SetKey) and isinstance(two, SetKey):
        return f"is of {_whose(one)} but of {_whose(two)} in the database."
    return f"{name} is {shown(one)} but {shown(two)} in the database."


_AnyRow = SetRow | AnnotationRow | LinkRow | DecisionRow


def _by(rows: Sequence[_AnyRow]) -> dict[str, _AnyRow]:
    return {_name(row): row for row in rows}


def _name(row: _AnyRow) -> str:
    return _whose(row.key) if isinstance(row, SetRow) else row.uid


def _whose(key: SetKey) -> str:
    return f"{key.annotator or 'gold'} ({key.role})"


def _plain(row: _AnyRow) -> list[Any]:
    """Return the row's values with JSON texts as what they say, so that spelling makes no difference."""
    values = [tuple(value) if isinstance(value, list) else value for value in row]
    for index, name in enumerate(row._fields):
        if name in ("provenance", "shown") and values[index] is not None:
            values[index] = orjson.loads(str(values[index]))
    return values
