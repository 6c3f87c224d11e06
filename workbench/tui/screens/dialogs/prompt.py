"""Asking for a line of text, or for a note of several lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from workbench.tui.screens.dialogs.dialog import Dialog, paragraph

Check = Callable[[str], str | None]
"""Says what is wrong with a text, or None."""


class TextPrompt(Dialog[str]):
    """Asks for one line; enter gives it once `check` has nothing against it."""

    HINT = "enter takes it     esc leaves"

    def __init__(
        self,
        title: str,
        value: str = "",
        *,
        text: str = "",
        placeholder: str = "",
        check: Check | None = None,
        selected: bool = False,
    ) -> None:
        """Ask with a value to begin from; `selected` lets the first letter typed replace it."""
        super().__init__(title)
        self._value, self._text, self._placeholder, self._check = value, text, placeholder, check
        self._selected = selected

    def body(self) -> Iterable[Widget]:
        """Yield the explanation, the line, and room for what is wrong with it."""
        if self._text:
            yield paragraph(self._text)
        yield Input(self._value, placeholder=self._placeholder, compact=True, select_on_focus=self._selected, id="line")
        yield Static("", classes="dialog--problem", id="problem")

    def on_mount(self) -> None:
        """Let the person write."""
        self.query_one("#line", Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Forget what was wrong: the text is another now."""
        self.query_one("#problem", Static).update("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give the line, or say what is wrong with it."""
        problem = self._check(event.value) if self._check else None
        if problem is None:
            self.dismiss(event.value)
        else:
            self.query_one("#problem", Static).update(Text(problem))


class NoteEditor(Dialog[str]):
    """Asks for a text of several lines: enter begins a line, ctrl+s keeps the text, an empty one removes the note."""

    HINT = "ctrl+s keeps it     enter new line     esc leaves"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "keep", "Keep", show=False, priority=True)]
    DEFAULT_CSS = """
    NoteEditor TextArea { height: 8; max-height: 40vh; border: none; padding: 0; background: $background; }
    NoteEditor TextArea:focus { border: none; }
    """

    def __init__(self, title: str, value: str = "", *, text: str = "") -> None:
        super().__init__(title)
        self._value, self._text = value, text
        self._warned = False

    def body(self) -> Iterable[Widget]:
        """Yield the explanation and the lines."""
        if self._text:
            yield paragraph(self._text)
        yield TextArea(self._value, soft_wrap=True, tab_behavior="focus", compact=True, id="lines")

    def on_mount(self) -> None:
        """Let the person write, at the end of what is there."""
        lines = self.query_one("#lines", TextArea)
        lines.focus()
        lines.move_cursor(lines.document.end)

    def on_text_area_changed(self) -> None:
        """Ask again before throwing away what was written since."""
        if self._warned:
            self._warned = False
            self.set_hint(self.HINT)

    def action_keep(self) -> None:
        """Give the text."""
        self.dismiss(self.query_one("#lines", TextArea).text.strip())

    def action_cancel(self) -> None:
        """Leave; with something written, only at the second press."""
        if self._warned or self.query_one("#lines", TextArea).text == self._value:
            self.dismiss(None)
        else:
            self._warned = True
            self.set_hint("esc again throws away what you wrote     ctrl+s keeps it")
