"""Label agreement where both marked the same extent: Cohen's kappa and the table of confusions. Cohen (1960)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Set
from typing import TypeVar

from workbench.domain.agreement.figure import NO_LABEL_PAIR, ONE_LABEL, Figure
from workbench.domain.alignment import Extent, Span

Value = TypeVar("Value", bound=Hashable)

Table = Mapping[tuple[Value, Value], int]
"""How often the first person chose one value where the second chose the other."""


def label_pairs(a: Set[Span], b: Set[Span]) -> Counter[tuple[str, str]]:
    """Return the labels that two people gave to one extent: equal ones first, the rest paired in label order."""
    pairs = Counter([(label, label) for _, label in a & b])
    ours, theirs = _by_extent(a - b), _by_extent(b - a)
    for extent, labels in ours.items():
        pairs.update(zip(sorted(labels), sorted(theirs.get(extent, ())), strict=False))
    return pairs


def _by_extent(spans: Iterable[Span]) -> dict[Extent, list[str]]:
    found: dict[Extent, list[str]] = {}
    for extent, label in spans:
        found.setdefault(extent, []).append(label)
    return found


def cohen_kappa(table: Table[Value], nothing: str = NO_LABEL_PAIR, constant: str = ONE_LABEL) -> Figure:
    """Return agreement beyond chance; `nothing` and `constant` say why there is none.

    Everything up to the last division is whole numbers, so that swapping the two changes no digit.
    """
    total = sum(table.values())
    if not total:
        return Figure(None, nothing)
    ours: Counter[Value] = Counter()
    theirs: Counter[Value] = Counter()
    equal = 0
    for (one, other), times in table.items():
        ours[one] += times
        theirs[other] += times
        equal += times if one == other else 0
    chance = sum(times * theirs[value] for value, times in ours.items())
    if chance == total * total:
        return Figure(None, constant)
    return Figure((equal * total - chance) / (total * total - chance))


def unordered(tables: Iterable[Table[str]]) -> dict[tuple[str, str], int]:
    """Add tables up, whoever chose which: labels sorted inside each key."""
    summed: Counter[tuple[str, str]] = Counter()
    for table in tables:
        for (one, other), times in table.items():
            summed[min(one, other), max(one, other)] += times
    return dict(sorted(summed.items()))


def agreement_on(label: str, table: Table[str]) -> Figure:
    """Return, of all times that somebody chose a label at a shared extent, the share in which both did."""
    both = table.get((label, label), 0)
    uses = sum(times * (key[0] == label) + times * (key[1] == label) for key, times in table.items())
    return Figure(2 * both / uses) if uses else Figure(None, NO_LABEL_PAIR)
