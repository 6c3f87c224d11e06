"""Token kappa: Cohen's kappa over all words, a secondary figure. Cohen (1960).

It counts every word, so that long spans and unmarked text decide it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable

from workbench.domain.agreement.figure import NO_WORDS, ONE_VALUE, Figure
from workbench.domain.agreement.label_kappa import Table, cohen_kappa
from workbench.domain.alignment import Span

TokenValue = frozenset[str]
"""The labels on a token; empty outside of all spans."""

_TOKEN = re.compile(r"\w+|[^\w\s]")
_OUTSIDE: TokenValue = frozenset()


class Tokens:
    """Words and marks of a text, by their offsets in code points."""

    def __init__(self, text: str) -> None:
        spans = [match.span() for match in _TOKEN.finditer(text)]
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]

    def __len__(self) -> int:
        return len(self._starts)

    def values(self, spans: Iterable[Span]) -> dict[int, TokenValue]:
        """Return the labels on each token of which at least one code point is covered, by the token's number."""
        found: dict[int, TokenValue] = {}
        for extent, label in spans:
            alone = frozenset((label,))
            for start, end in extent:
                for token in range(bisect_right(self._ends, start), bisect_left(self._starts, end)):
                    found[token] = found[token] | alone if token in found else alone
        return found


def token_pairs(
    tokens: int, a: dict[int, TokenValue], b: dict[int, TokenValue]
) -> Counter[tuple[TokenValue, TokenValue]]:
    """Count the values that two people gave to each of so many tokens."""
    touched = a.keys() | b.keys()
    pairs = Counter([(a.get(token, _OUTSIDE), b.get(token, _OUTSIDE)) for token in touched])
    if tokens > len(touched):
        pairs[_OUTSIDE, _OUTSIDE] += tokens - len(touched)
    return pairs


def token_kappa(table: Table[TokenValue]) -> Figure:
    """Return the kappa of a pair over all its documents."""
    return cohen_kappa(table, NO_WORDS, ONE_VALUE)
