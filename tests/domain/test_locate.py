"""A quote is found again in changed text, and it is always said how; what nothing tells apart is not guessed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain.locate import Found, How, Lost, Sought, locate, locate_all, sought_in

OLD = (
    "The mayor said the bridge is safe. Ferries carry 40% of the traffic.\n"
    "Later 40% of the crews went on strike, the union claims.\n"
    "The mayor did not answer.\n"
)


def find(new: str, quote: str, nth: int = 0) -> Found | Lost:
    """Look in `new` for the nth occurrence of a quote in OLD."""
    place = -1
    for _ in range(nth + 1):
        place = OLD.index(quote, place + 1)
    return locate(new, sought_in(OLD, place, place + len(quote)))


def test_unchanged_text_gives_the_same_place() -> None:
    assert find(OLD, "the union claims") == Found(OLD.index("the union"), OLD.index("the union") + 16, How.PLACE, 1.0)


def test_words_that_stand_twice_are_found_at_their_own_place() -> None:
    for nth, place in enumerate((49, 75)):
        found = find(OLD, "40%", nth)
        assert isinstance(found, Found)
        assert (found.start, found.how) == (place, How.PLACE)


def test_words_that_moved_are_found_once_elsewhere() -> None:
    found = find("Update, 9 May. " + OLD, "the union claims")
    assert isinstance(found, Found)
    assert (found.how, found.start, found.score) == (How.UNIQUE, OLD.index("the union") + 15, 1.0)


def test_words_that_moved_and_stand_twice_are_told_apart_by_their_surroundings() -> None:
    new = "Update. " + OLD
    for nth, place in enumerate((57, 83)):
        found = find(new, "40%", nth)
        assert isinstance(found, Found)
        assert (found.start, found.how) == (place, How.CONTEXT)


def test_words_that_nothing_tells_apart_are_lost_naming_the_places() -> None:
    lost = locate("x 40% y\nx 40% y\n", Sought("40%", 100, "x ", " y"))
    assert lost == Lost("the same words stand at 2 places that nothing tells apart", (2, 10))


def test_changed_words_are_found_by_similarity_and_their_score_says_so() -> None:
    new = OLD.replace("40% of the crews went", "45% of the crew went")
    found = find(new, "40% of the crews went on strike")
    assert isinstance(found, Found)
    assert found.how is How.SIMILAR
    assert new[found.start : found.end] == "45% of the crew went on strike"
    assert 0.9 < found.score < 1.0


def test_words_that_are_gone_are_lost() -> None:
    new = OLD.replace("Later 40% of the crews went on strike, the union claims.\n", "")
    assert isinstance(find(new, "crews went on strike, the union"), Lost)
    assert locate("anything", Sought("", 0)) == Lost("nothing was quoted")


def test_similar_words_at_several_places_are_not_guessed() -> None:
    new = "a boat sank near the port\na boat sank near the fort\n" * 2
    assert isinstance(locate(new, Sought("a boat sank near the yort", 5)), Lost)


def test_parts_of_one_annotation_are_found_in_order() -> None:
    parts = [sought_in(OLD, 0, 9), sought_in(OLD, 26, 33)]
    found = locate_all("Well. " + OLD, parts)
    assert not isinstance(found, Lost)
    assert [(one.start, one.end) for one in found] == [(6, 15), (32, 39)]
    lost = locate_all("is safe today. The mayor said the bridge was shut.", parts)
    assert isinstance(lost, Lost)
    assert lost.reason == "its parts are found, but out of order or touching"


WORDS = st.text(st.sampled_from("abc d\u0301é船😟\n.,"), max_size=60)


@settings(max_examples=300, deadline=None)
@given(WORDS, WORDS, st.data())
def test_whatever_is_found_is_inside_the_text_and_exact_unless_called_similar(
    old: str, new: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(old)))
    end = data.draw(st.integers(start, len(old)))
    found = locate(new, sought_in(old, start, end))
    if isinstance(found, Found):
        assert 0 <= found.start < found.end <= len(new)
        assert (new[found.start : found.end] == old[start:end]) == (found.how is not How.SIMILAR)


@settings(max_examples=200, deadline=None)
@given(WORDS, st.data())
def test_in_unchanged_text_nothing_is_found_at_a_wrong_place(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = locate(text, sought_in(text, start, end))
    if isinstance(found, Found):
        assert (found.start, found.end, found.how) == (start, end, How.PLACE)
