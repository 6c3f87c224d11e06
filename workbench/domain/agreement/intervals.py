"""Which sums of a document are resampled, and the figures made of them in each replicate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum
from typing import NamedTuple

from workbench.domain.agreement.bootstrap import intervals_of
from workbench.domain.agreement.figure import IntervalFigure
from workbench.domain.agreement.marked import Pair
from workbench.domain.agreement.sums import DocumentSums
from workbench.domain.agreement.u_alpha import SumKey, continuum, u_alpha

_PER_PAIR = 4
_SPANS, _EXACT, _RELAXED, _POSITION = range(_PER_PAIR)


class Intervals(NamedTuple):
    """The intervals that are offered, all from the same draws."""

    exact_f1: IntervalFigure
    exact_f1_pooled: IntervalFigure
    relaxed_f1: IntervalFigure
    position_f1: IntervalFigure
    u_alpha: IntervalFigure


class _Columns:
    """Sums as numbered columns: four a pair of people, then the sums of u-alpha. Numbers are quick to look up."""

    def __init__(self, pool: Sequence[DocumentSums]) -> None:
        pairs = dict.fromkeys(pair for sums in pool for pair in sums.pairs)
        self._pairs: dict[Pair, int] = {pair: place * _PER_PAIR for place, pair in enumerate(pairs)}
        units = dict.fromkeys(key for sums in pool for key in sums.units)
        self._unit_columns = {key: len(pairs) * _PER_PAIR + place for place, key in enumerate(units)}

    def exact_row(self, sums: DocumentSums) -> dict[int, int]:
        row: dict[int, int] = {}
        for pair, one in sums.pairs.items():
            first = self._pairs[pair]
            row[first + _SPANS] = one.exact.a + one.exact.b
            row[first + _EXACT] = one.exact.matches
        return row

    def row(self, sums: DocumentSums) -> dict[int, int]:
        row = self.exact_row(sums)
        for pair, one in sums.pairs.items():
            first = self._pairs[pair]
            row[first + _RELAXED] = one.relaxed.matches
            row[first + _POSITION] = one.position.matches
        for key, amount in sums.units.items():
            row[self._unit_columns[key]] = amount
        return row

    def f1(self, which: int, sums: Mapping[int, int]) -> tuple[float | None, float | None]:
        """Return the mean over pairs, and the figure of all pairs pooled."""
        drawn = [(sums[first + which], spans) for first in self._pairs.values() if (spans := sums.get(first, 0))]
        if not drawn:
            return None, None
        pooled = 2 * sum([matches for matches, _ in drawn]) / sum([spans for _, spans in drawn])
        return fsum([2 * matches / spans for matches, spans in drawn]) / len(drawn), pooled

    def alpha(self, sums: Mapping[int, int]) -> float | None:
        units: dict[SumKey, int] = {key: sums.get(column, 0) for key, column in self._unit_columns.items()}
        return u_alpha(continuum(units)).value

    def all(self, sums: Mapping[int, int]) -> tuple[float | None, ...]:
        relaxed, _ = self.f1(_RELAXED, sums)
        position, _ = self.f1(_POSITION, sums)
        return *self.f1(_EXACT, sums), relaxed, position, self.alpha(sums)


def intervals(pool: Sequence[DocumentSums], seed: int, replicates: int) -> Intervals:
    """Return the intervals over documents of at least two people, which must come sorted by uid."""
    columns = _Columns(pool)
    return Intervals(*intervals_of([columns.row(sums) for sums in pool], columns.all, seed, replicates))


def exact_intervals(pool: Sequence[DocumentSums], seed: int, replicates: int) -> tuple[IntervalFigure, IntervalFigure]:
    """Return the intervals of the mean and of the pooled exact F1 alone, the same as `intervals` gives."""
    columns = _Columns(pool)
    rows = [columns.exact_row(sums) for sums in pool]
    mean, pooled = intervals_of(rows, lambda sums: columns.f1(_EXACT, sums), seed, replicates)
    return mean, pooled
