"""UTF-8 and UTF-16 offsets beside code points, counted as reading or writing goes along a text.

Annotations come in the order of their starts, so the distance from one to the next is short and counting it
is cheaper than a table of the whole text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable

from workbench.domain.text import OffsetTable
from workbench.errors import OffsetError

_STRIDE = 4096
_WIDE = re.compile("[\U00010000-\U0010ffff]")


def utf8_size(text: str) -> int:
    """Count the UTF-8 bytes of a text."""
    return len(text) if text.isascii() else len(text.encode())


def utf16_size(text: str) -> int:
    """Count the UTF-16 code units of a text."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) >> 1


class UnitCounter:
    """Counts UTF-8 bytes and UTF-16 units before a code point offset of one text.

    `ascii` says that all three units are equal; `wide` are the offsets of the characters that take two UTF-16 units.
    """

    __slots__ = ("_at", "_at8", "_marks", "_text", "ascii", "utf8", "utf16", "wide")

    def __init__(self, text: str) -> None:
        self._text = text
        self.ascii = text.isascii()
        self.utf8 = utf8_size(text)
        self.utf16 = utf16_size(text)
        self.wide = [] if self.utf16 == len(text) else [match.start() for match in _WIDE.finditer(text)]
        self._at = self._at8 = 0
        self._marks: list[int] = []

    def units(self, offset: int) -> tuple[int, int]:
        """Return UTF-8 and UTF-16 offset of a code point offset, which must lie inside the text or at its end."""
        if self.ascii:
            return offset, offset
        step = offset - self._at
        if not -_STRIDE < step < _STRIDE:
            self._jump(offset // _STRIDE)
            step = offset - self._at
        if step >= 0:
            self._at8 += len(self._text[self._at : offset].encode())
        else:
            self._at8 -= len(self._text[offset : self._at].encode())
        self._at = offset
        return self._at8, offset + bisect_left(self.wide, offset)

    def utf16_at(self, offset: int) -> int:
        """Return the UTF-16 offset alone."""
        return offset + bisect_left(self.wide, offset)

    def _jump(self, mark: int) -> None:
        if not self._marks:
            total = 0
            for start in range(0, len(self._text) + 1, _STRIDE):
                self._marks.append(total)
                total += utf8_size(self._text[start : start + _STRIDE])
        self._at = mark * _STRIDE
        self._at8 = self._marks[mark]


def unit_of(text: str, start: int, end: int, quote: str) -> str | None:
    """Say in which unit `start..end` gives the quote when it does not in code points: `UTF-16`, `UTF-8`, `CRLF`."""
    table = OffsetTable(text)
    if _fits(text, table.from_utf16, start, end, quote):
        return "UTF-16"
    if _fits(text, table.from_utf8, start, end, quote):
        return "UTF-8 bytes"
    counted = text.replace("\n", "\r\n")
    if "\n" in text and quote and counted[start:end].replace("\r\n", "\n") == quote:
        return "counted with CRLF line ends"
    return None


def _fits(text: str, convert: Callable[[int], int], start: int, end: int, quote: str) -> bool:
    try:
        return bool(quote) and text[convert(start) : convert(end)] == quote
    except OffsetError:
        return False
