"""Terminal cells of text: what each grapheme cluster puts on the screen, and how many cells it takes.

Nothing that a terminal could act on leaves this module: control characters, escape sequences, bidirectional
controls, line and paragraph separators and invisible characters become visible stand-ins. Widths are those that
Rich measures, because Textual crops and pads by them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import regex
from rich.cells import cell_len

TAB_CELLS = 4
"""Cells of a tab, wherever it stands: a tab stop would tie a row to the rows before it."""

BLANKS = frozenset(" \t\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u205f\u3000\u200b")
"""Characters after which a row may end."""

_MOST_MARKS = 8
_MOST_POINTS = 24
_UNKNOWN = "▯"
_INVISIBLE = "◦"
_DOTTED_CIRCLE = "◌"
_ZWJ, _ZWNJ, _EMOJI_STYLE, _BLACK_FLAG = "\u200d", "\u200c", "\ufe0f", "\U0001f3f4"

# One cell each, one code point a cluster, never joined to a neighbour: such a row needs no measuring.
_PLAIN = (
    "\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u0482\u048a-\u052f"
    "\u05d0-\u05ea\u0620-\u064a\u1e00-\u1eff\u2010-\u2027\u2030-\u205e\u20a0-\u20c0\u2100-\u218b\u2190-\u22ff\u2500-\u25fc"
)
_PLAIN_RUN = regex.compile(f"[{_PLAIN}]*+")
_PLAIN_TEXT = regex.compile(f"[{_PLAIN}\n]*+")
_CLUSTER = regex.compile(r"\X")
_CONTROL = regex.compile(r"[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Cn}\p{Default_Ignorable_Code_Point}]|(?=\p{Cf})\p{GCB=Control}")
_IGNORABLE = regex.compile(r"\p{Default_Ignorable_Code_Point}")
_VARIATION = regex.compile(r"\p{Variation_Selector}")
_TAG = regex.compile("[\U000e0020-\U000e007f]")
_PICTURE = regex.compile(r"\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{RI}")
_EMOJI = regex.compile(r"\p{Emoji}")
_LETTER = regex.compile(r"\p{Lo}")
_MARK = regex.compile(r"\p{M}")
_STAND_INS = {
    "\x7f": "␡",
    "\x85": "␤",
    "\xad": "¬",
    "\u2028": "↵",
    "\u2029": "¶",
    "\u200e": "⇢",
    "\u202a": "⇢",
    "\u202d": "⇢",
    "\u2066": "⇢",
    "\u200f": "⇠",
    "\u061c": "⇠",
    "\u202b": "⇠",
    "\u202e": "⇠",
    "\u2067": "⇠",
    "\u2068": "⇿",
    "\u202c": "⇹",
    "\u2069": "⇹",
}


class Drawn(NamedTuple):
    """What a cluster puts on the screen: `text`, its `cells`, and whether it stands in for something unseen."""

    text: str
    cells: int
    stand_in: bool


class Cluster(NamedTuple):
    """A cluster of a row: offset of its first code point, first cell in the row, and what is drawn."""

    offset: int
    cell: int
    drawn: Drawn


@lru_cache(maxsize=8192)
def draw_cluster(cluster: str) -> Drawn:
    """Return what one grapheme cluster puts on the screen; a line feed puts nothing there."""
    if cluster == "\n":
        return Drawn("", 0, False)
    if cluster == "\t":
        return Drawn(" " * TAB_CELLS, TAB_CELLS, False)
    if _CONTROL.match(cluster):
        return Drawn(_stand_in(cluster[0]), 1, True)
    if cluster in BLANKS:
        return Drawn(" " * cell_len(cluster), cell_len(cluster), False)
    body, hidden = _without_invisible(cluster)
    cells = cell_len(body)
    if cells:
        return Drawn(body, cells, hidden)
    return Drawn(_DOTTED_CIRCLE + body if _MARK.match(body) else _INVISIBLE, 1, True)


def _stand_in(character: str) -> str:
    known = _STAND_INS.get(character)
    if known:
        return known
    if character < "\x20":
        return chr(0x2400 + ord(character))
    return _INVISIBLE if _IGNORABLE.match(character) else _UNKNOWN


def _without_invisible(cluster: str) -> tuple[str, bool]:
    """Drop what has no ink after the first character; say whether what was dropped could hide something."""
    if len(cluster) == 1:
        return cluster, False
    kept, hidden, selectors = [cluster[0]], False, 0
    for place in range(1, len(cluster)):
        character = cluster[place]
        if not _IGNORABLE.match(character) or _belongs(cluster, place):
            kept.append(character)
        elif _VARIATION.match(character) and not selectors:
            selectors += 1
        else:
            hidden = hidden or character not in (_ZWNJ, _ZWJ) or not _LETTER.match(cluster)
    most = _MOST_POINTS if _PICTURE.match(cluster) else _MOST_MARKS
    return "".join(kept[:most]), hidden or len(kept) > most


def _belongs(cluster: str, place: int) -> bool:
    """Say whether an invisible character is part of an emoji, a flag or a script that needs it."""
    character = cluster[place]
    if character == _EMOJI_STYLE:
        return bool(_EMOJI.match(cluster, place - 1))
    if character == _ZWJ:
        joins = place + 1 < len(cluster) and _PICTURE.match(cluster, place + 1)
        return bool(joins and _PICTURE.match(cluster))
    if character == _ZWNJ:
        return bool(_LETTER.match(cluster))
    return bool(_TAG.match(character)) and cluster[0] == _BLACK_FLAG


def is_plain(text: str, start: int, end: int) -> bool:
    """Say whether each code point in `[start, end)` is one cluster of one cell; a line feed is not."""
    match = _PLAIN_RUN.match(text, start, end)
    return match is not None and match.end() == end


def is_plain_text(text: str, start: int, end: int) -> bool:
    """The same, with line feeds allowed."""
    match = _PLAIN_TEXT.match(text, start, end)
    return match is not None and match.end() == end


def clusters(text: str, start: int, end: int) -> Iterator[Cluster]:
    """Go through the clusters of a row. `start` must be a cluster's edge."""
    cell = 0
    # A slice, because \X looks back past the start it is given, through all of a long run of flags.
    for match in _CLUSTER.finditer(text[start:end]):
        drawn = draw_cluster(match[0])
        yield Cluster(start + match.start(), cell, drawn)
        cell += drawn.cells


