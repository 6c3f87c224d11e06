"""Lining up what several people marked in one document: pairwise groups, and clusters over everybody.

Spans are plain tuples of code point offsets here, because half a million pass through. A span is where and what:
`(extent, label)`; its order as a tuple is the one order that breaks every tie, so that nothing depends on names or on
who was read first. Notes, ids, times and authors take no part.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import combinations
from typing import NamedTuple

from workbench.domain.span import Fragment, fuse

Extent = tuple[tuple[int, int], ...]
"""Half-open `(start, end)` fragments in code points: sorted, neither overlapping nor touching."""

Span = tuple[Extent, str]
"""An extent and its label; tuples compare by extent, then by label in code points."""

LinkSpan = tuple[str, Span, Span]
"""A link as it is compared: its type, the span it comes from and the span it goes to."""


class GroupClass(StrEnum):
    """How two people's spans in one group differ. ONE_SIDED stands for both ONLYs, in clusters and never in groups."""

    AGREE = "agree"
    BOUNDARY = "boundary"
    LABEL = "label"
    BOUNDARY_AND_LABEL = "boundary+label"
    SPLIT_MERGE = "split/merge"
    ONLY_A = "only-A"
    ONLY_B = "only-B"
    ONE_SIDED = "one-sided"


class Group(NamedTuple):
    """Spans of two people that belong together, each side in span order; one side may be empty."""

    cls: GroupClass
    a: tuple[Span, ...]
    b: tuple[Span, ...]

    @property
    def first(self) -> Span:
        """The smallest span of both sides: groups are listed by it."""
        return min(self.a + self.b)


class ClusterState(StrEnum):
    """What the people of a document hold at one position: all the same, some nothing, or several things."""

    AGREE = "agree"
    INCOMPLETE = "incomplete"
    CONFLICT = "conflict"


class Configuration(NamedTuple):
    """One distinct span and who has it, by name."""

    span: Span
    annotators: tuple[str, ...]


class Cluster(NamedTuple):
    """A position: configurations in span order, and the classes between any two people, in the order of GroupClass."""

    state: ClusterState
    configurations: tuple[Configuration, ...]
    classes: tuple[GroupClass, ...]


class LinkConfiguration(NamedTuple):
    """One distinct link and who has it, by name."""

    link: LinkSpan
    annotators: tuple[str, ...]


class LinkCluster(NamedTuple):
    """A position of links: those of one type from one span that compete for where they go."""

    state: ClusterState
    configurations: tuple[LinkConfiguration, ...]


def normalise(fragments: Iterable[tuple[int, int]], label: str) -> Span:
    """Return the span of these fragments, sorted and fused where they overlap or touch.

    Raises OffsetError when there are none, or one is empty, reversed or starts before the text.
    """
    fused = fuse(Fragment(start, end) for start, end in fragments)
    return tuple([(fragment.start, fragment.end) for fragment in fused]), label


def size(extent: Extent) -> int:
    """Count the code points of an extent, holes left out."""
    if len(extent) == 1:
        return extent[0][1] - extent[0][0]
    return sum(end - start for start, end in extent)


def shared_points(left: Sequence[Span], right: Sequence[Span]) -> dict[tuple[int, int], int]:
    """Return how many code points two spans share, by their places in `left` and `right`; pairs that share none lack.

    Takes O(n log n) and one step for each overlap of two fragments: an overlap is found from whichever starts later.
    """
    ones, others = _fragments(left), _fragments(right)
    starts, other_starts = [one[0] for one in ones], [other[0] for other in others]
    shared: dict[tuple[int, int], int] = {}
    for start, end, i in ones:
        for begin, stop, j in others[bisect_left(other_starts, start) : bisect_left(other_starts, end)]:
            shared[i, j] = shared.get((i, j), 0) + min(end, stop) - begin
    for start, end, j in others:
        for begin, stop, i in ones[bisect_right(starts, start) : bisect_left(starts, end)]:
            shared[i, j] = shared.get((i, j), 0) + min(end, stop) - begin
    return shared


def _fragments(spans: Sequence[Span]) -> list[tuple[int, int, int]]:
    return sorted([(start, end, place) for place, (extent, _) in enumerate(spans) for start, end in extent])


def align(a: Iterable[Span], b: Iterable[Span]) -> list[Group]:
    """Line up two people's spans: disjoint groups that cover every span once, by their smallest span.

    Swapping the people swaps the sides of each group and nothing else.
    """
    left, right = set(a), set(b)
    same = left & right
    groups = [Group(GroupClass.AGREE, (span,), (span,)) for span in same]
    groups += _differences(sorted(left - same), sorted(right - same))
    return sorted(groups, key=_first)


