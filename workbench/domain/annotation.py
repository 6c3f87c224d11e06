"""Annotations, links and annotation sets as frozen values. Who stores them is no business of this module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from workbench.domain.labels import AttributeValue
from workbench.domain.span import Extent, extent_key


class Role(StrEnum):
    """Whose annotations a set holds."""

    ANNOTATOR = "annotator"
    GOLD = "gold"
    IMPORTED = "imported"


class State(StrEnum):
    """How far an annotation set is."""

    NEW = "new"
    IN_PROGRESS = "in_progress"
    FINISHED = "finished"
    IGNORED = "ignored"

    @property
    def closed(self) -> bool:
        """Say whether the set is read-only until it is reopened."""
        return self in (State.FINISHED, State.IGNORED)

    @property
    def words(self) -> str:
        """The state as people read it."""
        return self.value.replace("_", " ")


class Made(StrEnum):
    """How an annotation came about."""

    SELECTED = "selected"
    TAKEN = "taken"
    ADJUSTED = "adjusted"
    DRAWN = "drawn"
    PROPAGATED = "propagated"
    ACCEPTED = "accepted"
    RULE = "rule"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class Annotation:
    """A label on an extent. `label` is the label's uid; times are `YYYY-MM-DDThh:mm:ss[.f]Z` or None.

    `attributes` are (name, value) pairs sorted by name. `provenance` is canonical JSON text, in gold only.
    """

    uid: str
    label: str
    extent: Extent
    note: str | None = None
    attributes: tuple[tuple[str, AttributeValue], ...] = ()
    made: Made | None = None
    derived_from: tuple[str, ...] = ()
    provenance: str | None = None
    created: str | None = None
    updated: str | None = None

    @property
    def start(self) -> int:
        """First code point."""
        return self.extent[0].start

    @property
    def end(self) -> int:
        """Code point after the last one."""
        return self.extent[-1].end

    @property
    def place(self) -> tuple[str, str]:
        """Label and extent: what may not occur twice in one set."""
        return self.label, extent_key(self.extent)

    @property
    def order(self) -> tuple[int, int, str]:
        """Sort key of documents and exports: first start, then longest first, then uid."""
        return self.start, -self.end, self.uid


@dataclass(frozen=True, slots=True)
class Link:
    """A directed, typed link between two annotations of one set. `type` is the link type's uid."""

    uid: str
    type: str
    source: str
    target: str
    note: str | None = None
    created: str | None = None
    updated: str | None = None


@dataclass(frozen=True, slots=True)
class AnnotationSet:
    """One annotator's annotations on one document. `state` is None as long as nothing was ever recorded.

    `annotator` is the annotator's (or named source's) uid, None for gold.
    """

    document: str
    annotator: str | None
    role: Role = Role.ANNOTATOR
    state: State | None = None
    note: str | None = None
    annotations: Mapping[str, Annotation] = field(default_factory=dict)
    links: Mapping[str, Link] = field(default_factory=dict)

    @property
    def chain(self) -> str:
        """Name of the journal chain of this set; depends on nothing that a merge could change."""
        return set_chain(self.document, self.role, self.annotator)

    def in_order(self) -> list[Annotation]:
        """Annotations by position, longest first where they start together."""
        return sorted(self.annotations.values(), key=lambda annotation: annotation.order)

    def links_of(self, annotation_uid: str) -> list[Link]:
        """Links that begin or end at an annotation, by uid."""
        return sorted(
            (link for link in self.links.values() if annotation_uid in (link.source, link.target)),
            key=lambda link: link.uid,
        )

    def with_annotation(self, annotation: Annotation) -> AnnotationSet:
        """Return a set that also holds this annotation, or holds it instead of the one of its uid."""
        return replace(self, annotations={**self.annotations, annotation.uid: annotation})

    def without_annotation(self, uid: str) -> AnnotationSet:
        """Return a set without that annotation."""
        return replace(self, annotations={key: value for key, value in self.annotations.items() if key != uid})

    def with_link(self, link: Link) -> AnnotationSet:
        """Return a set that also holds this link, or holds it instead of the one of its uid."""
        return replace(self, links={**self.links, link.uid: link})

    def without_link(self, uid: str) -> AnnotationSet:
        """Return a set without that link."""
        return replace(self, links={key: value for key, value in self.links.items() if key != uid})


def set_chain(document: str, role: Role, annotator: str | None) -> str:
    """Name the journal chain of an annotation set; document and annotator are uids."""
    return f"set/{document}/{role.value}/{annotator or ''}"


def document_chain(document: str) -> str:
    """Name the journal chain of a document's decisions and gold."""
    return f"document/{document}"
