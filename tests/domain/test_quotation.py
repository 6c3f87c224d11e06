"""Quotation marks go in and out on both sides at once, whatever marks a language has."""

from __future__ import annotations

import pytest

from workbench.domain.quotation import toggled
from workbench.domain.span import Fragment


def marked(text: str) -> tuple[str, Fragment]:
    """Return a text without the bars in it, and the fragment between them."""
    start = text.index("|")
    end = text.index("|", start + 1)
    return text.replace("|", ""), Fragment(start, end - 1)


def barred(text: str, fragment: Fragment) -> str:
    return f"{text[: fragment.start]}|{text[fragment.start : fragment.end]}|{text[fragment.end :]}"


@pytest.mark.parametrize(
    ("inside", "outside"),
    [
        ("|“The ferry was late”| she said", "“|The ferry was late|” she said"),
        ('|"The ferry was late"| she said', '"|The ferry was late|" she said'),
        ("|'The ferry was late'| she said", "'|The ferry was late|' she said"),
        ("|‘The ferry was late’| she said", "‘|The ferry was late|’ she said"),
        ("|«The ferry was late»| she said", "«|The ferry was late|» she said"),
        ("|« The ferry was late »| she said", "« |The ferry was late| » she said"),
        ("|»Die Fähre war spät«|, sagte sie", "»|Die Fähre war spät|«, sagte sie"),
        ("|„Die Fähre war spät“|, sagte sie", "„|Die Fähre war spät|“, sagte sie"),
        ("彼女は|「船は遅れた」|と言った", "彼女は「|船は遅れた|」と言った"),
    ],
)
def test_quotation_marks_go_out_and_in_again(inside: str, outside: str) -> None:
    text, fragment = marked(inside)
    out = toggled(fragment, text)
    assert out is not None
    assert barred(text, out) == outside
    assert toggled(out, text) == fragment


def test_the_stop_before_the_closing_mark_comes_in_with_it() -> None:
    text, fragment = marked('"|The ferry was late|," she said')
    changed = toggled(fragment, text)
    assert changed is not None
    assert barred(text, changed) == '|"The ferry was late,"| she said'


def test_a_quotation_that_runs_on_changes_on_the_side_that_has_a_mark() -> None:
    text, fragment = marked("|“The ferry was late| and nobody knew why.")
    changed = toggled(fragment, text)
    assert changed is not None
    assert barred(text, changed) == "“|The ferry was late| and nobody knew why."


@pytest.mark.parametrize("without", ["|the workers’| claim", "|a ferry| was late", '|"|', "'|tis| the season"])
def test_an_apostrophe_or_nothing_is_left_alone(without: str) -> None:
    text, fragment = marked(without)
    assert toggled(fragment, text) is None