def differences(left: Collection[Span], right: Collection[Span]) -> list[Group]:
    """Line up spans of which none is on both sides; as `align` without the groups that agree."""
    return sorted(_differences(sorted(left), sorted(right)), key=_first)


def _first(group: Group) -> Span:
    if not group.a:
        return group.b[0]
    if not group.b:
        return group.a[0]
    return min(group.a[0], group.b[0])


_Candidate = tuple[float, Span, Span, int, int]
"""Minus the share of common code points, the smaller and the larger span, and the places left and right."""


def _differences(left: list[Span], right: list[Span]) -> Iterator[Group]:
    shared = shared_points(left, right) if left and right else {}
    free_left, free_right = set(range(len(left))), set(range(len(right)))
    pairs: list[tuple[GroupClass, int, int]] = []
    for cls, candidates in _tiers(left, right, shared):
        candidates.sort()
        for *_, i, j in candidates:
            if i in free_left and j in free_right:
                free_left.discard(i)
                free_right.discard(j)
                pairs.append((cls, i, j))
    yield from _joined(left, right, shared, pairs, free_left, free_right)
    yield from (Group(GroupClass.ONLY_A, (left[i],), ()) for i in free_left)
    yield from (Group(GroupClass.ONLY_B, (), (right[j],)) for j in free_right)


def _tiers(
    left: list[Span], right: list[Span], shared: dict[tuple[int, int], int]
) -> list[tuple[GroupClass, list[_Candidate]]]:
    """Return the candidate pairs of each class, the class that comes first first."""
    label: list[_Candidate] = []
    boundary: list[_Candidate] = []
    both: list[_Candidate] = []
    for (i, j), common in shared.items():
        one, other = left[i], right[j]
        union = size(one[0]) + size(other[0]) - common
        same_label = one[1] == other[1]
        if not same_label and 2 * common < union:
            continue
        # Equal shares give equal floats, and different ones differ, as long as a union has fewer than 2 ** 26 points.
        key = (-common / union, *((one, other) if one < other else (other, one)), i, j)
        (boundary if same_label else label if one[0] == other[0] else both).append(key)
    return [(GroupClass.LABEL, label), (GroupClass.BOUNDARY, boundary), (GroupClass.BOUNDARY_AND_LABEL, both)]


def _joined(
    left: list[Span],
    right: list[Span],
    shared: dict[tuple[int, int], int],
    pairs: list[tuple[GroupClass, int, int]],
    free_left: set[int],
    free_right: set[int],
) -> Iterator[Group]:
    """Yield the pairs as groups, with the spans that attach to them; take those out of the free ones."""
    more_left: dict[int, list[int]] = {}
    more_right: dict[int, list[int]] = {}
    if free_left or free_right:
        held_left = {i: place for place, (cls, i, _) in enumerate(pairs) if cls is GroupClass.BOUNDARY}
        held_right = {j: place for place, (cls, _, j) in enumerate(pairs) if cls is GroupClass.BOUNDARY}
        turned = {(j, i): common for (i, j), common in shared.items()}
        more_left = _attached(left, right, shared, free_left, held_right)
        more_right = _attached(right, left, turned, free_right, held_left)
    for place, (cls, i, j) in enumerate(pairs):
        with_left, with_right = more_left.get(place, []), more_right.get(place, [])
        a = tuple([left[k] for k in sorted([i, *with_left])])
        b = tuple([right[k] for k in sorted([j, *with_right])])
        yield Group(GroupClass.SPLIT_MERGE if with_left or with_right else cls, a, b)


def _attached(
    spans: list[Span],
    opposite: list[Span],
    shared: dict[tuple[int, int], int],
    free: set[int],
    held: dict[int, int],
) -> dict[int, list[int]]:
    """Return by pair which free spans join it: those with half of themselves in its opposite span of their label."""
    best: dict[int, tuple[int, int]] = {}
    for (u, v), common in shared.items():
        if u in free and v in held and spans[u][1] == opposite[v][1] and 2 * common >= size(spans[u][0]):
            # Places are in span order, so the smaller span has the smaller place.
            best[u] = min(best.get(u, (0, 0)), (-common, v))
    joined: dict[int, list[int]] = {}
    for u, (_, v) in best.items():
        free.discard(u)
        joined.setdefault(held[v], []).append(u)
    return joined


