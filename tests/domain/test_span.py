"""Fragments and extents: what is one, what is refused, what fuses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.span import (
    Fragment,
    check_extent,
    cover,
    extent_key,
    extent_of,
    extents_overlap,
    fuse,
    parse_extent_key,
    quotes,
    size,
)
from workbench.errors import OffsetError

fragments = st.tuples(st.integers(0, 200), st.integers(1, 40)).map(lambda pair: Fragment(pair[0], sum(pair)))
several = st.lists(fragments, min_size=1, max_size=8)


def points(extent: list[Fragment] | tuple[Fragment, ...]) -> set[int]:
    return {point for fragment in extent for point in range(fragment.start, fragment.end)}


@pytest.mark.parametrize(("start", "end"), [(3, 3), (4, 2), (-1, 2), (0, 0)])
def test_an_empty_or_reversed_fragment_is_refused(start: int, end: int) -> None:
    with pytest.raises(OffsetError, match="empty or reversed"):
        Fragment(start, end)


@given(several)
def test_fusing_keeps_every_code_point_and_leaves_gaps_between(some: list[Fragment]) -> None:
    extent = fuse(some)
    check_extent(extent)
    assert points(extent) == points(some)
    assert fuse(extent) == extent
    assert size(extent) == len(points(some))
    assert cover(extent) == Fragment(min(points(some)), max(points(some)) + 1)


@given(several, several)
def test_two_extents_overlap_when_they_share_a_code_point(one: list[Fragment], other: list[Fragment]) -> None:
    assert extents_overlap(fuse(one), fuse(other)) == bool(points(one) & points(other))


@given(fragments, st.integers(0, 250))
def test_a_fragment_contains_its_code_points_and_not_its_end(fragment: Fragment, offset: int) -> None:
    assert fragment.contains(offset) == (offset in points([fragment]))
    assert len(fragment) == len(points([fragment]))


@given(several)
def test_an_extent_written_as_text_is_read_back(some: list[Fragment]) -> None:
    extent = fuse(some)
    assert parse_extent_key(extent_key(extent)) == extent


@pytest.mark.parametrize("key", ["", "12", "12-", "a-b", "3-2", "1-2 2-3", "1-2-3", "5-6 1-2", "1-2  4-5"])
def test_a_text_that_is_no_extent_is_refused(key: str) -> None:
    with pytest.raises(OffsetError):
        parse_extent_key(key)


@pytest.mark.parametrize("pairs", [((0, 3), (3, 5)), ((0, 4), (2, 6)), ((5, 6), (0, 2)), ()])
def test_fragments_that_touch_overlap_or_are_out_of_order_are_no_extent(pairs: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(OffsetError):
        extent_of(*pairs)


def test_nothing_can_not_be_fused() -> None:
    with pytest.raises(OffsetError, match="at least one"):
        fuse([])


def test_quotes_are_the_words_of_each_fragment() -> None:
    assert quotes(extent_of((4, 7), (14, 18)), "one two three four five") == ("two", "four")
