"""What the library lists, and in which order: plain values and rules, without a database or a screen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from workbench.domain.annotation import State

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")


class SortBy(StrEnum):
    """What the list is sorted by. All of it is one's own: nothing of other annotators takes part."""

    IMPORTED = "imported"
    TITLE = "title"
    WORDS = "words"
    SPANS = "spans"
    STATE = "state"
    TOUCHED = "touched"
    META = "meta"


_FALLING = frozenset({SortBy.IMPORTED, SortBy.TOUCHED, SortBy.SPANS})
_WORDS = {
    SortBy.IMPORTED: ("imported, newest first", "imported, oldest first"),
    SortBy.TITLE: ("title, A to Z", "title, Z to A"),
    SortBy.WORDS: ("words, fewest first", "words, most first"),
    SortBy.SPANS: ("spans, most first", "spans, fewest first"),
    SortBy.STATE: ("state, new first", "state, ignored first"),
    SortBy.TOUCHED: ("touched, latest first", "touched, earliest first"),
}


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of the list: by what, turned round or not; `key` names the metadata for SortBy.META."""

    by: SortBy = SortBy.IMPORTED
    turned: bool = False
    key: str = ""

    @property
    def falling(self) -> bool:
        """Say whether large values come first."""
        return (self.by in _FALLING) is not self.turned

    @property
    def words(self) -> str:
        """The order in words: `imported, newest first`."""
        if self.by is SortBy.META:
            return f"{self.key}, {'falling' if self.falling else 'rising'}"
        return _WORDS[self.by][self.turned]

    def reversed(self) -> Sort:
        """Return the order turned round."""
        return replace(self, turned=not self.turned)


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """A document in the list, with one's own work on it alone.

    `id` is opaque; `state` is None when nothing was ever recorded; `labels` counts own annotations by label uid, and
    `loose` those that could be linked and are not; times are `YYYY-MM-DDThh:mm:ssZ`.
    """

    id: int
    uid: str
    title: str | None
    words: int
    codepoints: int
    imported: str
    origin: str | None
    meta: Mapping[str, Any]
    state: State | None = None
    touched: str | None = None
    labels: Mapping[str, int] = field(default_factory=dict)
    loose: Mapping[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the document is called: its title, else its uid."""
        return self.title or self.uid

    @property
    def spans(self) -> int:
        """How many annotations one has made in it."""
        return sum(self.labels.values())


@dataclass(frozen=True, slots=True)
class Totals:
    """What the top line counts. `revision` changes with every write to the file, by whomever."""

    documents: int
    finished: int
    revision: int


def folded(text: str) -> str:
    """Return the text as filters compare it: upper and lower case are the same in every script."""
    return text.casefold()


def meta_words(value: object) -> str:
    """Return a metadata value as one line of text; nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(meta_words(entry) for entry in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {meta_words(entry)}" for key, entry in value.items())
    return " ".join(str(value).split())


MetaKey = tuple[int, float, str]


def meta_order(value: object) -> MetaKey | None:
    """Return what a metadata value is sorted by: numbers by size and before words; None for nothing to sort by."""
    text = meta_words(value)
    if not text:
        return None
    if _NUMBER.fullmatch(text):
        return 0, float(text), text
    return 1, 0.0, folded(text)
