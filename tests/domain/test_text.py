"""Offsets in three units, grapheme clusters and lines, on texts from all planes."""

from __future__ import annotations

import time

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain.span import Fragment, extent_of
from workbench.domain.text import (
    OffsetTable,
    check_inside,
    cluster_bounds,
    context,
    lengths,
    next_cluster,
    previous_cluster,
    snap_to_clusters,
    text_hash,
)
from workbench.errors import OffsetError

# One of everything that UAX #29 has a rule for, so that chance puts neighbours together.
PIECES = (
    *"ab \n\r\t\u0301\u200d\u200c\ufe0f\u0600\u0e33\u2028\x85\u202e©",
    "👩‍👩‍👧‍👦",
    "👩",
    "👍🏽",
    "🇵",
    "🇵🇹",
    "한",
    "\u1112",
    "\u1161",
    "\u11ab",
    "क",
    "\u094d",
    "षि",
    "漢",
    "1\ufe0f\u20e3",
    "\U000110bd",
    "\r\n",
)
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=40).map("".join)
long_texts = st.tuples(texts, st.integers(1, 60)).map(lambda pair: pair[0] * pair[1])


def clusters_of(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in regex.finditer(r"\X", text)]


@settings(max_examples=400, deadline=None)
@given(texts)
def test_cluster_edges_are_those_of_a_full_pass_whatever_stands_before(text: str) -> None:
    for start, end in clusters_of(text):
        for offset in range(start, end):
            assert cluster_bounds(text, offset) == (start, end)
    assert cluster_bounds(text, len(text)) == (len(text), len(text))


@settings(max_examples=200, deadline=None)
@given(texts)
def test_stepping_by_clusters_goes_there_and_back(text: str) -> None:
    offset, seen = 0, []
    while offset < len(text):
        seen.append(offset)
        offset = next_cluster(text, offset)
    back = []
    while offset > 0:
        offset = previous_cluster(text, offset)
        back.append(offset)
    assert seen == back[::-1] == [start for start, _ in clusters_of(text)]
    assert previous_cluster(text, 0) == 0


@settings(max_examples=200, deadline=None)
@given(texts.filter(bool), st.data())
def test_snapping_widens_to_cluster_edges_and_only_once(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    fragment = Fragment(start, data.draw(st.integers(start + 1, len(text))))
    snapped = snap_to_clusters(fragment, text)
    edges = {edge for bounds in clusters_of(text) for edge in bounds}
    assert snapped.start in edges
    assert snapped.end in edges
    assert snapped.start <= fragment.start < fragment.end <= snapped.end
    assert snap_to_clusters(snapped, text) == snapped


def test_snapping_past_the_end_is_refused() -> None:
    with pytest.raises(OffsetError, match="past the end"):
        snap_to_clusters(Fragment(0, 4), "abc")


@pytest.mark.parametrize("unit", ["toll ", "漢", "कि", "क्ष", "👩‍👩‍👧", "한국어", "’", "🇵🇹a"])
def test_clusters_deep_in_a_long_line_need_no_full_pass(unit: str) -> None:
    text = unit * (3_000_000 // len(unit))
    began = time.perf_counter()
    for offset in range(len(text) - 50, len(text)):
        assert cluster_bounds(text, offset)[1] > offset
    # A pass over the line takes seconds for each; this is far from it on any machine.
    assert time.perf_counter() - began < 1


@settings(max_examples=200, deadline=None)
@given(long_texts, st.data())
def test_offsets_convert_to_other_units_and_back(text: str, data: st.DataObject) -> None:
    table = OffsetTable(text)
    offset = data.draw(st.integers(0, len(text)))
    assert table.utf8(offset) == len(text[:offset].encode())
    assert table.utf16(offset) == len(text[:offset].encode("utf-16-le")) // 2
    assert table.from_utf8(table.utf8(offset)) == offset
    assert table.from_utf16(table.utf16(offset)) == offset


@settings(max_examples=100, deadline=None)
@given(texts)
def test_an_offset_inside_a_character_is_refused_and_none_is_made_up(text: str) -> None:
    table = OffsetTable(text)
    encoded = text.encode()
    for offset in range(len(encoded) + 1):
        try:
            found = table.from_utf8(offset)
        except OffsetError:
            with pytest.raises(UnicodeDecodeError):
                encoded[:offset].decode()
        else:
            assert encoded[:offset].decode() == text[:found]


@pytest.mark.parametrize("text", ["abc", "aé漢👩"])
def test_offsets_past_the_end_are_refused_in_every_unit(text: str) -> None:
    table = OffsetTable(text)
    for convert in (table.utf8, table.utf16, table.from_utf8, table.from_utf16):
        with pytest.raises(OffsetError, match="past the end"):
            convert(99)
        with pytest.raises(OffsetError):
            convert(-1)


@given(texts)
def test_lengths_are_those_of_the_encodings(text: str) -> None:
    measured = lengths(text)
    assert measured.codepoint == len(text)
    assert measured.utf8 == len(text.encode())
    assert measured.utf16 == len(text.encode("utf-16-le")) // 2


def test_context_is_taken_before_the_first_and_after_the_last_fragment() -> None:
    text = "one two three four five"
    around = context(extent_of((4, 7), (14, 18)), text)
    assert (around.prefix, around.suffix) == ("one ", " five")
    assert context(extent_of((0, 23)), text).prefix == ""


def test_an_extent_past_the_end_is_refused() -> None:
    check_inside(extent_of((0, 3)), "abc")
    with pytest.raises(OffsetError, match="past the end"):
        check_inside(extent_of((0, 1), (2, 4)), "abc")


def test_the_hash_of_a_text_is_that_of_its_bytes() -> None:
    assert text_hash("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
