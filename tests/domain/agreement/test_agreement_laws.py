"""Laws of agreement: slow readings of the definitions, and what may never change a figure."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain.agreement import GOLD, MarkedDocument, against, measure
from workbench.domain.agreement.exact import exact_tally
from workbench.domain.agreement.label_kappa import label_pairs
from workbench.domain.agreement.position import position_tally
from workbench.domain.agreement.relaxed import relaxed_tally
from workbench.domain.alignment import LinkSpan, Span, normalise

LENGTH = 40
LABELS = ("claim", "figure", "speaker")
TEXT = "The port said, that tolls rise. A third."

fragment = st.tuples(st.integers(0, 30), st.integers(1, 9)).map(lambda pair: (pair[0], sum(pair)))
span = st.builds(normalise, st.lists(fragment, min_size=1, max_size=2), st.sampled_from(LABELS))
spans = st.lists(span, max_size=6)
few = st.lists(st.builds(normalise, st.lists(fragment, min_size=1, max_size=1), st.just("claim")), max_size=5)


@st.composite
def documents(draw: st.DrawFn) -> list[MarkedDocument]:
    found = []
    for number in range(draw(st.integers(1, 4))):
        sides = draw(st.dictionaries(st.sampled_from(("ana", "ben", "cy")), spans, min_size=1))
        links: dict[str, list[LinkSpan]] = {
            name: [
                ("attribution", *pair)
                for pair in draw(st.lists(st.sampled_from(list(permutations(side, 2))), max_size=3))
            ]
            for name, side in sides.items()
            if len(side) > 1
        }
        found.append(MarkedDocument(f"d{number}", LENGTH, sides, links, TEXT))
    return found


def points(one: Span) -> set[int]:
    return {point for start, end in one[0] for point in range(start, end)}


# What may never change a figure.


@settings(max_examples=40, deadline=None)
@given(documents(), st.permutations(("w", "x", "y")), st.randoms(use_true_random=False))
def test_order_names_and_swaps_change_no_figure(some: list[MarkedDocument], names: list[str], chance: Any) -> None:
    new = dict(zip(("ana", "ben", "cy"), names, strict=True))
    mixed = []
    for document in chance.sample(some, len(some)):
        sides = {new[name]: chance.sample(side, len(side)) * 2 for name, side in reversed(document.sides.items())}
        links = {new[name]: side * 2 for name, side in document.links.items()}
        mixed.append(document._replace(sides=sides, links=links))
    before, after = measure(some, replicates=50), measure(mixed, replicates=50)
    assert before.values() == after.values()
    assert before.reasons() == after.reasons()
    assert before.classes == after.classes


@settings(max_examples=40, deadline=None)
@given(documents())
def test_swapping_two_people_turns_tables_and_habits_over(some: list[MarkedDocument]) -> None:
    new = {"ana": "z", "ben": "y", "cy": "x"}
    swapped = [document._replace(sides={new[name]: side for name, side in document.sides.items()}) for document in some]
    ours, theirs = measure(some, replicates=0), measure(swapped, replicates=0)
    for (one, other), pair in ours.pairs.items():
        turned = theirs.pairs[new[other], new[one]]
        assert turned.confusion == {(b, a): times for (a, b), times in pair.confusion.items()}
        assert turned.habits.turned() == pair.habits
        assert (turned.exact.matches, turned.exact.a, turned.exact.b) == (
            pair.exact.matches,
            pair.exact.b,
            pair.exact.a,
        )
        assert sum(turned.classes.values()) == sum(pair.classes.values())


@settings(max_examples=60, deadline=None)
@given(documents())
def test_exact_is_never_more_than_relaxed_or_position(some: list[MarkedDocument]) -> None:
    figures = measure(some, replicates=0)
    if figures.exact_f1.value is not None:
        assert figures.relaxed_f1.value is not None and figures.position_f1.value is not None
        assert figures.exact_f1.value <= figures.relaxed_f1.value + 1e-12
        assert figures.exact_f1.value <= figures.position_f1.value + 1e-12


@settings(max_examples=30, deadline=None)
@given(spans)
def test_whoever_marks_what_the_gold_has_is_fully_right(side: list[Span]) -> None:
    figures = against([MarkedDocument("d", LENGTH, {"ana": side})], {"d": side}, replicates=0)["ana"]
    assert figures.exact_f1.value in (None, 1.0)
    assert figures.pairs[GOLD, "ana"].exact.matches == len(set(side))


# Slow readings of the definitions.


@given(spans, spans)
def test_positions_are_shared_as_often_as_labels_are_paired(a: list[Span], b: list[Span]) -> None:
    ours, theirs = frozenset(a), frozenset(b)
    pairs = label_pairs(ours, theirs)
    assert position_tally(ours, theirs).matches == sum(pairs.values())
    assert sum(times for (one, other), times in pairs.items() if one == other) == exact_tally(ours, theirs).matches


@given(few, few)
def test_the_matching_is_the_largest_there_is(a: list[Span], b: list[Span]) -> None:
    left, right = sorted(set(a)), sorted(set(b))
    near = {
        (i, j)
        for i, one in enumerate(left)
        for j, other in enumerate(right)
        if 2 * len(points(one) & points(other)) >= len(points(one) | points(other))
    }
    shorter = min(len(left), len(right))
    best = 0
    for chosen in permutations(range(len(right)), shorter):
        for some in combinations(range(len(left)), shorter):
            best = max(best, sum(pair in near for pair in zip(some, chosen, strict=True)))
    assert relaxed_tally(left, right).matches == best


@settings(max_examples=80, deadline=None)
@given(documents())
def test_coverage_is_what_counting_code_points_one_by_one_gives(some: list[MarkedDocument]) -> None:
    pool = [document for document in some if len(document.sides) > 1]
    figures = measure(some, replicates=0)
    observed = expected = 0.0
    for label in LABELS:
        parts = slow_parts(pool, label)
        observed, expected = observed + parts[0], expected + parts[1]
    if expected:
        assert figures.u_alpha.value == pytest.approx(1 - observed / expected)
    else:
        assert figures.u_alpha.value is None


def slow_parts(pool: list[MarkedDocument], label: str) -> tuple[float, float]:
    """Return observed and expected disagreement of one label, code point by code point."""
    total = length = squares = 0
    common = 0.0
    for document in pool:
        people = len(document.sides)
        total += people * document.length
        layers = [{p for one in side if one[1] == label for p in points(one)} for side in document.sides.values()]
        length += sum(map(len, layers))
        squares += sum(n * n for side in document.sides.values() for n in segments(side, label))
        common += sum(len(one & other) * 2 for one, other in combinations(layers, 2)) / (people - 1)
    if not 0 < length < total:
        return 2 * (length - common), 0.0
    return 2 * (length - common), 2 * total * length * (total - length) / (total**2 - squares - (total - length))


def segments(side: Any, label: str) -> list[int]:
    """Return the lengths of the fused segments of a label: joined over every code point that two of them share."""
    pieces = [{*range(*one)} for extent, name in set(side) if name == label for one in extent]
    changed = True
    while changed:
        changed = False
        for one, other in combinations(pieces, 2):
            if one & other:
                pieces.remove(one)
                pieces.remove(other)
                pieces.append(one | other)
                changed = True
                break
    return [len(piece) for piece in pieces]


@given(st.lists(st.dictionaries(st.sampled_from("abcd"), st.sampled_from("xyz"), min_size=1), min_size=1, max_size=8))
def test_on_single_code_points_the_joint_coefficient_is_nominal_alpha(units: list[dict[str, str]]) -> None:
    coded = [
        MarkedDocument(f"u{n}", 1, {name: [(((0, 1),), value)] for name, value in unit.items()})
        for n, unit in enumerate(units)
    ]
    found = measure(coded, replicates=0).u_alpha_joint.value
    wanted = nominal_alpha([list(unit.values()) for unit in units if len(unit) > 1])
    assert found == (None if wanted is None else pytest.approx(wanted))


def nominal_alpha(units: list[list[str]]) -> float | None:
    """Return Krippendorff's alpha for nominal values with missing ones, by the table of coincidences (2011)."""
    table: Counter[tuple[str, str]] = Counter()
    for unit in units:
        for one, other in permutations(unit, 2):
            table[one, other] += 1 / (len(unit) - 1)  # type: ignore[assignment]
    totals: Counter[str] = Counter()
    for (one, _), share in table.items():
        totals[one] += share
    n = sum(totals.values())
    unlike = n * n - sum(total**2 for total in totals.values())
    if n == 0 or abs(unlike) < 1e-9:
        return None
    observed = n - sum(share for (one, other), share in table.items() if one == other)
    return 1 - (n - 1) * observed / unlike
