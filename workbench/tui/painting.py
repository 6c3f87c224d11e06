"""Painting of one row of a document: margin, text, marks, selection and cursor, as styled segments.

A mark never adds a cell. What does not fit in style goes into cells that are blank anyway: the margin's last cell,
the blank before a start, the blank after an end.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import regex
from rich.color import Color, blend_rgb
from rich.segment import Segment
from rich.style import Style

from workbench.domain.annotation import Annotation
from workbench.domain.span import Fragment
from workbench.tui.cells import BLANKS, Cluster, body_end, clusters, is_plain
from workbench.tui.marks import LabelStyle, Placed, letters, stretches
from workbench.tui.themes import CLOSING

MARGIN = 6
"""Cells left of the text: the cursor's sign, a blank, three letters, and the blank that a glyph may take."""

_LETTERS = 3
_BRIGHTER = 0.6
_UNKNOWN_LABEL = LabelStyle("", "*", cue=Style(underline=True))
_AGAIN = tuple(Style.parse(cue) for cue in ("underline2", "italic", "bold", "underline"))
_GOES_ON = "~"
_COVERABLE = regex.compile(r"[\p{P}\p{S}\p{Z}]")


@dataclass(frozen=True, slots=True)
class Overlay:
    """A sign of one or two cells beside an offset that moves nothing.

    `before`: in the blank before the offset; a second cell covers the first of the word. `after`: in the cell at the
    offset, which is where a span that ends there is followed by a blank or a punctuation mark.
    """

    offset: int
    text: str
    style: Style
    where: str = "before"


@dataclass(slots=True)
class Looks:
    """All styles that rows are painted with. Replace it whole when one of them changes: mixtures are remembered."""

    base: Style
    margin: Style = field(default_factory=Style.null)
    pointer: Style = field(default_factory=Style.null)
    selection: Style = field(default_factory=lambda: Style(reverse=True))
    found: Style = field(default_factory=lambda: Style(underline=True, bold=True))
    cursor: Style = field(default_factory=lambda: Style(reverse=True))
    stand_in: Style = field(default_factory=lambda: Style(reverse=True))
    labels: Mapping[str, LabelStyle] = field(default_factory=dict)
    _mixed: dict[tuple[object, ...], Style] = field(default_factory=dict)

    def label(self, uid: str) -> LabelStyle:
        """Return a label's look; one that is not known is underlined."""
        return self.labels.get(uid, _UNKNOWN_LABEL)

    def mix(self, stack: tuple[str, ...], live: bool, flags: frozenset[str]) -> Style:
        """Return the style of text under labels (outermost first); `live` when the current annotation is among them.

        The innermost label's fill wins; the cues of all stay. `flags` may hold `selection`, `found`, `cursor` and
        `stand_in`.
        """
        key = (stack, live, flags)
        style = self._mixed.get(key)
        if style is None:
            style = self._mixed[key] = self._compose(stack, live, flags)
        return style

    def _compose(self, stack: tuple[str, ...], live: bool, flags: frozenset[str]) -> Style:
        style = self.base
        for uid in stack:
            style += self.label(uid).cue
        if stack:
            style += self.label(stack[-1]).fill
        if len(set(stack)) < len(stack):
            # A label inside itself: any cue that it does not have shows where.
            style += next((cue for cue in _AGAIN if style + cue != style), Style.null())
        if live:
            style += _emphasis(style, self.base)
        for flag in ("stand_in", "found", "selection", "cursor"):
            if flag in flags:
                style += getattr(self, flag)
        return style


def _emphasis(style: Style, base: Style) -> Style:
    """Return what makes a label's style stand out: its tint drawn towards the text's colour, and bold."""
    if style.bgcolor is None or base.color is None or base.bgcolor is None:
        return Style(reverse=not style.reverse, bold=True)
    tint, text = style.bgcolor.get_truecolor(), base.color.get_truecolor()
    return Style(color=base.bgcolor, bgcolor=Color.from_triplet(blend_rgb(tint, text, cross_fade=_BRIGHTER)), bold=True)