def body_end(text: str, start: int, end: int) -> int:
    """Return the offset before the line feed that ends a row, or the row's end when none does."""
    if end > start and text[end - 1] == "\n" and text[end - 2 : end - 1] != "\r":
        return end - 1
    return end


def cell_of(text: str, start: int, end: int, offset: int) -> int:
    """Return the cell, counted in its row `[start, end)`, where the cluster at `offset` begins.

    The row's end gives the cell after its last one.
    """
    stop = body_end(text, start, end)
    if is_plain(text, start, stop):
        return min(offset, stop) - start
    cell = 0
    for cluster in clusters(text, start, end):
        if cluster.offset > offset:
            return cell
        cell = cluster.cell
        last = cluster
    return cell + last.drawn.cells if offset >= end else cell


def offset_at_cell(text: str, start: int, end: int, cell: int) -> int:
    """Return the offset of the cluster at a cell of the row `[start, end)`.

    Any cell of a wide cluster gives its first code point. A cell past the row gives the line feed that ends it;
    else, at the text's end, that end; else the row's last cluster.
    """
    stop = body_end(text, start, end)
    if is_plain(text, start, stop):
        if cell < stop - start:
            return start + max(0, cell)
    else:
        for cluster in clusters(text, start, stop):
            if cell < cluster.cell + cluster.drawn.cells:
                return cluster.offset
    return _past_row(text, start, end, stop)


def _past_row(text: str, start: int, end: int, stop: int) -> int:
    if stop < end or end == len(text) or start == end:
        return stop
    return max(start, start + sum(len(found) for found in regex.findall(r"\X", text[start:end])[:-1]))
