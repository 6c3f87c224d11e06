"""Alignment: classes, ties and attachments, against a slow reading of the definition and every shared case."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.alignment import (
    Cluster,
    ClusterState,
    Group,
    GroupClass,
    LinkSpan,
    Span,
    align,
    clusters,
    differ_only_in_edges,
    link_clusters,
    normalise,
    shared_points,
    size,
)
from workbench.errors import OffsetError

LABELS = ("claim", "figure", "speaker")

fragment = st.tuples(st.integers(0, 30), st.integers(1, 12)).map(lambda pair: (pair[0], sum(pair)))
span = st.builds(normalise, st.lists(fragment, min_size=1, max_size=3), st.sampled_from(LABELS))
spans = st.lists(span, max_size=9)
people = st.dictionaries(st.sampled_from(("ana", "ben", "cy", "dia")), spans, min_size=1)


def at(start: int, end: int, label: str = "claim") -> Span:
    return ((start, end),), label


def points(one: Span) -> set[int]:
    return {point for start, end in one[0] for point in range(start, end)}


def swapped(groups: Iterable[Group]) -> list[Group]:
    names = {GroupClass.ONLY_A: GroupClass.ONLY_B, GroupClass.ONLY_B: GroupClass.ONLY_A}
    return [Group(names.get(group.cls, group.cls), group.b, group.a) for group in groups]


# A slow reading of the definition, to compare with.


def slowly(a: list[Span], b: list[Span]) -> list[Group]:
    free_a, free_b = set(a) - set(b), set(b) - set(a)
    pairs: list[tuple[GroupClass, Span, Span]] = []

    def ratio(x: Span, y: Span) -> tuple[int, int]:
        return len(points(x) & points(y)), len(points(x) | points(y))

    def tier(cls: GroupClass, fits: Any) -> None:
        found = [(x, y) for x in free_a for y in free_b if fits(x, y)]
        found.sort(key=lambda pair: (-ratio(*pair)[0] / ratio(*pair)[1], min(pair), max(pair)))
        for x, y in found:
            if x in free_a and y in free_b:
                free_a.remove(x)
                free_b.remove(y)
                pairs.append((cls, x, y))

    tier(GroupClass.LABEL, lambda x, y: x[0] == y[0])
    tier(GroupClass.BOUNDARY, lambda x, y: x[1] == y[1] and ratio(x, y)[0] > 0)
    tier(GroupClass.BOUNDARY_AND_LABEL, lambda x, y: 2 * ratio(x, y)[0] >= ratio(x, y)[1])

    groups = [Group(GroupClass.AGREE, (x,), (x,)) for x in set(a) & set(b)]
    more: dict[tuple[Span, Span], tuple[list[Span], list[Span]]] = {(x, y): ([], []) for _, x, y in pairs}
    boundary = [(x, y) for cls, x, y in pairs if cls is GroupClass.BOUNDARY]
    for side, free in ((0, free_a), (1, free_b)):
        for u in list(free):
            near = [
                (-len(points(u) & points(pair[1 - side])), pair[1 - side], pair)
                for pair in boundary
                if pair[1 - side][1] == u[1] and 2 * len(points(u) & points(pair[1 - side])) >= len(points(u))
            ]
            if near:
                more[min(near)[2]][side].append(u)
                free.remove(u)
    for cls, x, y in pairs:
        with_a, with_b = more[x, y]
        kind = GroupClass.SPLIT_MERGE if with_a or with_b else cls
        groups.append(Group(kind, tuple(sorted([x, *with_a])), tuple(sorted([y, *with_b]))))
    groups += [Group(GroupClass.ONLY_A, (x,), ()) for x in free_a] + [
        Group(GroupClass.ONLY_B, (), (y,)) for y in free_b
    ]
    return sorted(groups, key=lambda group: group.first)


@given(spans, spans)
def test_alignment_is_what_the_definition_says_read_slowly(a: list[Span], b: list[Span]) -> None:
    assert align(a, b) == slowly(a, b)


@given(spans, spans)
def test_groups_cover_every_span_once(a: list[Span], b: list[Span]) -> None:
    groups = align(a, b)
    assert sorted(one for group in groups for one in group.a) == sorted(set(a))
    assert sorted(one for group in groups for one in group.b) == sorted(set(b))


@given(spans, spans)
def test_swapping_the_people_only_swaps_the_sides(a: list[Span], b: list[Span]) -> None:
    assert align(b, a) == swapped(align(a, b))


@given(st.data(), spans, spans)
def test_order_and_repetition_of_spans_change_nothing(data: st.DataObject, a: list[Span], b: list[Span]) -> None:
    mixed_a, mixed_b = data.draw(st.permutations(a + a)), data.draw(st.permutations(b))
    assert align(mixed_a, mixed_b) == align(a, b)


@given(spans, spans)
def test_shared_code_points_are_counted_as_sets_would(a: list[Span], b: list[Span]) -> None:
    expected = {(i, j): len(points(x) & points(y)) for i, x in enumerate(a) for j, y in enumerate(b)}
    assert shared_points(a, b) == {pair: common for pair, common in expected.items() if common}


# Clusters.


@given(people)
def test_clusters_hold_every_configuration_once_with_everybody_who_has_it(sides: dict[str, list[Span]]) -> None:
    held = [(one.span, one.annotators) for cluster in clusters(sides) for one in cluster.configurations]
    every = {one for side in sides.values() for one in side}
    assert dict(held) == {one: tuple(sorted(name for name in sides if one in sides[name])) for one in every}
    assert len(held) == len(every)


@given(people)
def test_renaming_people_changes_nothing_but_names_in_clusters(sides: dict[str, list[Span]]) -> None:
    def shape(found: list[Cluster]) -> list[Any]:
        return [(one.state, one.classes, [(c.span, len(c.annotators)) for c in one.configurations]) for one in found]

    order = sorted(sides)
    for names in list(permutations(("w", "x", "y", "z")))[:6]:
        renamed = {new: sides[old] for old, new in zip(order, names, strict=False)}
        assert shape(clusters(renamed)) == shape(clusters(sides))


@given(people)
def test_spans_with_one_extent_or_in_one_group_share_a_cluster(sides: dict[str, list[Span]]) -> None:
    home = {one.span: place for place, cluster in enumerate(clusters(sides)) for one in cluster.configurations}
    for name, side in sides.items():
        for other in sides.values():
            for group in align(side, other):
                assert len({home[one] for one in group.a + group.b}) == 1, name
    extents: dict[Any, set[int]] = {}
    for one, place in home.items():
        extents.setdefault(one[0], set()).add(place)
    assert all(len(places) == 1 for places in extents.values())


def test_states_and_classes_of_three_people() -> None:
    sides = {
        "ana": [at(0, 5), at(10, 20), at(40, 50)],
        "ben": [at(0, 5), at(10, 22), at(40, 50)],
        "cy": [at(0, 5), at(10, 20, "figure")],
    }
    agreed, disputed, lacking = clusters(sides)
    assert (agreed.state, agreed.classes) == (ClusterState.AGREE, (GroupClass.AGREE,))
    assert disputed.state is ClusterState.CONFLICT
    assert disputed.classes == (GroupClass.BOUNDARY, GroupClass.LABEL, GroupClass.BOUNDARY_AND_LABEL)
    assert lacking.state is ClusterState.INCOMPLETE
    assert lacking.classes == (GroupClass.AGREE, GroupClass.ONE_SIDED)
    assert lacking.configurations[0].annotators == ("ana", "ben")


def test_whoever_marked_nothing_lacks_what_the_other_has() -> None:
    assert [one.state for one in clusters({"ana": [at(0, 4)], "ben": []})] == [ClusterState.INCOMPLETE]
    assert clusters({"ana": [], "ben": []}) == []


# Links.

CLAIM, OTHER, WHO, PAPER = at(0, 9), at(20, 30), at(12, 15, "speaker"), at(16, 19, "source")


def link(source: Span, target: Span, kind: str = "attribution") -> LinkSpan:
    return kind, source, target


def states(sides: dict[str, list[LinkSpan]]) -> list[tuple[str, int]]:
    return [(one.state.value, len(one.configurations)) for one in link_clusters(sides)]


def test_equal_links_agree_and_another_target_is_a_conflict() -> None:
    assert states({"ana": [link(CLAIM, WHO)], "ben": [link(CLAIM, WHO)]}) == [("agree", 1)]
    assert states({"ana": [link(CLAIM, WHO)], "ben": [link(CLAIM, PAPER)]}) == [("conflict", 2)]


def test_a_link_that_one_side_has_besides_is_incomplete() -> None:
    both = [link(CLAIM, WHO), link(CLAIM, PAPER)]
    assert states({"ana": both, "ben": [link(CLAIM, WHO)]}) == [("agree", 1), ("incomplete", 1)]
    assert states({"ana": both, "ben": []}) == [("incomplete", 1), ("incomplete", 1)]


def test_links_of_another_type_or_origin_do_not_compete() -> None:
    assert states({"ana": [link(CLAIM, WHO)], "ben": [link(CLAIM, PAPER, "denial")]}) == [("incomplete", 1)] * 2
    assert states({"ana": [link(CLAIM, WHO)], "ben": [link(OTHER, WHO)]}) == [("incomplete", 1)] * 2


def test_a_third_person_without_a_link_does_not_settle_a_conflict() -> None:
    sides = {"ana": [link(CLAIM, WHO)], "ben": [link(CLAIM, PAPER)], "cy": []}
    assert states(sides) == [("conflict", 2)]
    assert states(dict(reversed(sides.items()))) == [("conflict", 2)]


# Single things.


def test_fragments_are_sorted_and_fused_where_they_touch() -> None:
    assert normalise([(50, 55), (40, 44), (55, 60), (42, 46)], "claim") == (((40, 46), (50, 60)), "claim")


@pytest.mark.parametrize("fragments", [[], [(4, 4)], [(5, 2)], [(-1, 2)]])
def test_what_is_no_fragment_is_refused(fragments: list[tuple[int, int]]) -> None:
    with pytest.raises(OffsetError):
        normalise(fragments, "claim")


def test_half_of_a_leftover_attaches_and_less_does_not() -> None:
    assert [group.cls for group in align([at(10, 20)], [at(5, 15), at(15, 25)])] == [GroupClass.SPLIT_MERGE]
    kinds = [group.cls for group in align([at(10, 20)], [at(2, 14), at(16, 28)])]
    assert kinds == [GroupClass.BOUNDARY, GroupClass.ONLY_B]


def test_a_figure_inside_a_claim_is_no_disagreement() -> None:
    kinds = [group.cls for group in align([at(10, 60)], [at(30, 34, "figure")])]
    assert kinds == [GroupClass.ONLY_A, GroupClass.ONLY_B]


def test_leftovers_attach_to_boundary_pairs_only() -> None:
    kinds = [group.cls for group in align([at(10, 60), at(10, 30)], [at(10, 60)])]
    assert kinds == [GroupClass.ONLY_A, GroupClass.AGREE]


def test_the_size_leaves_holes_out() -> None:
    assert size(((0, 4), (6, 10))) == 8


TEXT = 'He said: "we pay, now." Then 4 left.'


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ((9, 23), (10, 21), True),
        ((9, 23), (9, 22), True),
        ((9, 24), (9, 23), True),
        ((9, 23), (3, 23), False),
        ((9, 23), (9, 23), False),
        ((29, 36), (31, 36), False),
    ],
)
def test_bounds_that_differ_only_in_blanks_and_punctuation(
    a: tuple[int, int], b: tuple[int, int], expected: bool
) -> None:
    assert differ_only_in_edges(TEXT, (a,), (b,)) is expected
    assert differ_only_in_edges(TEXT, (b,), (a,)) is expected


def test_a_hole_over_a_comma_counts_as_punctuation() -> None:
    assert differ_only_in_edges(TEXT, ((10, 21),), ((10, 16), (18, 21)))
    assert not differ_only_in_edges(TEXT, ((10, 21),), ((10, 12), (18, 21)))


# The shared cases.


def read_span(record: dict[str, Any]) -> Span:
    fragments = record.get("fragments") or [[record["start"], record["end"]]]
    return normalise([(start, end) for start, end in fragments], record["label"])


def read_cases(shared: Path) -> list[dict[str, Any]]:
    cases = [json.loads(path.read_bytes()) for path in sorted((shared / "agreement" / "cases").glob("a*.json"))]
    assert cases
    return cases


def sides_of(case: dict[str, Any], number: str) -> dict[str, list[Span]]:
    document = next(one for one in case["documents"] if one["id"] == number)
    return {name: [read_span(one) for one in records] for name, records in document["annotators"].items()}


def test_the_shared_cases_of_alignment_come_out(shared: Path) -> None:
    checked = 0
    for case in read_cases(shared):
        for expected in case.get("expected_alignment", ()):
            sides = sides_of(case, expected["document"])
            groups = [
                Group(GroupClass(one["class"]), *(tuple(map(read_span, one[side])) for side in ("A", "B")))
                for one in expected["groups"]
            ]
            assert align(sides[expected["A"]], sides[expected["B"]]) == groups, case["id"]
            assert align(sides[expected["B"]], sides[expected["A"]]) == swapped(groups), case["id"]
            checked += 1
    assert checked


def test_the_shared_cases_of_clusters_come_out(shared: Path) -> None:
    checked = 0
    for case in read_cases(shared):
        for expected in case.get("expected_clusters", ()):
            found = [
                {
                    "state": one.state.value,
                    "configurations": [(c.span, list(c.annotators)) for c in one.configurations],
                }
                for one in clusters(sides_of(case, expected["document"]))
            ]
            wanted = [
                {
                    "state": one["state"],
                    "configurations": [(read_span(c), c["annotators"]) for c in one["configurations"]],
                }
                for one in expected["clusters"]
            ]
            assert found == wanted, case["id"]
            checked += 1
    assert checked