@dataclass(frozen=True, slots=True)
class RowView:
    """All that a row `[start, end)` shows. `placed` is outermost first; `cursor` is None where it is not drawn."""

    text: str
    start: int
    end: int
    placed: Sequence[Placed] = ()
    pointed: bool = False
    cursor: int | None = None
    selection: Fragment | None = None
    current: str | None = None
    found: Sequence[Fragment] = ()
    overlays: Sequence[Overlay] = ()


class _Sign(NamedTuple):
    """What stands in a blank cell: at its left, or `right` (of a blank of several cells). A quiet one recedes."""

    text: str
    style: Style
    right: bool = False
    quiet: bool = False


def paint_row(view: RowView, looks: Looks) -> list[Segment]:
    """Return the segments of a row, margin included. Nothing in them can move a terminal's cursor."""
    return _Painter(view, looks).segments()


class _Painter:
    """The work on one row."""

    def __init__(self, view: RowView, looks: Looks) -> None:
        self.view = view
        self.looks = looks
        self.stop = body_end(view.text, view.start, view.end)
        self.cells: list[Cluster] | None = None
        if not is_plain(view.text, view.start, self.stop):
            self.cells = list(clusters(view.text, view.start, self.stop))
        self.edges = [cluster.offset for cluster in self.cells] if self.cells is not None else []
        self.placed = [self._snapped(placed) for placed in view.placed]
        self.signs: dict[int, _Sign] = {}
        self.before_row: _Sign | None = None
        self.after_row: _Sign | None = None

    def segments(self) -> list[Segment]:
        self._place_glyphs()
        self._place_overlays()
        body = self._body()
        return [*self._margin(), *body, *self._tail()]

    # Clusters. An imported annotation may begin inside one; the whole cluster is marked then.

    def _down(self, offset: int) -> int:
        if self.cells is None or not self.view.start < offset < self.stop:
            return offset
        return self.edges[bisect_right(self.edges, offset) - 1]

    def _up(self, offset: int) -> int:
        if self.cells is None or not self.view.start < offset < self.stop:
            return offset
        place = bisect_left(self.edges, offset)
        return self.edges[place] if place < len(self.edges) else self.stop

    def _snapped(self, placed: Placed) -> Placed:
        return Placed(self._down(placed.start), self._up(placed.end), placed.annotation)

    def _drawn(self, start: int, end: int) -> str:
        if self.cells is None:
            return self.view.text[start:end]
        return "".join(cluster.drawn.text for cluster in self._between(start, end))

    def _between(self, start: int, end: int) -> list[Cluster]:
        assert self.cells is not None
        return self.cells[bisect_left(self.edges, start) : bisect_left(self.edges, end)]

    def _width_at(self, offset: int) -> int:
        return 1 if self.cells is None else sum(cluster.drawn.cells for cluster in self._between(offset, offset + 1))

    # Signs in blank cells.

    def _place_glyphs(self) -> None:
        # Outermost last: where two start together its glyph is seen, and the inner one has the fill.
        for placed, original in zip(reversed(self.placed), reversed(self.view.placed), strict=True):
            glyph = self.looks.label(placed.annotation.label).glyph
            live = placed.annotation.uid == self.view.current
            if self.view.start <= original.start < self.view.end:
                self._sign_before(placed.start, glyph if original.opens else _GOES_ON, live)
            if self.view.start < original.end <= self.view.end:
                self._sign_after(placed.end, CLOSING.get(glyph, "") if original.closes else _GOES_ON, live)

    def _sign_before(self, offset: int, text: str, live: bool) -> None:
        sign = _Sign(text, Style(bold=live or None), right=True, quiet=not live)
        if offset == self.view.start:
            self.before_row = sign
        elif self.view.text[offset - 1] in BLANKS:
            self.signs[offset - 1] = sign

    def _sign_after(self, offset: int, text: str, live: bool) -> None:
        sign = _Sign(text, Style(bold=live or None), quiet=not live)
        if not text:
            return
        if offset >= self.stop:
            self.after_row = sign
        elif self.view.text[offset] in BLANKS:
            self.signs.setdefault(offset, sign)

    def _place_overlays(self) -> None:
        for overlay in self.view.overlays:
            first, rest = overlay.text[:1], overlay.text[1:2]
            offset = self._down(overlay.offset)
            if overlay.where == "after":
                self._cover(offset, _Sign(first, overlay.style))
                continue
            if offset == self.view.start:
                self.before_row = _Sign(first, overlay.style)
            else:
                self._cover(self._down(offset - 1), _Sign(first, overlay.style))
            if rest:
                self._cover(offset, _Sign(rest, overlay.style))

    def _cover(self, offset: int, sign: _Sign) -> None:
        if offset >= self.stop:
            self.after_row = sign
        else:
            self.signs[offset] = sign

    # Segments.

    def _margin(self) -> list[Segment]:
        looks = self.looks
        keys = letters(self.view.placed, self.view.start, self.view.end, looks.labels)
        if len(keys) > _LETTERS:
            keys = keys[: _LETTERS - 1] + "+"
        pointer = Segment(">" if self.view.pointed else " ", looks.base + looks.pointer)
        edge = self._signed(self.before_row or _Sign(" ", Style.null()), 1, looks.base, in_mark=False)
        return [pointer, Segment(f" {keys:>{_LETTERS}}", looks.base + looks.margin), edge]

    def _signed(self, sign: _Sign, cells: int, style: Style, *, in_mark: bool) -> Segment:
        # Inside a mark a receding colour could vanish in the fill; there the sign takes the text's.
        if sign.quiet and not in_mark and self.looks.margin.color is not None:
            style += Style(color=self.looks.margin.color)
        return Segment(sign.text.rjust(cells) if sign.right else sign.text.ljust(cells), style + sign.style)

    def _body(self) -> list[Segment]:
        segments: list[Segment] = []
        cuts = self._cuts()
        for stretch in stretches(self.placed, self.view.start, self.stop) if self.stop > self.view.start else ():
            inside = cuts[bisect_right(cuts, stretch.start) : bisect_left(cuts, stretch.end)]
            for left, right in zip([stretch.start, *inside], [*inside, stretch.end], strict=True):
                segments.append(self._segment(left, right, stretch.stack))
        return segments

    def _cuts(self) -> list[int]:
        """Return where style changes for other reasons than annotations, in order."""
        view = self.view
        cuts: set[int] = set()
        for fragment in [*view.found, *([view.selection] if view.selection else [])]:
            cuts.update((self._down(fragment.start), self._up(fragment.end)))
        alone = list(self.signs)
        if view.cursor is not None:
            alone.append(self._down(view.cursor))
        if self.cells is not None:
            alone.extend(cluster.offset for cluster in self.cells if cluster.drawn.stand_in)
        for offset in alone:
            cuts.update((offset, self._up(offset + 1)))
        return sorted(cuts)

    def _segment(self, start: int, end: int, stack: tuple[Annotation, ...]) -> Segment:
        flags = self._flags(start, end)
        style = self.looks.mix(
            tuple(annotation.label for annotation in stack),
            any(annotation.uid == self.view.current for annotation in stack),
            flags,
        )
        sign = self.signs.get(start)
        if sign is None:
            return Segment(self._drawn(start, end), style)
        return self._signed(sign, self._width_at(start), style, in_mark=bool(stack or flags))

    def _flags(self, start: int, end: int) -> frozenset[str]:
        view, flags = self.view, set()
        if view.selection is not None and view.selection.start < end and start < view.selection.end:
            flags.add("selection")
        if any(fragment.start < end and start < fragment.end for fragment in view.found):
            flags.add("found")
        if view.cursor is not None and start <= view.cursor < end:
            flags.add("cursor")
        if self.cells is not None and any(cluster.drawn.stand_in for cluster in self._between(start, start + 1)):
            flags.add("stand_in")
        return frozenset(flags)

    def _tail(self) -> list[Segment]:
        """Return the cell after the row's text: the line feed when it is selected or under the cursor, or a sign."""
        view = self.view
        flags = self._flags(self.stop, self.stop + 1) & {"selection", "cursor"}
        ends_here = self.stop < view.end or view.end == len(view.text)
        if not ends_here or (self.stop == len(view.text) and "selection" in flags):
            flags = frozenset()
        style = self.looks.mix((), False, flags)
        if self.after_row is not None:
            return [self._signed(self.after_row, 1, style, in_mark=bool(flags))]
        return [Segment(" ", style)] if flags else []
