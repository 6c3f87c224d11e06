"""What characters put on the screen: exact widths, and nothing that a terminal could act on."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from workbench.tui.cells import TAB_CELLS, cell_of, clusters, draw_cluster, is_plain, offset_at_cell

UNSEEN = regex.compile(
    r"[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)


def every_code_point() -> list[str]:
    return [chr(code) for code in range(0x110000)]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40))
def test_nothing_drawn_can_steer_a_terminal(text: str) -> None:
    for cluster in clusters(text, 0, len(text)):
        assert not UNSEEN.search(cluster.drawn.text)


def test_no_single_character_of_any_plane_reaches_the_terminal_as_a_control() -> None:
    drawn = "".join(draw_cluster.__wrapped__(character).text for character in every_code_point())
    assert not UNSEEN.search(drawn)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.text(max_size=4)
        | st.sampled_from(["👩‍👩‍👧", "❤️", "🇵🇹", "क्‍ष", "a\u200d", "می‌خواهم", "🏴\U000e0067\U000e007f"])
    )
)
def test_a_row_is_as_wide_as_its_clusters_together(pieces: list[str]) -> None:
    row = [cluster.drawn for cluster in clusters("".join(pieces), 0, len("".join(pieces)))]
    assert all(drawn.cells == cell_len(drawn.text) for drawn in row)
    assert cell_len("".join(drawn.text for drawn in row)) == sum(drawn.cells for drawn in row)


def test_every_plain_character_is_one_cluster_of_one_cell() -> None:
    plain = [character for character in every_code_point() if is_plain(character, 0, 1)]
    assert len(plain) > 1_000
    assert all(draw_cluster.__wrapped__(character) == (character, 1, False) for character in plain)
    joined = "".join(plain)
    assert len(regex.findall(r"\X", joined)) == len(plain)
    assert cell_len(joined) == len(plain)


@pytest.mark.parametrize(
    ("cluster", "shown"),
    [("\x1b", "␛"), ("\x0c", "␌"), ("\x00", "␀"), ("\x7f", "␡"), ("\x85", "␤"), ("\u2028", "↵"), ("\r\n", "␍")],
)
def test_controls_have_a_sign_of_one_cell(cluster: str, shown: str) -> None:
    assert draw_cluster(cluster) == (shown, 1, True)


@pytest.mark.parametrize(
    "cluster", ["\u202e", "\u2066", "\u200f", "\u200b", "\ufeff", "\u00ad", "\u0301", "\U000e0041", "\u0378"]
)
def test_what_has_no_ink_of_its_own_is_shown_in_one_cell(cluster: str) -> None:
    drawn = draw_cluster(cluster)
    assert drawn.cells == 1
    assert drawn.stand_in


@pytest.mark.parametrize(
    ("cluster", "cells"),
    [
        ("漢", 2),
        ("한", 2),
        ("e\u0301", 1),
        ("👩‍👩‍👧‍👦", 2),
        ("🇵🇹", 2),
        ("👍🏽", 2),
        ("❤️", 2),
        ("\t", TAB_CELLS),
        ("\u3000", 2),
    ],
)
def test_clusters_take_the_cells_that_terminals_give_them(cluster: str, cells: int) -> None:
    drawn = draw_cluster(cluster)
    assert (drawn.cells, drawn.stand_in) == (cells, False)


def test_words_hidden_in_invisible_characters_are_given_away() -> None:
    hidden = draw_cluster("a" + "".join(chr(0xE0000 + ord(letter)) for letter in "secret"))
    assert hidden == ("a", 1, True)


def test_a_heap_of_marks_does_not_spill_over_the_screen() -> None:
    drawn = draw_cluster("Z" + "\u0301" * 500)
    assert len(drawn.text) <= 8
    assert drawn.stand_in


def test_joiners_that_a_script_needs_are_no_stand_ins() -> None:
    assert not any(cluster.drawn.stand_in for cluster in clusters("می‌خواهم", 0, 8))


def test_cells_of_a_wide_character_lead_to_its_start() -> None:
    assert [offset_at_cell("a漢b", 0, 3, cell) for cell in range(5)] == [0, 1, 1, 2, 3]
    assert [cell_of("a漢b", 0, 3, offset) for offset in range(4)] == [0, 1, 3, 4]
