"""Tokens, words, sentences and paragraphs, in news as it is printed."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain.segments import (
    next_paragraph,
    next_sentence,
    next_token_end,
    next_token_start,
    next_word,
    paragraph_at,
    previous_paragraph,
    previous_sentence,
    previous_token_end,
    previous_token_start,
    previous_word,
    sentence_at,
    token_bounds,
    word_at,
)
from workbench.domain.span import Fragment

PIECES = (
    *"ab. ,’-\n\t“”!?$%3\u0301\u200d漢。\u2028",
    "U.S.",
    "Mr. ",
    "word ",
    "$2,000.50",
    "👩‍👩‍👧",
    "🇵🇹",
    "한국어",
    "שלום ",
    "\n\n",
)
# All but blanks, and the marks that sit on a blank or on nothing.
INK = regex.compile(
    r"\s[\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}]*|\A[\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}]+"
)
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=40).map("".join)


def tokens(text: str) -> list[str]:
    found, offset = [], -1
    while (start := next_token_start(text, offset)) is not None:
        token = token_bounds(text, start)
        assert token is not None
        found.append(text[token.start : token.end])
        offset = start
    return found


def sentences(text: str) -> list[str]:
    found, offset = [], 0
    while offset < len(text):
        sentence = sentence_at(text, offset)
        if sentence is not None:
            found.append(text[sentence.start : sentence.end])
        offset = max(offset + 1, next_sentence(text, offset))
    return list(dict.fromkeys(found))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The U.S. paid $2,000.50.", ["The", "U.S.", "paid", "$2,000.50", "."]),
        ("at 5 a.m. on Sept. 3", ["at", "5", "a.m.", "on", "Sept.", "3"]),
        ("Mr. Lind won’t; she’ll", ["Mr.", "Lind", "won’t", ";", "she’ll"]),
        ("28-year-old soldiers’ pay", ["28-year-old", "soldiers", "’", "pay"]),
        ("“No,” (he) said…", ["“", "No", ",", "”", "(", "he", ")", "said", "…"]),
        ("up 4.5% or US$40 or €3", ["up", "4.5%", "or", "US$40", "or", "€3"]),
        ("漢字とかな。", ["漢", "字", "と", "か", "な", "。"]),
        ("서울에서 말했다", ["서울에서", "말했다"]),
        ("می‌خواهم رفت", ["می‌خواهم", "رفت"]),
        ("ok 👩‍👩‍👧🇵🇹", ["ok", "👩‍👩‍👧", "🇵🇹"]),
        ("away.The end", ["away", ".", "The", "end"]),
        ("e\u0301te\u0301 fini", ["e\u0301te\u0301", "fini"]),
    ],
)
def test_tokens_are_words_numbers_abbreviations_and_single_marks(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mr. Kim left. He was late.", ["Mr. Kim left.", "He was late."]),
        ("The U.S. Army went in. It rained.", ["The U.S. Army went in.", "It rained."]),
        ("They moved to the U.S. The rest stayed.", ["They moved to the U.S.", "The rest stayed."]),
        ("It opened at 5 a.m. on Monday.", ["It opened at 5 a.m. on Monday."]),
        ("“Really?” she asked. “Yes.” He left.", ["“Really?” she asked.", "“Yes.”", "He left."]),
        ("“We won’t,” he said. Nobody spoke.", ["“We won’t,” he said.", "Nobody spoke."]),
        ("It fell by 3.5 percent. Then it rose.", ["It fell by 3.5 percent.", "Then it rose."]),
        ("They went away.The rest stayed.", ["They went away.", "The rest stayed."]),
        ("J. K. Rowan wrote it.", ["J. K. Rowan wrote it."]),
        ("On Sept. 3 it began. On Oct. 4 it ended.", ["On Sept. 3 it began.", "On Oct. 4 it ended."]),
        ("Acme Inc. sued. Acme Inc. He won.", ["Acme Inc. sued.", "Acme Inc.", "He won."]),
        ("most brutal places . battlefields. Then", ["most brutal places . battlefields.", "Then"]),
        ("漢字。かな！終", ["漢字。", "かな！", "終"]),
        ("Wait... what? No.", ["Wait... what?", "No."]),
        ("No. 4 lost. No. He won.", ["No. 4 lost.", "No.", "He won."]),
    ],
)
def test_sentences_end_where_a_reader_stops(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_a_sentence_runs_over_a_hard_line_break_but_not_over_an_empty_line() -> None:
    assert sentences("While the\nreality is bleak. So\nit goes") == ["While the\nreality is bleak.", "So\nit goes"]
    assert sentences("Additionally,\nLavrov spoke.") == ["Additionally,\nLavrov spoke."]
    assert sentences("a headline\n\nand a text") == ["a headline", "and a text"]
    assert sentences("A Headline\nThe text.\nanother") == ["A Headline", "The text.", "another"]


def test_a_double_click_takes_a_word_a_mark_or_the_blanks() -> None:
    text = "The 28-year-old,  said\nx"
    assert word_at(text, 9) == Fragment(4, 15)
    assert word_at(text, 15) == Fragment(15, 16)
    assert word_at(text, 17) == Fragment(16, 18)
    assert word_at(text, 22) == Fragment(18, 22)
    assert word_at(text, 24) == Fragment(23, 24)
    assert word_at("", 0) is None


def test_going_by_words_skips_punctuation() -> None:
    text = "“No,” she said."
    assert [next_word(text, offset) for offset in (0, 1, 6, 10)] == [1, 6, 10, 15]
    assert [previous_word(text, offset) for offset in (15, 10, 6, 1)] == [10, 6, 1, 0]


def test_going_by_sentences_and_paragraphs_stops_at_their_starts() -> None:
    text = "One. Two.\n\n\nThree is\nlong. Four."
    assert [next_sentence(text, offset) for offset in (0, 5, 12, 27)] == [5, 12, 27, 32]
    assert [previous_sentence(text, offset) for offset in (32, 27, 12, 5, 0)] == [27, 12, 5, 0, 0]
    assert [next_paragraph(text, offset) for offset in (0, 10, 12)] == [12, 12, 32]
    assert [previous_paragraph(text, offset) for offset in (32, 12, 3, 0)] == [12, 0, 0, 0]
    assert paragraph_at(text, 20) == Fragment(12, 32)
    assert paragraph_at(text, 10) is None


@settings(max_examples=300, deadline=None)
@given(texts)
def test_nothing_found_cuts_a_character(text: str) -> None:
    edges = {match.start() for match in regex.finditer(r"\X", text)} | {len(text)}
    for offset in range(len(text) + 1):
        for find in (token_bounds, word_at, sentence_at, paragraph_at):
            found = find(text, offset)
            assert found is None or {found.start, found.end} <= edges, find.__name__
        for step in (next_word, previous_word, next_sentence, previous_sentence, next_paragraph, previous_paragraph):
            assert step(text, offset) in edges, step.__name__


@settings(max_examples=200, deadline=None)
@given(texts)
def test_tokens_are_the_same_from_wherever_one_looks(text: str) -> None:
    starts = [start for start in range(len(text)) if (t := token_bounds(text, start)) and t.start == start]
    ends = [token_bounds(text, start).end for start in starts]  # type: ignore[union-attr]
    assert all(end <= start for end, (_, start) in zip(ends, pairwise(starts), strict=False))
    assert "".join(text[a:b] for a, b in zip(starts, ends, strict=True)) == INK.sub("", text)
    for offset in range(len(text) + 1):
        assert next_token_start(text, offset) == min((s for s in starts if s > offset), default=None)
        assert next_token_end(text, offset) == min((e for e in ends if e > offset), default=None)
        assert previous_token_start(text, offset) == max((s for s in starts if s < offset), default=None)
        assert previous_token_end(text, offset) == max((e for e in ends if e < offset), default=None)


@settings(max_examples=200, deadline=None)
@given(texts)
def test_steps_go_forward_until_the_end_and_back_until_the_start(text: str) -> None:
    for forward, back in ((next_word, previous_word), (next_sentence, previous_sentence)):
        offset = 0
        while offset < len(text):
            assert forward(text, offset) > offset
            offset = forward(text, offset)
        while offset > 0:
            assert back(text, offset) < offset
            offset = back(text, offset)


@pytest.mark.parametrize("unit", ["word ", "漢", " ", "x", "\n", "’", "end. Then "])
@pytest.mark.parametrize(
    "find",
    [token_bounds, word_at, sentence_at, paragraph_at, next_word, previous_word, next_sentence, previous_sentence],
)
def test_the_length_of_the_text_does_not_matter(unit: str, find: Callable[[str, int], object]) -> None:
    text = unit * (500_000 // len(unit))
    began = time.perf_counter()
    for offset in range(250_000, 250_005):
        find(text, offset)
    assert time.perf_counter() - began < 2
