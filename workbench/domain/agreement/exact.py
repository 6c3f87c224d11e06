"""Exact F1: same extent and same label. Hripcsak and Rothschild (2005)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Set

from workbench.domain.agreement.figure import Tally
from workbench.domain.alignment import Span


def exact_tally(a: Set[Span], b: Set[Span]) -> Tally:
    """Count the spans that both have."""
    return Tally(len(a & b), len(a), len(b))


def counts_by_label(spans: Iterable[Span]) -> Counter[str]:
    """Count spans by label."""
    return Counter([label for _, label in spans])
