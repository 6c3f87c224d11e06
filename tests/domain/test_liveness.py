"""The live span moves by tokens and characters, never cuts a character, never empties, never turns round."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain.liveness import Edge, Unit, drag, piece_at, step, toggle_quotes
from workbench.domain.span import Extent, Fragment, check_extent, extent_of
from workbench.domain.text import snap_to_clusters
from workbench.errors import Refused

TEXT = "Mara Lind said the toll, $1.2m a year, covers barely a third of the cost."


def words(extent: Extent, text: str = TEXT) -> list[str]:
    return [text[fragment.start : fragment.end] for fragment in extent]


def span(quote: str, text: str = TEXT) -> Extent:
    start = text.index(quote)
    return extent_of((start, start + len(quote)))


@pytest.mark.parametrize(
    ("quote", "edge", "later", "after"),
    [
        ("the toll", Edge.END, True, "the toll,"),
        ("the toll,", Edge.END, True, "the toll, $1.2m"),
        ("the toll, $1.2m", Edge.END, False, "the toll,"),
        ("the toll", Edge.START, False, "said the toll"),
        ("said the toll", Edge.START, True, "the toll"),
        ("the to", Edge.END, True, "the toll"),
    ],
)
def test_an_edge_moves_by_one_token(quote: str, edge: Edge, later: bool, after: str) -> None:
    assert words(step(TEXT, span(quote), 0, edge, Unit.TOKEN, later=later)) == [after]


@pytest.mark.parametrize(("edge", "later"), [(Edge.END, False), (Edge.START, True)])
def test_a_span_of_one_token_never_empties(edge: Edge, later: bool) -> None:
    with pytest.raises(Refused, match="only one word long"):
        step(TEXT, span("toll"), 0, edge, Unit.TOKEN, later=later)


def test_the_text_s_ends_stop_a_span() -> None:
    with pytest.raises(Refused, match="begins there"):
        step(TEXT, span("Mara"), 0, Edge.START, Unit.TOKEN, later=False)
    with pytest.raises(Refused, match="ends there"):
        step(TEXT, span("cost."), 0, Edge.END, Unit.CHARACTER, later=True)


@pytest.mark.parametrize(
    ("text", "start", "end", "after"),
    [
        ("a 👩‍👩‍👧 b", 0, 2, "a 👩‍👩‍👧"),
        ("see 🇫🇷🇩🇪 flags", 4, 6, "🇫🇷🇩🇪"),
        ("cafe\u0301s", 0, 3, "cafe\u0301"),
        ("日本語", 0, 1, "日本"),
        ("שלום עולם", 0, 1, "של"),
        ("a\u2028b", 0, 1, "a\u2028"),
    ],
)
def test_the_end_moves_over_a_whole_character(text: str, start: int, end: int, after: str) -> None:
    assert words(step(text, extent_of((start, end)), 0, Edge.END, Unit.CHARACTER, later=True), text) == [after]


def test_in_a_script_without_blanks_a_token_is_one_character() -> None:
    text = "市長は橋の通行料を発表した"
    assert words(step(text, extent_of((0, 2)), 0, Edge.END, Unit.TOKEN, later=True), text) == ["市長は"]


def test_pieces_that_come_to_touch_are_one() -> None:
    extent = extent_of((0, 4), (5, 9))
    assert step(TEXT, extent, 0, Edge.END, Unit.TOKEN, later=True) == extent_of((0, 9))


def test_only_the_piece_at_hand_moves() -> None:
    extent = (*span("Mara"), *span("the toll"))
    piece = piece_at(extent, TEXT.index("toll"))
    assert words(step(TEXT, extent, piece, Edge.END, Unit.TOKEN, later=True)) == ["Mara", "the toll,"]
    assert piece_at(extent, 8) == 0
    assert piece_at(extent, 13) == 1


def test_an_edge_is_dragged_to_a_place_but_not_past_the_other() -> None:
    assert words(drag(TEXT, span("the toll"), 0, Edge.END, TEXT.index(", $"))) == ["the toll"]
    with pytest.raises(Refused, match="nothing would be left"):
        drag(TEXT, span("the toll"), 0, Edge.END, 3)


def test_quotation_marks_that_are_not_there_are_named() -> None:
    with pytest.raises(Refused, match="no quotation marks"):
        toggle_quotes(TEXT, span("toll"), 0)


ANY_TEXT = st.text(
    st.one_of(
        st.sampled_from(list("ab .,'\"“”\n\t\u2028\u200d\u0301🇫🇩👩👧語ש한क्")), st.characters(exclude_categories=["Cs"])
    ),
    min_size=2,
    max_size=40,
)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_step_ever_leaves_a_broken_extent(data: st.DataObject) -> None:
    text = data.draw(ANY_TEXT)
    start = data.draw(st.integers(0, len(text) - 1))
    extent: Extent = (snap_to_clusters(Fragment(start, data.draw(st.integers(start + 1, len(text)))), text),)
    edges = {0, *(match.end() for match in regex.finditer(r"\X", text))}
    for _ in range(4):
        edge, unit = data.draw(st.sampled_from(Edge)), data.draw(st.sampled_from(Unit))
        later = data.draw(st.booleans())
        try:
            moved = step(text, extent, 0, edge, unit, later=later)
        except Refused:
            continue
        check_extent(moved)
        assert {moved[0].start, moved[0].end} <= edges
        assert moved != extent
        kept = (moved[0].start, extent[0].start) if edge is Edge.END else (moved[0].end, extent[0].end)
        assert kept[0] == kept[1]
        extent = moved
