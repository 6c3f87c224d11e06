"""The article on the screen: rows drawn by our own line renderer, marks, selection, cursor, scrolling.

The view shows and reports; it decides nothing. Offsets are code points of the text. Rows not laid out yet are
estimated; the place one looks at is held by offset, so that it never moves when an estimate is replaced.
"""

from __future__ import annotations

import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.geometry import Offset
from textual.strip import Strip

from workbench.domain.annotation import Annotation
from workbench.domain.span import Extent, Fragment
from workbench.domain.text import cluster_bounds, snap_to_clusters
from workbench.tui.layout import Row
from workbench.tui.marks import LabelStyle, MarkIndex
from workbench.tui.painting import Looks, Overlay, RowView, paint_row
from workbench.tui.widgets import document_messages as messages
from workbench.tui.widgets.document_mouse import DocumentMouse
from workbench.tui.widgets.document_rows import DocumentRows

_ROWS_KEPT = 600
_COMPONENTS = ("margin", "pointer", "selection", "found", "stand-in")


class DocumentView(DocumentRows):
    """One article. Load it with `load`, tell changes with `apply`, look at the messages for what the mouse did."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"document--{name}" for name in _COMPONENTS}
    DEFAULT_CSS = """
    DocumentView {
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
        background: $background;
        color: $foreground;
    }
    DocumentView > .document--margin { color: $foreground 65%; }
    DocumentView > .document--pointer { color: $accent; text-style: bold; }
    DocumentView > .document--selection { background: $block-cursor-background; color: $block-cursor-foreground; }
    DocumentView:nocolor > .document--selection { background: $foreground; color: $background; }
    DocumentView > .document--found { background: $warning-muted; color: $foreground; text-style: underline; }
    DocumentView > .document--stand-in { color: $foreground 65%; }
    """

    Pressed = messages.Pressed
    Dragged = messages.Dragged
    Selected = messages.Selected
    Clicked = messages.Clicked
    EdgeDragged = messages.EdgeDragged

    def __init__(
        self,
        *,
        id: str | None = None,
        classes: str | None = None,
        label_styles: Mapping[str, LabelStyle] | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._index = MarkIndex()
        self._label_styles = dict(label_styles or {})
        self._looks: Looks | None = None
        self._painted: dict[int, tuple[int, Strip]] = {}
        self._cursor = 0
        self._selection: Fragment | None = None
        self._current: str | None = None
        self._found: list[Fragment] = []
        self._overlays: list[Overlay] = []
        self._places: list[int] = []
        self._mouse = DocumentMouse(self)

    # What is shown.

    def load(self, text: str, annotations: Iterable[Annotation] = (), cursor: int = 0) -> None:
        """Show another text, with the cursor at an offset; selection, emphasis, finds and overlays are let go."""
        self._index = MarkIndex(annotations)
        self._selection = self._current = None
        self._found, self._overlays, self._places = [], [], []
        self._cursor = 0
        self._set_text(text)
        self._cursor = self._at_cluster(cursor)
        self.scroll_to_offset(self._cursor, jump=True)

    def set_annotations(self, annotations: Iterable[Annotation]) -> None:
        """Show these annotations instead; the text and the place stay."""
        self._index = MarkIndex(annotations)
        self._repaint()

    def apply(self, before: Annotation | None, after: Annotation | None) -> None:
        """Show one change: `before` gone, `after` there. Only rows that either touches are painted again."""
        for annotation, change in ((before, self._drop), (after, self._index.add)):
            if annotation is not None:
                change(annotation)
                self._touch_extent(annotation.extent)

    def set_label_styles(self, styles: Mapping[str, LabelStyle]) -> None:
        """Take the looks of labels by their uid."""
        self._label_styles = dict(styles)
        self._looks = None
        self._repaint()

    def set_overlays(self, overlays: Sequence[Overlay]) -> None:
        """Draw these signs beside the text instead of those there were; nothing moves."""
        old, new = set(self._overlays), set(overlays)
        self._overlays = sorted(overlays, key=_anchor)
        self._places = [_anchor(overlay) for overlay in self._overlays]
        for overlay in old ^ new:
            self._touch(_anchor(overlay), _anchor(overlay) + 1)

    def set_found(self, fragments: Iterable[Fragment]) -> None:
        """Mark the places that a search found; they must not overlap."""
        self._found = sorted(fragments)
        self._repaint()

    @property
    def cursor(self) -> int:
        """The offset of the text cursor: a cluster's start, or the text's end."""
        return self._cursor

    @cursor.setter
    def cursor(self, offset: int) -> None:
        offset = self._at_cluster(offset)
        if offset == self._cursor:
            return
        self._touched_at = time.monotonic()
        self._touch_row(self._cursor)
        self._cursor = offset
        self._touch_row(offset)
        self._place_terminal_cursor()

    @property
    def selection(self) -> Fragment | None:
        """What is selected, on cluster edges."""
        return self._selection

    @selection.setter
    def selection(self, fragment: Fragment | None) -> None:
        if fragment is not None:
            fragment = snap_to_clusters(fragment, self._text)
        old, self._selection = self._selection, fragment
        if old == fragment:
            return
        if old is None or fragment is None or not old.overlaps(fragment):
            for part in (old, fragment):
                if part is not None:
                    self._touch(part.start, part.end)
            return
        for one, other in ((old.start, fragment.start), (old.end, fragment.end)):
            if one != other:
                self._touch(min(one, other), max(one, other))

    @property
    def current_uid(self) -> str | None:
        """The uid of the annotation that stands out, all its fragments; None for none."""
        return self._current

    @current_uid.setter
    def current_uid(self, uid: str | None) -> None:
        if uid == self._current:
            return
        for annotation in (self._index.get(self._current), self._index.get(uid)):
            if annotation is not None:
                self._touch_extent(annotation.extent)
        self._current = uid

    @property
    def current(self) -> Annotation | None:
        """The annotation that stands out."""
        return self._index.get(self._current)

    def annotations_at(self, offset: int) -> list[Annotation]:
        """Return the annotations over the code point at an offset, innermost first."""
        return self._index.at(offset)

    def move_cursor(self, offset: int, *, jump: bool = False) -> None:
        """Put the cursor at an offset and bring it on screen."""
        self.cursor = offset
        self.scroll_to_offset(self._cursor, jump=jump)

    def _held(self) -> int:
        return self._cursor if self._was_shown(self._cursor) else self._top_offset

    def _reset(self) -> None:
        self._painted.clear()

    def _moved(self) -> None:
        self._place_terminal_cursor()

    # Painting.

    def render_line(self, y: int) -> Strip:
        """Return the cells of a row of the view."""
        layout = self._layout_rows
        looks = self._looks or self._gather_looks()
        number = self._top + y
        if layout is None or number >= layout.height:
            return Strip.blank(self._columns, looks.base)
        row = layout.row(number)
        known = self._painted.get(row.start)
        if known is not None and known[0] == row.end:
            return known[1]
        strip = Strip(paint_row(self._view_of(row), looks)).adjust_cell_length(self._columns, looks.base)
        if len(self._painted) >= _ROWS_KEPT:
            self._painted.clear()
        self._painted[row.start] = (row.end, strip)
        return strip

    def _view_of(self, row: Row) -> RowView:
        text = self._text
        ends = row.end == len(text)
        pointed = row.start <= self._cursor < row.end or (ends and self._cursor == row.end and self._is_last(row))
        first, last = bisect_left(self._places, row.start), bisect_left(self._places, row.end + ends)
        found = self._found[self._found_from(row.start) : bisect_left(self._found, Fragment(row.end, row.end + 1))]
        return RowView(
            text,
            row.start,
            row.end,
            placed=self._index.overlapping(row.start, row.end),
            pointed=pointed,
            cursor=self._cursor if pointed and self.has_focus else None,
            selection=self._selection,
            current=self._current,
            found=found,
            overlays=self._overlays[first:last],
        )

    def _is_last(self, row: Row) -> bool:
        return row.start == row.end or not self._text.endswith("\n")

    def _found_from(self, start: int) -> int:
        place = bisect_right(self._found, Fragment(start, start + 1))
        return place - 1 if place and self._found[place - 1].end > start else place

    def _gather_looks(self) -> Looks:
        # Not the partial styles: their colours are not blended with the background yet.
        part = {name: self.get_component_rich_style(f"document--{name}") for name in _COMPONENTS}
        base = self.rich_style
        self._looks = Looks(
            base=Style(color=base.color, bgcolor=base.bgcolor),
            margin=part["margin"],
            pointer=part["pointer"],
            selection=part["selection"],
            found=part["found"],
            cursor=Style(reverse=True),
            stand_in=Style(color=part["stand-in"].color, reverse=True),
            labels=self._label_styles,
        )
        return self._looks

    def notify_style_update(self) -> None:
        """Forget painted rows when a theme or style changes."""
        super().notify_style_update()
        self._looks = None
        self._painted.clear()

    def _repaint(self) -> None:
        self._painted.clear()
        self.refresh()

    def _touch_extent(self, extent: Extent) -> None:
        for fragment in extent:
            self._touch(fragment.start, fragment.end)

    def _touch_row(self, offset: int) -> None:
        if self._layout_rows is not None:
            self._touch_rows(self._row_of(offset), self._row_of(offset))

    def _touch(self, start: int, end: int) -> None:
        """Have the rows that share a code point with `[start, end)` painted again."""
        layout = self._layout_rows
        if layout is None:
            return
        for key, (row_end, _) in list(self._painted.items()):
            if key < end and start < row_end:
                del self._painted[key]
        shown_start, shown_end = self.visible_range()
        start, end = max(start, shown_start), min(end, shown_end)
        if start < end:
            self._touch_rows(self._row_of(start), self._row_of(end - 1))
        elif start == end == len(self._text):
            self._touch_row(start)

    def _touch_rows(self, first: int, last: int) -> None:
        top = self._top
        for number in range(max(first, top), min(last, top + self._rows_shown - 1) + 1):
            self._painted.pop(self._row(number).start, None)
            self.refresh_line(number)
        if first < top or last >= top + self._rows_shown:
            self._painted.pop(self._row(first).start, None)

    def _drop(self, annotation: Annotation) -> None:
        self._index.remove(annotation.uid)

    def _at_cluster(self, offset: int) -> int:
        offset = max(0, min(offset, len(self._text)))
        return cluster_bounds(self._text, offset)[0]

    # The terminal's own cursor.

    def _place_terminal_cursor(self) -> None:
        """Put the terminal's own cursor on the text cursor, for braille and speech."""
        if not self.is_mounted or not self.has_focus:
            return
        place = self.position_of(self._cursor)
        if place is not None:
            region = self.scrollable_content_region
            self.app.cursor_position = Offset(region.x + place[0], region.y + place[1])

    def on_focus(self) -> None:
        """Show the cursor."""
        self._touch_row(self._cursor)
        self._place_terminal_cursor()

    def on_blur(self) -> None:
        """Hide the cursor; its row keeps its sign."""
        self._touch_row(self._cursor)

    # The mouse. What it means is worked out elsewhere.

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin a press."""
        self._mouse.press(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Go on with a drag."""
        self._mouse.move(event)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """End a press."""
        self._mouse.release(event)

    def on_mouse_release(self, event: events.MouseRelease) -> None:
        """Give a drag up when the mouse goes to somebody else."""
        self._mouse.forget()

    def on_click(self, event: events.Click) -> None:
        """Tell a click."""
        self._mouse.click(event)


def _anchor(overlay: Overlay) -> int:
    """Return the offset whose row an overlay is drawn in."""
    return overlay.offset if overlay.where == "before" else max(0, overlay.offset - 1)
