"""Link F1: same type, and both ends the same spans; and the same among links whose ends both people marked."""

from __future__ import annotations

from collections.abc import Set

from workbench.domain.agreement.figure import Tally
from workbench.domain.alignment import LinkSpan, Span


def link_tally(a: Set[LinkSpan], b: Set[LinkSpan]) -> Tally:
    """Count the links that both have."""
    return Tally(len(a & b), len(a), len(b))


def link_tally_given_ends(a: Set[LinkSpan], b: Set[LinkSpan], spans_a: Set[Span], spans_b: Set[Span]) -> Tally:
    """Count as `link_tally` does, but only links whose both ends the other person has as spans."""
    ours = {link for link in a if link[1] in spans_b and link[2] in spans_b}
    theirs = {link for link in b if link[1] in spans_a and link[2] in spans_a}
    return link_tally(ours, theirs)
