"""Layout of a text in a column: rows of code point ranges, and code point <-> (row, cell).

Pure: no widget, no storage. The text is cut into chunks of about CHUNK code points, at a line feed where there is
one, else after a blank, else between clusters; where a chunk is cut depends on the text near that place alone, so
any part can be laid out without what comes before. Chunks not laid out yet count with an estimated number of rows.
Annotations take no part: marking never wraps anew.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from typing import NamedTuple

import regex
from rich.cells import cell_len

from workbench.domain.text import cluster_bounds
from workbench.tui.cells import BLANKS, cell_of, draw_cluster, is_plain, is_plain_text, offset_at_cell

CHUNK = 4096
"""Code points of a chunk; no line of up to so many is ever cut by a chunk's edge."""

_SAMPLES = 16
_SAMPLE = 200
_CLUSTER = regex.compile(r"\X")
_BLANK_CUTS = (" ", "\t", "\u3000", "\u200b")
_NOT_FIRST = frozenset("、。，．！？：；」』）】〉》〕｝］”’…ー々ゝヽぁぃぅぇぉっゃゅょァィゥェォッャュョ・％")
_NOT_LAST = frozenset("「『（【〈《〔｛［“‘")


class Row(NamedTuple):
    """A row's half-open `[start, end)` in code points; the line feed that ends it is inside."""

    start: int
    end: int


