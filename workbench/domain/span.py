"""Fragments and extents: where an annotation is, in half-open code point offsets.

An extent is a tuple of fragments, sorted by start, not empty, neither overlapping nor touching.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from workbench.errors import OffsetError


@dataclass(frozen=True, slots=True, order=True)
class Fragment:
    """From `start` up to, not including, `end`, in code points. Raises OffsetError when empty or reversed."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise OffsetError(f"fragment {self.start}..{self.end} is empty or reversed")

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: Fragment) -> bool:
        """Say whether the two share at least one code point."""
        return self.start < other.end and other.start < self.end

    def contains(self, offset: int) -> bool:
        """Say whether the code point at `offset` lies inside."""
        return self.start <= offset < self.end


Extent = tuple[Fragment, ...]


def extent_of(*pairs: tuple[int, int]) -> Extent:
    """Build an extent from `(start, end)` pairs as they stand. Raises OffsetError unless in order and apart."""
    extent = tuple(Fragment(start, end) for start, end in pairs)
    check_extent(extent)
    return extent


def check_extent(extent: Extent) -> None:
    """Raise OffsetError unless the fragments are sorted and neither overlap nor touch."""
    if not extent:
        raise OffsetError("an annotation needs at least one fragment")
    for left, right in pairwise(extent):
        if right.start <= left.end:
            raise OffsetError(
                f"fragments {left.start}..{left.end} and {right.start}..{right.end} overlap, touch or are out of order"
            )


def fuse(fragments: Iterable[Fragment]) -> Extent:
    """Sort fragments and join those that overlap or touch. Raises OffsetError when there are none."""
    fused: list[Fragment] = []
    for fragment in sorted(fragments):
        if fused and fragment.start <= fused[-1].end:
            fused[-1] = Fragment(fused[-1].start, max(fused[-1].end, fragment.end))
        else:
            fused.append(fragment)
    if not fused:
        raise OffsetError("an annotation needs at least one fragment")
    return tuple(fused)


def cover(extent: Sequence[Fragment]) -> Fragment:
    """Return the smallest fragment around the whole extent, holes included."""
    return Fragment(extent[0].start, extent[-1].end)


def size(extent: Iterable[Fragment]) -> int:
    """Count the code points inside the fragments, holes left out."""
    return sum(len(fragment) for fragment in extent)


def quotes(extent: Iterable[Fragment], text: str) -> tuple[str, ...]:
    """Return the words of each fragment."""
    return tuple(text[fragment.start : fragment.end] for fragment in extent)


def extents_overlap(one: Iterable[Fragment], other: Sequence[Fragment]) -> bool:
    """Say whether two extents share at least one code point."""
    return any(a.overlaps(b) for a in one for b in other)


def extent_key(extent: Iterable[Fragment]) -> str:
    """Write an extent as stored text: `12-31` or `12-31 40-52`; equal extents give equal keys."""
    return " ".join(f"{fragment.start}-{fragment.end}" for fragment in extent)


def parse_extent_key(key: str) -> Extent:
    """Read `extent_key` back. Raises OffsetError when it is not one."""
    try:
        pairs = [tuple(int(number) for number in part.split("-")) for part in key.split(" ")]
        return extent_of(*[(start, end) for start, end in pairs])
    except ValueError as error:
        raise OffsetError(f"{key!r} is not an extent") from error
