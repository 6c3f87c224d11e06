"""The list of a document's annotations: one row each, drawn as it comes into view, however many there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from workbench.domain.annotation import Annotation
from workbench.tui.article import Article
from workbench.tui.marks import LabelStyle
from workbench.tui.shown import shortened

DEEPEST = 4
"""Levels of nesting that are shown by indenting."""
STRIPS_KEPT = 256
"""Drawn rows that are kept, so that scrolling by one draws one."""


class AnnotationList(ScrollView, can_focus=False):
    """Annotations by position: glyph and label, words, `->` where linked, `!` for a claim linked to nobody."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "annotation-list--row",
        "annotation-list--quiet",
        "annotation-list--current",
        "annotation-list--warning",
    }
    DEFAULT_CSS = """
    AnnotationList { height: 1fr; min-height: 3; overflow-x: hidden; scrollbar-size-vertical: 1; }
    AnnotationList > .annotation-list--row { color: $foreground; }
    AnnotationList > .annotation-list--quiet { color: $quiet; }
    AnnotationList > .annotation-list--current { background: $surface; text-style: bold; }
    AnnotationList > .annotation-list--warning { color: $warning; text-style: bold; }
    """

    @dataclass
    class Chosen(Message):
        """Somebody clicked a row; `menu` when with the right button, at the screen's cell (x, y)."""

        uid: str
        menu: bool = False
        x: int = 0
        y: int = 0

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._article: Article | None = None
        self._current: str | None = None
        self._strips: dict[tuple[Annotation, LabelStyle, int, str, bool, int], Strip] = {}

    def show(self, article: Article) -> None:
        """Show the annotations of an article, or the same ones after a change."""
        if article is not self._article:
            self._strips.clear()
        self._article = article
        self.virtual_size = Size(1, len(article.index))
        self.refresh()

    def point_at(self, uid: str | None, offset: int = 0) -> None:
        """Mark a row as the current one and keep it in view; without one, the rows from an offset on."""
        if self._article is None:
            return
        before, index = self._current, self._article.index
        self._current = uid if uid in index else None
        row = index.row_of(self._current) if self._current else index.first_row_from(offset)
        if len(index):
            self.scroll_to_region(Region(0, min(row, len(index) - 1), 1, 1), animate=False, force=True)
        if self._current != before:
            for one in (before, self._current):
                self._redraw_row(one)

    def _redraw_row(self, uid: str | None) -> None:
        if self._article is not None and uid is not None and uid in self._article.index:
            self.refresh_line(self._article.index.row_of(uid))

    def place_cursor(self) -> None:
        """Put the terminal's own cursor on the current row, for braille and speech."""
        if self._article is None or self._current is None:
            return
        row = self._article.index.row_of(self._current) - self.scroll_offset.y
        region = self.content_region
        if 0 <= row < region.height:
            self.app.cursor_position = Offset(region.x, region.y + row)

    def notify_style_update(self) -> None:
        """Forget what was drawn in other colours."""
        self._strips.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """Return a row of the visible part."""
        width = self.size.width
        row = self.scroll_offset.y + y
        if self._article is None or row >= len(self._article.index):
            return Strip.blank(width, self.rich_style)
        annotation = self._article.index.at_row(row)
        look = self._article.look(annotation.label)
        depth, flag = self._article.index.depth(annotation), self._article.flag(annotation)
        current = annotation.uid == self._current
        key = (annotation, look, depth, flag, current, width)
        if key not in self._strips:
            if len(self._strips) >= STRIPS_KEPT:
                self._strips.clear()
            self._strips[key] = self._strip(self._article, *key)
        return self._strips[key]

    def _strip(
        self,
        article: Article,
        annotation: Annotation,
        look: LabelStyle,
        depth: int,
        flag: str,
        current: bool,
        width: int,
    ) -> Strip:
        base = self.get_component_rich_style("annotation-list--current" if current else "annotation-list--row")
        quiet = base + Style(color=self.get_component_rich_style("annotation-list--quiet").color)
        indent = 2 * min(depth, DEEPEST)
        name = shortened(look.name, 9).ljust(9)
        room = max(width - 2 - indent - 2 - len(name) - 1 - 4, 4)
        words = shortened(article.words(annotation, room + 8), room)
        tone = self.get_component_rich_style("annotation-list--warning") if flag == "!" else quiet
        parts = [
            Segment("> " if current else "  ", base),
            Segment(" " * indent, base),
            Segment(look.glyph or " ", base + look.style),
            Segment(f" {name} ", quiet),
            Segment(words + " " * (room - cell_len(words)), base),
            Segment(f" {flag:>2} ", base + Style(color=tone.color, bold=tone.bold)),
        ]
        return Strip(parts).adjust_cell_length(width, base)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Choose the row under the mouse."""
        if self._article is None or event.button not in (1, 3):
            return
        offset = event.get_content_offset(self)
        row = self.scroll_offset.y + offset.y if offset is not None else -1
        if 0 <= row < len(self._article.index):
            event.stop()
            uid = self._article.index.at_row(row).uid
            self.post_message(self.Chosen(uid, event.button == 3, event.screen_x, event.screen_y))
