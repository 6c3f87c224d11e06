"""What agreement is computed from: a document with what each person who finished it marked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import combinations
from typing import NamedTuple

from workbench.domain.alignment import LinkSpan, Span

Pair = tuple[str, str]
"""Two people by name, the smaller name first."""


class MarkedDocument(NamedTuple):
    """A document and its sides. Somebody with an empty side finished it without marking; who is not named did not.

    `length` is in code points. Without `text` there is no token kappa.
    """

    uid: str
    length: int
    sides: Mapping[str, Collection[Span]]
    links: Mapping[str, Collection[LinkSpan]] = {}
    text: str | None = None


def pairs_of(document: MarkedDocument) -> list[Pair]:
    """Return every two people who finished a document."""
    return list(combinations(sorted(document.sides), 2))


def cut_to(document: MarkedDocument, labels: Collection[str]) -> MarkedDocument:
    """Return the document with the spans of some labels only, and the links whose both ends are among them."""
    sides = {name: [span for span in side if span[1] in labels] for name, side in document.sides.items()}
    links = {
        name: [link for link in side if link[1][1] in labels and link[2][1] in labels]
        for name, side in document.links.items()
    }
    return document._replace(sides=sides, links=links)
