"""The command palette: every action of the screen by name, with its key beside it, and why one is not possible."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from rich.text import Text
from textual.command import DiscoveryHit, Hit, Hits, Provider

from workbench.tui.actions import ANNOTATE, LABEL_ACTION, Action, actions_in, contexts_from
from workbench.tui.keymap import LABEL_TOKEN
from workbench.tui.keys import on_screen
from workbench.tui.screens.base import ActionScreen
from workbench.tui.shown import shown
from workbench.tui.themes import PALETTES

if TYPE_CHECKING:
    from collections.abc import Callable


class ActionProvider(Provider):
    """Offers the actions of the screen that the palette was opened on."""

    async def discover(self) -> Hits:
        """Yield every action, those of the screen first."""
        for title, keys, help_text, run in self._commands():
            yield DiscoveryHit(self._line(title, keys), run, text=title, help=help_text)

    async def search(self, query: str) -> Hits:
        """Yield the actions whose name or explanation fits what was typed, names first."""
        matcher = self.matcher(query)
        for title, keys, help_text, run in self._commands():
            score = matcher.match(title) or (0.1 if query.casefold() in help_text.casefold() else 0)
            if score > 0:
                yield Hit(score, self._line(title, keys), run, text=title, help=help_text)

    def _commands(self) -> Iterator[tuple[str, str, str, Callable[[], object]]]:
        screen = self.screen
        if not isinstance(screen, ActionScreen):
            return
        keymap = screen.workbench.keymap
        for action in _offered(screen):
            words = [on_screen(key.replace(LABEL_TOKEN, "label"), words=True) for key in keymap.keys_of(action.id)]
            keys = ", ".join(words)
            help_text = screen.why_not(action.id) or action.help
            yield action.title, keys, help_text, partial(screen.call_later, screen.perform, action.id)
        if screen.CONTEXT is ANNOTATE:
            for letter, uid in keymap.labels.items():
                name = shown(keymap.label_names[uid])
                run = partial(screen.call_later, screen.perform, LABEL_ACTION, uid)
                yield f"Label: {name}", letter, f"Mark the selected text as {name}.", run

    def _line(self, title: str, keys: str) -> Text:
        """Return a title with its keys beside it."""
        return Text(title) + Text(f"   {keys}" if keys else "", PALETTES[self.app.theme].accent)


def _offered(screen: ActionScreen) -> list[Action]:
    return [action for place in contexts_from(screen.CONTEXT) for action in actions_in(place) if action.show]