def clusters(sides: Mapping[str, Collection[Span]]) -> list[Cluster]:
    """Return the positions of a document that these people finished, by their smallest span.

    A person with an empty collection looked and marked nothing, and so lacks every configuration.
    """
    holders: dict[Span, list[str]] = {}
    for name in sorted(sides):
        for span in set(sides[name]):
            holders.setdefault(span, []).append(name)
    groups = _pairwise_groups(sides)
    forest = _Forest(holders)
    places: dict[Extent, Span] = {}
    for span in holders:
        forest.join(span, places.setdefault(span[0], span))
    for group in groups:
        forest.join_all(group.a + group.b)
    present: dict[Span, set[GroupClass]] = {}
    for group in groups:
        present.setdefault(forest.root((group.a or group.b)[0]), set()).add(_folded(group.cls))
    found = [
        Cluster(
            _state(len(members), len(holders[members[0]]), len(sides)),
            tuple([Configuration(span, tuple(holders[span])) for span in members]),
            tuple(cls for cls in GroupClass if cls in present.get(root, ())),
        )
        for root, members in forest.trees()
    ]
    return sorted(found, key=lambda cluster: cluster.configurations[0].span)


def _pairwise_groups(sides: Mapping[str, Collection[Span]]) -> list[Group]:
    return [group for one, other in combinations(sorted(sides), 2) for group in align(sides[one], sides[other])]


def _folded(cls: GroupClass) -> GroupClass:
    return GroupClass.ONE_SIDED if cls in (GroupClass.ONLY_A, GroupClass.ONLY_B) else cls


def _state(configurations: int, holders: int, people: int) -> ClusterState:
    if configurations > 1:
        return ClusterState.CONFLICT
    return ClusterState.AGREE if holders == people else ClusterState.INCOMPLETE


class _Forest:
    """Spans joined into trees; the root of a tree stands for all in it."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._parent = {span: span for span in spans}

    def root(self, span: Span) -> Span:
        parent = self._parent
        while parent[span] != span:
            parent[span] = parent[parent[span]]
            span = parent[span]
        return span

    def join(self, one: Span, other: Span) -> None:
        self._parent[self.root(one)] = self.root(other)

    def join_all(self, spans: Sequence[Span]) -> None:
        for span in spans[1:]:
            self.join(spans[0], span)

    def trees(self) -> list[tuple[Span, list[Span]]]:
        """Return each root with its spans in order."""
        members: dict[Span, list[Span]] = {}
        for span in sorted(self._parent):
            members.setdefault(self.root(span), []).append(span)
        return list(members.items())


def link_clusters(sides: Mapping[str, Collection[LinkSpan]]) -> list[LinkCluster]:
    """Return the positions of links, sorted: links of one type and origin compete if two people chose differently.

    A link that only adds to what the others have, whoever they are, is a position of its own.
    """
    holders: dict[LinkSpan, set[str]] = {}
    for name, links in sides.items():
        for link in links:
            holders.setdefault(link, set()).add(name)
    origins: dict[tuple[str, Span], list[LinkSpan]] = {}
    for link in sorted(holders):
        origins.setdefault(link[:2], []).append(link)
    found = [competing for links in origins.values() for competing in _competing(links, holders)]
    return [
        LinkCluster(
            _state(len(links), len(holders[links[0]]), len(sides)),
            tuple([LinkConfiguration(link, tuple(sorted(holders[link]))) for link in links]),
        )
        for links in sorted(found)
    ]


def _competing(links: list[LinkSpan], holders: dict[LinkSpan, set[str]]) -> list[list[LinkSpan]]:
    """Split links of one type and origin into those that compete: each of two has somebody whom the other lacks."""
    parts: list[list[LinkSpan]] = []
    for link in links:
        mine = holders[link]
        rivals = [part for part in parts if any(mine - holders[other] and holders[other] - mine for other in part)]
        parts = [part for part in parts if part not in rivals]
        parts.append(sorted([link, *(other for part in rivals for other in part)]))
    return parts


def differ_only_in_edges(text: str, a: Extent, b: Extent) -> bool:
    """Say whether two different extents cover the same but for white space and punctuation."""
    differing = _difference(a, b) + _difference(b, a)
    return bool(differing) and all(_is_edge(char) for start, end in differing for char in text[start:end])


def _difference(one: Extent, other: Extent) -> list[tuple[int, int]]:
    """Return what lies in one extent and not in the other."""
    left: list[tuple[int, int]] = []
    for start, end in one:
        at = start
        for begin, stop in other:
            if stop > at and begin < end:
                if begin > at:
                    left.append((at, begin))
                at = stop
        if at < end:
            left.append((at, end))
    return left


def _is_edge(char: str) -> bool:
    return char.isspace() or unicodedata.category(char)[0] in "PZ"
