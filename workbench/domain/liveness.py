"""Adjusting the live span: from an extent and a movement to the new extent.

Pure: nothing is stored here. Every edge that moves lands on the edge of a grapheme cluster; a fragment never becomes
empty and never turns round; fragments that come to touch are fused.
"""

from __future__ import annotations

from enum import Enum

from workbench.domain import quotation
from workbench.domain.segments import next_token_end, next_token_start, previous_token_end, previous_token_start
from workbench.domain.span import Extent, Fragment, fuse
from workbench.domain.text import next_cluster, previous_cluster, snap_to_clusters
from workbench.errors import Refused


class Edge(Enum):
    """An edge of a fragment."""

    START = "start"
    END = "end"


class Unit(Enum):
    """How far an edge moves in one step; a token is a word, a number or one punctuation mark."""

    TOKEN = "word"
    CHARACTER = "character"


def piece_at(extent: Extent, offset: int) -> int:
    """Return the number of the fragment that holds an offset, else of the one nearest to it."""
    distances = [max(fragment.start - offset, offset - (fragment.end - 1), 0) for fragment in extent]
    return distances.index(min(distances))


def step(text: str, extent: Extent, piece: int, edge: Edge, unit: Unit, *, later: bool) -> Extent:
    """Move one edge of a fragment by one token or character. Raises Refused where it cannot move."""
    old = extent[piece]
    target = _step_end(text, old.end, unit, later) if edge is Edge.END else _step_start(text, old.start, unit, later)
    if target is None or not 0 <= target <= len(text) or target == (old.end if edge is Edge.END else old.start):
        raise Refused("the text ends there" if later else "the text begins there")
    return _moved(text, extent, piece, edge, target, f"it is only one {unit.value} long")


def drag(text: str, extent: Extent, piece: int, edge: Edge, offset: int) -> Extent:
    """Move one edge of a fragment to an offset. Raises Refused where nothing would be left of the fragment."""
    return _moved(text, extent, piece, edge, max(0, min(offset, len(text))), "nothing would be left of it")


def toggle_quotes(text: str, extent: Extent, piece: int) -> Extent:
    """Take the quotation marks round a fragment in, or leave them out. Raises Refused when there are none."""
    changed = quotation.toggled(extent[piece], text)
    if changed is None:
        raise Refused("there are no quotation marks at its ends")
    return _replaced(extent, piece, changed)


def _moved(text: str, extent: Extent, piece: int, edge: Edge, target: int, refusal: str) -> Extent:
    old = extent[piece]
    start, end = (old.start, target) if edge is Edge.END else (target, old.end)
    if start >= end:
        raise Refused(refusal)
    snapped = snap_to_clusters(Fragment(start, end), text)
    # Only the edge that was moved is snapped: the other one may have come cut from an import, and stays.
    return _replaced(
        extent,
        piece,
        Fragment(old.start, snapped.end) if edge is Edge.END else Fragment(snapped.start, old.end),
    )


def _replaced(extent: Extent, piece: int, fragment: Fragment) -> Extent:
    return fuse((*extent[:piece], fragment, *extent[piece + 1 :]))


def _step_end(text: str, end: int, unit: Unit, later: bool) -> int | None:
    if unit is Unit.CHARACTER:
        return next_cluster(text, end) if later else previous_cluster(text, end)
    return next_token_end(text, end) if later else previous_token_end(text, end)


def _step_start(text: str, start: int, unit: Unit, later: bool) -> int | None:
    if unit is Unit.CHARACTER:
        return next_cluster(text, start) if later else previous_cluster(text, start)
    return next_token_start(text, start) if later else previous_token_start(text, start)
