"""The labels with their keys and whole guidelines, over the article."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from workbench.domain.labels import AttributeType, Label
from workbench.tui.article import Article
from workbench.tui.screens.dialogs.dialog import Dialog
from workbench.tui.shown import shown, shown_lines

_KINDS = {AttributeType.TEXT: "a text", AttributeType.NUMBER: "a number", AttributeType.FLAG: "yes or no"}


class GuideScreen(Dialog[None]):
    """Every label in use, with the one at hand first in view; arrows and pages scroll."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5,enter", "cancel", show=False),
        Binding("up", "scroll(-1)", show=False),
        Binding("down", "scroll(1)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
        Binding("pagedown,space", "scroll(10)", show=False),
    ]
    HINT = "arrows and pages scroll     esc leaves"
    DEFAULT_CSS = """
    GuideScreen .guide { height: 1; }
    GuideScreen .guide-text { height: auto; margin: 0 0 1 3; }
    """

    def __init__(self, article: Article, current: str | None) -> None:
        super().__init__("Labels and their guidelines")
        self._article, self._current = article, current

    def body(self) -> Iterable[Widget]:
        """Yield a paragraph for each label."""
        for number, label in enumerate(self._article.label_set.active):
            yield Static(self._head(label), classes="guide", id=f"guide-{number}", markup=False)
            yield Static(self._text(label), classes="guide-text", markup=False)

    def _head(self, label: Label) -> Text:
        look = self._article.look(label.uid)
        text = Text(no_wrap=True)
        text.append(f"{label.key or ';':<3}", "bold")
        text.append(f"{look.glyph} {shown(label.name)}", look.style)
        text.append(f"   {self._article.index.count(label.uid):,} here", "dim")
        return text

    @staticmethod
    def _text(label: Label) -> Text:
        lines = [shown_lines(label.guideline or "No guideline is written for this label yet.")]
        for attribute in label.attributes:
            kind = ", ".join(attribute.choices) if attribute.choices else _KINDS[attribute.type]
            lines.append(f"{shown(attribute.name)}: {shown(kind)}")
        return Text("\n".join(lines))

    def on_mount(self) -> None:
        """Bring the label at hand into view."""
        for number, label in enumerate(self._article.label_set.active):
            if label.uid == self._current:
                self.query_one(f"#guide-{number}").scroll_visible(animate=False, top=True)

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one(".dialog").scroll_relative(y=lines, animate=False)
