"""The journal's alphabet: each thing that can happen to an annotation set, and its inverse.

A change knows what was there before, so that it can be taken back exactly, `updated` included, and so that a
writer with an old copy is noticed instead of overwriting somebody else's work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from workbench.domain.annotation import Annotation, AnnotationSet, Link, Made, State
from workbench.domain.span import Fragment, check_extent
from workbench.errors import Clash, WorkbenchError

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AnnotationChange:
    """An annotation appears (`before` None), disappears (`after` None) or becomes another of the same uid."""

    before: Annotation | None
    after: Annotation | None

    def inverse(self) -> AnnotationChange:
        """Return the change that takes this one back."""
        return AnnotationChange(self.after, self.before)

    @property
    def uid(self) -> str:
        """The annotation concerned."""
        either = self.before or self.after
        assert either is not None
        return either.uid

    def applied_to(self, annotations: AnnotationSet) -> AnnotationSet:
        """Return the changed set. Raises Clash when the annotation is not as it was."""
        present = annotations.annotations.get(self.uid)
        if present != self.before:
            raise Clash(f"annotation {self.uid} was changed elsewhere", remedy="Both versions are shown; choose one.")
        if self.after is None:
            return annotations.without_annotation(self.uid)
        return annotations.with_annotation(self.after)

    def to_json(self) -> Json:
        """Return the change as plain JSON values."""
        return {
            "kind": "annotation",
            "before": annotation_to_json(self.before) if self.before else None,
            "after": annotation_to_json(self.after) if self.after else None,
        }


@dataclass(frozen=True, slots=True)
class LinkChange:
    """A link appears, disappears or becomes another of the same uid."""

    before: Link | None
    after: Link | None

    def inverse(self) -> LinkChange:
        """Return the change that takes this one back."""
        return LinkChange(self.after, self.before)

    @property
    def uid(self) -> str:
        """The link concerned."""
        either = self.before or self.after
        assert either is not None
        return either.uid

    def applied_to(self, annotations: AnnotationSet) -> AnnotationSet:
        """Return the changed set. Raises Clash when the link is not as it was."""
        if annotations.links.get(self.uid) != self.before:
            raise Clash(f"link {self.uid} was changed elsewhere", remedy="Look at it again, then repeat the change.")
        if self.after is None:
            return annotations.without_link(self.uid)
        return annotations.with_link(self.after)

    def to_json(self) -> Json:
        """Return the change as plain JSON values."""
        return {
            "kind": "link",
            "before": link_to_json(self.before) if self.before else None,
            "after": link_to_json(self.after) if self.after else None,
        }


@dataclass(frozen=True, slots=True)
class StateChange:
    """The set's state changes; None means that there is no set, so that None -> state records its birth."""

    before: State | None
    after: State | None

    def inverse(self) -> StateChange:
        """Return the change that takes this one back."""
        return StateChange(self.after, self.before)

    def applied_to(self, annotations: AnnotationSet) -> AnnotationSet:
        """Return the changed set. Raises Clash when the state is not as it was."""
        if annotations.state != self.before:
            raise Clash(
                "the state of this document was changed elsewhere",
                remedy="Look at it, then repeat the change.",
            )
        return replace(annotations, state=self.after)

    def to_json(self) -> Json:
        """Return the change as plain JSON values."""
        return {"kind": "state", "before": self.before, "after": self.after}


@dataclass(frozen=True, slots=True)
class CommentChange:
    """The annotator's comment on the document changes."""

    before: str | None
    after: str | None

    def inverse(self) -> CommentChange:
        """Return the change that takes this one back."""
        return CommentChange(self.after, self.before)

    def applied_to(self, annotations: AnnotationSet) -> AnnotationSet:
        """Return the changed set. Raises Clash when the comment is not as it was."""
        if annotations.note != self.before:
            raise Clash(
                "the comment on this document was changed elsewhere",
                remedy="Look at it, then repeat the change.",
            )
        return replace(annotations, note=self.after)

    def to_json(self) -> Json:
        """Return the change as plain JSON values."""
        return {"kind": "comment", "before": self.before, "after": self.after}


Change = AnnotationChange | LinkChange | StateChange | CommentChange


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that somebody did, undone and redone as one. `title` names it for people: `tag figure: two`.

    `undoes` and `redoes` hold the uid of the operation taken back or brought back; at most one of them is set.
    """

    uid: str
    title: str
    changes: tuple[Change, ...]
    time: str
    undoes: str | None = None
    redoes: str | None = None

    def inverse_changes(self) -> tuple[Change, ...]:
        """Return the changes that take the whole operation back, in the order in which to apply them."""
        return tuple(change.inverse() for change in reversed(self.changes))


def apply_changes(annotations: AnnotationSet, changes: Iterable[Change]) -> AnnotationSet:
    """Apply changes in order. Raises Clash at the first that does not fit."""
    for change in changes:
        annotations = change.applied_to(annotations)
    return annotations


def annotation_to_json(annotation: Annotation) -> Json:
    """Write an annotation as plain JSON values, all fields, for the journal."""
    return {
        "uid": annotation.uid,
        "label": annotation.label,
        "extent": [[fragment.start, fragment.end] for fragment in annotation.extent],
        "note": annotation.note,
        "attributes": dict(annotation.attributes),
        "made": annotation.made,
        "derived_from": list(annotation.derived_from),
        "provenance": annotation.provenance,
        "created": annotation.created,
        "updated": annotation.updated,
    }


def annotation_from_json(data: Mapping[str, Any]) -> Annotation:
    """Read `annotation_to_json` back."""
    extent = tuple(Fragment(start, end) for start, end in data["extent"])
    check_extent(extent)
    return Annotation(
        uid=data["uid"],
        label=data["label"],
        extent=extent,
        note=data["note"],
        attributes=tuple(sorted(data["attributes"].items())),
        made=Made(data["made"]) if data["made"] else None,
        derived_from=tuple(data["derived_from"]),
        provenance=data["provenance"],
        created=data["created"],
        updated=data["updated"],
    )


def link_to_json(link: Link) -> Json:
    """Write a link as plain JSON values, all fields, for the journal."""
    return {
        "uid": link.uid,
        "type": link.type,
        "source": link.source,
        "target": link.target,
        "note": link.note,
        "created": link.created,
        "updated": link.updated,
    }


def change_from_json(data: Mapping[str, Any]) -> Change:
    """Read a change's `to_json` back. Raises WorkbenchError for a kind that this release does not know."""
    before, after = data["before"], data["after"]
    match data["kind"]:
        case "annotation":
            return AnnotationChange(
                annotation_from_json(before) if before else None,
                annotation_from_json(after) if after else None,
            )
        case "link":
            return LinkChange(Link(**before) if before else None, Link(**after) if after else None)
        case "state":
            return StateChange(State(before) if before else None, State(after) if after else None)
        case "comment":
            return CommentChange(before, after)
        case kind:
            raise WorkbenchError(f"the journal holds an unknown kind of change: {kind!r}")
