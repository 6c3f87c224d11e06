"""A figure is a number with its counts, or undefined with the reason; undefined enters no mean."""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum
from typing import NamedTuple

NO_SHARED_DOCUMENT = "no document was finished by two people"
NOTHING_MARKED = "nobody marked anything in the documents compared"
NO_LABEL_PAIR = "no stretch was marked by both"
ONE_LABEL = "both used one and the same label throughout"
NO_WORDS = "there are no words to compare"
NO_TEXT = "the texts were not at hand"
ONE_VALUE = "every word has one and the same value for both"
NO_COVERAGE = "nothing was marked, or everything by everyone"
OVERLAPPING_LABELS = "labels overlap: somebody has two labels on the same characters"
NO_LINK = "nobody linked anything in the documents compared"
NO_LINK_WITH_SHARED_ENDS = "no link has both its ends marked by both"
FEW_DOCUMENTS = "an interval needs at least two documents that two people finished"
OFTEN_UNDEFINED = "undefined in more than half of the resampled sets of documents"
NOT_RESAMPLED = "no resampling was asked for"


class Figure(NamedTuple):
    """A value, or None and why; with one person more or less the reason may differ, the value never guesses."""

    value: float | None
    reason: str | None = None


class IntervalFigure(NamedTuple):
    """Both ends of a 95 % interval, or None and why."""

    value: tuple[float, float] | None
    reason: str | None = None


class Tally(NamedTuple):
    """What two people have in common: matches, and how many things each of them has."""

    matches: int
    a: int
    b: int

    @property
    def f1(self) -> float | None:
        """Twice the matches over what both have; None when they have nothing. Hripcsak and Rothschild (2005)."""
        return 2 * self.matches / (self.a + self.b) if self.a + self.b else None

    @property
    def share_of_a(self) -> float | None:
        """How much of what the first has the second has too; None when the first has nothing."""
        return self.matches / self.a if self.a else None

    @property
    def share_of_b(self) -> float | None:
        """How much of what the second has the first has too; None when the second has nothing."""
        return self.matches / self.b if self.b else None


def added(tallies: Iterable[Tally]) -> Tally:
    """Add tallies up, so that F1 is taken over all documents at once (micro)."""
    matches = a = b = 0
    for tally in tallies:
        matches, a, b = matches + tally.matches, a + tally.a, b + tally.b
    return Tally(matches, a, b)


def f1_figure(tally: Tally, reason: str = NOTHING_MARKED) -> Figure:
    """Return F1 as a figure; `reason` says why there is none."""
    value = tally.f1
    return Figure(value, None if value is not None else reason)


def mean(figures: Iterable[Figure]) -> Figure:
    """Return the plain mean of those that are defined; the sum is exact, so that their order cannot matter."""
    given = list(figures)
    values = [figure.value for figure in given if figure.value is not None]
    if values:
        return Figure(fsum(values) / len(values))
    return Figure(None, min((figure.reason or NOTHING_MARKED for figure in given), default=NO_SHARED_DOCUMENT))
