"""Which sums of a document are resampled, and the figures made of them in each replicate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum
from typing import NamedTuple

from workbench.domain.agreement.bootstrap import interval
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
        self._units = list(dict.fromkeys(key for sums in pool for key in sums.units))
        self._unit_columns = {key: len(pairs) * _PER_PAIR + n for n, key in enumerate(self._units)}

    def row(self, sums: DocumentSums) -> dict[int, int]:
        row: dict[int, int] = {}
        for pair, one in sums.pairs.items():
            first = self._pairs[pair]
            row[first + _SPANS] = one.exact.a + one.exact.b
            row[first + _EXACT] = one.exact.matches
            row[first + _RELAXED] = one.relaxed.matches
            row[first + _POSITION] = one.position.matches
        for key, amount in sums.units.items():
            row[self._unit_columns[key]] = amount
        return row

    def mean(self, which: int, sums: Mapping[int, int]) -> float | None:
        values = [2 * sums[first + which] / sums[first] for first in self._pairs.values() if sums.get(first)]
        return fsum(values) / len(values) if values else None

    def pooled(self, which: int, sums: Mapping[int, int]) -> float | None:
        spans = sum(sums.get(first, 0) for first in self._pairs.values())
        matches = sum(sums.get(first + which, 0) for first in self._pairs.values())
        return 2 * matches / spans if spans else None

    def alpha(self, sums: Mapping[int, int]) -> float | None:
        units: dict[SumKey, int] = {key: sums.get(column, 0) for key, column in self._unit_columns.items()}
        return u_alpha(continuum(units)).value


def intervals(pool: Sequence[DocumentSums], seed: int, replicates: int) -> Intervals:
    """Return the intervals over documents of at least two people, which must come sorted by uid."""
    columns = _Columns(pool)
    figures = (
        lambda sums: columns.mean(_EXACT, sums),
        lambda sums: columns.pooled(_EXACT, sums),
        lambda sums: columns.mean(_RELAXED, sums),
        lambda sums: columns.mean(_POSITION, sums),
        columns.alpha,
    )
    return Intervals(*interval([columns.row(sums) for sums in pool], figures, seed, replicates))


def exact_intervals(pool: Sequence[DocumentSums], seed: int, replicates: int) -> tuple[IntervalFigure, IntervalFigure]:
    """Return the intervals of the mean and of the pooled exact F1 alone, the same as `intervals` gives."""
    columns = _Columns([sums._replace(units={}) for sums in pool])
    figures = (lambda sums: columns.mean(_EXACT, sums), lambda sums: columns.pooled(_EXACT, sums))
    rows = [columns.row(sums._replace(units={})) for sums in pool]
    mean, pooled = interval(rows, figures, seed, replicates)
    return mean, pooled
