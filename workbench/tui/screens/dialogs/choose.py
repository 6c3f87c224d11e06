"""Choosing from a list: by a letter, by typing the beginning, by arrows or by mouse; one, or several."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar, cast

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from workbench.tui.screens.dialogs.dialog import Dialog, paragraph
from workbench.tui.shown import shown

if TYPE_CHECKING:
    from workbench.tui.app import WorkbenchApp

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Choice(Generic[T]):
    """One line of the list. `letter` picks it at once; `style` is how its text looks; `help` stands beside it."""

    value: T
    text: str
    letter: str = ""
    help: str = ""
    style: Style | None = None
    disabled: bool = False


def with_letters(choices: Sequence[Choice[T]]) -> list[Choice[T]]:
    """Give a letter to each choice that has none: one of its own word if there is a free one, else the next free."""
    taken = {choice.letter for choice in choices if choice.letter}
    lettered: list[Choice[T]] = []
    for choice in choices:
        letter = choice.letter or _free_letter(choice.text, taken)
        taken.add(letter)
        lettered.append(Choice(choice.value, choice.text, letter, choice.help, choice.style, choice.disabled))
    return lettered


def _free_letter(text: str, taken: Collection[str]) -> str:
    own = [character for character in text.lower() if character.isascii() and character.isalpha()]
    return next((letter for letter in [*own, *"abcdefghijklmnopqrstuvwxyz"] if letter not in taken), "")


class ChooseDialog(Dialog[T], Generic[T]):
    """Gives the value of the chosen line. Where lines have letters, `/` begins typing; elsewhere it begins at once."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "move(-8)", show=False),
        Binding("pagedown", "move(8)", show=False),
        Binding("enter", "take", show=False, priority=True),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"choose--help"}
    DEFAULT_CSS = """
    ChooseDialog OptionList {
        height: auto; max-height: 60vh; border: none; padding: 0; background: $surface; scrollbar-size-vertical: 1;
    }
    ChooseDialog OptionList:focus { border: none; }
    ChooseDialog #typed { height: auto; color: $accent; }
    ChooseDialog > .choose--help { color: $quiet; }
    """

    def __init__(
        self, title: str, choices: Sequence[Choice[T]], *, text: str = "", current: T | None = None, empty: str = ""
    ) -> None:
        super().__init__(title)
        self._choices = list(choices)
        self._listed = list(choices)
        self._text, self._current, self._empty = text, current, empty
        self._typed = ""
        self._typing = not any(choice.letter for choice in choices)

    def body(self) -> Iterable[Widget]:
        """Yield the explanation, what was typed, and the list."""
        if self._text:
            yield paragraph(self._text)
        yield Static("", id="typed", markup=False)
        yield OptionList(id="list", markup=False)

    def hint(self) -> str:
        """Say how to choose."""
        typing = "type to narrow down" if self._typing else "a letter or enter takes it     / to type its name"
        return f"{typing}     enter takes it     esc leaves" if self._typing else f"{typing}     esc leaves"

    def on_mount(self) -> None:
        """List everything, with the present choice under the cursor."""
        options = self.query_one("#list", OptionList)
        options.focus()
        self._fill()
        for place, choice in enumerate(self._listed):
            if choice.value == self._current and self._current is not None:
                options.highlighted = place

    def _fill(self) -> None:
        options = self.query_one("#list", OptionList)
        options.clear_options()
        options.add_options([Option(self.line(choice), disabled=choice.disabled) for choice in self._listed])
        if self._listed:
            options.highlighted = 0
        typed = f"begins with: {self._typed}" if self._typed else ""
        if not self._listed:
            typed = f"nothing begins with: {self._typed}" if self._typed else self._empty
        self._show_typed(typed)

    def _show_typed(self, text: str) -> None:
        line = self.query_one("#typed", Static)
        line.update(Text(text))
        line.display = bool(text)

    def line(self, choice: Choice[T]) -> Text:
        """Return how a choice is listed."""
        line = Text(no_wrap=True)
        if not self._typing or choice.letter:
            line.append(f"{choice.letter or ' '}  ", "bold")
        line.append(shown(choice.text), choice.style or "")
        if choice.help:
            line.append(f"   {shown(choice.help)}", self.get_component_rich_style("choose--help", partial=True))
        return line

    def on_key(self, event: events.Key) -> None:
        """Take by letter, or narrow the list down by what is typed."""
        if event.key == "backspace" and self._typed:
            self._narrow(self._typed[:-1])
        elif event.character is not None and event.character.isprintable() and event.key != "enter":
            self._character(event.character)
        else:
            return
        event.stop()
        event.prevent_default()

    def _character(self, character: str) -> None:
        if self._typing:
            self._narrow(self._typed + character)
        elif character == "/":
            self._typing = True
            self.set_hint(self.hint())
            self._show_typed("begins with: ")
        else:
            for choice in self._choices:
                if choice.letter == character and not choice.disabled:
                    self.chosen(choice)
                    return

    def _narrow(self, typed: str) -> None:
        self._typed = typed
        wanted = typed.casefold()
        first = [choice for choice in self._choices if choice.text.casefold().startswith(wanted)]
        inside = [choice for choice in self._choices if choice not in first and wanted in choice.text.casefold()]
        self._listed = first + inside
        self._fill()

    def action_move(self, step: int) -> None:
        """Move the cursor of the list, by single lines also past an end to the other."""
        options = self.query_one("#list", OptionList)
        if abs(step) == 1:
            (options.action_cursor_down if step > 0 else options.action_cursor_up)()
        elif self._listed:
            place = (options.highlighted or 0) + step
            options.highlighted = min(max(place, 0), len(self._listed) - 1)

    def action_take(self) -> None:
        """Take the line under the cursor."""
        place = self.query_one("#list", OptionList).highlighted
        if place is not None and place < len(self._listed):
            self.chosen(self._listed[place])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the line that was clicked."""
        event.stop()
        self.chosen(self._listed[event.option_index])

    def chosen(self, choice: Choice[T]) -> None:
        """Give a choice."""
        self.dismiss(choice.value)


class ChooseSeveral(ChooseDialog[T]):
    """Gives the values that are ticked, as a tuple in the list's order; None when left with esc."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "tick", show=False, priority=True)]

    def __init__(
        self, title: str, choices: Sequence[Choice[T]], *, ticked: Collection[T] = (), text: str = "", empty: str = ""
    ) -> None:
        super().__init__(title, choices, text=text, empty=empty)
        self._ticked = set(ticked)

    def hint(self) -> str:
        """Say how to tick and how to finish."""
        return "space ticks     enter takes what is ticked     esc leaves"

    def line(self, choice: Choice[T]) -> Text:
        """Return how a choice is listed, with its tick."""
        return Text("[x] " if choice.value in self._ticked else "[ ] ") + super().line(choice)

    def chosen(self, choice: Choice[T]) -> None:
        """Tick or untick a line (by its letter or a click)."""
        self._ticked ^= {choice.value}
        options = self.query_one("#list", OptionList)
        place = self._listed.index(choice)
        options.replace_option_prompt_at_index(place, self.line(choice))

    def action_tick(self) -> None:
        """Tick or untick the line under the cursor."""
        super().action_take()

    def action_take(self) -> None:
        """Give what is ticked."""
        values = tuple(choice.value for choice in self._choices if choice.value in self._ticked)
        self.dismiss(cast("T", values))


THEME_HELP = {
    "night": "dark",
    "dusk": "dark, softer",
    "paper": "light",
    "linen": "light, warmer",
    "contrast": "black, of high contrast",
}


async def choose_theme(app: WorkbenchApp) -> None:
    """Ask for a theme, show it, and keep it in the configuration. Raises EnvironmentFault when it cannot be kept."""
    from workbench.config import THEMES, remember

    choices = with_letters([Choice(name, name, help=THEME_HELP[name]) for name in THEMES])
    chosen = await app.push_screen_wait(ChooseDialog("Theme", choices, current=app.theme))
    if chosen is None:
        return
    app.theme = chosen
    if app.settings.config is not None:
        remember("theme", chosen, app.settings.config)
