"""Boundary habits of two people: who starts earlier, who ends later, and by how much."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import fmean, median
from typing import NamedTuple

from workbench.domain.alignment import Group, GroupClass

_CLASSES = frozenset({GroupClass.BOUNDARY, GroupClass.BOUNDARY_AND_LABEL})


class Reach(NamedTuple):
    """How often one person goes further than the other, and by how many code points; None if never."""

    times: int
    mean: float | None
    median: float | None


class Edge(NamedTuple):
    """One end of a span: how far each person goes beyond the other, and how often they stop at the same place."""

    a: Reach
    b: Reach
    same: int


class BoundaryHabits(NamedTuple):
    """Habits over so many groups: `start` counts who starts earlier, `end` who ends later."""

    groups: int
    start: Edge
    end: Edge

    def turned(self) -> BoundaryHabits:
        """Return the same with the people swapped."""
        edges = [Edge(edge.b, edge.a, edge.same) for edge in (self.start, self.end)]
        return BoundaryHabits(self.groups, *edges)


def boundary_habits(groups: Iterable[Group]) -> BoundaryHabits:
    """Look at the groups of one span against one other, of the same label or not; the rest is passed over."""
    starts: list[int] = []
    ends: list[int] = []
    for group in groups:
        if group.cls in _CLASSES:
            (ours, _), (theirs, _) = group.a[0], group.b[0]
            starts.append(theirs[0][0] - ours[0][0])
            ends.append(ours[-1][1] - theirs[-1][1])
    return BoundaryHabits(len(starts), _edge(starts), _edge(ends))


def _edge(leads: list[int]) -> Edge:
    return Edge(
        _reach([lead for lead in leads if lead > 0]),
        _reach([-lead for lead in leads if lead < 0]),
        leads.count(0),
    )


def _reach(leads: list[int]) -> Reach:
    return Reach(len(leads), fmean(leads), median(leads)) if leads else Reach(0, None, None)
