"""Find a quote again in a text that has changed, and say how it was found; a guess is never passed off as a find.

In order: the same words at the same place; the same words once elsewhere; the same words told apart by what stands
around them; similar words between known surroundings or around a piece that stayed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from workbench.domain.text import CONTEXT

MOST_OCCURRENCES = 1000
LEAST_SIMILARITY = 0.7
"""Below this share of equal characters, changed words are not taken for the quote."""

LEAD = 0.05
"""By how much the best place has to be better than any other."""

_ANCHOR = 12
_PIECE = 16
_LONGEST = 2000
"""Quotes longer than this, in code points, are not sought by similarity."""


class How(StrEnum):
    """How a quote was found; the further down, the more a person should look."""

    PLACE = "place"
    UNIQUE = "unique"
    CONTEXT = "context"
    SIMILAR = "similar"

    @property
    def words(self) -> str:
        """The way as people read it."""
        return {
            How.PLACE: "the same words at the same place",
            How.UNIQUE: "the same words, once, at another place",
            How.CONTEXT: "the same words, told apart by what stands around them",
            How.SIMILAR: "similar words",
        }[self]


@dataclass(frozen=True, slots=True)
class Sought:
    """A quote as it was: its words, its start in code points, and up to CONTEXT code points on either side."""

    quote: str
    start: int
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A place in the changed text, in code points.

    `score` is 1.0 for the same words, less for similar ones; `context` is the share of the old surroundings that
    stands around it, from 0 to 1.
    """

    start: int
    end: int
    how: How
    context: float
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Lost:
    """The quote is not there, or at several places that nothing tells apart (`places`, starts in code points)."""

    reason: str
    places: tuple[int, ...] = ()


def sought_in(text: str, start: int, end: int) -> Sought:
    """Take a quote with its surroundings from the text as it was."""
    return Sought(text[start:end], start, text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT])


def locate(text: str, sought: Sought) -> Found | Lost:
    """Find one quote in a changed text."""
    if not sought.quote:
        return Lost("nothing was quoted")
    size = len(sought.quote)
    places = list(_occurrences(text, sought.quote))
    if not places:
        return _similar(text, sought)
    if len(places) == 1:
        return _found(text, places[0], sought, How.UNIQUE)
    best = _best(places, [_surroundings(text, place, place + size, sought) for place in places], 0.0)
    if best is None and sought.start in places and _whole_context(text, sought):
        best = sought.start
    if best is None:
        return Lost(f"the same words stand at {len(places):,} places that nothing tells apart", tuple(places))
    return _found(text, best, sought, How.CONTEXT)


def _found(text: str, place: int, sought: Sought, how: How) -> Found:
    end = place + len(sought.quote)
    context = _surroundings(text, place, end, sought)
    return Found(place, end, How.PLACE if place == sought.start else how, round(context, 3))


def locate_all(text: str, fragments: Sequence[Sought]) -> tuple[Found, ...] | Lost:
    """Find all fragments of one annotation; they must come out in order and apart."""
    found: list[Found] = []
    for sought in fragments:
        one = locate(text, sought)
        if isinstance(one, Lost):
            return one
        if found and one.start <= found[-1].end:
            return Lost(
                "its parts are found, but out of order or touching", tuple(part.start for part in (*found, one))
            )
        found.append(one)
    return tuple(found)


def _occurrences(text: str, words: str) -> Iterator[int]:
    place = text.find(words)
    for _ in range(MOST_OCCURRENCES):
        if place < 0:
            return
        yield place
        place = text.find(words, place + 1)


def _surroundings(text: str, start: int, end: int, sought: Sought) -> float:
    """Score from 0 to 1 how much of prefix and suffix stands around a place, counted from the quote outwards."""
    before = _common(reversed(sought.prefix), reversed(text[max(0, start - len(sought.prefix)) : start]))
    after = _common(sought.suffix, text[end : end + len(sought.suffix)])
    total = len(sought.prefix) + len(sought.suffix)
    return (before + after) / total if total else 0.0


def _common(one: Iterable[str], other: Iterable[str]) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _whole_context(text: str, sought: Sought) -> bool:
    return _surroundings(text, sought.start, sought.start + len(sought.quote), sought) == 1.0


def _best(places: Sequence[int], scores: Sequence[float], least: float) -> int | None:
    """Return the place that scores best, if it is clearly ahead of every other."""
    ranked = sorted(zip(scores, places, strict=True), reverse=True)
    score, place = ranked[0]
    return place if score > least and (len(ranked) == 1 or score - ranked[1][0] >= LEAD) else None


def _similar(text: str, sought: Sought) -> Found | Lost:
    if len(sought.quote) > _LONGEST:
        return Lost("its words have changed, and it is too long to be sought by similarity")
    scored: dict[tuple[int, int], float] = {}
    for start, end in {*_between(text, sought), *_around(text, sought.quote)}:
        matcher = SequenceMatcher(None, text[start:end], sought.quote, autojunk=False)
        if matcher.real_quick_ratio() >= LEAST_SIMILARITY and matcher.quick_ratio() >= LEAST_SIMILARITY:
            scored[start, end] = matcher.ratio()
    ranked = sorted(
        ((score, _surroundings(text, *place, sought), place) for place, score in scored.items()), reverse=True
    )
    if not ranked or ranked[0][0] < LEAST_SIMILARITY:
        return Lost("its words are not there, nor any close to them")
    score, context, (start, end) = max(ranked, key=lambda one: (one[0] + one[1], -one[2][0]))
    rivals = [one for one in ranked if not (one[2][0] < end and start < one[2][1])]
    if any(one[0] + one[1] > score + context - LEAD for one in rivals):
        return Lost("similar words stand at several places", tuple(sorted({start, *(one[2][0] for one in rivals)})))
    return Found(start, end, How.SIMILAR, round(context, 3), round(score, 3))


def _between(text: str, sought: Sought) -> Iterator[tuple[int, int]]:
    """Yield places between what stood before the quote and what stood after it."""
    before, after = sought.prefix[-_ANCHOR:], sought.suffix[:_ANCHOR]
    longest = 2 * len(sought.quote) + CONTEXT
    if not before.strip() or not after.strip():
        return
    for place in _occurrences(text, before):
        start = place + len(before)
        end = text.find(after, start + 1, start + longest + len(after))
        if end > start:
            yield start, end


def _around(text: str, quote: str) -> Iterator[tuple[int, int]]:
    """Yield places of the quote's length around each piece of it that is still there, fitted to word edges."""
    size = min(_PIECE, max(4, len(quote) // 3))
    for offset in range(0, len(quote) - size + 1, max(1, size // 2)):
        piece = quote[offset : offset + size]
        if not piece.strip():
            continue
        places = list(_occurrences(text, piece))
        if len(places) > 50:
            continue
        for place in places:
            start = max(0, place - offset)
            yield start, min(len(text), start + len(quote))
            yield _fitted(text, start, min(len(text), start + len(quote)))


def _fitted(text: str, start: int, end: int) -> tuple[int, int]:
    """Move edges that cut a word outwards, by less than a dozen code points."""
    first, last = max(0, start - _ANCHOR), min(len(text), end + _ANCHOR)
    while start > first and text[start - 1 : start + 1].isalnum():
        start -= 1
    while end < last and text[end - 1 : end + 1].isalnum():
        end += 1
    return start, end
