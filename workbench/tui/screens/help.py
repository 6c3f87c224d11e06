"""Help from the registry: everything, searchable, and one card with the keys of the screen one is on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Input, Static

from workbench.tui.actions import ANNOTATE, LABEL_ACTION, Action, Context, actions_in, contexts_from
from workbench.tui.keymap import LABEL_TOKEN, Keymap
from workbench.tui.keys import on_screen
from workbench.tui.screens.closing import ClosesOnce
from workbench.tui.shown import shortened, shown
from workbench.tui.themes import PALETTES


class HelpLine(NamedTuple):
    """One action as help lists it."""

    context: Context
    group: str
    keys: str
    title: str
    text: str


def keys_in_words(action: Action, keymap: Keymap) -> str:
    """Return the keys of an action as help writes them; the label keys by their letters."""
    letters = " ".join(keymap.labels) or "a label's letter"
    if action.id == LABEL_ACTION:
        return letters
    words = [on_screen(key.replace(LABEL_TOKEN, "label"), words=True) for key in keymap.keys_of(action.id)]
    return ", ".join(words)


def help_lines(keymap: Keymap, first: Context = ANNOTATE) -> list[HelpLine]:
    """Return every action, those of one context and its parents first."""
    chain = contexts_from(first)
    contexts = [*chain, *(context for context in Context if context not in chain)]
    return [_line(action, keymap) for context in contexts for action in _by_group(actions_in(context))]


def _line(action: Action, keymap: Keymap) -> HelpLine:
    mouse = f" By mouse: {action.mouse}." if action.mouse else ""
    example = f" {action.example}" if action.example else ""
    keys = keys_in_words(action, keymap) or ("palette" if action.show else "mouse")
    return HelpLine(action.context, action.group, keys, action.title, action.help + example + mouse)


def _by_group(actions: Iterable[Action]) -> list[Action]:
    """Return actions with each group together, groups in the order they begin."""
    groups: dict[str, list[Action]] = {}
    for action in actions:
        groups.setdefault(action.group, []).append(action)
    return [action for group in groups.values() for action in group]


def matching(lines: Iterable[HelpLine], wanted: str) -> list[HelpLine]:
    """Return the lines that hold each of the words typed, anywhere; a key alone finds its actions."""
    words = wanted.casefold().split()
    return [line for line in lines if all(_holds(line, word) for word in words)]


def _holds(line: HelpLine, word: str) -> bool:
    keys = line.keys.casefold().replace(",", " ").split()
    return word in keys or (len(word) > 1 and word in f"{line.title} {line.text} {line.group} {line.keys}".casefold())


class HelpScreen(ClosesOnce[None]):
    """Every action of every screen, narrowed down by typing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1", "leave", "Leave", show=False, priority=True),
        Binding("ctrl+q", "app.quit", show=False),
        Binding("up", "scroll(-1)", show=False, priority=True),
        Binding("down", "scroll(1)", show=False, priority=True),
        Binding("pageup", "scroll_page(-1)", show=False, priority=True),
        Binding("pagedown", "scroll_page(1)", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    HelpScreen { background: $background; padding: 0 1; }
    HelpScreen #help-head { height: 1; color: $quiet; }
    HelpScreen Input { height: 1; border: none; padding: 0; }
    HelpScreen Input:focus { border: none; }
    HelpScreen #help-lines { height: 1fr; margin-top: 1; scrollbar-size-vertical: 1; }
    HelpScreen #help-text { height: auto; }
    """

    def __init__(self, context: Context, keymap: Keymap) -> None:
        super().__init__()
        self._lines = help_lines(keymap, context)

    def compose(self) -> ComposeResult:
        """Yield the line to search in and the list."""
        yield Static("Help   type to search, arrows and pages scroll, esc leaves", id="help-head", markup=False)
        yield Input(placeholder="search: undo, link, ctrl+p ..", compact=True, id="help-search")
        with VerticalScroll(id="help-lines", can_focus=False):
            yield Static("", id="help-text", markup=False)

    def on_mount(self) -> None:
        """Show all."""
        self.query_one(Input).focus()
        self._show("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list down."""
        self._show(event.value)

    def on_resize(self) -> None:
        """Lay the lines out for the new width."""
        self._show(self.query_one(Input).value)

    def _show(self, wanted: str) -> None:
        found = matching(self._lines, wanted)
        text = (
            help_text(found, PALETTES[self.app.theme].quiet)
            if found
            else Text(f"Nothing here is called {shown(wanted)}. The palette is on ctrl+p.")
        )
        self.query_one("#help-text", Static).update(text)

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one("#help-lines").scroll_relative(y=lines, animate=False)

    def action_scroll_page(self, pages: int) -> None:
        """Scroll by screens."""
        view = self.query_one("#help-lines")
        view.scroll_relative(y=pages * max(view.size.height - 2, 1), animate=False)


def help_text(lines: Iterable[HelpLine], quiet: str = "") -> Text:
    """Return help as text: a heading for each group, then keys, title, and the explanation in the `quiet` colour."""
    text = Text()
    heading: tuple[Context, str] | None = None
    for line in lines:
        if heading != (line.context, line.group):
            heading = (line.context, line.group)
            text.append(f"{'' if not text else chr(10)}{line.context.value.upper()}  {line.group}\n", "bold")
        text.append(f"  {line.keys}", "bold")
        text.append(f"  {line.title}\n")
        text.append(f"      {line.text}\n", quiet)
    return text


class CardScreen(ClosesOnce[None]):
    """The keys of one screen on one card; any key goes back."""

    DEFAULT_CSS = """
    CardScreen { background: $background; }
    CardScreen #card { width: 100%; height: auto; }
    CardScreen VerticalScroll { scrollbar-size-vertical: 1; }
    """

    def __init__(self, context: Context, keymap: Keymap) -> None:
        super().__init__()
        self._place, self._keymap = context, keymap

    def compose(self) -> ComposeResult:
        """Yield the card."""
        with VerticalScroll(can_focus=False):
            yield Static("", id="card", markup=False)

    def on_mount(self) -> None:
        """Draw the card."""
        self._draw()

    def on_resize(self) -> None:
        """Draw the card for the new width."""
        self._draw()

    def _draw(self) -> None:
        self.query_one("#card", Static).update(
            card(self._place, self._keymap, self.size.width, PALETTES[self.app.theme].quiet)
        )

    def on_key(self, event: events.Key) -> None:
        """Scroll when the card is higher than the screen; otherwise go back."""
        event.stop()
        view = self.query_one(VerticalScroll)
        steps = {"down": 1, "up": -1, "pagedown": 10, "pageup": -10}
        if event.key in steps and view.max_scroll_y > 0:
            view.scroll_relative(y=steps[event.key], animate=False)
        else:
            self.dismiss(None)

    def on_click(self) -> None:
        """A click goes back too."""
        self.dismiss(None)


def card(context: Context, keymap: Keymap, width: int, quiet: str = "") -> Text:
    """Return the card: in two columns of keys and titles, or in one where the screen is narrow."""
    entries = card_entries(context, keymap)
    columns = 2 if width >= 76 else 1
    height = -(-len(entries) // columns)
    sides = [entries[start : start + height] for start in range(0, len(entries), height)]
    cells = [_column(side) for side in sides]
    text = Text(no_wrap=True)
    text.append(f" Keys: {context.value}", "bold")
    hint = "     F1 explains everything, any key goes back" if columns == 2 else "   arrows scroll, other keys go back"
    text.append(f"{hint}\n", quiet)
    for row in range(height):
        text.append_text(Text("  ").join(column[row] for column in cells if row < len(column)))
        text.append("\n")
    text.rstrip()
    return text


def _column(entries: list[tuple[str, str]]) -> list[Text]:
    """Return the lines of one column, all of the same width."""
    keys_width = max(cell_len(keys) for keys, _ in entries)
    width = keys_width + 1 + max(cell_len(title) for _, title in entries)
    lines = []
    for keys, title in entries:
        line = Text(" ")
        line.append(keys, "bold")
        line.append(" " * (keys_width + 2 - line.cell_len) + title)
        line.pad_right(max(width + 1 - line.cell_len, 0))
        lines.append(line)
    return lines


def card_entries(context: Context, keymap: Keymap) -> list[tuple[str, str]]:
    """Return keys and title of what the card shows; actions that belong together share a line."""
    entries: list[tuple[str, str]] = []
    for place in contexts_from(context):
        listed = [action for action in _by_group(actions_in(place)) if _reachable(action, context, keymap)]
        actions = {action.id: action for action in listed}
        for action in actions.values():
            together = _TOGETHER.get(action.id)
            if together is not None:
                keys = [keymap.keys_of(name)[0] for name in together.ids if keymap.keys_of(name)]
                entries.append((_in_short(keys), together.title))
            elif action.id not in _MEMBERS and (keys_shown := _card_keys(action, keymap)):
                entries.append((keys_shown, _CARD_TITLES.get(action.id, action.title)))
    return [(keys, title) for keys, title in entries if keys]


def _reachable(action: Action, context: Context, keymap: Keymap) -> bool:
    """Say whether any of an action's keys still means it here; a nearer context may have taken them all."""
    nearer = contexts_from(context)[: contexts_from(context).index(action.context)]
    taken = {key for place in nearer for other in actions_in(place) for key in keymap.keys_of(other.id)}
    return any(key not in taken for key in keymap.keys_of(action.id))


def _card_keys(action: Action, keymap: Keymap) -> str:
    if action.id == LABEL_ACTION:
        return shortened(keys_in_words(action, keymap), 20)
    return " ".join(on_screen(key.replace(LABEL_TOKEN, "label")) for key in keymap.keys_of(action.id)[:2])


def _in_short(keys: list[str]) -> str:
    """Return keys that share a line; modifiers they have in common are written once."""
    parts = [key.rpartition("+") for key in keys if not key.endswith("+")]
    modifiers = {part[0] for part in parts}
    if len(parts) == len(keys) > 1 and len(modifiers) == 1 and modifiers != {""}:
        names = [part[2] for part in parts]
        joined = "arrows" if sorted(names) == ["down", "left", "right", "up"] else "/".join(names)
        return f"{modifiers.pop()}+{joined}"
    return " ".join(on_screen(key) for key in keys)


class _Together(NamedTuple):
    title: str
    ids: tuple[str, ...]


def _together(title: str, screen: str, *names: str) -> tuple[str, _Together]:
    ids = tuple(f"{screen}.{name}" for name in names)
    return ids[0], _Together(title, ids)


_TOGETHER = dict(
    [
        _together("Move", "annotate", "left", "right", "up", "down"),
        _together("By words", "annotate", "word", "word_back"),
        _together("By sentences", "annotate", "sentence", "sentence_back"),
        _together("By paragraphs", "annotate", "paragraph", "paragraph_back"),
        _together("Ends of the line", "annotate", "line_start", "line_end"),
        _together("By screens", "annotate", "page_down", "page_up"),
        _together("Start, end", "annotate", "top", "end"),
        _together("Select", "annotate", "select_left", "select_right", "select_up", "select_down"),
        _together("Select words", "annotate", "select_word_back", "select_word"),
        _together("Select in the line", "annotate", "select_line_start", "select_line_end"),
        _together("Next, previous span", "annotate", "next_span", "previous_span"),
        _together("End by a word", "annotate", "end_later", "end_earlier"),
        _together("Start by a word", "annotate", "start_earlier", "start_later"),
        _together("End by a letter", "annotate", "end_character_later", "end_character_earlier"),
        _together("Start by a letter", "annotate", "start_character_later", "start_character_earlier"),
        _together("Add, remove fragment", "annotate", "add_fragment", "remove_fragment"),
        _together("Undo, redo", "annotate", "undo", "redo"),
        _together("Search", "annotate", "search", "search_next", "search_previous", "search_end"),
        _together("Previous, next article", "annotate", "previous_document", "next_document"),
        _together("Move", "library", "up", "down"),
        _together("By screens", "library", "page_up", "page_down"),
        _together("First, last", "library", "top", "end"),
        _together("Sort, turn round", "library", "sort", "sort_reverse"),
        _together("Undo, redo", "library", "undo", "redo"),
        _together("Move", "panel", "up", "down"),
        _together("By screens", "panel", "page_up", "page_down"),
        _together("First, last", "panel", "top", "end"),
    ]
)
_CARD_TITLES = {"annotate.quotes": "Quotes in or out"}
"""Shorter titles for the card's narrow column."""
_MEMBERS = frozenset(name for together in _TOGETHER.values() for name in together.ids) | {"annotate.relabel_chooser"}
"""Actions without a line of their own on the card."""
