"""u-alpha: chance-corrected agreement about which characters carry which label, for any number of people.

Krippendorff, Mathet, Bouvry and Widlöcher (2016), extended to people that differ by document as the nominal alpha
treats missing values. Every sum over a document is a whole number that adds up over documents, so that sums are kept
by document, added, and resampled. A share by `m - 1` is left to the end: sums are kept apart by `m`, the number of
people of a document.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from math import fsum
from typing import NamedTuple

from workbench.domain.agreement.figure import NO_COVERAGE, OVERLAPPING_LABELS, Figure
from workbench.domain.alignment import Span

Segments = list[tuple[int, int]]


class Sum(StrEnum):
    """What is summed."""

    TOTAL = "total"
    """Length of the text, once for each person."""
    LENGTH = "length"
    """Length marked with a label."""
    SQUARES = "squares"
    """Squared lengths of the segments of a label."""
    COMMON = "common"
    """Length marked alike with a label, over ordered pairs of people."""
    COVERED = "covered"
    """The same for marked with any label."""
    NESTED = "nested"
    """Documents in which somebody has two labels on one code point."""


class SumKey(NamedTuple):
    """A sum; with its label, or "", and the number of people of the documents, or 0 where that does not matter."""

    what: Sum
    label: str = ""
    people: int = 0


def unit_sums(length: int, sides: Collection[Iterable[Span]]) -> dict[SumKey, int]:
    """Return the sums of a document that at least two people finished; `length` is in code points."""
    people = len(sides)
    layers: dict[str, list[Segments]] = {}
    coverage: list[Segments] = []
    nested = False
    for side in sides:
        mine = _layers(side)
        for label, segments in mine.items():
            layers.setdefault(label, []).append(segments)
        every = sorted([segment for segments in mine.values() for segment in segments])
        nested = nested or _overlap(every)
        coverage.append(every)
    sums = {SumKey(Sum.TOTAL, people=people): people * length}
    for label, lists in layers.items():
        lengths = [end - start for segments in lists for start, end in segments]
        sums[SumKey(Sum.LENGTH, label)] = sum(lengths)
        sums[SumKey(Sum.SQUARES, label)] = sum([one * one for one in lengths])
        sums[SumKey(Sum.COMMON, label, people)] = _common(lists)
    sums[SumKey(Sum.NESTED)] = int(nested)
    # With labels that overlap there is no joint coefficient, and this sum is not needed.
    sums[SumKey(Sum.COVERED, people=people)] = 0 if nested else _common(coverage)
    return sums


def _layers(side: Iterable[Span]) -> dict[str, Segments]:
    """Return the segments of each label, fused where they share a code point; touching ones stay apart."""
    layers: dict[str, Segments] = {}
    for extent, label in set(side):
        layers.setdefault(label, []).extend(extent)
    return {label: _fused(sorted(segments)) for label, segments in layers.items()}


def _fused(segments: Segments) -> Segments:
    if not _overlap(segments):
        return segments
    fused = [segments[0]]
    for start, end in segments[1:]:
        if start < fused[-1][1]:
            fused[-1] = (fused[-1][0], max(end, fused[-1][1]))
        else:
            fused.append((start, end))
    return fused


def _overlap(segments: Segments) -> bool:
    """Say whether any two of sorted segments share a code point."""
    reached = 0
    for start, end in segments:
        if start < reached:
            return True
        reached = end
    return False


def _common(lists: list[Segments]) -> int:
    """Return the length of every stretch, `k * (k - 1)` times where k people marked it."""
    if len(lists) < 2:
        return 0
    starts = sorted([start for segments in lists for start, _ in segments])
    ends = sorted([end for segments in lists for _, end in segments])
    common = depth = reached = place = 0
    for start in starts:
        while ends[place] <= start:
            common += (ends[place] - reached) * depth * (depth - 1)
            reached = ends[place]
            depth -= 1
            place += 1
        common += (start - reached) * depth * (depth - 1)
        reached = start
        depth += 1
    for end in ends[place:]:
        common += (end - reached) * depth * (depth - 1)
        reached = end
        depth -= 1
    return common


class _Layer(NamedTuple):
    """The parts of the coefficient that belong to one label: v, Q, o."""

    length: int
    squares: int
    common: float


class Continuum(NamedTuple):
    """All documents laid end to end: the total length T over people, and each label's part."""

    total: int
    layers: Mapping[str, _Layer]
    gap_common: float
    nested: bool


def continuum(sums: Mapping[SumKey, int]) -> Continuum:
    """Put sums together that were added up over documents."""
    total = sum([amount for key, amount in sums.items() if key.what is Sum.TOTAL])
    lengths = {key.label: amount for key, amount in sums.items() if key.what is Sum.LENGTH}
    squares = {key.label: amount for key, amount in sums.items() if key.what is Sum.SQUARES}
    shares: dict[str, list[float]] = {}
    covered: list[float] = []
    for key, amount in sums.items():
        if key.what is Sum.COMMON:
            shares.setdefault(key.label, []).append(amount / (key.people - 1))
        elif key.what is Sum.COVERED:
            covered.append(amount / (key.people - 1))
    layers = {label: _Layer(lengths[label], squares[label], fsum(shares[label])) for label in sorted(lengths)}
    # Common gaps follow from common coverage: of two people, what neither covers is all, less each, and both again.
    gap_common = total - 2 * sum(lengths.values()) + fsum(covered)
    return Continuum(total, layers, gap_common, bool(sums.get(SumKey(Sum.NESTED))))


def _observed(layer: _Layer) -> float:
    return 2 * (layer.length - layer.common)


def _expected(layer: _Layer, total: int) -> float:
    """Return the disagreement of units of these lengths put down at random; 0 when nothing, or all, is marked."""
    if not 0 < layer.length < total:
        return 0
    pairs = total * total - layer.squares - (total - layer.length)
    return 2 * total * layer.length * (total - layer.length) / pairs


def u_alpha(whole: Continuum) -> Figure:
    """Return the coefficient with labels pooled as layers, so that spans of different labels may nest."""
    expected = fsum(_expected(layer, whole.total) for layer in whole.layers.values())
    if not expected:
        return Figure(None, NO_COVERAGE)
    return Figure(1 - fsum(_observed(layer) for layer in whole.layers.values()) / expected)


def u_alpha_by_label(whole: Continuum) -> dict[str, Figure]:
    """Return the coefficient of each label against the rest of the text; not the family's (k)u-alpha."""
    return {label: u_alpha(whole._replace(layers={label: layer})) for label, layer in whole.layers.items()}


def u_alpha_joint(whole: Continuum) -> Figure:
    """Return the coefficient as published, on all labels and the gap at once; none when labels overlap."""
    if whole.nested:
        return Figure(None, OVERLAPPING_LABELS)
    total, layers = whole.total, whole.layers.values()
    gap = total - sum(layer.length for layer in layers)
    unlike = total * total - sum(layer.length**2 for layer in layers) - gap * gap
    if not unlike:
        return Figure(None, NO_COVERAGE)
    pairs = total * total - sum(layer.squares for layer in layers) - gap
    observed = total - fsum(layer.common for layer in layers) - whole.gap_common
    return Figure(1 - observed * pairs / (total * unlike))
