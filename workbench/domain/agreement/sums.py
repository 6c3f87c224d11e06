"""All that agreement needs to know of one document, so that only documents that changed are looked at again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set
from typing import NamedTuple

from workbench.domain.agreement.exact import counts_by_label, exact_tally
from workbench.domain.agreement.figure import Tally
from workbench.domain.agreement.label_kappa import label_pairs
from workbench.domain.agreement.linking import link_tally, link_tally_given_ends
from workbench.domain.agreement.marked import MarkedDocument, Pair, pairs_of
from workbench.domain.agreement.position import position_tally
from workbench.domain.agreement.relaxed import relaxed_tally
from workbench.domain.agreement.token_kappa import Tokens, TokenValue, token_pairs
from workbench.domain.agreement.u_alpha import SumKey, unit_sums
from workbench.domain.alignment import Group, GroupClass, LinkSpan, Span, differences


class PairSums(NamedTuple):
    """What two people have in common in one document. Tables are directed: first person, second person.

    `tokens` is None where the text was not at hand. `differences` are the groups of the alignment that do not agree.
    """

    exact: Tally
    relaxed: Tally
    position: Tally
    by_label: Mapping[str, Tally]
    labels: Mapping[tuple[str, str], int]
    tokens: Mapping[tuple[TokenValue, TokenValue], int] | None
    links: Tally
    links_given_ends: Tally
    differences: tuple[Group, ...]

    @property
    def classes(self) -> Counter[GroupClass]:
        """Count the groups of the alignment by class."""
        counts = Counter([group.cls for group in self.differences])
        if self.exact.matches:
            counts[GroupClass.AGREE] = self.exact.matches
        return counts


class DocumentSums(NamedTuple):
    """A document's part in every figure. Spans are counted by person and label; `units` is empty for one person."""

    uid: str
    spans: Mapping[str, Mapping[str, int]]
    links: Mapping[str, int]
    pairs: Mapping[Pair, PairSums]
    units: Mapping[SumKey, int]


def sums_of(document: MarkedDocument) -> DocumentSums:
    """Look at one document; spans and links that somebody entered twice count once."""
    sides = {name: frozenset(side) for name, side in document.sides.items()}
    links = {name: frozenset(document.links.get(name, ())) for name in sides}
    pairs = pairs_of(document)
    tokens = Tokens(document.text) if document.text is not None and pairs else None
    values = {name: tokens.values(side) for name, side in sides.items()} if tokens is not None else {}
    counts = {name: counts_by_label(side) for name, side in sides.items()}
    found = {}
    for one, other in pairs:
        token_table = token_pairs(len(tokens), values[one], values[other]) if tokens is not None else None
        linked = _link_tallies(links[one], links[other], sides[one], sides[other])
        found[one, other] = _pair(sides[one], sides[other], (counts[one], counts[other]), token_table, linked)
    units = unit_sums(document.length, list(sides.values())) if pairs else {}
    link_counts = {name: len(side) for name, side in links.items()}
    return DocumentSums(document.uid, counts, link_counts, found, units)


def _pair(
    a: Set[Span],
    b: Set[Span],
    counts: tuple[Counter[str], Counter[str]],
    tokens: Mapping[tuple[TokenValue, TokenValue], int] | None,
    linked: tuple[Tally, Tally],
) -> PairSums:
    same = a & b
    matches = counts_by_label(same)
    ours, theirs = counts
    return PairSums(
        exact_tally(a, b),
        relaxed_tally(a, b),
        position_tally(a, b),
        {label: Tally(matches[label], ours[label], theirs[label]) for label in ours.keys() | theirs.keys()},
        label_pairs(a, b),
        tokens,
        *linked,
        tuple(differences(a - same, b - same)),
    )


def _link_tallies(a: Set[LinkSpan], b: Set[LinkSpan], spans_a: Set[Span], spans_b: Set[Span]) -> tuple[Tally, Tally]:
    return link_tally(a, b), link_tally_given_ends(a, b, spans_a, spans_b)
