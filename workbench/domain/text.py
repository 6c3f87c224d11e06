"""Stored text: its hash, its lines, grapheme clusters, and offsets in other units.

Text is a sequence of code points and never changes after import. UTF-8 and UTF-16 offsets are derived here
and nowhere else.
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_right
from dataclasses import dataclass

import regex

from workbench.domain.span import Extent, Fragment
from workbench.errors import OffsetError

CONTEXT = 32
"""Code points of prefix and suffix kept around an exported quote."""

_CLUSTER = regex.compile(r"\X")
_FLAGS = regex.compile(r"\p{RI}+")
# Searched backwards: characters that begin a cluster whatever came before, as far as their neighbour tells.
_JOINING = r"\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}"
_SYLLABLE = r"\p{GCB=L}\p{GCB=V}\p{GCB=T}\p{GCB=LV}\p{GCB=LVT}"
_SURE_EDGE = regex.compile(
    rf"(?r)(?<!\p{{GCB=Prepend}})(?:"
    rf"[^{_JOINING}{_SYLLABLE}\p{{RI}}\p{{Extended_Pictographic}}\p{{InCB=Consonant}}\n]"
    rf"|(?<!\r)\n"
    rf"|(?<![\p{{GCB=ZWJ}}])\p{{Extended_Pictographic}}"
    rf"|(?<![\p{{GCB=Extend}}\p{{GCB=ZWJ}}])\p{{InCB=Consonant}}"
    rf"|(?<!\p{{RI}})\p{{RI}}"
    rf"|(?<!\p{{GCB=L}})[\p{{GCB=L}}\p{{GCB=LV}}\p{{GCB=LVT}}]"
    rf"|(?<![{_SYLLABLE}])[\p{{GCB=V}}\p{{GCB=T}}])"
)


def text_hash(text: str) -> str:
    """Return the SHA-256 of the text's UTF-8 bytes, as 64 lowercase hex digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True)
class Lengths:
    """Length of a text in the three units that other programs count in."""

    codepoint: int
    utf8: int
    utf16: int


def lengths(text: str) -> Lengths:
    """Measure a text in code points, UTF-8 bytes and UTF-16 code units."""
    if text.isascii():
        return Lengths(len(text), len(text), len(text))
    return Lengths(len(text), len(text.encode("utf-8")), len(text.encode("utf-16-le")) // 2)


_STRIDE = 128


class OffsetTable:
    """Convert offsets of one text between code points, UTF-8 bytes and UTF-16 units.

    Keeps one mark in each unit every few hundred code points, so that its size and the time to build it hardly
    depend on the script; a conversion encodes one such stretch. ASCII texts need no marks at all.
    """

    __slots__ = ("_text", "_utf8", "_utf16", "length")

    def __init__(self, text: str) -> None:
        self.length = len(text)
        self._text = text
        self._utf8 = array("Q", [0])
        self._utf16 = array("Q", [0])
        if not text.isascii():
            for start in range(0, len(text), _STRIDE):
                piece = text[start : start + _STRIDE]
                self._utf8.append(self._utf8[-1] + len(piece.encode("utf-8")))
                self._utf16.append(self._utf16[-1] + len(piece.encode("utf-16-le")) // 2)

    @property
    def _ascii(self) -> bool:
        return len(self._utf8) == 1

    def utf8(self, offset: int) -> int:
        """Return the UTF-8 byte offset of a code point offset. Raises OffsetError past the end."""
        self._check(offset)
        if self._ascii:
            return offset
        mark = offset // _STRIDE
        return self._utf8[mark] + len(self._text[mark * _STRIDE : offset].encode("utf-8"))

    def utf16(self, offset: int) -> int:
        """Return the UTF-16 unit offset of a code point offset. Raises OffsetError past the end."""
        self._check(offset)
        if self._ascii:
            return offset
        mark = offset // _STRIDE
        return self._utf16[mark] + len(self._text[mark * _STRIDE : offset].encode("utf-16-le")) // 2

    def from_utf8(self, offset: int) -> int:
        """Return the code point offset of a UTF-8 byte offset. Raises OffsetError inside a character."""
        return self._invert(offset, self._utf8, "utf-8", 1, "UTF-8 bytes")

    def from_utf16(self, offset: int) -> int:
        """Return the code point offset of a UTF-16 offset. Raises OffsetError inside a surrogate pair."""
        return self._invert(offset, self._utf16, "utf-16-le", 2, "UTF-16 units")

    def _check(self, offset: int) -> None:
        if not 0 <= offset <= self.length:
            raise OffsetError(f"offset {offset:,} is past the end of the text ({self.length:,})")

    def _invert(self, offset: int, marks: array[int], encoding: str, size: int, unit: str) -> int:
        total = self.length if self._ascii else marks[-1]
        if not 0 <= offset <= total:
            raise OffsetError(f"offset {offset:,} in {unit} is past the end of the text ({total:,})")
        if self._ascii:
            return offset
        mark = min(bisect_right(marks, offset), len(marks) - 1) - 1
        start = mark * _STRIDE
        piece = self._text[start : start + _STRIDE].encode(encoding)
        try:
            return start + len(piece[: (offset - marks[mark]) * size].decode(encoding))
        except UnicodeDecodeError as error:
            raise OffsetError(f"offset {offset:,} in {unit} is inside a character") from error


@dataclass(frozen=True, slots=True)
class Context:
    """The characters just before and after an extent, up to CONTEXT code points each."""

    prefix: str
    suffix: str


def context(extent: Extent, text: str) -> Context:
    """Return the prefix of the first and the suffix of the last fragment."""
    start, end = extent[0].start, extent[-1].end
    return Context(text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT])


def check_inside(extent: Extent, text: str) -> None:
    """Raise OffsetError when the extent goes past the end of the text."""
    if extent[-1].end > len(text):
        raise OffsetError(f"end {extent[-1].end:,} is past the end of the text ({len(text):,})")


def cluster_bounds(text: str, offset: int) -> tuple[int, int]:
    """Return start and end of the grapheme cluster (UAX #29) that holds the code point at `offset`.

    Past the text's end both are that end. Looks only as far back as the nearest sure edge.
    """
    if offset >= len(text):
        return len(text), len(text)
    around = text[max(0, offset - 1) : offset + 2]
    if around.isascii() and "\r" not in around:
        return offset, offset + 1
    edge = _SURE_EDGE.search(text, 0, offset + 1)
    start = _skip_flags(text, edge.start() if edge else 0, offset)
    for match in _CLUSTER.finditer(text, start):
        if match.end() > offset:
            return match.start(), match.end()
    return offset, offset + 1


def _skip_flags(text: str, start: int, offset: int) -> int:
    """Go from the start of a run of regional indicators to the last flag that begins before `offset`."""
    # Not left to \X, which counts the run anew for each flag.
    run = _FLAGS.match(text, start, offset + 1)
    return start if run is None else start + (len(run[0]) - 1) // 2 * 2


def snap_to_clusters(fragment: Fragment, text: str) -> Fragment:
    """Widen a fragment so that no grapheme cluster is cut. Raises OffsetError past the end."""
    check_inside((fragment,), text)
    start, _ = cluster_bounds(text, fragment.start)
    _, end = cluster_bounds(text, fragment.end - 1)
    return Fragment(start, end)


def next_cluster(text: str, offset: int) -> int:
    """Return the offset after the cluster at `offset`; the text's end stays."""
    return cluster_bounds(text, offset)[1]


def previous_cluster(text: str, offset: int) -> int:
    """Return the start of the cluster before `offset`; 0 stays."""
    return cluster_bounds(text, offset - 1)[0] if offset > 0 else 0
