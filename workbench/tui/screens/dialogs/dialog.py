"""The frame of every dialog: a title, what it is about, and a line that says which keys do what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Generic, TypeVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from workbench.tui.screens.closing import ClosesOnce
from workbench.tui.shown import shown, shown_lines

T = TypeVar("T")


class Dialog(ClosesOnce[T | None], Generic[T]):
    """A dialog in the middle of the screen. `esc` leaves it with None; nothing has happened then."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Leave", show=False),
        Binding("ctrl+q", "app.quit", "Quit", show=False),
    ]
    HINT = "esc leaves"
    DEFAULT_CSS = """
    Dialog { align: center middle; background: $background 60%; }
    Dialog > .dialog {
        width: 72; max-width: 96%; height: auto; max-height: 96%;
        background: $surface; border: round $chrome; padding: 0 1;
    }
    Dialog > .dialog:focus-within { border: round $accent; }
    Dialog .dialog--title { text-style: bold; height: auto; margin-bottom: 1; }
    Dialog .dialog--hint { color: $quiet; height: auto; margin-top: 1; }
    Dialog .dialog--problem { color: $error; height: auto; }
    Dialog .dialog--text { height: auto; }
    Dialog .dialog--body { height: auto; max-height: 60vh; }
    Dialog Input { border: none; height: 1; padding: 0; background: $background; }
    Dialog Input:focus { border: none; background-tint: $foreground 0%; }
    """

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title

    def compose(self) -> ComposeResult:
        """Yield the frame with the dialog's own widgets in it."""
        with VerticalScroll(classes="dialog", can_focus=False):
            yield Static(Text(shown(self._title)), classes="dialog--title")
            yield from self.body()
            yield Static(Text(self.hint()), classes="dialog--hint", id="hint")

    def body(self) -> Iterable[Widget]:
        """Yield what stands between title and keys."""
        return ()

    def hint(self) -> str:
        """Return the line about keys."""
        return self.HINT

    def set_hint(self, text: str) -> None:
        """Change the line about keys."""
        self.query_one("#hint", Static).update(Text(text))

    def action_cancel(self) -> None:
        """Leave without doing anything."""
        self.dismiss(None)


def paragraph(text: str, *, classes: str = "dialog--text", id: str | None = None) -> Static:
    """Return a widget that shows a text as it is: harmless, and with square brackets left alone."""
    return Static(Text(shown_lines(text)), classes=classes, id=id, markup=False)
