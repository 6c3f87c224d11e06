"""How annotations look: the style of a label, and what each row of a document has to show.

Rich styles are the only thing from a terminal library that is known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from rich.style import Style

from workbench.domain.annotation import Annotation


@dataclass(frozen=True, slots=True)
class LabelStyle:
    """The look of one label.

    `key` is the margin letter (one cell, "" when the label has none). `glyph` (one cell) stands in the blank before
    a start and after an end. `fill` holds colours, `cue` only attributes (underline, bold, italic ...): together they
    must be unlike those of any other label even when colours turn into greys.
    """

    key: str
    glyph: str
    fill: Style = field(default_factory=Style.null)
    cue: Style = field(default_factory=Style.null)
    name: str = ""

    @property
    def style(self) -> Style:
        """Fill and cue as one style."""
        return self.fill + self.cue


class Placed(NamedTuple):
    """One fragment of an annotation."""

    start: int
    end: int
    annotation: Annotation

    @property
    def opens(self) -> bool:
        """Say whether the annotation starts here."""
        return self.start == self.annotation.start

    @property
    def closes(self) -> bool:
        """Say whether the annotation ends here."""
        return self.end == self.annotation.end

    @property
    def depth(self) -> tuple[int, int, int, str]:
        """Sort key from outermost to innermost: the widest annotation first."""
        annotation = self.annotation
        return annotation.start - annotation.end, annotation.start, -annotation.end, annotation.uid


class Stretch(NamedTuple):
    """A part of a row over which the same annotations lie, outermost first."""

    start: int
    end: int
    stack: tuple[Annotation, ...]


_FINEST = 8
_STEP = 2
_LEVELS = 14


class MarkIndex:
    """Annotations by position.

    Fragments lie in buckets about as long as they are, so that each is in two buckets at most and a row looks at one
    or two buckets a length: adding, removing and looking up cost the same with 20,000 annotations as with twenty.
    """

    def __init__(self, annotations: Iterable[Annotation] = ()) -> None:
        self._annotations: dict[str, Annotation] = {}
        self._buckets: dict[int, list[Placed]] = {}
        self._used = [0] * _LEVELS
        for annotation in annotations:
            self.add(annotation)

    def __len__(self) -> int:
        return len(self._annotations)

    def get(self, uid: str | None) -> Annotation | None:
        """Return the annotation of that uid, or None."""
        return self._annotations.get(uid) if uid is not None else None

    def add(self, annotation: Annotation) -> None:
        """Add an annotation, in place of the one of its uid."""
        if annotation.uid in self._annotations:
            self.remove(annotation.uid)
        self._annotations[annotation.uid] = annotation
        for fragment in annotation.extent:
            placed = Placed(fragment.start, fragment.end, annotation)
            level, buckets = _buckets_of(placed)
            self._used[level] += 1
            for bucket in buckets:
                self._buckets.setdefault(bucket, []).append(placed)

    def remove(self, uid: str) -> None:
        """Remove an annotation; one that is not there is no error."""
        annotation = self._annotations.pop(uid, None)
        if annotation is None:
            return
        for fragment in annotation.extent:
            level, buckets = _buckets_of(Placed(fragment.start, fragment.end, annotation))
            self._used[level] -= 1
            for bucket in buckets:
                kept = [placed for placed in self._buckets.get(bucket, ()) if placed.annotation.uid != uid]
                if kept:
                    self._buckets[bucket] = kept
                else:
                    self._buckets.pop(bucket, None)

    def overlapping(self, start: int, end: int) -> list[Placed]:
        """Return the fragments that share a code point with `[start, end)`, outermost first."""
        found: list[Placed] = []
        for level, used in enumerate(self._used):
            if used and start < end:
                self._look(level, start, end, found)
        found.sort(key=lambda placed: placed.depth)
        return found

    def at(self, offset: int) -> list[Annotation]:
        """Return the annotations over the code point at an offset, innermost first."""
        return [placed.annotation for placed in reversed(self.overlapping(offset, offset + 1))]

    def _look(self, level: int, start: int, end: int, found: list[Placed]) -> None:
        shift = _FINEST + _STEP * level
        first = start >> shift
        for bucket in range(first, ((end - 1) >> shift) + 1):
            # One that lies in two of the buckets looked at counts in its first.
            found.extend(
                placed
                for placed in self._buckets.get(bucket << 4 | level, ())
                if placed.start < end and start < placed.end and max(placed.start >> shift, first) == bucket
            )


def _buckets_of(placed: Placed) -> tuple[int, set[int]]:
    length = placed.end - placed.start
    level = 0
    while level < _LEVELS - 1 and length > 1 << (_FINEST + _STEP * level):
        level += 1
    shift = _FINEST + _STEP * level
    return level, {(placed.start >> shift) << 4 | level, ((placed.end - 1) >> shift) << 4 | level}


def stretches(placed: Sequence[Placed], start: int, end: int) -> list[Stretch]:
    """Cut `[start, end)` where a fragment starts or ends; `placed` is outermost first."""
    edges = {start, end}
    for mark in placed:
        edges.update(edge for edge in (mark.start, mark.end) if start < edge < end)
    return [
        Stretch(left, right, tuple(mark.annotation for mark in placed if mark.start < right and left < mark.end))
        for left, right in pairwise(sorted(edges))
    ]


def letters(placed: Sequence[Placed], start: int, end: int, styles: Mapping[str, LabelStyle]) -> str:
    """Return the margin letters of a row: keys of labels whose annotations start in it, in order, each once."""
    opening = sorted((mark for mark in placed if mark.opens and start <= mark.start < end), key=lambda m: m.start)
    keys = [styles[mark.annotation.label].key for mark in opening if mark.annotation.label in styles]
    return "".join(dict.fromkeys(key for key in keys if key))
