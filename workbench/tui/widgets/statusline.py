"""One line in words: what the cursor is on, what is live, what was just done, and whether it is saved."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.timer import Timer
from textual.widget import Widget

from workbench.tui.shown import shortened

A_FRAME = 1 / 20
"""Seconds that saving may take before it is worth a word."""


class Mark(StrEnum):
    """What the right end of the line says about saving."""

    SAVED = "saved"
    SAVING = "saving"
    UNSAVED = "not saved"
    NONE = ""


class StatusLine(Widget):
    """A sentence on the left, which a passing message may cover, and the saving mark on the right."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"statusline--error", "statusline--warning", "statusline--mark"}
    DEFAULT_CSS = """
    StatusLine { height: 1; padding: 0 1; color: $foreground; }
    StatusLine > .statusline--error { color: $error; text-style: bold; }
    StatusLine > .statusline--warning { color: $warning; }
    StatusLine > .statusline--mark { color: $quiet; }
    """

    def __init__(self, text: str = "", *, id: str | None = None, show_mark: bool = True) -> None:
        super().__init__(id=id)
        self._text = text
        self._passing = ""
        self._tone = ""
        self._mark = Mark.NONE
        self._show_mark = show_mark
        self._timer: Timer | None = None
        self._saving_timer: Timer | None = None

    @property
    def words(self) -> str:
        """What the line says now, the mark left out."""
        return self._passing or self._text

    @property
    def mark(self) -> Mark:
        """What the line says about saving."""
        return self._mark

    def say(self, text: str) -> None:
        """Show a sentence that stays until the next."""
        if text != self._text:
            self._text = text
            self.refresh()

    def flash(self, text: str, *, tone: str = "", seconds: float | None = 6.0) -> None:
        """Cover the sentence with another for a while (`tone` "", "warning" or "error"); "" uncovers it."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if text and seconds is not None:
            self._timer = self.set_timer(seconds, self._uncover)
        self._passing, self._tone = text, tone
        self.refresh()

    def saving(self) -> None:
        """Something is being saved; the mark shows only if that takes longer than a frame."""
        if self._saving_timer is None and self._mark is not Mark.UNSAVED:
            self._saving_timer = self.set_timer(A_FRAME, lambda: self._set_mark(Mark.SAVING))

    def saved(self) -> None:
        """All is on the disk."""
        self._set_mark(Mark.SAVED)

    def unsaved(self) -> None:
        """Something could not be saved and waits for another try."""
        self._set_mark(Mark.UNSAVED)

    def _set_mark(self, mark: Mark) -> None:
        if self._saving_timer is not None:
            self._saving_timer.stop()
            self._saving_timer = None
        if mark is not self._mark:
            self._mark = mark
            self.refresh()

    def _uncover(self) -> None:
        self._passing, self._tone, self._timer = "", "", None
        self.refresh()

    def render(self) -> Text:
        """Return the line, cut to the width; the mark keeps its place."""
        mark = str(self._mark) if self._show_mark else ""
        room = self.size.width - (cell_len(mark) + 2 if mark else 0)
        words = shortened(self.words, room)
        style = self.get_component_rich_style(f"statusline--{self._tone}", partial=True) if self._tone else ""
        line = Text(words, style=style, no_wrap=True, end="")
        if mark:
            tone = "error" if self._mark is Mark.UNSAVED else "mark"
            line.append(" " * (room + 2 - cell_len(words)))
            line.append(mark, self.get_component_rich_style(f"statusline--{tone}", partial=True))
        return line
