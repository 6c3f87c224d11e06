"""Widgets of a few lines of text that are drawn again only when what they would show is different."""

from __future__ import annotations

from rich.text import Text
from textual.widget import Widget


class DrawnText(Widget):
    """A widget whose whole content is one text. Changing what it shows ends with `redraw`."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._drawn: Text | None = None

    def text(self) -> Text:
        """Return what is to be seen now."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Draw again if there is anything new to see: making the text costs far less than laying it on the screen."""
        if self.text() != self._drawn:
            self.refresh()

    def render(self) -> Text:
        """Return the text, and remember it as what is on the screen."""
        self._drawn = self.text()
        return self._drawn
