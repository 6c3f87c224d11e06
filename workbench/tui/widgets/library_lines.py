"""The lines around the library's list: the top line, the filter, the document under the cursor, and an empty list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from workbench.domain.labels import LabelSet
from workbench.domain.library import LibraryRow, Totals, meta_words
from workbench.tui.shown import shortened, shown, shown_lines
from workbench.tui.widgets.library_columns import imported_words, label_counts, loose_words

SEPARATOR = "   "
NOBODY = "nobody yet"


def counted(number: int, noun: str) -> str:
    """Return `1 article`, `2,000 articles`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


class LibraryLine(Widget):
    """`Library   desk.db      ana   5 articles   2 finished   ≡`. Who annotates is always there."""

    class Clicked(Message):
        """Somebody clicked the annotator's name (`what` "who") or the sign of the palette ("palette")."""

        def __init__(self, what: str) -> None:
            super().__init__()
            self.what = what

    COMPONENT_CLASSES: ClassVar[set[str]] = {"library-line--quiet", "library-line--who"}
    DEFAULT_CSS = """
    LibraryLine { height: 1; padding: 0 1; color: $foreground; }
    LibraryLine > .library-line--quiet { color: $quiet; }
    LibraryLine > .library-line--who { color: $foreground; text-style: bold; }
    """

    def __init__(self, file: str, annotator: str | None, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._file, self._annotator = file, annotator
        self._totals: Totals | None = None
        self._who_cells = range(0)

    def show(self, annotator: str | None, totals: Totals | None) -> None:
        """Show who annotates, and how much there is."""
        if (annotator, totals) != (self._annotator, self._totals):
            self._annotator, self._totals = annotator, totals
            self.refresh()

    @property
    def words(self) -> str:
        """What the line says."""
        return self.render().plain

    def render(self) -> Text:
        """Return the line; the file's name gives way first, then the counts, never who annotates."""
        width = max(self.size.width, 20)
        quiet = self.get_component_rich_style("library-line--quiet", partial=True)
        who = shortened(self._annotator or NOBODY, max(width // 3, 8))
        facts = self._facts()
        while facts and 8 + cell_len(SEPARATOR.join(["", who, *facts, "≡"])) > width:
            facts.pop()
        right = SEPARATOR.join(["", *facts, "≡"])
        line = Text(no_wrap=True, end="")
        line.append("Library", "bold")
        room = width - line.cell_len - cell_len(who + right) - 2 * len(SEPARATOR)
        if room > 3:
            line.append(SEPARATOR + shortened(self._file, room), quiet)
        line.append(" " * (width - line.cell_len - cell_len(who + right)))
        self._who_cells = range(line.cell_len, line.cell_len + cell_len(who))
        line.append(who, self.get_component_rich_style("library-line--who", partial=True) if self._annotator else quiet)
        line.append(right, quiet)
        return line

    def _facts(self) -> list[str]:
        if self._totals is None:
            return []
        return [counted(self._totals.documents, "article"), f"{self._totals.finished:,} finished"]

    def on_click(self, event: events.Click) -> None:
        """Say what was clicked."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        event.stop()
        if offset.x in self._who_cells:
            self.post_message(self.Clicked("who"))
        elif offset.x >= self.size.width - 2:
            self.post_message(self.Clicked("palette"))


class FilterInput(Input):
    """The filter's text: enter and the arrows go back to the list, esc drops the filter too."""

    @dataclass
    class Left(Message):
        """The person is done typing. `dropped` with esc; `step` is how far an arrow moves the cursor then."""

        dropped: bool = False
        step: int = 0

    def __init__(self) -> None:
        super().__init__(compact=True, id="filter", max_length=200, select_on_focus=False)
        self.last_key: events.Key | None = None
        """The last key that came here, so that the screen knows which keys did not."""

    async def _on_key(self, event: events.Key) -> None:
        """Leave with the keys that mean the list."""
        self.last_key = event
        steps = {"enter": 0, "escape": 0, "tab": 0, "up": -1, "down": 1}
        if event.key in steps:
            event.stop()
            event.prevent_default()
            self.post_message(self.Left(event.key == "escape", steps[event.key]))
            return
        await super()._on_key(event)


class FilterLine(Horizontal):
    """`/ filter: toll          sort: imported, newest first`."""

    class SortClicked(Message):
        """Somebody clicked the order."""

    DEFAULT_CSS = """
    FilterLine { height: 1; padding: 0 1; color: $quiet; }
    FilterLine > Static { width: auto; color: $quiet; }
    FilterLine > #slash { color: $accent; text-style: bold; }
    FilterLine > FilterInput { width: 1fr; min-width: 8; height: 1; border: none; padding: 0; }
    FilterLine > FilterInput:focus { border: none; background-tint: $foreground 0%; }
    """

    def __init__(self, key: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._key = key
        self.sort_words = ""

    def compose(self) -> ComposeResult:
        """Yield the key, the line to type on, and the order."""
        yield Static(Text(self._key), id="slash", markup=False)
        yield Static(" filter: ", markup=False)
        yield FilterInput()
        yield Static("", id="sort", markup=False)

    def show_sort(self, words: str) -> None:
        """Say in words how the list is sorted."""
        self.sort_words = words
        self.query_one("#sort", Static).update(Text(f"  sort: {shortened(words, 40)}"))

    def on_click(self, event: events.Click) -> None:
        """Ask for the choice of orders where the order was clicked."""
        if event.widget is not None and event.widget.id == "sort":
            event.stop()
            self.post_message(self.SortClicked())


class Details(Widget):
    """The document under the cursor: title and import, state and counts, and on tall screens its metadata."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"details--quiet", "details--warning"}
    DEFAULT_CSS = """
    Details { height: 3; padding: 0 1; border-top: solid $chrome; }
    Details.-tall { height: 4; }
    Details > .details--quiet { color: $quiet; }
    Details > .details--warning { color: $warning; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._row: LibraryRow | None = None
        self._labels = LabelSet(())

    def show(self, row: LibraryRow | None, labels: LabelSet) -> None:
        """Show another document, or the same one after a change."""
        if (row, labels) != (self._row, self._labels):
            self._row, self._labels = row, labels
            self.refresh()

    @property
    def words(self) -> str:
        """What the lines say."""
        return self.render().plain

    def render(self) -> Text:
        """Return the lines."""
        if self._row is None:
            return Text("")
        lines = [self._first(self._row), self._second(self._row), self._third(self._row)]
        return Text("\n", end="").join(lines)

    def _first(self, row: LibraryRow) -> Text:
        width = self.size.width
        right = shortened(imported_words(row, date.today()), width // 2)
        title = shortened(row.name, width - cell_len(right) - 2)
        line = Text(no_wrap=True, end="")
        line.append(title, "bold")
        line.append(" " * max(1, width - cell_len(title) - cell_len(right)))
        line.append(right, self.get_component_rich_style("details--quiet", partial=True))
        return line

    def _second(self, row: LibraryRow) -> Text:
        """Return the state and counts, labels by name, or by their letters where names find no room."""
        line = self._state(row, label_counts(row, self._labels))
        if line.cell_len > self.size.width:
            line = self._state(row, label_counts(row, self._labels, letters=True))
        line.truncate(self.size.width, overflow="ellipsis")
        return line

    def _state(self, row: LibraryRow, counts: Sequence[str]) -> Text:
        quiet = self.get_component_rich_style("details--quiet", partial=True)
        line = Text(row.state.words if row.state else "new", no_wrap=True, end="")
        line.append(SEPARATOR + (shown("  ".join(counts)) or "nothing marked yet"), "" if counts else quiet)
        for words in loose_words(row, self._labels):
            line.append(SEPARATOR)
            line.append(shown(words), self.get_component_rich_style("details--warning", partial=True))
        return line

    def _third(self, row: LibraryRow) -> Text:
        quiet = self.get_component_rich_style("details--quiet", partial=True)
        parts = [
            f"{counted(row.codepoints, 'character')}",
            *(f"{key}: {meta_words(row.meta[key])}" for key in row.meta),
        ]
        return Text(shortened(SEPARATOR.join(parts), self.size.width), quiet, no_wrap=True, end="")


class EmptyList(Static):
    """Stands in the list's place when there is nothing to list, and says what can be done."""

    DEFAULT_CSS = """
    EmptyList { height: 1fr; padding: 1 3; color: $quiet; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("", id=id, markup=False)
        self.said = ""

    def show(self, headline: str, keys: Sequence[tuple[str, str]], more: str = "") -> None:
        """Show a sentence, keys with what they do, and perhaps more text."""
        text = Text()
        text.append(shown(headline), "bold")
        if keys:
            text.append("\n")
        for key, what in keys:
            text.append(f"\n  {key:<5}", self.app.theme_variables.get("accent", "bold"))
            text.append(f" {what}")
        if more:
            text.append(f"\n\n{shown_lines(more)}")
        self.said = text.plain
        self.update(text)
