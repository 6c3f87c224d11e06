"""Intervals: seeded, the same whichever way sums are added, and absent where they would mislead."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.agreement import MarkedDocument, figures_of, measure, sums_of
from workbench.domain.agreement import bootstrap as resampling
from workbench.domain.agreement.bootstrap import intervals_of, percentile, resampled
from workbench.domain.agreement.intervals import exact_intervals
from workbench.domain.alignment import Span

rows = st.lists(st.dictionaries(st.sampled_from("abcde"), st.integers(0, 10**12)), min_size=1, max_size=8)


def documents(alike: int, apart: int) -> list[MarkedDocument]:
    same: list[Span] = [(((0, 5),), "claim")]
    other: list[Span] = [(((0, 6),), "claim")]
    kinds = [(same, same)] * alike + [(same, other)] * apart
    return [MarkedDocument(f"d{n:02}", 100, {"ana": a, "ben": b}) for n, (a, b) in enumerate(kinds)]


@given(rows, st.integers(0, 99))
def test_both_ways_of_adding_rows_up_draw_and_add_the_same(some: list[dict[str, int]], seed: int) -> None:
    lanes = [nonzero(sums) for sums in resampled(some, seed, 5)]
    kept = resampling._MANY_KEYS
    resampling._MANY_KEYS = -1
    try:
        counted = [nonzero(sums) for sums in resampled(some, seed, 5)]
    finally:
        resampling._MANY_KEYS = kept
    assert lanes == counted


def nonzero(sums: Mapping[str, int]) -> dict[str, int]:
    return {key: amount for key, amount in sums.items() if amount}


@given(st.integers(1, 30), st.integers(0, 99))
def test_as_many_rows_are_drawn_as_there_are(number: int, seed: int) -> None:
    assert all(sums["n"] == number for sums in resampled([{"n": 1}] * number, seed, 5))


def test_percentiles_lie_between_two_values_in_proportion() -> None:
    assert percentile([0.0, 1.0, 2.0, 3.0], 0.5) == 1.5
    assert percentile([4.0], 0.975) == 4.0
    assert percentile([0.0, 10.0], 0.025) == 0.25


def test_the_same_seed_draws_the_same_and_another_seed_something_else() -> None:
    some = documents(6, 6)
    assert measure(some).exact_f1_ci == measure(some).exact_f1_ci
    ones = [{"n": n} for n in range(12)]
    assert list(resampled(ones, 1, 3)) == list(resampled(ones, 1, 3)) != list(resampled(ones, 2, 3))


def test_an_interval_lies_around_the_figure_and_is_narrower_with_more_documents() -> None:
    few, more = measure(documents(10, 10)), measure(documents(40, 40))
    widths = []
    for figures in (few, more):
        assert figures.exact_f1_ci.value is not None and figures.exact_f1.value is not None
        low, high = figures.exact_f1_ci.value
        assert low < figures.exact_f1.value < high
        widths.append(high - low)
    assert widths[1] < widths[0]


def test_identical_documents_give_an_interval_of_no_width() -> None:
    assert measure(documents(4, 0)).exact_f1_ci.value == (1.0, 1.0)
    assert measure(documents(4, 0)).interval_too_narrow
    assert not measure(documents(10, 0)).interval_too_narrow


def test_one_document_gives_no_interval() -> None:
    figures = measure(documents(1, 0))
    assert figures.exact_f1_ci.value is None
    assert "at least two documents" in figures.reasons()["exact_f1_ci"]


def test_without_resampling_there_is_no_interval_and_every_figure() -> None:
    figures = measure(documents(3, 3), replicates=0)
    assert figures.exact_f1_ci.reason == "no resampling was asked for"
    assert figures.exact_f1.value == 0.5


def test_a_figure_undefined_in_most_draws_has_no_interval() -> None:
    some = [{"n": 0}] * 9 + [{"n": 1}]

    def only_seldom(sums: Mapping[str, int]) -> list[float | None]:
        return [1.0 if sums.get("n", 0) > 1 else None]

    (found,) = intervals_of(some, only_seldom, 1, 200)
    assert found.value is None
    assert found.reason == "undefined in more than half of the resampled sets of documents"


def test_exact_intervals_alone_are_those_that_come_with_all() -> None:
    pool = [sums_of(document) for document in documents(7, 5)]
    figures = figures_of(pool)
    assert exact_intervals(pool, figures.seed, figures.replicates) == (figures.exact_f1_ci, figures.exact_f1_pooled_ci)


def test_pairs_that_share_nothing_drop_out_of_replicates() -> None:
    crowd = [
        MarkedDocument(f"d{n:02}", 50, {f"p{n}": [(((0, 3),), "claim")], f"q{n}": [(((0, 3 + n % 2),), "claim")]})
        for n in range(12)
    ]
    figures = measure(crowd)
    assert figures.exact_f1.value == figures.exact_f1_pooled.value == 0.5
    assert figures.exact_f1_ci.value is not None
    assert figures.exact_f1_ci.value[1] == pytest.approx(9 / 12, abs=0.1)
