"""Words are found in the article's own offsets, forwards and backwards, round the ends."""

from __future__ import annotations

from workbench.domain.finding import Finder
from workbench.domain.span import Fragment

TEXT = "The toll rose. The TOLL fell. İstanbul ß [x] 日本語 the toll."


def test_small_letters_find_capitals_but_capitals_find_only_themselves() -> None:
    assert len(Finder(TEXT, "toll").places) == 3
    assert len(Finder(TEXT, "TOLL").places) == 1


def test_a_search_goes_round_the_ends() -> None:
    finder = Finder(TEXT, "toll")
    last = TEXT.rindex("toll")
    assert finder.after(last + 1) == Fragment(4, 8)
    assert finder.before(4) == Fragment(last, last + 4)
    assert finder.before(last) == Fragment(19, 23)


def test_what_is_typed_is_plain_text() -> None:
    assert Finder(TEXT, "[x]").after(0) == Fragment(TEXT.index("[x]"), TEXT.index("[x]") + 3)
    assert Finder(TEXT, "t.ll").after(0) is None
    assert len(Finder(TEXT, "日本").places) == 1


def test_a_near_place_in_a_long_text_is_found_backwards_without_looking_at_all_of_it() -> None:
    text = "x " * 100_000 + "toll " + "y " * 100_000
    finder = Finder(text, "toll")
    assert finder.before(len(text)) == Fragment(200_000, 200_004)
    assert finder.number_of(Fragment(200_000, 200_004)) == 1
