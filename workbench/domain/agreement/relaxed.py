"""Relaxed F1: the most spans that can be paired one to one, same label and half of their code points in common."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from workbench.domain.agreement.figure import Tally
from workbench.domain.alignment import Span, shared_points, size


def relaxed_tally(a: Collection[Span], b: Collection[Span]) -> Tally:
    """Count the pairs of a maximum matching; `a` and `b` hold every span once.

    Taking the best pair first would not do: it can strand two spans that have no other partner.
    """
    left, right = list(a), list(b)
    near: dict[int, list[int]] = {}
    for (i, j), common in shared_points(left, right).items():
        one, other = left[i], right[j]
        if one[1] == other[1] and 3 * common >= size(one[0]) + size(other[0]):
            near.setdefault(i, []).append(j)
    return Tally(maximum_matching(near), len(left), len(right))


def maximum_matching(near: Mapping[int, list[int]]) -> int:
    """Return how many can be paired at most, given who may be paired with whom (Berge 1957: augmenting paths)."""
    partner: dict[int, int] = {}
    taken: dict[int, int] = {}
    for start, others in near.items():
        for j in others:
            if j not in taken:
                partner[start], taken[j] = j, start
                break
    for start in near:
        if start not in partner:
            _augment(start, near, partner, taken)
    return len(partner)


def _augment(start: int, near: Mapping[int, list[int]], partner: dict[int, int], taken: dict[int, int]) -> None:
    """Pair `start`, pairing others anew along the shortest path to somebody free; do nothing where there is none."""
    reached: dict[int, int] = {}
    queue = [start]
    for i in queue:
        for j in near[i]:
            if j in reached:
                continue
            reached[j] = i
            if j not in taken:
                _turn(j, start, reached, partner, taken)
                return
            queue.append(taken[j])


def _turn(end: int, start: int, reached: dict[int, int], partner: dict[int, int], taken: dict[int, int]) -> None:
    j = end
    while True:
        i = reached[j]
        before = partner.get(i, -1)
        partner[i], taken[j] = j, i
        if i == start:
            return
        j = before
