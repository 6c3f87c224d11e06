"""What every screen with actions has: one dispatcher for its keys, reasons for what is not possible, one status line.

A screen names its context and has a method for each action: `do_annotate_undo` for `annotate.undo`. The method may
take the uid of a label (`do_annotate_label`); errors of the `WorkbenchError` family that it raises are shown.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import ClassVar, TypeVar, cast

from textual import events
from textual.css.query import NoMatches
from textual.timer import Timer
from textual.widgets import Input
from textual.worker import Worker, get_current_worker

from workbench.errors import WorkbenchError
from workbench.tui.actions import BY_ID, Action, Context, Mode, Need
from workbench.tui.keymap import Command, Dispatcher, Pending, Unbound
from workbench.tui.keys import on_screen
from workbench.tui.screens.everywhere import EverywhereActions
from workbench.tui.widgets.keybar import KeyBar
from workbench.tui.widgets.statusline import StatusLine

T = TypeVar("T")

FOLLOW_DELAY = 0.4
"""Seconds after which the keys that may follow a first one are listed."""


class ActionScreen(EverywhereActions):
    """A screen whose keys, footer, palette entries and mouse come from the registry of actions."""

    CONTEXT: ClassVar[Context] = Context.GLOBAL
    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self.dispatcher = Dispatcher(self.workbench.keymap)
        self._follow_timer: Timer | None = None

    # What a screen says about itself.

    def key_context(self) -> Context:
        """Return where keys are looked up now (the list over the text has keys of its own)."""
        return self.CONTEXT

    def key_mode(self) -> Mode:
        """Return what the screen is in the middle of."""
        return Mode.IDLE

    def meets(self, need: Need) -> bool | str:
        """Say whether a need is met; a sentence says why not, False leaves it to the need's own."""
        return True

    def word_for(self, action: Action) -> str:
        """Return the word beside an action's key in the footer."""
        return action.footer_word

    @property
    def unsaved(self) -> int:
        """How many changes are on this screen but not on the disk."""
        return 0

    # Keys.

    async def on_key(self, event: events.Key) -> None:
        """Hand every key to the dispatcher, unless somebody is writing."""
        if isinstance(self.focused, Input):
            return
        event.stop()
        event.prevent_default()
        self.press(event.key, event.character)

    def press(self, key: str, character: str | None = None) -> None:
        """Do what a key means here and now; this is the one way in for keys, also for replayed ones."""
        self._forget_follow()
        if self.workbench.settings.accessible:
            self.flash("")
        outcome = self.dispatcher.press(self.key_context(), key, character, self.key_mode())
        match outcome:
            case Command(action, _, label):
                self.perform(action, label)
            case Pending():
                self._follow_timer = self.set_timer(FOLLOW_DELAY, lambda: self._list_following(outcome))
            case Unbound(_, reason) if reason:
                self.flash(reason)
            case Unbound(("ctrl+c",), _):
                self.workbench.action_help_quit()

    def _list_following(self, pending: Pending) -> None:
        choices = "   ".join(f"{on_screen(key)} {title}" for key, title in pending.follow)
        self.flash(f"{on_screen(pending.keys[0])} then:   {choices}", seconds=None)

    def _forget_follow(self) -> None:
        if self._follow_timer is not None:
            self._follow_timer.stop()
            self._follow_timer = None
        if self.dispatcher.pending:
            self.flash("")

    # Actions.

    def why_not(self, action: str) -> str | None:
        """Return the sentence that says why an action is not possible now, or None when it is."""
        return BY_ID[action].why_not(self) if action in BY_ID else None

    def perform(self, action: str, label: str | None = None) -> None:
        """Do an action, or say why it is not possible; errors are shown, never raised."""
        self._forget_follow()
        self.dispatcher.reset()
        reason = self.why_not(action)
        if reason is not None:
            self.flash(reason)
            return
        method = self._method(action)
        try:
            result = method(label) if label is not None else method()
        except WorkbenchError as error:
            self.show_problem(error)
        except Exception as error:
            self.workbench.show_bug(error)
        else:
            if inspect.isawaitable(result):
                self.run_worker(self._awaited(result), exit_on_error=False)
        self.refresh_keys()

    def _method(self, action: str) -> Callable[..., object]:
        return cast("Callable[..., object]", getattr(self, f"do_{action.replace('.', '_')}"))

    async def _awaited(self, result: object) -> None:
        """Wait for an action that asks something in between, with the same care for its errors."""
        try:
            await result  # type: ignore[misc]
        except WorkbenchError as error:
            self.show_problem(error)
        except Exception as error:
            self.workbench.show_bug(error)
        self.refresh_keys()

    def show_problem(self, error: WorkbenchError) -> None:
        """Show what an action could not do; screens on which that is common say it less loudly."""
        self.workbench.show_error(error)

    # Work in the background.

    def in_background(
        self, work: Callable[[], T], then: Callable[[T], object], *, group: str = "default", exclusive: bool = True
    ) -> Worker[None]:
        """Run `work` on a thread and `then` with its result on this one; errors are shown.

        A newer call of the same group drops the result of an older one when `exclusive`.
        """

        def run() -> None:
            worker = get_current_worker()
            try:
                result = work()
            except Exception as error:
                if not worker.is_cancelled:
                    self.call_later(self.workbench.show_failure, error)
            else:
                if not worker.is_cancelled:
                    self.call_later(then, result)

        return self.run_worker(run, thread=True, group=group, exclusive=exclusive, exit_on_error=False)

    # The lines at the foot.

    def flash(self, text: str, *, tone: str = "", seconds: float | None = 6.0) -> None:
        """Show a sentence on the status line for a while; with `seconds` None until the next.

        In accessible mode nothing vanishes by time: it stays until the next key.
        """
        if self.workbench.settings.accessible:
            seconds = None
        try:
            self.query_one(StatusLine).flash(text, tone=tone, seconds=seconds)
        except NoMatches:
            if text:
                self.app.notify(text)

    def looks_changed(self) -> None:
        """The theme or the label set changed: draw anew whatever has looks from there."""
        self.refresh_keys()

    def refresh_keys(self) -> None:
        """Redraw the footer, because what is possible may have changed."""
        for keybar in self.query(KeyBar):
            keybar.renew()
