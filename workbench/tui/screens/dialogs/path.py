"""Asking for a file or folder, completed with tab."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, Static

from workbench.tui.screens.dialogs.prompt import Check, TextPrompt
from workbench.tui.shown import shown

SHOWN = 6
"""How many possible completions are listed."""
MOST = 2000
"""How many entries of a folder are looked at."""


def completions(typed: str, *, folders_only: bool = False) -> list[str]:
    """Return what a typed path may go on to, folders with a slash at the end; a leading `~` is kept as written."""
    folder, _, begin = typed.rpartition("/")
    place = Path(f"{folder}/" if folder or typed.startswith("/") else ".").expanduser()
    prefix = typed[: len(typed) - len(begin)]
    found: list[str] = []
    try:
        with os.scandir(place) as entries:
            for _, entry in zip(range(MOST), entries, strict=False):
                if not entry.name.startswith(begin) or (entry.name.startswith(".") and not begin.startswith(".")):
                    continue
                if entry.is_dir():
                    found.append(f"{prefix}{entry.name}/")
                elif not folders_only:
                    found.append(prefix + entry.name)
    except OSError:
        return []
    return sorted(found)


class PathPrompt(TextPrompt):
    """Asks for a path; tab completes it as far as it is certain, and the possible ways on are listed."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", "Complete", show=False, priority=True)]
    HINT = "tab completes     enter takes it     esc leaves"
    DEFAULT_CSS = "PathPrompt #ways { color: $quiet; height: auto; max-height: 6; }"

    def __init__(
        self,
        title: str,
        value: str = "",
        *,
        text: str = "",
        placeholder: str = "",
        check: Check | None = None,
        folders_only: bool = False,
    ) -> None:
        super().__init__(title, value, text=text, placeholder=placeholder, check=check or _not_empty)
        self._folders_only = folders_only

    def body(self) -> Iterable[Widget]:
        """Yield the line and below it the ways it may go on."""
        yield from super().body()
        yield Static("", id="ways", markup=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        """List the ways on."""
        super().on_input_changed(event)
        self._look(event.value)

    @work(thread=True, exclusive=True, group="completions", exit_on_error=False)
    def _look(self, typed: str) -> None:
        """Read the folder on a thread: it may be a slow one."""
        found = completions(typed, folders_only=self._folders_only)
        self.call_later(self._list, typed, found)

    def _list(self, typed: str, found: list[str]) -> None:
        if self.query_one("#line", Input).value != typed:
            return
        names = [shown(path.rstrip("/").rpartition("/")[2] + ("/" if path.endswith("/") else "")) for path in found]
        more = [f".. {len(names) - SHOWN + 1} more"] if len(names) > SHOWN else []
        self.query_one("#ways", Static).update(Text("\n".join((names[: SHOWN - 1] if more else names) + more)))

    def action_complete(self) -> None:
        """Write as much of the path as is certain."""
        line = self.query_one("#line", Input)
        found = completions(line.value, folders_only=self._folders_only)
        certain = _common_beginning(found)
        if len(certain) > len(line.value):
            line.value = certain
            line.cursor_position = len(certain)


def _common_beginning(texts: list[str]) -> str:
    """Return what all texts begin with; of sorted texts the first and last decide."""
    if not texts:
        return ""
    first, last = texts[0], texts[-1]
    length = next(
        (place for place, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), len(first)
    )
    return first[:length]


def _not_empty(text: str) -> str | None:
    return None if text.strip() else "Write a path."
