"""A program with one plain screen, for tests of what all screens share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from textual.app import ComposeResult
from textual.screen import Screen

from workbench.config import Settings
from workbench.domain.labels import DEFAULT_LABEL_SET
from workbench.errors import Refused
from workbench.tui.actions import ANNOTATE, Context, Mode, Need
from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.base import ActionScreen
from workbench.tui.widgets.keybar import KeyBar
from workbench.tui.widgets.statusline import StatusLine


class PlainScreen(ActionScreen):
    """Writes down which actions were done."""

    CONTEXT = ANNOTATE

    def __init__(self, context: Context = ANNOTATE) -> None:
        super().__init__()
        self.place = context
        self.mode = Mode.IDLE
        self.lacking: dict[Need, str] = {}
        self.done: list[str] = []
        self.not_saved = 0

    def compose(self) -> ComposeResult:
        yield StatusLine("nothing selected")
        yield KeyBar()

    def key_context(self) -> Context:
        return self.place

    def key_mode(self) -> Mode:
        return self.mode

    def meets(self, need: Need) -> bool | str:
        return self.lacking.get(need, True)

    @property
    def unsaved(self) -> int:
        return self.not_saved

    def do_annotate_undo(self) -> None:
        self.done.append("undo")

    def do_annotate_label(self, label: str) -> None:
        self.done.append(label)

    def do_annotate_relabel(self, label: str) -> None:
        self.done.append(f"relabel {label}")

    def do_annotate_top(self) -> None:
        self.done.append("top")

    def do_annotate_settle(self) -> None:
        self.done.append("settle")

    def do_annotate_finish(self) -> None:
        raise Refused("the article has 2 unsaved changes", where="Toll doubles", remedy="Wait, then press F8 again.")

    async def do_annotate_note(self) -> None:
        from workbench.tui.screens.dialogs.prompt import NoteEditor

        self.done.append(f"note {await self.workbench.push_screen_wait(NoteEditor('Note'))}")


class Shell(WorkbenchApp):
    """The program with that screen at the bottom."""

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__(settings or Settings(Path("none.db")))
        self.results: list[Any] = []

    def get_default_screen(self) -> Screen[Any]:
        return PlainScreen()

    def on_mount(self) -> None:
        super().on_mount()
        self.use_labels(DEFAULT_LABEL_SET)

    @property
    def plain(self) -> PlainScreen:
        screen = self.screen_stack[0]
        assert isinstance(screen, PlainScreen)
        return screen

    def ask(self, dialog: Screen[Any]) -> None:
        """Show a dialog and keep its answer."""
        self.push_screen(dialog, self.results.append)


def words_on(app: WorkbenchApp) -> str:
    """Return what the terminal shows, as lines of text."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)
