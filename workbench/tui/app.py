"""The program on the terminal: starts, routes between screens, holds theme and keys, shows errors. Nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.app import App
from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.screen import Screen

from workbench.config import Settings
from workbench.domain.labels import LabelSet
from workbench.errors import WorkbenchError
from workbench.tui import terminal_keys
from workbench.tui.keymap import Keymap, build_keymap, read_user_keys
from workbench.tui.marks import LabelStyle
from workbench.tui.screens.base import ActionScreen
from workbench.tui.screens.everywhere import leave
from workbench.tui.themes import PALETTES, label_styles, textual_themes

if TYPE_CHECKING:
    from workbench.tui.backend import Backend


class WorkbenchApp(App[None], inherit_bindings=False):
    """The workbench. `document` names an article to open at once; `welcome` is a sentence for the first moment."""

    CSS_PATH = Path(__file__).with_name("app.tcss")  # also for subclasses elsewhere
    TITLE = "workbench"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [  # while somebody writes; else the registry decides
        Binding("ctrl+q", "quit", "Quit", show=False),
        Binding("ctrl+c", "help_quit", "How to quit", show=False),
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (76, "-normal"), (110, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-short"), (24, "-normal-height")]  # noqa: RUF012

    def __init__(self, settings: Settings, document: str | None = None, welcome: str = "") -> None:
        super().__init__()
        self.settings = settings
        self.annotator = settings.annotator
        self.first_document = document
        self.welcome = welcome
        self.label_set = LabelSet(())
        self.label_styles: dict[str, LabelStyle] = {}
        self._user_keys, self._key_problems = read_user_keys(settings.keys) if settings.keys else ({}, ())
        self.keymap: Keymap = build_keymap(None, self._user_keys)
        self._backend: Backend | None = None
        self._backend_lock = Lock()
        for theme in textual_themes():
            self.register_theme(theme)
        self.theme = settings.theme
        if settings.no_color and not self.no_color:
            self._become_colourless()
        self.set_class(settings.accessible, "-accessible")

    def _become_colourless(self) -> None:
        from textual.filter import Monochrome

        self.no_color = True
        self._filters.append(Monochrome())

    # Start and end.

    def get_default_screen(self) -> Screen[Any]:
        """Return the library, which is always at the bottom."""
        from workbench.tui.screens.library import LibraryScreen

        return LibraryScreen()

    def on_mount(self) -> None:
        """Open the article that was asked for, and say what is wrong in the configuration."""
        if self.settings.accessible and self._driver is not None:
            self._driver.write("\x1b[?25h")  # speech and braille follow the terminal's own cursor
        if self.first_document is not None:
            self.open_document(self.first_document)
        problems = (*self.settings.warnings, *self._key_problems, *self.keymap.problems)
        if self.welcome:
            self.call_after_refresh(self._greet)
        if problems:
            self.call_after_refresh(self.tell, "\n".join(problems), "warning")

    def _greet(self) -> None:
        if isinstance(self.screen, ActionScreen):
            self.screen.flash(self.welcome, seconds=None)

    def backend(self) -> Backend:
        """Return the open database with its writer; to be called from a worker, because it imports much."""
        with self._backend_lock:
            if self._backend is None:
                from workbench.tui.backend import Backend

                self._backend = Backend(self.settings.db)
            return self._backend

    def close_backend(self) -> None:
        """Finish what is being written and close the database."""
        with self._backend_lock:
            if self._backend is not None:
                self._backend.close()
                self._backend = None

    # Routing.

    def open_document(self, document: str, documents: Sequence[str] = ()) -> None:
        """Show an article for annotating; `documents` are the uids next and previous go through."""
        from workbench.tui.screens.annotate import AnnotateScreen

        self.push_screen(AnnotateScreen(document, documents))

    def use_labels(self, label_set: LabelSet) -> None:
        """Take over the database's label set: its letters, and its looks in this theme."""
        if label_set == self.label_set:
            return
        self.label_set = label_set
        self.keymap = build_keymap(label_set, self._user_keys)
        for screen in self.action_screens:
            screen.dispatcher.keymap = self.keymap
        self._restyle()

    def watch_theme(self, theme: str) -> None:
        """Labels look different in each theme."""
        if theme in PALETTES:
            self._restyle()

    def _restyle(self) -> None:
        self.label_styles = label_styles(self.label_set, self.theme, self.no_color)
        for screen in self.action_screens:
            screen.looks_changed()

    @property
    def action_screens(self) -> list[ActionScreen]:
        """The screens with actions that are open, the lowest first; dialogs are left out."""
        return [screen for screen in self._screen_stack if isinstance(screen, ActionScreen)] if self._running else []

    def place_cursor(self, x: int, y: int) -> None:
        """Put the terminal's own cursor on a cell of the screen, for speech, braille and input methods."""
        self.cursor_position = Offset(x, y)

    # Messages.

    def notify(self, message: str, **options: Any) -> None:
        """Show a message that is not about what one looks at; never as markup, and on the status line for speech."""
        if self.settings.accessible and isinstance(self.screen, ActionScreen):
            self.screen.flash(message, tone="warning" if options.get("severity") == "warning" else "", seconds=None)
            return
        options.setdefault("timeout", max(5.0, len(message) / 12))
        super().notify(message, **{**options, "markup": False})

    def tell(self, message: str, tone: str = "information") -> None:
        """Show a message of some tone ("information", "warning")."""
        self.notify(message, severity=tone)

    def show_error(self, error: WorkbenchError) -> None:
        """Show an error with its remedy until it is dismissed."""
        from workbench.tui.screens.dialogs.message import ErrorDialog

        self.push_screen(ErrorDialog(error))

    def show_bug(self, error: Exception) -> None:
        """Log a fault of the program itself and say where; what is saved stays saved."""
        if self.is_headless:  # nobody reads a dialog there, and tests must fail
            raise error
        place = _logged(error)
        self.show_error(
            WorkbenchError(
                f"this is a bug in the workbench ({type(error).__name__}); what was saved is safe",
                remedy=f"What led to it is in {place}.",
            )
        )

    def show_failure(self, error: Exception) -> None:
        """Show whatever went wrong in the background."""
        if isinstance(error, WorkbenchError):
            self.show_error(error)
        else:
            self.show_bug(error)

    def _handle_exception(self, error: Exception) -> None:
        """End the program at a fault that no screen can survive; no article text reaches terminal or log."""
        if self._driver is None or self.is_headless:
            super()._handle_exception(error)
            return
        self._return_code = 1
        place = _logged(error)
        words = f"This is a bug in the workbench ({type(error).__name__}). What led to it is in {place}."
        self._exit_renderables.append(Text(words))
        self._close_messages_no_wait()

    async def action_quit(self) -> None:
        """Leave by the same door, whoever asks."""
        self.run_worker(leave(self), group="quit", exclusive=True, exit_on_error=False)

    def action_help_quit(self) -> None:
        """Say how to leave, to somebody who pressed ctrl+c."""
        self.notify(f"{self.keymap.first_key('app.quit', words=True) or 'ctrl+q'} leaves the program.")


def _logged(error: Exception) -> str:
    """Write a fault of the program to the log and return where that is."""
    from workbench import bug_report

    return bug_report.write(error)


def run_app(settings: Settings, document: str | None = None, welcome: str = "") -> int:
    """Show the library, or an article of it, until the person leaves; return the exit code."""
    terminal_keys.install()
    app = WorkbenchApp(settings, document, welcome)
    try:
        app.run()
    finally:
        app.close_backend()
    return app.return_code or 0
