"""Finding words in one text: plain, next or previous, round the ends. Offsets are code points."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice

import regex

from workbench.domain.span import Fragment

MOST_COUNTED = 1000
"""Places that are counted; beyond that a search says that there are more."""


class Finder:
    """Finds one text in another. Case counts only when the wanted text has a capital letter."""

    def __init__(self, text: str, wanted: str) -> None:
        self._text = text
        exact = wanted != wanted.lower()
        self._places: list[int] | None = None
        self._pattern = regex.compile(regex.escape(wanted), 0 if exact else regex.IGNORECASE)

    def after(self, offset: int) -> Fragment | None:
        """Return the first place that begins at an offset or later, else the first of the text, or None."""
        return self._first(offset, len(self._text)) or self._first(0, len(self._text))

    def before(self, offset: int) -> Fragment | None:
        """Return the last place that begins before an offset, else the last of the text, or None."""
        return self._last(0, offset) or self._last(0, len(self._text))

    def within(self, start: int, end: int) -> Iterator[Fragment]:
        """Go through the places that lie in `[start, end)`."""
        for match in self._pattern.finditer(self._text, start, end):
            yield Fragment(match.start(), match.end())

    @property
    def places(self) -> list[int]:
        """Where the places begin, in order: all, or the first MOST_COUNTED and one more."""
        if self._places is None:
            found = islice(self._pattern.finditer(self._text), MOST_COUNTED + 1)
            self._places = [match.start() for match in found]
        return self._places

    def number_of(self, place: Fragment) -> int:
        """Return which place this is, counted from 1; more than MOST_COUNTED when it is beyond those."""
        return bisect_left(self.places, place.start) + 1

    def _first(self, start: int, end: int) -> Fragment | None:
        match = self._pattern.search(self._text, start, end)
        return Fragment(match.start(), match.end()) if match else None

    def _last(self, start: int, end: int) -> Fragment | None:
        """Search backwards in growing windows, so that a near place in a long text is found at once."""
        window = 4096
        low = end
        while low > start:
            low = max(start, end - window)
            found = None
            for match in self._pattern.finditer(self._text, low):
                if match.start() >= end:
                    break
                found = match
            if found is not None:
                return Fragment(found.start(), found.end())
            window *= 4
        return None
