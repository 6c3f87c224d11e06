"""Names of people: what can be given, and what may be one name typed twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.names import LONGEST_NAME, checked_name, close_names
from workbench.errors import UsageError


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ana", "Ana"),
        ("ana", "anna"),
        ("Ana Pires", "ana pires"),
        ("Ana Pires", "AnaPires"),
        ("Ana Pires", "Ana-Pires"),
        ("Zoé", "Zoe"),
        ("Zoe\u0301", "Zoé"),
        ("Strauß", "Strauss"),
        ("ａｎａ", "ana"),
        ("mara", "maar"),
        ("mara", "marta"),
        ("Mara Lind", "Mara Lnid"),
        ("Mara Lind", "Mara Lindtt"),
        ("Ολγα", "Όλγα"),
        ("annotator 1", "Annotator1"),
    ],
)
def test_spellings_and_slips_of_one_name_are_close(one: str, other: str) -> None:
    assert close_names(one, [other]) == [other]
    assert close_names(other, [one]) == [one]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ana", "ben"),
        ("ana", "ina"),
        ("jo", "jon"),
        ("al", "el"),
        ("annotator 1", "annotator 2"),
        ("coder10", "coder1"),
        ("Mara Lind", "Mona Lund"),
        ("mara", "maria lind"),
        ("東京", "京都"),
        ("!!", "??"),
    ],
)
def test_different_names_are_not_close(one: str, other: str) -> None:
    assert close_names(one, [other]) == []
    assert close_names(other, [one]) == []


def test_a_name_is_not_close_to_itself() -> None:
    assert close_names("ana", ["ana", "ben"]) == []


@given(st.text(max_size=12), st.text(max_size=12))
def test_being_close_is_mutual(one: str, other: str) -> None:
    assert bool(close_names(one, [other])) == bool(close_names(other, [one]))


@given(st.text(alphabet="abcdefghij", min_size=4, max_size=12), st.data())
def test_a_letter_left_out_is_always_noticed(name: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(name) - 1))
    shorter = name[:place] + name[place + 1 :]
    assert close_names(shorter, [name]) == [name]


def test_blanks_around_a_name_do_not_count() -> None:
    assert checked_name("  Ana Pires ") == "Ana Pires"


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\x1b[31m", "a\u2028b", "\ud800", "a" * (LONGEST_NAME + 1)])
def test_some_names_cannot_be_given(name: str) -> None:
    with pytest.raises(UsageError):
        checked_name(name)
