"""The annotations of one document by place: in order, at an offset, with their links and counts.

Kept up to date change by change, so that a key press on a document with many annotations asks only for what it needs.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterable

from workbench.domain.annotation import Annotation, AnnotationSet, Link
from workbench.domain.change import AnnotationChange, Change, LinkChange
from workbench.domain.labels import LabelKind, LabelSet
from workbench.domain.span import size

BUCKET = 2048
"""Code points of a bucket; an annotation is noted in each that it reaches."""

Order = tuple[int, int, str]


class AnnotationIndex:
    """One annotation set, found by place. Offsets are code points; rows count from 0 in the order of positions."""

    def __init__(self, annotations: AnnotationSet, label_set: LabelSet) -> None:
        self._owing = owing_labels(label_set)
        self._annotations = dict(annotations.annotations)
        self._order: list[Order] = sorted(annotation.order for annotation in self._annotations.values())
        self._buckets: dict[int, set[str]] = {}
        self._counts: Counter[str] = Counter()
        self._links: dict[str, Link] = {}
        self._from: dict[str, set[str]] = {}
        self._to: dict[str, set[str]] = {}
        self._unlinked: set[str] = set()
        for annotation in self._annotations.values():
            self._note(annotation)
        for link in annotations.links.values():
            self._add_link(link)

    def __len__(self) -> int:
        return len(self._order)

    def __contains__(self, uid: object) -> bool:
        return uid in self._annotations

    def apply(self, changes: Iterable[Change]) -> None:
        """Follow changes that were made to the set."""
        for change in changes:
            if isinstance(change, AnnotationChange):
                self._drop(change.uid)
                if change.after is not None:
                    self._add(change.after)
            elif isinstance(change, LinkChange):
                self._drop_link(change.uid)
                if change.after is not None:
                    self._add_link(change.after)

    def get(self, uid: str | None) -> Annotation | None:
        """Return an annotation, or None."""
        return self._annotations.get(uid) if uid is not None else None

    def count(self, label: str) -> int:
        """Count the annotations of a label, given by uid."""
        return self._counts[label]

    @property
    def unlinked(self) -> int:
        """How many claims are linked to nobody, where a link type lets them be."""
        return len(self._unlinked)

    def is_unlinked(self, uid: str) -> bool:
        """Say whether this is a claim that is linked to nobody and could be."""
        return uid in self._unlinked

    # By order.

    def at_row(self, row: int) -> Annotation:
        """Return the annotation in a row. Raises IndexError outside."""
        return self._annotations[self._order[row][2]]

    def row_of(self, uid: str) -> int:
        """Return the row of an annotation. Raises KeyError."""
        return bisect_left(self._order, self._annotations[uid].order)

    def after(self, annotation: Annotation | None, offset: int) -> Annotation | None:
        """Return the next annotation: after this one in order, else the first that starts at `offset` or later."""
        row = bisect_right(self._order, annotation.order) if annotation else self.first_row_from(offset)
        return self.at_row(row) if row < len(self._order) else None

    def before(self, annotation: Annotation | None, offset: int) -> Annotation | None:
        """Return the previous annotation: before this one in order, else the last that starts before `offset`."""
        row = bisect_left(self._order, annotation.order) if annotation else self.first_row_from(offset)
        return self.at_row(row - 1) if row > 0 else None

    def first_row_from(self, offset: int) -> int:
        """Return the first row that starts at an offset or later; as many as there are rows when none does."""
        return bisect_left(self._order, (offset,))

    # By place.

    def at(self, offset: int) -> list[Annotation]:
        """Return the annotations with a fragment over the code point at `offset`, innermost first."""
        found = [self._annotations[uid] for uid in self._buckets.get(offset // BUCKET, ())]
        inside = [one for one in found if any(fragment.contains(offset) for fragment in one.extent)]
        return sorted(inside, key=lambda one: (size(one.extent), -one.start, one.uid))

    def depth(self, annotation: Annotation) -> int:
        """Count the annotations that this one lies inside of; of two in the same place the later one is inside."""
        holders = (self._annotations[uid] for uid in self._buckets.get(annotation.start // BUCKET, ()))
        return sum(
            1
            for other in holders
            if other.start <= annotation.start and annotation.end <= other.end and other.order < annotation.order
        )

    # Links.

    def links_from(self, uid: str) -> list[Link]:
        """Return the links that begin at an annotation, oldest first."""
        return [self._links[link] for link in sorted(self._from.get(uid, ()))]

    def links_to(self, uid: str) -> list[Link]:
        """Return the links that end at an annotation, oldest first."""
        return [self._links[link] for link in sorted(self._to.get(uid, ()))]

    def _add(self, annotation: Annotation) -> None:
        self._annotations[annotation.uid] = annotation
        insort(self._order, annotation.order)
        self._note(annotation)

    def _note(self, annotation: Annotation) -> None:
        for bucket in _buckets(annotation):
            self._buckets.setdefault(bucket, set()).add(annotation.uid)
        self._counts[annotation.label] += 1
        self._judge(annotation.uid)

    def _drop(self, uid: str) -> None:
        known = self._annotations.pop(uid, None)
        if known is None:
            return
        del self._order[bisect_left(self._order, known.order)]
        for bucket in _buckets(known):
            self._buckets[bucket].discard(uid)
        self._counts[known.label] -= 1
        self._unlinked.discard(uid)

    def _add_link(self, link: Link) -> None:
        self._links[link.uid] = link
        self._from.setdefault(link.source, set()).add(link.uid)
        self._to.setdefault(link.target, set()).add(link.uid)
        self._judge(link.source)

    def _drop_link(self, uid: str) -> None:
        link = self._links.pop(uid, None)
        if link is not None:
            self._from[link.source].discard(uid)
            self._to[link.target].discard(uid)
            self._judge(link.source)

    def _judge(self, uid: str) -> None:
        """Note whether an annotation owes a link."""
        annotation = self._annotations.get(uid)
        if annotation is not None and annotation.label in self._owing and not self._from.get(uid):
            self._unlinked.add(uid)
        else:
            self._unlinked.discard(uid)


def owing_labels(label_set: LabelSet) -> frozenset[str]:
    """Return the uids of the labels whose annotations should be linked: claims that a link type may start at."""
    return frozenset(
        label.uid
        for label in label_set.labels
        if label.kind is LabelKind.CLAIM
        and any(link_type.sources is None or label.uid in link_type.sources for link_type in label_set.link_types)
    )


def _buckets(annotation: Annotation) -> range:
    return range(annotation.start // BUCKET, (annotation.end - 1) // BUCKET + 1)
