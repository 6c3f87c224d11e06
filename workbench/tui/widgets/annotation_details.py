"""What there is to know about one annotation, and what its label is for: beside the text, or folded into two lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.style import Style
from rich.text import Text

from workbench.domain.annotation import Annotation
from workbench.tui.article import Article, value_words
from workbench.tui.shown import shortened, shown
from workbench.tui.widgets.drawn import DrawnText

QUOTE_LINES = 4
"""Lines that the words of an annotation may take beside the text."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What the details are about: an annotation, its place among those here (from 1), and whether it is live."""

    annotation: Annotation
    number: int = 1
    of: int = 1
    live: bool = False


def wrapped(text: str, width: int, most: int) -> list[str]:
    """Return a harmless text in lines of `width` cells, cut at blanks; after `most` lines `..` stands for the rest."""
    lines: list[str] = []
    line = ""
    for word in _pieces(shown(text), width):
        longer = f"{line} {word}" if line else word
        if cell_len(longer) <= width:
            line = longer
            continue
        lines.append(line)
        line = word
        if len(lines) > most:
            break
    lines.append(line)
    if len(lines) > most:
        lines = lines[:most]
        last = set_cell_size(lines[-1], min(cell_len(lines[-1]), width - 3)).rstrip()
        lines[-1] = f"{last} .."
    return lines


def _pieces(text: str, width: int) -> Iterator[str]:
    """Go through the words of a text; one that no line can hold, as in scripts without blanks, comes in parts."""
    for word in text.split():
        yield from chop_cells(word, width) if cell_len(word) > width else (word,)


class _Shown(DrawnText):
    """A text about one annotation of an article."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._article: Article | None = None
        self._subject: Subject | None = None

    def show(self, article: Article, subject: Subject | None) -> None:
        """Show an annotation, or (None) what to say where there is none."""
        self._article, self._subject = article, subject
        self.redraw()


class Details(_Shown):
    """The annotation that the cursor is on, in full: words, place, links, note, attribute values, how it was made."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"details--quiet", "details--warning", "details--live"}
    DEFAULT_CSS = """
    Details { height: 9; padding: 0 1; color: $foreground; }
    Details > .details--quiet { color: $quiet; }
    Details > .details--warning { color: $warning; }
    Details > .details--live { color: $accent; text-style: bold; }
    """

    def text(self) -> Text:
        """Return the lines."""
        quiet = self.get_component_rich_style("details--quiet", partial=True)
        if self._article is None:
            return Text("")
        if self._subject is None:
            return Text(_nothing_here(self._article), quiet)
        return Text("\n").join(self._lines(self._article, self._subject, quiet))

    def _lines(self, article: Article, subject: Subject, quiet: Style) -> list[Text]:
        width = max(self.size.width, 16)
        annotation = subject.annotation
        lines = [self._head(article, subject, width, quiet)]
        quote = " … ".join(article.text[part.start : min(part.end, part.start + 2000)] for part in annotation.extent)
        lines += [Text(line, no_wrap=True) for line in wrapped(quote, width, QUOTE_LINES)]
        lines.append(Text(shortened(article.place(annotation), width), quiet))
        lines += self._links(article, annotation, width, quiet)
        lines += [_pair(name, value_words(value), width, quiet) for name, value in annotation.attributes]
        if annotation.note:
            lines += [
                _pair("note" if number == 0 else "", line, width, quiet)
                for number, line in enumerate(wrapped(annotation.note, width - 6, 3))
            ]
        if annotation.made is not None:
            when = (annotation.created or "").replace("T", " ")[:16]
            lines.append(Text(shortened(f"made: {annotation.made.value} {when}", width), quiet))
        return lines

    def _head(self, article: Article, subject: Subject, width: int, quiet: Style) -> Text:
        look = article.look(subject.annotation.label)
        head = Text(no_wrap=True)
        head.append(f"{look.glyph} {shortened(look.name, width - 18)}", look.style)
        live = self.get_component_rich_style("details--live", partial=True)
        right = "live" if subject.live else ""
        count = f"{subject.number} of {subject.of} here" if subject.of > 1 else ""
        gap = width - head.cell_len - len(right) - len(count) - (2 if right and count else 0)
        head.append(" " * max(gap, 1))
        head.append(right, live)
        head.append(f"  {count}" if right and count else count, quiet)
        return head

    def _links(self, article: Article, annotation: Annotation, width: int, quiet: Style) -> list[Text]:
        lines = []
        for words, _, other in article.ends_of(annotation):
            look = article.look(other.label)
            line = Text(no_wrap=True)
            line.append(f"{words} ", quiet)
            line.append(look.glyph, look.style)
            line.append(f" {article.words(other, max(width - line.cell_len - 1, 6))}")
            lines.append(line)
        if article.flag(annotation) == "!":
            warning = self.get_component_rich_style("details--warning", partial=True)
            lines.append(Text(shortened("! attributed to nobody yet", width), warning))
        return lines


class Folded(_Shown):
    """The same in two lines, for narrow windows."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"folded--quiet", "folded--live", "folded--warning"}
    DEFAULT_CSS = """
    Folded { height: 2; padding: 0 1; color: $foreground; }
    Folded > .folded--quiet { color: $quiet; }
    Folded > .folded--live { color: $accent; text-style: bold; }
    Folded > .folded--warning { color: $warning; }
    """

    def text(self) -> Text:
        """Return both lines."""
        quiet = self.get_component_rich_style("folded--quiet", partial=True)
        width = max(self.size.width, 16)
        if self._article is None:
            return Text("")
        if self._subject is None:
            lines = wrapped(_nothing_here(self._article), width, 2)
            return Text("\n".join(lines), quiet, no_wrap=True)
        head = self._head(self._article, self._subject, width, quiet)
        words = Text(self._article.words(self._subject.annotation, width), no_wrap=True)
        return Text("\n").join([head, words])

    def _head(self, article: Article, subject: Subject, width: int, quiet: Style) -> Text:
        annotation = subject.annotation
        look = article.look(annotation.label)
        count = f"{subject.number} of {subject.of} here" if subject.of > 1 else ""
        right = "  ".join(part for part in ("live" if subject.live else "", count) if part)
        head = Text(no_wrap=True)
        head.append(f"{look.glyph} {shortened(look.name, 16)}", look.style)
        room = width - head.cell_len - len(right) - 2
        head.append(shortened(f" {article.place(annotation).split(',')[0]}{_tail(article, annotation)}", room), quiet)
        head.append(" " * max(width - head.cell_len - len(right), 1))
        head.append(right, self.get_component_rich_style("folded--live" if subject.live else "folded--quiet"))
        return head


def _tail(article: Article, annotation: Annotation) -> str:
    """Return what links and note add to the folded line."""
    links = [f"  {words} {article.words(other, 24)}" for words, _, other in article.ends_of(annotation)[:1]]
    if article.flag(annotation) == "!":
        links = ["  ! attributed to nobody"]
    return "".join(links) + ("  note" if annotation.note else "")


def _pair(name: str, value: str, width: int, quiet: Style) -> Text:
    line = Text(no_wrap=True)
    line.append(f"{name:<5} " if len(name) <= 5 else f"{shortened(name, 12)} ", quiet)
    line.append(shortened(value, max(width - line.cell_len, 4)))
    return line


def _nothing_here(article: Article) -> str:
    if len(article.index):
        return "The cursor is on no annotation; n goes to the next one."
    if article.closed:
        return "Nothing is marked in this article."
    return "Nothing is marked yet. Select words with shift and the arrows or the mouse, then press a label's letter."