class Layout:
    """Rows of one text at one width, laid out as they are asked for.

    Row numbers count estimates for what is not laid out, so laying out a part moves the numbers of all rows after
    it: hold on to offsets, and ask for the number again after `settle` or `advance`.
    """

    def __init__(self, text: str, width: int) -> None:
        self.text = text
        self.width = max(1, width)
        self._count = len(text) // CHUNK + 1
        self._cuts = array("q", [-1]) * (self._count + 1)
        self._cuts[0], self._cuts[self._count] = 0, len(text)
        self._starts: list[array[int] | None] = [None] * self._count
        self._guess = self._estimate()
        # A Fenwick tree of how far each chunk's rows are from the guess.
        self._tree = array("q", [0]) * (self._count + 1)
        self._missing = self._count
        self._next = 0
        self._row_of_line = re.compile(
            f"[^\n]{{0,{self.width}}}(?: ?\n| |\\Z)|[^\n]{{1,{self.width}}}",
        )

    @property
    def complete(self) -> bool:
        """Say whether every row is laid out, so that row numbers are final."""
        return self._missing == 0

    @property
    def height(self) -> int:
        """Number of rows, an estimate until the layout is complete; at least one."""
        return max(1, self._before(self._count))

    def row(self, number: int) -> Row:
        """Return a row by number, clamped to the rows there are; lays out what it needs."""
        chunk, local = self._place(number)
        starts = self._chunk(chunk)
        end = starts[local + 1] if local + 1 < len(starts) else self._cut(chunk + 1)
        return Row(starts[local], end)

    def row_of(self, offset: int) -> int:
        """Return the number of the row that holds an offset, the text's end included."""
        offset = max(0, min(offset, len(self.text)))
        chunk = self._chunk_of(offset)
        starts = self._chunk(chunk)
        while not starts:
            chunk -= 1
            starts = self._chunk(chunk)
        return self._before(chunk) + bisect_right(starts, offset) - 1

    def span_of(self, offset: int) -> Row:
        """Return the row that holds an offset."""
        return self.row(self.row_of(offset))

    def locate(self, offset: int) -> tuple[int, int]:
        """Return (row number, cell) of an offset; inside a cluster, those of its start."""
        number = self.row_of(offset)
        start, end = self.row(number)
        return number, cell_of(self.text, start, end, offset)

    def offset_at(self, number: int, cell: int) -> int:
        """Return the offset at a cell of a row; both cells of a wide character are its start.

        Past the row's last cell: the line feed, at the text's end that end, else the row's last cluster.
        """
        start, end = self.row(number)
        return offset_at_cell(self.text, start, end, cell)

    def settle(self, number: int, above: int, below: int) -> int:
        """Lay out `above` rows before a row and `below` after it; return the row's number from then on."""
        chunk, local = self._place(number)
        need, other = above - local, chunk - 1
        while need > 0 and other >= 0:
            need -= len(self._chunk(other))
            other -= 1
        need, other = below - (len(self._chunk(chunk)) - local), chunk + 1
        while need > 0 and other < self._count:
            need -= len(self._chunk(other))
            other += 1
        return self._before(chunk) + local

    def advance(self) -> bool:
        """Lay out one more chunk, from the top; say whether anything is left to do."""
        while self._next < self._count and self._starts[self._next] is not None:
            self._next += 1
        if self._next < self._count:
            self._chunk(self._next)
        return not self.complete

    def _estimate(self) -> int:
        """Guess the rows of a chunk from samples spread over the text."""
        step = max(1, self._count // _SAMPLES)
        rows = samples = 0
        for chunk in range(0, self._count, step):
            start, end = chunk * CHUNK, min((chunk + 1) * CHUNK, len(self.text))
            lines = self.text.count("\n", start, end)
            sample = self.text[start : min(end, start + _SAMPLE)]
            cells = (end - start) * cell_len(sample) // max(1, len(sample))
            # Every line ends somewhere in its last row, halfway on average.
            rows += lines + max(0, cells - lines * self.width // 2) // self.width
            samples += 1
        return max(1, rows // samples)

    def _cut(self, chunk: int) -> int:
        """Return where a chunk begins."""
        known = self._cuts[chunk]
        return known if known >= 0 else self._find_cut(chunk)

    def _find_cut(self, chunk: int) -> int:
        nominal = chunk * CHUNK
        floor = nominal - CHUNK
        cut = self.text.rfind("\n", floor, nominal) + 1
        if cut == 0:
            cut = max(self._blank_cut(blank, floor, nominal) for blank in _BLANK_CUTS)
        if cut > 0:
            self._cuts[chunk] = cut
            return cut
        start, end = cluster_bounds(self.text, nominal)
        # A cluster longer than a chunk swallows the chunks that would begin inside it.
        for inside in range(chunk, min(self._count - 1, (end - 1) // CHUNK) + 1):
            self._cuts[inside] = start
        return start

    def _blank_cut(self, blank: str, floor: int, nominal: int) -> int:
        """Return the offset after the last blank in the window, 0 when none is a cluster of its own."""
        place = self.text.rfind(blank, floor, nominal)
        while place > floor and cluster_bounds(self.text, place) != (place, place + 1):
            place = self.text.rfind(blank, floor, place)
        return place + 1 if place > floor else 0

    def _chunk(self, chunk: int) -> array[int]:
        """Return the row starts of a chunk, laying it out when that was not done yet."""
        starts = self._starts[chunk]
        if starts is None:
            starts = self._lay_out(self._cut(chunk), self._cut(chunk + 1))
            if chunk == self._count - 1 and (not self.text or self.text.endswith("\n")):
                starts.append(len(self.text))
            self._starts[chunk] = starts
            self._missing -= 1
            self._add(chunk, len(starts) - self._guess)
        return starts

    def _lay_out(self, start: int, end: int) -> array[int]:
        starts = array("I")
        if is_plain_text(self.text, start, end):
            self._lay_out_plain(start, end, starts)
            return starts
        while start < end:
            stop = self.text.find("\n", start, end) + 1 or end
            if is_plain(self.text, start, stop - (self.text[stop - 1] == "\n")):
                self._lay_out_plain(start, stop, starts)
            else:
                _wrap_clusters(self.text, start, stop, self.width, starts)
            start = stop
        return starts

    def _lay_out_plain(self, start: int, end: int, starts: array[int]) -> None:
        if start < end:
            starts.extend([match.start() for match in self._row_of_line.finditer(self.text, start, end)])
            if starts[-1] == end:
                starts.pop()

    def _chunk_of(self, offset: int) -> int:
        chunk = min(offset // CHUNK, self._count - 1)
        while chunk + 1 < self._count and self._cut(chunk + 1) <= offset:
            chunk += 1
        return chunk

    def _place(self, number: int) -> tuple[int, int]:
        """Return (chunk, row in the chunk) of a row number, laying out that chunk."""
        number = max(0, number)
        chunk = self._find(number)
        while True:
            starts = self._chunk(chunk)
            local = number - self._before(chunk)
            if local < len(starts):
                return chunk, local
            if chunk == self._count - 1:
                break
            chunk += 1
        while not self._chunk(chunk):
            chunk -= 1
        return chunk, len(self._chunk(chunk)) - 1

    def _before(self, chunk: int) -> int:
        """Count the rows of the chunks before one."""
        total, node = self._guess * chunk, chunk
        while node:
            total += self._tree[node]
            node &= node - 1
        return total

    def _add(self, chunk: int, difference: int) -> None:
        node = chunk + 1
        while node <= self._count:
            self._tree[node] += difference
            node += node & -node

    def _find(self, number: int) -> int:
        """Return the chunk that holds a row number, the last one when there are not so many."""
        node, left = 0, number
        step = 1 << (self._count.bit_length() - 1)
        while step:
            after = node + step
            if after <= self._count and self._guess * step + self._tree[after] <= left:
                left -= self._guess * step + self._tree[after]
                node = after
            step >>= 1
        return min(node, self._count - 1)


def _wrap_clusters(text: str, start: int, end: int, width: int, starts: array[int]) -> None:
    """Append the row starts of a line (or a piece of one) that has to be measured cluster by cluster.

    A row ends after a blank, or beside a wide character of a script without blanks; a word wider than the row is
    cut at the row's width. One blank may hang past the width.
    """
    starts.append(start)
    row = chance = start
    cells = cells_at_chance = 0
    before = ""
    wide_before = False
    for match in _CLUSTER.finditer(text[start:end]):
        cluster = match[0]
        if cluster == "\n":
            break
        offset, taken = start + match.start(), draw_cluster(cluster).cells
        wide = taken == 2 and not "가" <= cluster[0] <= "힣"
        if (wide or wide_before) and cluster not in _NOT_FIRST and before not in _NOT_LAST and cluster not in BLANKS:
            chance, cells_at_chance = offset, cells
        hangs = cluster == " " and cells == width
        while cells + taken > width and offset > row and not hangs:
            row, cells = (chance, cells - cells_at_chance) if chance > row else (offset, 0)
            cells_at_chance = 0
            starts.append(row)
        cells += taken
        if cluster in BLANKS:
            chance, cells_at_chance = start + match.end(), cells
        before, wide_before = cluster, wide
