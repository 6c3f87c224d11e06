"""A document with everything on it, as plain tuples: what formats read and write and storage loads and stores in bulk.

Labels, link types and annotators go by their names here, as they do in files; offsets are code points.
Half a million rows pass through these types, so they are tuples and hold no behaviour.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from workbench.domain.labels import AttributeValue, LabelSet


class SetKey(NamedTuple):
    """Which annotation set of a document: role, and the annotator's or source's name (None for gold)."""

    role: str
    annotator: str | None


class SetRow(NamedTuple):
    """An annotation set: its key, state and the annotator's comment on the document."""

    key: SetKey
    state: str
    note: str | None


class AnnotationRow(NamedTuple):
    """An annotation. `fragments` are `(start, end)` pairs in order; `provenance` is JSON text or None."""

    uid: str
    key: SetKey
    label: str
    fragments: tuple[tuple[int, int], ...]
    note: str | None = None
    derived_from: tuple[str, ...] = ()
    provenance: str | None = None
    created: str | None = None
    updated: str | None = None
    made: str | None = None
    attributes: tuple[tuple[str, AttributeValue], ...] = ()


class LinkRow(NamedTuple):
    """A link of a set from one annotation uid to another."""

    uid: str
    key: SetKey
    type: str
    source: str
    target: str
    note: str | None = None
    created: str | None = None
    updated: str | None = None


class DecisionRow(NamedTuple):
    """A decision. `shown` is JSON text (a list); `result` holds uids of gold annotations, possibly none."""

    uid: str
    kind: str
    adjudicator: str | None
    rule: str | None = None
    time: str | None = None
    note: str | None = None
    shown: str = "[]"
    result: tuple[str, ...] = ()
    stale: bool = False


class Origin(NamedTuple):
    """Where a document's text came from. `newlines` is lf, crlf, cr, mixed or none."""

    path: str | None = None
    sha256: str | None = None
    encoding: str | None = None
    bom: bool | None = None
    newlines: str | None = None
    extractor: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document. `uid` is its id in exports; `given` says whether the data named it (else a file name did)."""

    uid: str
    title: str | None
    text: str
    sha256: str
    origin: Origin | None = None
    meta: dict[str, Any] = field(default_factory=dict)
    given: bool = True


@dataclass(frozen=True, slots=True)
class Bundle:
    """A document with all its sets, annotations, links and decisions."""

    document: DocumentRow
    sets: list[SetRow] = field(default_factory=list)
    annotations: list[AnnotationRow] = field(default_factory=list)
    links: list[LinkRow] = field(default_factory=list)
    decisions: list[DecisionRow] = field(default_factory=list)


class AnnotatorRow(NamedTuple):
    """A person. `name` is the id in files; `uid` stays through renames, None where a file has none."""

    name: str
    uid: str | None = None
    full_name: str | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """What a file or database says once: its name, label set, people and settings."""

    name: str
    label_set: LabelSet
    annotators: tuple[AnnotatorRow, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)


def provisional_uid(kind: str, name: str) -> str:
    """Return the uid of a thing that came without one: it depends on the name only, so that merges agree."""
    return f"{kind}-{name}"
