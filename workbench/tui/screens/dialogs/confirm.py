"""A question with yes and no; for what cannot be undone, no is what enter means."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Button

from workbench.tui.screens.dialogs.dialog import Dialog, paragraph


class ConfirmDialog(Dialog[bool]):
    """Answers True or False; leaving with esc is False.

    `y` and `n` answer at once, enter presses the button that has the focus: no, when `dangerous`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", show=False),
        Binding("n", "answer(False)", "No", show=False),
        Binding("left,right,up,down", "other", "Other answer", show=False),
    ]
    DEFAULT_CSS = """
    ConfirmDialog .answers { height: auto; margin-top: 1; }
    ConfirmDialog Button { margin-right: 2; }
    ConfirmDialog Button.-danger { color: $error; }
    """

    def __init__(self, title: str, text: str, *, yes: str = "Yes", no: str = "No", dangerous: bool = False) -> None:
        super().__init__(title)
        self._text, self._yes, self._no, self._dangerous = text, yes, no, dangerous

    def body(self) -> Iterable[Widget]:
        """Yield the question and both answers."""
        yield paragraph(self._text, id="message")
        yes = Button(f"y  {self._yes}", id="yes", compact=True, classes="-danger" if self._dangerous else "")
        yield Horizontal(yes, Button(f"n  {self._no}", id="no", compact=True), classes="answers")

    def hint(self) -> str:
        """Say what enter means."""
        return f"enter: {self._no if self._dangerous else self._yes}     esc: {self._no}"

    def on_mount(self) -> None:
        """Put the focus on the answer that enter gives."""
        self.query_one("#no" if self._dangerous else "#yes").focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Answer as the button says."""
        self.dismiss(event.button.id == "yes")

    def action_answer(self, answer: bool) -> None:
        """Answer at once."""
        self.dismiss(answer)

    def action_other(self) -> None:
        """Move the focus to the other answer, and say what enter means now."""
        here = self.focused.id if self.focused is not None else "yes"
        there, word = ("no", self._no) if here == "yes" else ("yes", self._yes)
        self.query_one(f"#{there}").focus()
        self.set_hint(f"enter: {word}     esc: {self._no}")

    def action_cancel(self) -> None:
        """Leaving is no."""
        self.dismiss(False)
