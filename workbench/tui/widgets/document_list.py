"""The library's list: a line a document, drawn as it is scrolled to. It holds ids, and asks for the rows it shows."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from workbench.domain.labels import LabelSet
from workbench.domain.library import LibraryRow, Sort, SortBy
from workbench.tui.widgets.library_columns import GAP, MARK_CELLS, Column, cell_text, columns_for, text_in

KEPT_ROWS = 2_000
"""Rows kept once loaded; beyond that only those around the visible part stay."""
AHEAD = 2
"""Screens loaded above and below the visible one."""
MARGIN = 3
"""Rows that the cursor keeps off the upper and lower edge."""


class DocumentList(ScrollView, can_focus=False):
    """Documents in order, with a cursor and ticks. Rows come from outside, through `put`, whenever `Wanted` asks."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "document-list--row",
        "document-list--quiet",
        "document-list--current",
        "document-list--mark",
    }
    DEFAULT_CSS = """
    DocumentList {
        height: 1fr; min-height: 3; overflow-x: hidden; overflow-y: auto;
        scrollbar-size-vertical: 1; scrollbar-color: $chrome; scrollbar-background: $background;
        scrollbar-color-hover: $quiet; scrollbar-color-active: $quiet;
        scrollbar-background-hover: $background; scrollbar-background-active: $background;
    }
    DocumentList > .document-list--row { color: $foreground; }
    DocumentList > .document-list--quiet { color: $quiet; }
    DocumentList > .document-list--current { background: $surface; text-style: bold; }
    DocumentList > .document-list--mark { color: $accent; text-style: bold; }
    """

    @dataclass
    class Wanted(Message):
        """Rows of these ids are about to be shown and are not loaded; `put` takes them with the same `asked_in`."""

        ids: tuple[int, ...]
        asked_in: int

    class Moved(Message):
        """The cursor is on another document, or the document under it says something else."""

    class Opened(Message):
        """Somebody double clicked the row under the cursor."""

    @dataclass
    class Menu(Message):
        """Somebody clicked the row under the cursor with the right button."""

    class Ticked(Message):
        """Somebody ticked or unticked by mouse."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.ids: array[int] = array("q")
        self.cursor = 0
        self.ticked: set[int] = set()
        self.today = date.today()
        self._rows: dict[int, LibraryRow] = {}
        self._fresh: set[int] = set()
        self._asked: tuple[int, ...] = ()
        self._round = 0
        self._anchor: int | None = None
        self._labels = LabelSet(())
        self._meta: tuple[str, ...] = ()
        self._columns: tuple[Column, ...] = ()
        self._columns_width = 0

    # What is shown.

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that find room."""
        width = self.size.width
        if not self._columns or self._columns_width != width:
            self._columns_width = width
            self._columns = columns_for(width, self._labels, self._meta)
        return self._columns

    def use(self, labels: LabelSet, meta: Sequence[str]) -> None:
        """Take over the labels and the chosen metadata, from which the columns follow."""
        self._labels, self._meta = labels, tuple(meta)
        self._columns = ()
        self.refresh()

    def show(self, ids: array[int], keep: int | None = None) -> None:
        """Show these documents; the cursor stays on document `keep` if it is there, else near its place."""
        row = self.cursor - round(self.scroll_offset.y)
        self.ids = ids
        self.cursor = min(_place_of(ids, keep, self.cursor), max(len(ids) - 1, 0))
        self._anchor = None
        self.virtual_size = Size(self.size.width, len(ids))
        self.scroll_to(y=max(0, self.cursor - row), animate=False, force=True)
        self._in_view()
        self.refresh()
        self._announce()

    def put(self, rows: Iterable[LibraryRow], asked_in: int | None = None) -> None:
        """Take loaded rows over, unless they were asked for before everything was forgotten."""
        if asked_in is not None:
            if asked_in != self._round:
                return
            self._fresh.update(self._asked)  # also those that are gone: asking again would not end
            self._asked = ()
        fresh = {row.id: row for row in rows}
        if len(self._rows) + len(fresh) > KEPT_ROWS:
            self._rows, self._fresh = {}, set()
        self._rows.update(fresh)
        self._fresh.update(fresh)
        self.refresh()
        if self.current_id in fresh:
            self._announce()

    def forget(self) -> None:
        """Ask anew for every row: something changed. What is shown stays until the new rows are there."""
        self._round += 1
        self._fresh, self._asked = set(), ()
        self.refresh()

    @property
    def current_id(self) -> int | None:
        """The id under the cursor, None in an empty list."""
        return self.ids[self.cursor] if self.ids else None

    @property
    def current(self) -> LibraryRow | None:
        """The document under the cursor, None while it is not loaded."""
        return self._rows.get(self.current_id) if self.current_id is not None else None

    def row_of(self, row_id: int) -> LibraryRow | None:
        """Return a row if it is loaded."""
        return self._rows.get(row_id)

    @property
    def words(self) -> list[str]:
        """What the visible rows say."""
        return [self.render_line(line).text.rstrip() for line in range(min(self.size.height, len(self.ids)))]

    def first_ids(self, ids: array[int], keep: int | None = None) -> tuple[int, ...]:
        """Return the ids that will be visible at first when `ids` are shown with the cursor on `keep`."""
        height = max(self.size.height, 10)
        place = _place_of(ids, keep, 0)
        return tuple(ids[max(0, place - height) : place + height])

    # Moving and ticking.

    def move_to(self, place: int, *, extend: bool = False) -> None:
        """Put the cursor on a row, clamped to the list; with `extend`, tick what lies between."""
        if not self.ids:
            return
        place = min(max(place, 0), len(self.ids) - 1)
        if extend:
            self._extend(place)
        else:
            self._anchor = None
        before, self.cursor = self.cursor, place
        if extend or abs(before - place) > self.size.height:
            self.refresh()
        else:
            self.refresh_line(before)
            self.refresh_line(place)
        self._in_view()
        self._announce()

    def page(self, direction: int) -> None:
        """Go one screen up (-1) or down (1)."""
        self.move_to(self.cursor + direction * max(self.size.height - 1, 1))

    def tick(self) -> None:
        """Tick or untick the document under the cursor."""
        if self.current_id is not None:
            self.ticked ^= {self.current_id}
            self.refresh_line(self.cursor)

    def tick_all(self) -> None:
        """Tick every listed document, or untick them when all are ticked."""
        listed = set(self.ids)
        self.ticked = self.ticked - listed if listed <= self.ticked else self.ticked | listed
        self.refresh()

    def untick(self) -> None:
        """Untick everything."""
        self.ticked = set()
        self._anchor = None
        self.refresh()

    def _extend(self, place: int) -> None:
        if self._anchor is None:
            self._anchor = self.cursor
            self.ticked.add(self.ids[self.cursor])
        was = range(min(self._anchor, self.cursor), max(self._anchor, self.cursor) + 1)
        now = range(min(self._anchor, place), max(self._anchor, place) + 1)
        self.ticked -= {self.ids[row] for row in was if row not in now}
        self.ticked |= {self.ids[row] for row in now}
        self.post_message(self.Ticked())

    def _in_view(self) -> None:
        """Scroll so that the cursor stays off the edges; a jump lands a third down."""
        height = self.size.height
        if not height:
            return
        margin = min(MARGIN, (height - 1) // 2)
        top = round(self.scroll_offset.y)
        if top + margin <= self.cursor < top + height - margin:
            return
        if abs(self.cursor - (top + height // 2)) > 2 * height:
            top = self.cursor - height // 3
        elif self.cursor < top + margin:
            top = self.cursor - margin
        else:
            top = self.cursor - height + margin + 1
        self.scroll_to(y=max(0, min(top, len(self.ids) - height)), animate=False, force=True)

    def _announce(self) -> None:
        self.post_message(self.Moved())

    # Drawing.

    def on_resize(self) -> None:
        """Keep the cursor in view; the columns follow the width."""
        self._columns = ()
        self.virtual_size = Size(self.size.width, len(self.ids))
        self._in_view()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return a line of the visible part."""
        width = self.size.width
        place = round(self.scroll_offset.y) + y
        if place >= len(self.ids):
            return Strip.blank(width, self.rich_style)
        row = self._rows.get(self.ids[place])
        if not self._asked and self.ids[place] not in self._fresh:
            self._ask()
        return self._strip(place, row, width)

    def _ask(self) -> None:
        """Ask for what is missing around the visible part; one request at a time."""
        top, height = round(self.scroll_offset.y), max(self.size.height, 1)
        around = self.ids[max(0, top - AHEAD * height) : top + (AHEAD + 1) * height]
        self._asked = tuple(row_id for row_id in around if row_id not in self._fresh)
        if self._asked:
            self.post_message(self.Wanted(self._asked, self._round))

    def _strip(self, place: int, row: LibraryRow | None, width: int) -> Strip:
        current = place == self.cursor
        ticked = self.ids[place] in self.ticked
        base = self.get_component_rich_style("document-list--current" if current else "document-list--row")
        quiet = base + Style(color=self.get_component_rich_style("document-list--quiet").color)
        mark = base + Style(color=self.get_component_rich_style("document-list--mark").color)
        parts = [Segment(f" {'>' if current else ' '}{'x' if ticked else ' '} ", mark)]
        if row is not None:
            for column in self.columns:
                bright = column.by is SortBy.TITLE and not (row.state and row.state.closed)
                parts.append(Segment(cell_text(text_in(row, column, self.today), column), base if bright else quiet))
                parts.append(Segment(" " * GAP, base))
        return Strip(parts).adjust_cell_length(width, base)

    # Mouse.

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Move the cursor to the row under the mouse, tick it with ctrl, tick up to it with shift."""
        place = self._row_at(event)
        if place is None or event.button not in (1, 3):
            return
        event.stop()
        self.move_to(place, extend=event.shift and event.button == 1)
        if event.ctrl and event.button == 1:
            self.tick()
            self.post_message(self.Ticked())
        if event.button == 3:
            self.post_message(self.Menu())

    def on_click(self, event: events.Click) -> None:
        """Open at the second click."""
        if event.chain == 2 and event.button == 1 and self._row_at(event) == self.cursor and not event.ctrl:
            event.stop()
            self.post_message(self.Opened())

    def _row_at(self, event: events.MouseEvent) -> int | None:
        offset = event.get_content_offset(self)
        place = round(self.scroll_offset.y) + offset.y if offset is not None else -1
        return place if 0 <= place < len(self.ids) else None

    @property
    def cursor_cell(self) -> tuple[int, int]:
        """Where the cursor's row is on the screen, for the terminal's own cursor."""
        region = self.content_region
        return region.x + 1, region.y + self.cursor - round(self.scroll_offset.y)


def _place_of(ids: array[int], row_id: int | None, otherwise: int) -> int:
    if row_id is None:
        return otherwise
    try:
        return ids.index(row_id)
    except ValueError:
        return otherwise


class ListHead(Widget):
    """The headings over the list; a click sorts by that column, a second one turns the order round."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"list-head--sorted"}
    DEFAULT_CSS = """
    ListHead { height: 1; color: $quiet; }
    ListHead > .list-head--sorted { color: $foreground; text-style: bold; }
    """

    @dataclass
    class Clicked(Message):
        """Somebody clicked a heading."""

        sort: Sort

    def __init__(self, documents: DocumentList, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._documents = documents
        self.sort = Sort()
        self.display_headings = True

    def show(self, sort: Sort, *, headings: bool = True) -> None:
        """Mark the column that the list is sorted by; without `headings` the line is blank."""
        self.sort, self.display_headings = sort, headings
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return the line of headings."""
        if not self.display_headings:
            return Strip.blank(self.size.width, self.rich_style)
        base, bold = self.rich_style, self.get_component_rich_style("list-head--sorted")
        parts = [Segment(" " * MARK_CELLS, base)]
        for column in self._documents.columns:
            sorted_by = column.by is self.sort.by and (column.by is not SortBy.META or column.key == self.sort.key)
            parts.append(Segment(cell_text(column.heading, column), bold if sorted_by else base))
            parts.append(Segment(" " * GAP, base))
        return Strip(parts).adjust_cell_length(self.size.width, base)

    def on_click(self, event: events.Click) -> None:
        """Ask for the order of the column that was clicked."""
        offset = event.get_content_offset(self)
        left = MARK_CELLS
        for column in self._documents.columns:
            if offset is not None and left <= offset.x < left + column.cells + GAP:
                event.stop()
                self.post_message(self.Clicked(column.sort))
                return
            left += column.cells + GAP
