"""The line in which one types what to search for in the article."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static


class SearchLine(Horizontal):
    """Hidden until asked for; says what was typed at every key, and when typing is over."""

    class Typed(Message):
        """The text changed to `text`."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Step(Message):
        """The next (`later`) or previous place is wanted while typing goes on."""

        def __init__(self, later: bool) -> None:
            super().__init__()
            self.later = later

    class Over(Message):
        """Typing is over: with enter (`keep`), or with esc."""

        def __init__(self, keep: bool) -> None:
            super().__init__()
            self.keep = keep

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "over(False)", show=False),
        Binding("down", "step(True)", show=False),
        Binding("up", "step(False)", show=False),
    ]
    DEFAULT_CSS = """
    SearchLine { height: 1; padding: 0 1; display: none; }
    SearchLine.-shown { display: block; }
    SearchLine Static { width: 2; color: $accent; text-style: bold; }
    SearchLine Input { width: 1fr; border: none; height: 1; padding: 0; background: $background; }
    SearchLine Input:focus { border: none; background-tint: $foreground 0%; }
    """

    def compose(self) -> ComposeResult:
        """Yield the sign and the line."""
        yield Static("/", markup=False)
        yield Input(compact=True, placeholder="what to find; enter goes on with n and N, esc ends", id="search-input")

    def open(self, text: str) -> None:
        """Show the line with a text in it, selected so that typing replaces it."""
        self.add_class("-shown")
        line = self.query_one(Input)
        with self.prevent(Input.Changed):
            line.value = text
        line.focus()
        line.select_all()

    def close(self) -> None:
        """Hide the line; the focus is for the caller to give away."""
        self.remove_class("-shown")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Pass on what was typed."""
        event.stop()
        self.post_message(self.Typed(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the search and stop typing."""
        event.stop()
        self.post_message(self.Over(True))

    def action_over(self, keep: bool) -> None:
        """Stop typing."""
        self.post_message(self.Over(keep))

    def action_step(self, later: bool) -> None:
        """Go to another place."""
        self.post_message(self.Step(later))
