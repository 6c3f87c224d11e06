"""Rows of a text in a scroll view: which are on screen, where an offset is, moving and scrolling.

Rows not laid out yet are estimated; the place one looks at is held by offset, so that it never moves when an estimate
is replaced. What a row looks like is decided by a subclass.
"""

from __future__ import annotations

import time

from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollDown, ScrollTo, ScrollUp
from textual.timer import Timer
from textual.widget import Widget

from workbench.domain.text import cluster_bounds
from workbench.tui.cells import body_end, cell_of
from workbench.tui.layout import Layout, Row
from workbench.tui.painting import MARGIN

MEASURE = 76
"""The widest that text is set, in cells: longer rows are hard to read."""

_SPARE = 2
_KEPT_BELOW = 3
_SLICE = 0.004
_PAUSE = 0.03
_BUSY = 0.25


class DocumentRows(ScrollView, can_focus=True, inherit_bindings=False):
    """A text set in rows. Offsets are code points; row numbers stay inside."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._text = ""
        self._layout_rows: Layout | None = None
        self._goal: tuple[int, int] | None = None
        self._top_offset = 0
        self._wanted: tuple[int, bool] | None = None
        self._touched_at = 0.0
        self._slices: Timer | None = None
        self._rows_before = 0

    def _held(self) -> int:
        """Return the offset that keeps its place on screen when the width changes."""
        return self._top_offset

    def _reset(self) -> None:
        """Forget what was painted: the rows are others now."""

    def _moved(self) -> None:
        """Follow: other rows are on screen, or rows are elsewhere on it."""

    def _set_text(self, text: str) -> None:
        """Show another text from its start."""
        self._text = text
        self._goal = self._layout_rows = self._wanted = None
        self._top_offset = 0
        self._lay_out_anew()

    @property
    def text(self) -> str:
        """The text shown."""
        return self._text

    # Where things are.

    @property
    def page_rows(self) -> int:
        """Rows that one screen turns: two stay, so that the eye finds the place."""
        return max(1, self._rows_shown - 2)

    def visible_range(self) -> tuple[int, int]:
        """Return the half-open range of code points on screen."""
        if self._layout_rows is None:
            return 0, 0
        last = self._row(min(self._top + self._rows_shown, self._layout_rows.height) - 1)
        return self._row(self._top).start, last.end

    def first_visible_offset(self) -> int:
        """Return the offset of the first code point on screen."""
        return self.visible_range()[0]

    def last_visible_offset(self) -> int:
        """Return the offset of the last cluster on screen; in an empty last row, the text's end."""
        start, end = self.visible_range()
        return cluster_bounds(self._text, end - 1)[0] if end > start and end < len(self._text) else end

    def offset_at(self, x: int, y: int) -> int:
        """Return the offset at a cell of the view, (0, 0) being its top left, margin included.

        Both cells of a wide character are its start; left of the text is the row's first, right of it its end;
        below the text is the text's end.
        """
        return self.hit(x, y)[0]

    def hit(self, x: int, y: int) -> tuple[int, bool]:
        """Return the offset at a cell of the view, and whether that cell is one of the text's own."""
        layout = self._layout_rows
        if layout is None:
            return 0, False
        number = self._top + y
        if number >= layout.height:
            return len(self._text), False
        row = self._row(max(0, number))
        cell = x - MARGIN
        stop = body_end(self._text, row.start, row.end)
        inside = 0 <= y < self._rows_shown and 0 <= cell < cell_of(self._text, row.start, row.end, stop)
        return layout.offset_at(max(0, number), max(0, cell)), inside

    def position_of(self, offset: int) -> tuple[int, int] | None:
        """Return the cell (x, y) of an offset in the view, None when it is not on screen."""
        if self._layout_rows is None:
            return None
        number = self._row_of(offset)
        y = number - self._top
        if not 0 <= y < self._rows_shown:
            return None
        row = self._row(number)
        x = MARGIN + cell_of(self._text, row.start, row.end, offset)
        return min(x, max(0, self._columns - 1)), y

    # Moving: these return offsets and move nothing.

    def row_up(self, offset: int, rows: int = 1) -> int:
        """Return the offset some rows above, in the column that a run of such moves began in."""
        return self._row_down(offset, -rows)

    def row_down(self, offset: int, rows: int = 1) -> int:
        """Return the offset some rows below, in the column that a run of such moves began in."""
        return self._row_down(offset, rows)

    def page_up(self, offset: int) -> int:
        """Return the offset one screen above; `scroll_rows(-page_rows)` turns the page itself."""
        return self._row_down(offset, -self.page_rows)

    def page_down(self, offset: int) -> int:
        """Return the offset one screen below; `scroll_rows(page_rows)` turns the page itself."""
        return self._row_down(offset, self.page_rows)

    def row_start(self, offset: int) -> int:
        """Return the first offset of the row on screen."""
        return self._row(self._row_of(offset)).start if self._layout_rows else 0

    def row_end(self, offset: int) -> int:
        """Return the line feed that ends the row, else its last cluster, at the text's end that end."""
        if self._layout_rows is None:
            return 0
        return self._layout_rows.offset_at(self._row_of(offset), len(self._text) + 1)

    def _row_down(self, offset: int, rows: int) -> int:
        layout = self._layout_rows
        if layout is None:
            return offset
        number = layout.settle(self._row_of(offset), abs(rows), abs(rows) + 1)
        self._sync()
        row = layout.row(number)
        cell = cell_of(self._text, row.start, row.end, offset)
        if self._goal is not None and self._goal[0] == offset:
            cell = self._goal[1]
        target = max(0, min(number + rows, layout.height - 1))
        if target == number:
            return offset
        moved = layout.offset_at(target, cell)
        self._goal = (moved, cell)
        return moved

    # Scrolling.

    def scroll_to_offset(self, offset: int, *, jump: bool = False) -> None:
        """Bring an offset on screen, off the last three rows; a jump lands a third down unless it is on screen."""
        layout = self._layout_rows
        if layout is None or not self._rows_shown:
            self._wanted = (offset, jump)
            return
        shown = self._rows_shown
        layout.settle(layout.row_of(offset), 2 * shown, 2 * shown)
        self._sync()
        number, top = layout.row_of(offset), self._top
        kept = min(_KEPT_BELOW, (shown - 1) // 2)
        if top <= number < top + shown - kept:
            self._go(top)
        elif jump:
            self._go(number - shown // 3)
        else:
            self._go(number if number < top else number - shown + 1 + kept)

    def scroll_rows(self, rows: int) -> None:
        """Scroll by rows, down when positive; the cursor stays where it is in the text."""
        if self._layout_rows is None:
            return
        # Laid out on the way, so that as many rows back lead to the same place.
        number = self._layout_rows.settle(self._top, max(0, -rows), self._rows_shown + max(0, rows))
        self._sync()
        self._go(number + rows)

    @property
    def _top(self) -> int:
        return self.scroll_offset.y

    @property
    def _rows_shown(self) -> int:
        return self.scrollable_content_region.height

    @property
    def _columns(self) -> int:
        return self.scrollable_content_region.width

    def _go(self, top: int) -> None:
        layout = self._layout_rows
        if layout is None:
            return
        shown = self._rows_shown
        top = layout.settle(max(0, min(top, layout.height - shown)), 2 * shown, 3 * shown)
        self._sync()
        top = max(0, min(top, layout.height - shown))
        self._touched_at = time.monotonic()
        self.scroll_target_y = self.scroll_y = top
        self._top_offset = layout.row(top).start
        self._moved()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Lay out what comes on screen before it is drawn."""
        if self._layout_rows is not None:
            shown = self._rows_shown
            number = self._layout_rows.settle(round(new_value), 2 * shown, 3 * shown)
            self._top_offset = self._layout_rows.row(number).start
            self._sync()
        super().watch_scroll_y(old_value, self.scroll_y)
        self._moved()

    def _sync(self) -> None:
        """Give the rows at the top, which laying out elsewhere may have renumbered, their numbers on the scroll bar."""
        layout = self._layout_rows
        if layout is None:
            return
        size = Size(0, layout.height)
        if size != self.virtual_size:
            # Quietly: what is on screen does not change, so nothing but the scroll bar is drawn again.
            self.set_reactive(Widget.virtual_size, size)
            self.vertical_scrollbar.window_virtual_size = size.height
        top = layout.row_of(self._top_offset)
        if top != self._top:
            self.set_reactive(Widget.scroll_y, float(top))
            self.set_reactive(Widget.scroll_target_y, float(top))
            self.vertical_scrollbar.position = top

    def _row(self, number: int) -> Row:
        assert self._layout_rows is not None
        return self._layout_rows.row(number)

    def _row_of(self, offset: int) -> int:
        assert self._layout_rows is not None
        number = self._layout_rows.row_of(offset)
        self._sync()
        return number

    # Laying out.

    def _lay_out_anew(self, held: int | None = None) -> None:
        """Lay the text out for the width there is; the held offset's row, when on screen, keeps its place there."""
        width = max(1, min(MEASURE, self._columns - MARGIN - _SPARE))
        if not self._columns or (self._layout_rows is not None and self._layout_rows.width == width):
            return
        held = self._held() if held is None else held
        place = self.position_of(held)
        anchor, y = (held, place[1]) if place else (self._top_offset, 0)
        self._layout_rows = layout = Layout(self._text, width)
        self._reset()
        shown = self._rows_shown
        number = layout.settle(layout.row_of(anchor), 2 * shown, 3 * shown)
        top = max(0, min(number - min(y, max(0, shown - 1)), layout.height - shown))
        self._top_offset = layout.row(top).start
        self._sync()
        self.refresh()
        self._begin_slices()

    def _begin_slices(self) -> None:
        if self._slices is None and self._layout_rows is not None and not self._layout_rows.complete:
            self._slices = self.set_interval(_PAUSE, self._lay_out_slice)

    def _lay_out_slice(self) -> None:
        """Lay out a little of what is not on screen while nobody presses a key."""
        began = time.monotonic()
        if self._layout_rows is None or began - self._touched_at < _BUSY:
            return
        more = True
        while more and time.monotonic() - began < _SLICE:
            more = self._layout_rows.advance()
        if not more and self._slices is not None:
            self._slices.stop()
            self._slices = None
        self._sync()

    def on_resize(self, event: events.Resize) -> None:
        """Set the text for the new width; the place stays."""
        known = self._layout_rows is not None
        held = self._held()
        self._rows_before = self._rows_shown
        self._lay_out_anew(held)
        if self._wanted is not None:
            offset, jump = self._wanted
            self._wanted = None
            self.scroll_to_offset(offset, jump=jump)
        elif known:
            self.scroll_to_offset(held)

    def _was_shown(self, offset: int) -> bool:
        """Say whether an offset was on screen before the size changed."""
        if self._layout_rows is None:
            return False
        return 0 <= self._row_of(offset) - self._top < (self._rows_before or self._rows_shown)

    # The wheel and the scroll bar.

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll, at once and by whole rows."""
        self._wheel(event, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll, at once and by whole rows."""
        self._wheel(event, -1)

    def _wheel(self, event: events.MouseEvent, direction: int) -> None:
        event.stop()
        event.prevent_default()
        self.scroll_rows(direction * max(1, round(self.app.scroll_sensitivity_y)))

    def on_scroll_to(self, event: ScrollTo) -> None:
        """Follow the scroll bar without animation."""
        event.stop()
        event.prevent_default()
        if event.y is not None:
            self._go(round(event.y))

    def on_scroll_up(self, event: ScrollUp) -> None:
        """Turn a page by a click above the scroll bar's handle."""
        event.stop()
        event.prevent_default()
        self.scroll_rows(-self.page_rows)

    def on_scroll_down(self, event: ScrollDown) -> None:
        """Turn a page by a click below the scroll bar's handle."""
        event.stop()
        event.prevent_default()
        self.scroll_rows(self.page_rows)
