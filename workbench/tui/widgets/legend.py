"""The labels with their keys and counts, and the beginning of the guideline of the one at hand."""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.message import Message

from workbench.domain.labels import Label
from workbench.tui.article import Article
from workbench.tui.shown import shortened
from workbench.tui.widgets.annotation_details import wrapped
from workbench.tui.widgets.drawn import DrawnText

MOST_ROWS = 5
"""Rows that labels may take; a label set that needs more is shown whole by the guideline view."""
GUIDELINE_LINES = 4


class Legend(DrawnText):
    """Labels in two columns, then what the current label is for."""

    class Opened(Message):
        """Somebody clicked the legend to see the whole guide."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"legend--quiet"}
    DEFAULT_CSS = """
    Legend { height: 9; padding: 0 1; color: $foreground; }
    Legend > .legend--quiet { color: $quiet; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._article: Article | None = None
        self._label: str | None = None
        self._guide_key = ""

    def show(self, article: Article, label: str | None, guide_key: str) -> None:
        """Show the labels of an article and the guideline of one; `guide_key` opens the whole guide."""
        self._article, self._label, self._guide_key = article, label, guide_key
        self.redraw()

    def fit(self, article: Article) -> None:
        """Take the height that the labels of an article need, once, so that nothing moves afterwards."""
        active = len(article.label_set.active)
        rows = min(-(-active // 2), MOST_ROWS) + (active > 2 * MOST_ROWS)
        # Two rows more: the border above, and the blank one between labels and guideline.
        self.styles.height = rows + GUIDELINE_LINES + 2

    def on_click(self, event: events.Click) -> None:
        """Ask for the whole guide."""
        event.stop()
        self.post_message(self.Opened())

    def text(self) -> Text:
        """Return labels and guideline."""
        if self._article is None:
            return Text("")
        quiet = self.get_component_rich_style("legend--quiet", partial=True)
        width = max(self.size.width, 16)
        lines = self._labels(self._article, list(self._article.label_set.active), width, quiet)
        if self._label is not None:
            lines += self._guideline(self._article.label_set.by_uid(self._label), width, quiet)
        return Text("\n").join(lines)

    def _labels(self, article: Article, labels: list[Label], width: int, quiet: Style) -> list[Text]:
        column = width // 2
        shown = labels[: 2 * MOST_ROWS]
        rows = [shown[place : place + 2] for place in range(0, len(shown), 2)]
        lines = []
        for row in rows:
            line = Text(no_wrap=True)
            for place, label in enumerate(row):
                line.append(" " * (place * column - line.cell_len))
                self._label_on(line, article, label, column - 1, quiet)
            lines.append(line)
        if len(labels) > len(shown):
            more = f"{len(labels) - len(shown)} more labels: {self._guide_key} lists them, ; chooses among all"
            lines.append(Text(shortened(more, width), quiet))
        return lines

    @staticmethod
    def _label_on(line: Text, article: Article, label: Label, room: int, quiet: Style) -> None:
        look = article.look(label.uid)
        count = article.index.count(label.uid)
        line.append(f"{label.key or ' '} ", quiet)
        line.append(look.glyph, look.style)
        line.append(f" {shortened(label.name, max(room - 9, 4))}")
        line.append(f" {count:,}" if count else "", quiet)

    def _guideline(self, label: Label, width: int, quiet: Style) -> list[Text]:
        if not label.guideline:
            return []
        words = f"{label.name}: {label.guideline}"
        lines = wrapped(words, width, GUIDELINE_LINES)
        if len(lines) == GUIDELINE_LINES and lines[-1].endswith(" .."):
            lines = [*wrapped(words, width, GUIDELINE_LINES - 1), f"{self._guide_key} whole guide".rjust(width)]
        return [Text(""), *(Text(line, quiet) for line in lines)]
