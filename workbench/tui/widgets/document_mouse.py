"""The mouse in an article: from presses, moves and releases to selections, dragged edges and clicks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import events
from textual.timer import Timer

from workbench.domain.segments import sentence_at, word_at
from workbench.domain.span import Fragment
from workbench.domain.text import next_cluster, previous_cluster
from workbench.tui.widgets import document_messages as messages

if TYPE_CHECKING:
    from workbench.tui.widgets.document_view import DocumentView

_LEFT = 1
_SCROLL_EVERY = 0.05


@dataclass(slots=True)
class _Drag:
    """A press that is under way; `edge` is what of the current annotation it holds, "" for a selection."""

    anchor: int
    edge: str
    uid: str
    x: int
    y: int
    last: int
    moved: bool = False


class DocumentMouse:
    """Presses and drags in one document view; posts the view's messages."""

    def __init__(self, view: DocumentView) -> None:
        self._view = view
        self._drag: _Drag | None = None
        self._dragged = False
        self._timer: Timer | None = None

    def press(self, event: events.MouseDown) -> None:
        """Begin a press of the left button."""
        self._dragged = False
        if event.button != _LEFT:
            return
        x, y = self._cell(event)
        offset, inside = self._view.hit(x, y)
        edge = self._edge_at(offset) if inside else ""
        self._drag = _Drag(offset, edge, self._view.current_uid or "", x, y, offset)
        self._view.capture_mouse()
        self._view.post_message(messages.Pressed(offset))

    def move(self, event: events.MouseMove) -> None:
        """Go on with a drag."""
        if self._drag is None:
            return
        x, y = self._cell(event)
        self._drag.x, self._drag.y = x, y
        self._scroll_beyond()
        self._follow()

    def release(self, event: events.MouseUp) -> None:
        """End a drag."""
        drag = self._drag
        if drag is None:
            return
        self.forget()
        self._view.release_mouse()
        if not drag.moved:
            return
        self._dragged = True
        if drag.edge:
            self._view.post_message(messages.EdgeDragged(drag.uid, drag.edge, self._edge_offset(drag), done=True))
        elif (fragment := self._selected(drag)) is not None:
            self._view.post_message(messages.Selected(fragment, "drag"))

    def forget(self) -> None:
        """Let go of a drag without a word."""
        self._drag = None
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def click(self, event: events.Click) -> None:
        """Tell a click, or the word or sentence that a second or third click takes."""
        if self._dragged:
            self._dragged = False
            return
        view = self._view
        offset, inside = view.hit(*self._cell(event))
        if event.button == _LEFT and event.chain > 1:
            word = event.chain == 2
            fragment = (word_at if word else sentence_at)(view.text, offset)
            if fragment is not None:
                view.selection = fragment
                view.post_message(messages.Selected(view.selection or fragment, "word" if word else "sentence"))
            return
        uids = tuple(annotation.uid for annotation in view.annotations_at(offset)) if inside else ()
        view.post_message(messages.Clicked(offset, uids, event.button, event.screen_x, event.screen_y))

    def _cell(self, event: events.MouseEvent) -> tuple[int, int]:
        gutter = self._view.styles.gutter
        return event.x - gutter.left, event.y - gutter.top

    def _edge_at(self, offset: int) -> str:
        current = self._view.current
        if current is None:
            return ""
        if offset == previous_cluster(self._view.text, current.end):
            return "end"
        return "start" if offset <= current.start < next_cluster(self._view.text, offset) else ""

    def _follow(self) -> None:
        drag, view = self._drag, self._view
        if drag is None:
            return
        offset = view.offset_at(drag.x, drag.y)
        if offset == drag.last:
            return
        drag.last, drag.moved = offset, True
        if drag.edge:
            view.post_message(messages.EdgeDragged(drag.uid, drag.edge, self._edge_offset(drag), done=False))
            return
        view.selection = fragment = self._selected(drag)
        if fragment is not None:
            view.post_message(messages.Dragged(fragment))

    def _edge_offset(self, drag: _Drag) -> int:
        return drag.last if drag.edge == "start" else next_cluster(self._view.text, drag.last)

    def _selected(self, drag: _Drag) -> Fragment | None:
        """Return what lies between the pressed cell and the present one, both included; a last line feed is not."""
        text = self._view.text
        start, last = min(drag.anchor, drag.last), max(drag.anchor, drag.last)
        end = last if text[last : last + 1] in ("", "\n") else next_cluster(text, last)
        return Fragment(start, end) if start < end else None

    def _scroll_beyond(self) -> None:
        """Scroll as long as the pointer is above or below the view."""
        beyond = self._beyond()
        if beyond and self._timer is None:
            self._timer = self._view.set_interval(_SCROLL_EVERY, self._scroll_on)
        elif not beyond and self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _beyond(self) -> int:
        if self._drag is None:
            return 0
        below = self._drag.y - self._view.scrollable_content_region.height + 1
        return min(0, self._drag.y) or max(0, below)

    def _scroll_on(self) -> None:
        rows = self._beyond()
        if rows:
            self._view.scroll_rows(rows)
            self._follow()
