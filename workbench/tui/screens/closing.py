"""A screen that closes once, however many keys were typed while it was closing."""

from __future__ import annotations

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

T = TypeVar("T")


class ClosesOnce(ModalScreen[T]):
    """A modal screen whose second `dismiss` does nothing.

    Keys typed fast are on their way to it when it closes; the library would close the screen below for them.
    """

    _was_dismissed = False

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Close with a result, at the first call only."""
        if self._was_dismissed:
            return AwaitComplete()
        self._was_dismissed = True
        return super().dismiss(result)
