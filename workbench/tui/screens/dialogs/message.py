"""A message, and an error with its remedy; both stay until they are dismissed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from workbench.errors import WorkbenchError
from workbench.tui.screens.dialogs.dialog import Dialog, paragraph


class MessageDialog(Dialog[bool]):
    """Shows a text; enter, space or esc close it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "cancel", "Close", show=False)]
    HINT = "enter closes"

    def __init__(self, title: str, text: str) -> None:
        super().__init__(title)
        self._text = text

    def body(self) -> Iterable[Widget]:
        """Yield the text."""
        yield paragraph(self._text, id="message")


class ErrorDialog(MessageDialog):
    """Shows an error: what happened, to which thing, what to do next."""

    DEFAULT_CSS = "ErrorDialog .dialog--title { color: $error; }"

    def __init__(self, error: WorkbenchError, title: str = "That did not work") -> None:
        super().__init__(title, _in_sentences(error))
        self.error = error


def _in_sentences(error: WorkbenchError) -> str:
    what = error.what[:1].upper() + error.what[1:]
    what = what if what.endswith((".", "?", "!")) else f"{what}."
    lines = [f"{error.where}:" if error.where else "", what, error.remedy]
    return "\n\n".join(line for line in lines if line)
