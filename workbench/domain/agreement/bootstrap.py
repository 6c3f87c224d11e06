"""Intervals by resampling documents: spans of one article are not independent. Efron and Tibshirani (1993).

Only sums by document are drawn; nothing is matched again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from random import Random
from typing import TypeVar

from workbench.domain.agreement.figure import FEW_DOCUMENTS, NOT_RESAMPLED, OFTEN_UNDEFINED, IntervalFigure

Key = TypeVar("Key", bound=Hashable)

REPLICATES = 1000
SEED = 20160316
"""What resampling starts from unless somebody asks for another seed; kept with every report."""

_MANY_KEYS = 200
_LEVELS = (0.025, 0.975)


def resampled(rows: Sequence[Mapping[Key, int]], seed: int, replicates: int) -> Iterator[Mapping[Key, int]]:
    """Yield the sums of as many rows as there are, drawn with replacement; amounts are whole and not negative.

    A row is a document's sums. The same seed and number of rows draw the same rows, whatever is in them; a key that
    sums to nothing may lack.
    """
    keys = list(dict.fromkeys(key for row in rows for key in row))
    chance = Random(seed)
    if len(keys) <= _MANY_KEYS:
        return _by_lanes(rows, keys, chance, replicates)
    return _by_counts(rows, chance, replicates)


def _by_lanes(
    rows: Sequence[Mapping[Key, int]], keys: Sequence[Key], chance: Random, replicates: int
) -> Iterator[Mapping[Key, int]]:
    """Put each row into one long number, every key in a lane of its own wide enough for its sum, and add these."""
    widest = max((amount for row in rows for amount in row.values()), default=0) * len(rows)
    lane = widest.bit_length() // 8 + 1
    packed = [
        int.from_bytes(b"".join(row.get(key, 0).to_bytes(lane, "little") for key in keys), "little") for row in rows
    ]
    for _ in range(replicates):
        total = sum(chance.choices(packed, k=len(packed))).to_bytes(lane * len(keys), "little")
        yield {key: int.from_bytes(total[n * lane : (n + 1) * lane], "little") for n, key in enumerate(keys)}


def _by_counts(rows: Sequence[Mapping[Key, int]], chance: Random, replicates: int) -> Iterator[Mapping[Key, int]]:
    """Count how often each row is drawn: with thousands of people a row has few of all keys."""
    places = range(len(rows))
    for _ in range(replicates):
        sums: dict[Key, int] = {}
        for place, times in Counter(chance.choices(places, k=len(rows))).items():
            for key, amount in rows[place].items():
                sums[key] = sums.get(key, 0) + times * amount
        yield sums


def intervals_of(
    rows: Sequence[Mapping[Key, int]],
    figures: Callable[[Mapping[Key, int]], Sequence[float | None]],
    seed: int,
    replicates: int,
) -> list[IntervalFigure]:
    """Return the 95 % interval of each value that `figures` makes out of summed rows, all from the same draws."""
    if len(rows) < 2 or replicates < 1:
        why = NOT_RESAMPLED if len(rows) >= 2 else FEW_DOCUMENTS
        return [IntervalFigure(None, why) for _ in figures({})]
    drawn = [figures(sums) for sums in resampled(rows, seed, replicates)]
    return [_ends(list(values), replicates) for values in zip(*drawn, strict=True)]


def _ends(drawn: list[float | None], replicates: int) -> IntervalFigure:
    values = sorted([value for value in drawn if value is not None])
    if not values or 2 * len(values) < replicates:
        return IntervalFigure(None, OFTEN_UNDEFINED)
    low, high = (percentile(values, level) for level in _LEVELS)
    return IntervalFigure((low, high))


def percentile(values: Sequence[float], level: float) -> float:
    """Return the value at rank `(n - 1) * level` of sorted values, between two of them in proportion."""
    rank = (len(values) - 1) * level
    below = int(rank)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (rank - below)
