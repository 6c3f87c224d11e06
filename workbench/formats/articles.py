"""Articles from text files: bytes are decoded once and never by a guess, line ends become LF, nothing else changes."""

from __future__ import annotations

import codecs
import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO, Self

from workbench.domain.bundle import Bundle, DocumentRow, Origin, Project
from workbench.domain.text import text_hash
from workbench.errors import UsageError
from workbench.formats.problems import FormatError, Item, Problem, Severity
from workbench.formats.reading import ReadOptions, read_limited

TITLE_SIZE = 120
CONTROL_SHARE = 0.01

_MARKS = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile("[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_BREAKS = re.compile("[\n\v\f\x85\u2028\u2029]")
_UNFIT = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem", "utf-7"})


class EncodingUnknown(FormatError):
    """The bytes are not UTF-8 and nobody said what they are; `data` lets a terminal ask with `candidates`."""

    def __init__(self, what: str, data: bytes, *, where: str) -> None:
        super().__init__(what, where=where, remedy="Give --encoding, for example --encoding cp1252.")
        self.data = data


@dataclass(frozen=True, slots=True)
class Candidate:
    """An encoding that the bytes could be in, and one line of them decoded so."""

    encoding: str
    line: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text as it came, line ends included, and what its bytes were. `encoding` is a codec's name."""

    text: str
    encoding: str
    bom: bool


def decode(data: bytes, name: str, encoding: str | None = None) -> Decoded:
    """Decode by the byte order mark, else as strict UTF-8, else as `encoding`.

    Raises EncodingUnknown when none of them will do, FormatError when the bytes do not fit or are not text.
    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _checked(Decoded(_strict(data[len(mark) :], codec, name), codec, True), name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if encoding is None:
            if (nul := data.find(b"\x00")) >= 0:
                raise _not_text(f"NUL at byte {nul:,}", name) from error
            place = f"byte 0x{data[error.start]:02x} at offset {error.start:,}"
            raise EncodingUnknown(f"not UTF-8 ({place})", data, where=name) from error
    else:
        # UTF-16 of Western text without a mark is also valid UTF-8, half of it NUL.
        if encoding is None or "\x00" not in text:
            return _checked(Decoded(text, "utf-8", False), name)
    codec = codec_name(encoding)
    return _checked(Decoded(_strict(data, codec, name), codec, False), name)


def codec_name(encoding: str) -> str:
    """Return Python's name of a text encoding. Raises UsageError for what is none."""
    try:
        codec = codecs.lookup(encoding)
    except (LookupError, ValueError) as error:
        raise UsageError(
            f"no encoding is called {encoding!r}", remedy="Common ones: cp1252, latin-1, mac-roman, utf-16-le, gb18030."
        ) from error
    if codec.name.replace("_", "-") in _UNFIT or not codec._is_text_encoding:
        raise UsageError(f"{encoding} is no encoding of articles", remedy="Common ones: cp1252, latin-1, gb18030.")
    return codec.name


def _strict(data: bytes, codec: str, name: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise FormatError(
            f"not {codec} ({error.reason} at offset {error.start:,})",
            where=name,
            remedy="Give another --encoding, or mend the file.",
        ) from error


def _checked(decoded: Decoded, name: str) -> Decoded:
    text = decoded.text
    nul = text.find("\x00")
    if nul >= 0:
        line, start = text.count("\n", 0, nul) + 1, text.rfind("\n", 0, nul) + 1
        raise _not_text(f"NUL at line {line:,}, character {nul - start + 1:,}", name)
    controls = len(_CONTROL.findall(text))
    if controls > len(text) * CONTROL_SHARE:
        first = _CONTROL.search(text)
        assert first is not None
        place = f"the first is U+{ord(first[0]):04X} at character {first.start():,}"
        raise FormatError(
            f"not a text file ({controls:,} control characters of {len(text):,}; {place})",
            where=name,
            remedy="Give the article as text.",
        )
    return decoded


def _not_text(place: str, name: str) -> FormatError:
    return FormatError(
        f"not a text file ({place})",
        where=name,
        remedy="If it is UTF-16, give --encoding utf-16-le or utf-16-be.",
    )


def candidates(data: bytes, limit: int = 5) -> list[Candidate]:
    """Return encodings that the bytes may be in, likeliest first, for a person to choose from."""
    from charset_normalizer import from_bytes

    found = []
    matches = from_bytes(data)
    for match in [matches[index] for index in range(min(limit, len(matches)))]:
        try:
            text = data.decode(match.encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        found.append(Candidate(codecs.lookup(match.encoding).name, _telling_line(text)))
    return found


def _telling_line(text: str) -> str:
    # The line with most letters outside ASCII tells one encoding from another best.
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    best = max(lines[:1000], key=lambda line: sum(not character.isascii() for character in line[:400]), default="")
    return best[:TITLE_SIZE]


def newline_kind(text: str) -> str:
    """Name the line ends of a text: lf, crlf, cr, mixed or none."""
    crlf = text.count("\r\n")
    kinds = {"crlf": crlf, "lf": text.count("\n") - crlf, "cr": text.count("\r") - crlf}
    present = [kind for kind, number in kinds.items() if number]
    if not present:
        return "none"
    return present[0] if len(present) == 1 else "mixed"


def normalise(text: str) -> str:
    """Make every CRLF and every other CR an LF; nothing else changes."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def title_of(text: str) -> str | None:
    """Return the first line that can serve as a title, stripped and cut to TITLE_SIZE code points, or None."""
    for line in _first_lines(text):
        title = " ".join(line.lstrip("\ufeff").split())
        if any(character.isalnum() for character in title):
            return title if len(title) <= TITLE_SIZE else title[: TITLE_SIZE - 1].rstrip() + "…"
    return None


def _first_lines(text: str, limit: int = 50) -> Iterator[str]:
    start = 0
    for _ in range(limit):
        match = _BREAKS.search(text, start)
        end = match.start() if match else len(text)
        # A line of ten million characters need not be stripped to get its first words.
        yield text[start : min(end, start + 1000)]
        if match is None:
            return
        start = match.end()


def name_of(path: str) -> str:
    """Return the document's name from its file's: the stem, with undecodable bytes spelled out."""
    return _spelled(PurePath(path).stem or PurePath(path).name) or "document"


def file_name_of(path: str) -> str:
    """Return the bare name of a file as it can be stored, with undecodable bytes spelled out."""
    return _spelled(PurePath(path).name)


def _spelled(name: str) -> str:
    # By way of the bytes, since under LC_ALL=C even a good name is all surrogates.
    return os.fsencode(name).decode("utf-8", "backslashreplace").replace("\x00", "")


def read_article(data: bytes, name: str, options: ReadOptions) -> Item:
    """Return the document of a text file, or a warning when it is empty. Raises FormatError as `decode`."""
    decoded = decode(data, name, options.encoding)
    text = normalise(decoded.text)
    if not text.strip():
        return Item(None, [Problem(Severity.WARNING, "empty", "nothing but blanks in it; skipped.", name)])
    check_size(text, name, options)
    path = options.path or file_name_of(name)
    origin = Origin(path, hashlib.sha256(data).hexdigest(), decoded.encoding, decoded.bom, newline_kind(decoded.text))
    title = title_of(text)
    if title and PurePath(name).suffix.lower() == ".md":
        title = title.lstrip("#").strip() or title
    document = DocumentRow(name_of(name), title, text, hash_of(text, name), origin, given=False)
    return Item(Bundle(document), encoding_remark(decoded, name))


def check_size(text: str, where: str, options: ReadOptions) -> None:
    """Raise FormatError when a document has more code points than the options allow."""
    if len(text) > options.max_points:
        raise FormatError(
            f"the text has {len(text):,} characters, more than {options.max_points:,}",
            where=where,
            remedy="Split it, or raise the limit with --max-points.",
        )


def hash_of(text: str, where: str) -> str:
    """Return the sha256 of a text. Raises FormatError when it holds a lone surrogate."""
    try:
        return text_hash(text)
    except UnicodeEncodeError as error:
        code = ord(text[error.start])
        raise FormatError(
            f"a lone surrogate (U+{code:04X}) at character {error.start:,}, which no UTF-8 text can hold",
            where=where,
            remedy="Mend the file.",
        ) from error


def encoding_remark(decoded: Decoded, name: str) -> list[Problem]:
    """Say it when text was read in an encoding that somebody named."""
    if decoded.bom or decoded.encoding == "utf-8":
        return []
    return [Problem(Severity.WARNING, "encoding", f"read as {decoded.encoding}, as told.", name)]


class ArticleReader:
    """A text file as a reader of one document."""

    project: Project | None = None
    complete = False

    def __init__(self, stream: BinaryIO, name: str, options: ReadOptions) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.done = 0
        self._stream = stream
        self._options = options

    def __iter__(self) -> Iterator[Item]:
        data = read_limited(self._stream, self.name, self._options.max_bytes)
        self.done = len(data)
        yield read_article(data, self.name, self._options)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()
