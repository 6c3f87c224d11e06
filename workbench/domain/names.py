"""Names of people: which can be given, and which are so close that they may be one person's, typed twice."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from workbench.errors import UsageError

LONGEST_NAME = 200
"""Code points a name may have."""

_DIGITS = re.compile(r"\d+")


def checked_name(name: str) -> str:
    """Return a name without blanks around it. Raises UsageError when it is empty, too long or not on one line."""
    trimmed = name.strip()
    if not trimmed:
        raise UsageError("a name cannot be empty")
    if len(trimmed) > LONGEST_NAME:
        raise UsageError(f"a name has at most {LONGEST_NAME} characters", where=trimmed[:20] + "…")
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in trimmed):
        raise UsageError("a name cannot hold control characters or line breaks", where=repr(trimmed))
    return trimmed


def folded_name(name: str) -> str:
    """Return a name without case, accents, width, punctuation and blanks: equal for spellings of one name."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(character for character in decomposed.casefold() if character.isalnum())


def close_names(name: str, known: Iterable[str]) -> list[str]:
    """Return the known names that could be this one mistyped; the name itself is never among them."""
    return [other for other in known if other != name and _is_close(folded_name(name), folded_name(other))]


def _is_close(one: str, other: str) -> bool:
    if one == other:
        return bool(one)
    # "annotator 1" and "annotator 2" differ on purpose.
    if _DIGITS.findall(one) != _DIGITS.findall(other):
        return False
    shorter = min(len(one), len(other))
    if shorter < 3:
        return False
    if shorter == 3:
        # A letter too many is a slip (ana, anna); another letter is another name (ana, ina).
        return len(one) != len(other) and _distance(one, other, 1) <= 1
    allowed = 2 if shorter >= 8 else 1
    return _distance(one, other, allowed) <= allowed


def _distance(one: str, other: str, limit: int) -> int:
    """Count the letters to insert, drop, replace or swap with their neighbour; anything past `limit` is the same."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last = row, before
        row = [i]
        for j, opposite in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != opposite))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == opposite:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
