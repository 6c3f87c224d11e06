"""Rows of a text: they tile it, cut no cluster, and offsets and cells convert there and back."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.tui import layout as layout_module
from workbench.tui.cells import body_end, clusters
from workbench.tui.layout import Layout

PIECES = (
    *"ab,.  \n\n\t\f\x1b\x85\u2028\u202e\u2066\u2069\u200b\u200d\u00ad\u0301\ufe0f",
    "word",
    "longerword",
    "’",
    "e\u0301",
    "👩‍👩‍👧‍👦",
    "🇵🇹",
    "🇵",
    "👍🏽",
    "क्षि",
    "한국어",
    "漢字かな。",
    "שלום",
    "مرحبا",
    "\x1b[31m",
    "\r\n",
    " \u0301",
)
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=60).map("".join)
widths = st.integers(1, 40)


def all_rows(layout: Layout) -> list[tuple[int, int]]:
    while layout.advance():
        pass
    return [tuple(layout.row(number)) for number in range(layout.height)]


def edges_of(text: str) -> set[int]:
    return {match.start() for match in regex.finditer(r"\X", text)} | {len(text)}


@pytest.mark.parametrize("size", [8, 64, 4096])
def test_rows_tile_any_text_exactly_once_and_cut_no_cluster(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout_module, "CHUNK", size)

    @settings(max_examples=150, deadline=None)
    @given(text=texts, width=widths)
    def check(text: str, width: int) -> None:
        rows = all_rows(Layout(text, width))
        assert rows[0][0] == 0
        assert rows[-1][1] == len(text)
        assert all(left[1] == right[0] for left, right in pairwise(rows))
        assert all(start < end for start, end in rows[:-1])
        assert {start for start, _ in rows} <= edges_of(text)

    check()


@settings(max_examples=150, deadline=None)
@given(text=texts, width=widths)
def test_a_line_feed_always_ends_its_row(text: str, width: int) -> None:
    rows = all_rows(Layout(text, width))
    assert [end for start, end in rows if end > start and text[end - 1] == "\n"] == [
        place + 1 for place, character in enumerate(text) if character == "\n"
    ]


@settings(max_examples=150, deadline=None)
@given(text=texts, width=st.integers(24, 40))
def test_no_row_is_wider_than_the_column_but_for_one_hanging_blank(text: str, width: int) -> None:
    for start, end in all_rows(Layout(text, width)):
        row = list(clusters(text, start, body_end(text, start, end)))
        cells = sum(cluster.drawn.cells for cluster in row)
        assert cells <= width + (bool(row) and text[row[-1].offset] == " ")


@settings(max_examples=150, deadline=None)
@given(text=texts, width=widths)
def test_offsets_and_cells_convert_there_and_back(text: str, width: int) -> None:
    layout = Layout(text, width)
    all_rows(layout)
    edges = edges_of(text)
    for offset in range(len(text) + 1):
        number, cell = layout.locate(offset)
        start, end = layout.row(number)
        assert start <= offset <= end
        if offset in edges and (offset < end or end == len(text)):
            assert layout.offset_at(number, cell) == offset


@settings(max_examples=100, deadline=None)
@given(text=texts, width=widths, data=st.data())
def test_laying_out_from_anywhere_gives_the_same_rows(text: str, width: int, data: st.DataObject) -> None:
    layout_module_chunk = layout_module.CHUNK
    layout_module.CHUNK = 16
    try:
        whole, jumped = Layout(text, width), Layout(text, width)
        offset = data.draw(st.integers(0, len(text)))
        number = jumped.settle(jumped.row_of(offset), 5, 5)
        assert jumped.row(number) == whole.span_of(offset)
        assert all_rows(jumped) == all_rows(whole)
    finally:
        layout_module.CHUNK = layout_module_chunk


def test_words_wrap_at_blanks_and_the_blank_stays_with_the_row_before() -> None:
    text = "the toll covers barely a third"
    assert [text[start:end] for start, end in all_rows(Layout(text, 10))] == [
        "the toll ",
        "covers ",
        "barely a ",
        "third",
    ]


def test_one_blank_may_hang_past_the_width_so_that_no_row_begins_with_it() -> None:
    text = "abcde fghij\nabcde \nx"
    assert [text[start:end] for start, end in all_rows(Layout(text, 5))] == ["abcde ", "fghij\n", "abcde \n", "x"]


def test_plain_and_measured_lines_wrap_alike() -> None:
    plain = "one two three four five six seven eight nine ten eleven twelve"
    measured = plain.replace("twelve", "twelv\u00e9".replace("\u00e9", "e\u0301"))
    rows = all_rows(Layout(plain, 17))
    assert [start for start, _ in all_rows(Layout(measured, 17))] == [start for start, _ in rows]


def test_lines_are_cut_at_line_feeds_alone() -> None:
    text = "a\u2028b\x0cc\x85d\x1ee\nf"
    assert all_rows(Layout(text, 40)) == [(0, 10), (10, 11)]


def test_an_empty_text_and_a_last_line_feed_have_a_row_for_the_cursor() -> None:
    assert all_rows(Layout("", 10)) == [(0, 0)]
    assert all_rows(Layout("ab\n", 10)) == [(0, 3), (3, 3)]


def test_scripts_without_blanks_break_between_characters_but_not_before_a_full_stop() -> None:
    text = "漢字漢字。漢字"
    assert [text[start:end] for start, end in all_rows(Layout(text, 8))] == ["漢字漢", "字。漢字"]


def test_the_second_cell_of_a_wide_character_gives_its_start() -> None:
    layout = Layout("a漢👩‍👩‍👧b\n", 20)
    assert [layout.offset_at(0, cell) for cell in range(7)] == [0, 1, 1, 2, 2, 7, 8]


def test_a_long_line_is_cut_at_blanks_near_every_chunk_and_the_end_needs_no_full_pass() -> None:
    text = "word " * 40_000
    layout = Layout(text, 76)
    end = layout.row_of(len(text))
    assert not layout.complete
    assert layout.row(end).end == len(text)
    assert {text[start - 1] for start, _ in all_rows(layout)[1:]} == {" "}


def test_settling_keeps_the_row_that_one_looks_at() -> None:
    text = "".join(("x" * (place % 150) + "\n") for place in range(5_000))
    layout = Layout(text, 30)
    offset = len(text) // 2
    number = layout.settle(layout.row_of(offset), 200, 200)
    seen = [layout.row(number + step) for step in range(-100, 100)]
    assert seen[100] == layout.span_of(offset)
    all_rows(layout)
    number = layout.row_of(offset)
    assert [layout.row(number + step) for step in range(-100, 100)] == seen


@pytest.mark.parametrize(
    "text", ["\n" * 1_000_000, "\u0301" * 1_000_000, "🇵" * 200_000, "漢" * 1_000_000, "x" * 1_000_000]
)
def test_strange_long_texts_show_their_end_without_delay(text: str) -> None:
    began = time.perf_counter()
    layout = Layout(text, 76)
    assert layout.row(layout.row_of(len(text))).end == len(text)
    # Generous: a full pass, or a quadratic one, takes many times as long.
    assert time.perf_counter() - began < 5
