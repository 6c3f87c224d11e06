"""The footer: labels, then the next steps, with their keys; what is not possible now is greyed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.widget import Widget

from workbench.tui.actions import ANNOTATE, BY_ID, GLOBAL, LABEL_ACTION, PANEL, Action, Need, actions_in
from workbench.tui.keys import on_screen
from workbench.tui.marks import LabelStyle
from workbench.tui.shown import shortened
from workbench.tui.themes import CLOSING

if TYPE_CHECKING:
    from workbench.tui.screens.base import ActionScreen

GAP = 2
"""Blank cells between two entries."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and its word. `label` is a label's uid and `glyph` its mark; `last` entries stand at the right."""

    action: str
    key: str
    word: str
    possible: bool = True
    label: str | None = None
    glyph: str = ""
    last: bool = False

    @property
    def cells(self) -> int:
        """Width in cells."""
        return cell_len(self.key) + 1 + cell_len(self.word) + (cell_len(self.glyph) + 1 if self.glyph else 0)


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry with the cells `[start, end)` it takes on its line."""

    entry: Entry
    start: int
    end: int


def entries_of(screen: ActionScreen) -> list[Entry]:
    """Return what the footer of a screen may show, in order of importance: labels, then actions by their step."""
    context = screen.key_context()
    keymap = screen.workbench.keymap
    own = [action for action in actions_in(context) if action.step]
    if context is PANEL:
        own += [action for action in actions_in(screen.CONTEXT) if 30 <= action.step < 40]
    steps = [*sorted(own, key=lambda action: action.step), *(a for a in actions_in(GLOBAL) if a.step)]
    labels = list(_labels(screen)) if context is ANNOTATE else []
    entries = [_entry(screen, action) for action in steps if keymap.keys_of(action.id)]
    return labels + [entry for entry in entries if entry.possible or not _only_when_closed(entry.action)]


def _only_when_closed(action: str) -> bool:
    """Say whether an action is worth its place only while the article is read-only."""
    return Need.CLOSED in BY_ID[action].needs


def _entry(screen: ActionScreen, action: Action) -> Entry:
    return Entry(
        action.id,
        screen.workbench.keymap.first_key(action.id),
        screen.word_for(action),
        screen.why_not(action.id) is None,
        last=action.context is GLOBAL,
    )


def _labels(screen: ActionScreen) -> Iterator[Entry]:
    styles = screen.workbench.label_styles
    keymap = screen.workbench.keymap
    possible = screen.why_not(LABEL_ACTION) is None
    for letter, uid in keymap.labels.items():
        style = styles.get(uid, LabelStyle(letter, ""))
        name = shortened(keymap.label_names[uid], 14)
        yield Entry(LABEL_ACTION, on_screen(letter), name, possible, uid, style.glyph + CLOSING.get(style.glyph, ""))


def placed(entries: Iterable[Entry], width: int, lines: int) -> list[list[Placed]]:
    """Return entries on so many lines, those that find no room left out; `last` ones end the last line.

    With more lines than one, a new one is begun for the actions when there are labels.
    """
    entries = list(entries)
    tail = [entry for entry in entries if entry.last]
    tail_cells = sum(entry.cells + GAP for entry in tail)
    rows: list[list[Placed]] = [[] for _ in range(lines)]
    place, column = 0, 0
    for entry in entries:
        if entry.last:
            continue
        if place == 0 and lines > 1 and _begins_line(entry, column, width):
            place, column = 1, 0
        room = width - (tail_cells if place == lines - 1 else 0)
        if column + entry.cells <= room:
            rows[place].append(Placed(entry, column, column + entry.cells))
            column += entry.cells + GAP
    _append_tail(rows[-1], tail, width)
    return rows


def _begins_line(entry: Entry, column: int, width: int) -> bool:
    """Say whether an entry goes to the second line: undo and what follows it, or what finds no room."""
    about_the_article = entry.label is None and entry.word.startswith("undo")
    return about_the_article or (entry.label is None and column + entry.cells > width)


def _append_tail(row: list[Placed], tail: list[Entry], width: int) -> None:
    column = width - sum(entry.cells for entry in tail) - GAP * (len(tail) - 1)
    for entry in tail:
        if column >= (row[-1].end + GAP if row else 0):
            row.append(Placed(entry, column, column + entry.cells))
        column += entry.cells + GAP


class KeyBar(Widget):
    """Draws the entries and starts an action when its entry is clicked."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"keybar--key", "keybar--word", "keybar--off"}
    DEFAULT_CSS = """
    KeyBar { height: 2; padding: 0 1; color: $foreground; }
    KeyBar.-one-line { height: 1; }
    KeyBar > .keybar--key { color: $accent; text-style: bold; }
    KeyBar > .keybar--word { color: $foreground; }
    KeyBar > .keybar--off { color: $quiet; text-style: italic; }
    """

    def __init__(self, *, lines: int = 2, id: str | None = None) -> None:
        super().__init__(id=id, classes="-one-line" if lines == 1 else "")
        self._lines = lines
        self._shown: list[Entry] | None = None

    def on_mount(self) -> None:
        """Show the first entries once the screen can answer."""
        self.call_after_refresh(self.renew)

    def renew(self) -> None:
        """Look again at what is possible; redraw only when something changed."""
        entries = entries_of(cast("ActionScreen", self.screen))
        if entries != self._shown:
            self._shown = entries
            self.refresh()

    @property
    def rows(self) -> list[list[Placed]]:
        """What stands where, line by line."""
        return placed(self._shown or [], self.size.width, self._lines)

    def render(self) -> Text:
        """Return the lines."""
        return Text("\n", end="").join(self._line(row) for row in self.rows)

    def _line(self, row: list[Placed]) -> Text:
        line = Text(no_wrap=True, end="")
        for item in row:
            line.append(" " * (item.start - line.cell_len))
            self._append(line, item.entry)
        return line

    def _append(self, line: Text, entry: Entry) -> None:
        off = self.get_component_rich_style("keybar--off", partial=True)
        word = self.get_component_rich_style("keybar--word", partial=True)
        line.append(entry.key, self.get_component_rich_style("keybar--key", partial=True) if entry.possible else off)
        if entry.label is not None:
            style = cast("ActionScreen", self.screen).workbench.label_styles.get(entry.label)
            line.append(" ")
            line.append(f"{entry.glyph} {entry.word}", style.style if style and entry.possible else off)
        else:
            line.append(f" {entry.word}", word if entry.possible else off)

    def on_click(self, event: events.Click) -> None:
        """Start the action whose entry was clicked."""
        offset = event.get_content_offset(self)
        rows = self.rows
        if offset is None or offset.y >= len(rows):
            return
        for item in rows[offset.y]:
            if item.start <= offset.x < item.end:
                event.stop()
                cast("ActionScreen", self.screen).perform(item.entry.action, item.entry.label)
