"""Quotation marks at the ends of a span: taken in, or left out, both sides at once."""

from __future__ import annotations

from workbench.domain.span import Fragment

_PAIRS = frozenset(
    {
        ("“", "”"),
        ("„", "“"),
        ("„", "”"),
        ("”", "”"),
        ('"', '"'),
        ("'", "'"),
        ("‘", "’"),
        ("‚", "‘"),
        ("’", "’"),
        ("«", "»"),
        ("»", "«"),
        ("»", "»"),
        ("「", "」"),
        ("『", "』"),
    }
)
_OPENING = frozenset(pair[0] for pair in _PAIRS)
_CLOSING = frozenset(pair[1] for pair in _PAIRS)
_APOSTROPHES = frozenset("'’")
"""Marks that are apostrophes as often; alone on one side they are left where they are."""

_STOPS = frozenset(".,!?;:…。、，！？")
_BLANKS = frozenset(" \u00a0\u202f\u2009")
_SPACED = frozenset("«»")
"""Marks that French sets a blank beside."""


def toggled(fragment: Fragment, text: str) -> Fragment | None:
    """Return the fragment without the quotation marks at its ends, or with those just outside it.

    Marks of both sides go together; where a quotation runs on, the one side that has a mark. A stop before the
    closing mark comes in with it. None when there is no mark on either side or nothing else would be left.
    """
    return _without(fragment, text) or _with(fragment, text)


def _without(fragment: Fragment, text: str) -> Fragment | None:
    start, end = fragment.start, fragment.end
    opening = text[start] if text[start] in _OPENING else ""
    closing = text[end - 1] if text[end - 1] in _CLOSING and len(fragment) > 1 else ""
    opening, closing = _belonging(opening, closing)
    if not opening and not closing:
        return None
    start = _past_blank(text, start + 1, opening, 1) if opening else start
    end = _past_blank(text, end - 1, closing, -1) if closing else end
    return Fragment(start, end) if start < end else None


def _with(fragment: Fragment, text: str) -> Fragment | None:
    before = _outside(text, fragment.start, -1, _OPENING)
    after = _outside(text, fragment.end, 1, _CLOSING)
    opening, closing = _belonging(text[before] if before is not None else "", text[after] if after is not None else "")
    start = before if opening and before is not None else fragment.start
    end = after + 1 if closing and after is not None else fragment.end
    return Fragment(start, end) if (start, end) != (fragment.start, fragment.end) else None


def _belonging(opening: str, closing: str) -> tuple[str, str]:
    """Return the marks that count: both of a pair, else the one that can be nothing but a quotation mark."""
    if (opening, closing) in _PAIRS:
        return opening, closing
    return (
        "" if opening in _APOSTROPHES else opening,
        "" if closing in _APOSTROPHES else closing,
    )


def _outside(text: str, edge: int, step: int, marks: frozenset[str]) -> int | None:
    """Return where the mark just outside an edge stands; a stop or a blank may lie between."""
    place = edge if step > 0 else edge - 1
    if step > 0 and place < len(text) and text[place] in _STOPS:
        place += 1
    if 0 <= place < len(text) and text[place] in marks:
        return place
    beyond = place + step
    if 0 <= beyond < len(text) and text[place] in _BLANKS and text[beyond] in marks & _SPACED:
        return beyond
    return None


def _past_blank(text: str, edge: int, mark: str, step: int) -> int:
    """Return the edge without the blank that belongs to a mark."""
    place = edge if step > 0 else edge - 1
    spaced = mark in _SPACED and 0 <= place < len(text) and text[place] in _BLANKS
    return edge + step if spaced else edge
