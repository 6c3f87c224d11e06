"""The top line of an article: its title, which one of how many, who annotates, its state, and whether all is saved."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from workbench.tui.shown import shortened
from workbench.tui.widgets.statusline import A_FRAME, Mark

GAP = "   "


class ArticleLine(Widget):
    """Title on the left, the rest on the right; what finds no room is left out, the saving mark last of all."""

    class Clicked(Message):
        """Somebody clicked the title (`what` is "title") or the sign of the palette ("palette")."""

        def __init__(self, what: str) -> None:
            super().__init__()
            self.what = what

    COMPONENT_CLASSES: ClassVar[set[str]] = {"article-line--quiet", "article-line--error"}
    DEFAULT_CSS = """
    ArticleLine { height: 1; padding: 0 1; color: $foreground; }
    ArticleLine > .article-line--quiet { color: $quiet; }
    ArticleLine > .article-line--error { color: $error; text-style: bold; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._title = ""
        self._facts: tuple[str, ...] = ()
        self._mark = Mark.NONE
        self._timer: Timer | None = None

    def show(self, title: str, facts: tuple[str, ...]) -> None:
        """Show a title and what stands to its right, the most important last."""
        if (title, facts) != (self._title, self._facts):
            self._title, self._facts = title, facts
            self.refresh()

    def saving(self) -> None:
        """Something is being saved; the mark says so only if that takes longer than a frame."""
        if self._timer is None and self._mark is not Mark.UNSAVED:
            self._timer = self.set_timer(A_FRAME, lambda: self._set(Mark.SAVING))

    def saved(self) -> None:
        """All is on the disk."""
        self._set(Mark.SAVED)

    def unsaved(self) -> None:
        """Something could not be saved and waits for another try."""
        self._set(Mark.UNSAVED)

    def _set(self, mark: Mark) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if mark is not self._mark:
            self._mark = mark
            self.refresh()

    def render(self) -> Text:
        """Return the line, cut to the width."""
        width = max(self.size.width, 20)
        quiet = self.get_component_rich_style("article-line--quiet", partial=True)
        error = self.get_component_rich_style("article-line--error", partial=True)
        facts = list(self._facts)
        while facts and cell_len(GAP.join([*facts, self._mark, "≡"])) > width * 2 // 3:
            facts.pop(0)
        line = Text(no_wrap=True, end="")
        right = GAP.join([*facts, ""]) + self._mark + GAP + "≡"
        room = width - cell_len(right) - len(GAP)
        line.append(shortened(self._title, room), "bold")
        line.append(" " * (width - cell_len(right) - line.cell_len))
        line.append(GAP.join([*facts, ""]), quiet)
        line.append(str(self._mark), error if self._mark is Mark.UNSAVED else quiet)
        line.append(GAP + "≡", quiet)
        return line

    def on_click(self, event: events.Click) -> None:
        """Say what was clicked."""
        event.stop()
        offset = event.get_content_offset(self)
        if offset is not None and offset.x >= self.size.width - 2:
            self.post_message(self.Clicked("palette"))
        elif offset is not None and offset.x < min(cell_len(self._title), self.size.width // 2):
            self.post_message(self.Clicked("title"))
