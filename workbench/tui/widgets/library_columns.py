"""The columns of the library's list: which find room, how wide, and what a document says in each. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from rich.cells import cell_len

from workbench.domain.labels import Label, LabelSet
from workbench.domain.library import LibraryRow, Sort, SortBy, meta_words
from workbench.tui.shown import shortened

MARK_CELLS = 4
"""Cells before the first column: the cursor's sign and the tick."""
GAP = 2
LEAST_TITLE = 24
"""Cells that titles keep, whatever other columns are wanted."""
MOST_LABEL_COLUMNS = 6
META_CELLS = 14
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `key` is a metadata key or a label's uid where there are several of a kind; `cells` is its width."""

    by: SortBy
    heading: str
    cells: int
    right: bool = False
    key: str = ""
    is_label: bool = False

    @property
    def sort(self) -> Sort:
        """The order that a click on the heading asks for."""
        return Sort(self.by, key=self.key if self.by is SortBy.META else "")


def columns_for(width: int, label_set: LabelSet, meta: Sequence[str] = ()) -> tuple[Column, ...]:
    """Return the columns that fit into so many cells, the title taking what the others leave.

    What is dropped first on narrow screens: chosen metadata from the right, counts a label, when touched, words.
    """
    state = Column(SortBy.STATE, "state", 11)
    metadata = [Column(SortBy.META, key, max(6, min(META_CELLS, cell_len(key) + 4)), key=key) for key in meta]
    words = Column(SortBy.WORDS, "words", 7, right=True)
    touched = Column(SortBy.TOUCHED, "touched", 9)
    spans = [Column(SortBy.SPANS, "spans", 5, right=True)]
    room = width - MARK_CELLS - LEAST_TITLE - GAP - 1
    kept: list[Column] = []
    for group in ([state], spans, [words], [touched], *([column] for column in metadata)):
        cost = sum(column.cells + GAP for column in group)
        if cost <= room:
            kept += group
            room -= cost
    labels = _label_columns(label_set)
    if labels and spans[0] in kept and sum(column.cells + GAP for column in labels) <= room - LEAST_TITLE // 2:
        place = kept.index(spans[0])
        kept[place : place + 1] = labels
    return _in_order(kept, width)


def _label_columns(label_set: LabelSet) -> list[Column]:
    labels = label_set.active
    if len(labels) > MOST_LABEL_COLUMNS:
        return []
    return [_label_column(label) for label in labels]


def _label_column(label: Label) -> Column:
    heading = shortened(label.name, 9)
    return Column(SortBy.SPANS, heading, max(cell_len(heading), 4), right=True, key=label.uid, is_label=True)


_ORDER = {by: place for place, by in enumerate((SortBy.STATE, SortBy.TITLE, SortBy.META, SortBy.WORDS, SortBy.SPANS))}


def _in_order(kept: list[Column], width: int) -> tuple[Column, ...]:
    taken = sum(column.cells + GAP for column in kept)
    title = Column(SortBy.TITLE, "article", max(width - MARK_CELLS - taken - 1, 8))
    return tuple(sorted([*kept, title], key=lambda column: _ORDER.get(column.by, 9)))


def text_in(row: LibraryRow, column: Column, today: date) -> str:
    """Return what a document says in a column, made harmless, not yet cut to the column's width."""
    match column.by:
        case SortBy.STATE:
            return row.state.words if row.state else "new"
        case SortBy.TITLE:
            return row.name
        case SortBy.WORDS:
            return f"{row.words:,}"
        case SortBy.SPANS:
            return count_words(row, column)
        case SortBy.TOUCHED:
            return day_words(row.touched, today)
        case SortBy.META:
            return meta_words(row.meta.get(column.key))
        case _:
            return day_words(row.imported, today)


def count_words(row: LibraryRow, column: Column) -> str:
    """Return a count of annotations; `-` where there is none, so that zeros do not draw the eye."""
    count = row.labels.get(column.key, 0) if column.is_label else row.spans
    return f"{count:,}" if count else "-"


def cell_text(text: str, column: Column) -> str:
    """Return a text cut and padded to exactly the column's width."""
    cut = shortened(text, column.cells)
    blank = " " * (column.cells - cell_len(cut))
    return blank + cut if column.right else cut + blank


def day_words(time: str | None, today: date) -> str:
    """Return a day as people say it: `today`, `2 Mar`, `2 Mar 24`; "" for none. Times are UTC, days are local."""
    if not time:
        return ""
    try:
        day = datetime.fromisoformat(time).astimezone().date()
    except ValueError:
        return ""
    if day == today:
        return "today"
    if (today - day).days == 1:
        return "yesterday"
    year = "" if day.year == today.year else f" {day.year % 100:02d}"
    return f"{day.day} {_MONTHS[day.month - 1]}{year}"


def label_counts(row: LibraryRow, label_set: LabelSet, *, letters: bool = False) -> list[str]:
    """Return `5 claim` for each label that one has used in a document, in the order of labels; or `5 c`."""
    return [
        f"{row.labels[label.uid]:,} {(label.key if letters else None) or label.name}"
        for label in label_set.labels
        if row.labels.get(label.uid)
    ]


def loose_words(row: LibraryRow, label_set: LabelSet) -> list[str]:
    """Return `1 claim without speaker` for what could be linked and is not."""
    targets = _first_targets(label_set)
    return [
        f"{count:,} {label.name} without {targets[label.uid]}"
        for label in label_set.labels
        if (count := row.loose.get(label.uid)) and label.uid in targets
    ]


def _first_targets(label_set: LabelSet) -> Mapping[str, str]:
    names = {label.uid: label.name for label in label_set.labels}
    found: dict[str, str] = {}
    for link_type in label_set.link_types:
        for source in link_type.sources or ():
            if link_type.targets:
                found.setdefault(source, names[link_type.targets[0]])
    return found


def imported_words(row: LibraryRow, today: date) -> str:
    """Return when and from where a document came: `imported 2 Mar from bridge.txt`."""
    day = day_words(row.imported, today)
    name = row.origin.replace("\\", "/").rpartition("/")[2] if row.origin else ""
    return f"imported {day}" + (f" from {name}" if name else "")
