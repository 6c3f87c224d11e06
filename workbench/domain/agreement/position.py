"""Position F1: same extent, whatever the label; extents count as often as they were marked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from workbench.domain.agreement.figure import Tally
from workbench.domain.alignment import Span


def position_tally(a: Collection[Span], b: Collection[Span]) -> Tally:
    """Count extents that both marked, each as often as both did; `a` and `b` hold every span once."""
    ours = Counter([extent for extent, _ in a])
    theirs = Counter([extent for extent, _ in b])
    matches = sum([min(times, theirs[extent]) for extent, times in ours.items() if extent in theirs])
    return Tally(matches, len(a), len(b))
