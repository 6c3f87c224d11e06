"""What a person can do to an annotation set, each as one operation.

Pure functions: from the set as it is, the text and the label set, to the Operation that does it, or Refused with the
reason. Nothing here stores anything; undo needs nothing but the operation's own inverse.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from workbench.domain.annotation import Annotation, AnnotationSet, Link, Made, State
from workbench.domain.change import (
    AnnotationChange,
    Change,
    CommentChange,
    LinkChange,
    Operation,
    StateChange,
)
from workbench.domain.labels import AttributeValue, LabelSet
from workbench.domain.span import Extent, Fragment, fuse, quotes
from workbench.domain.text import check_inside
from workbench.errors import NotFound, Refused

TITLE_QUOTE = 24


class Stamps(Protocol):
    """Where operations get the time and fresh ids from."""

    def now(self) -> str:
        """Return the time as `YYYY-MM-DDThh:mm:ssZ`."""
        ...

    def new_uid(self, prefix: str) -> str:
        """Return an id never given before."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """What editing needs to know besides the set itself."""

    text: str
    label_set: LabelSet
    stamps: Stamps

    def operation(self, title: str, changes: Iterable[Change]) -> Operation:
        """Wrap changes into an operation with a fresh uid and the present time."""
        return Operation(self.stamps.new_uid("o"), title, tuple(changes), self.stamps.now())

    def words(self, extent: Extent) -> str:
        """Return an extent's words, shortened and on one line, for titles."""
        words = " ".join(" … ".join(quotes(extent, self.text)).split())
        return words if len(words) <= TITLE_QUOTE else words[: TITLE_QUOTE - 1].rstrip() + "…"

    def name_of(self, annotation: Annotation) -> str:
        """Return `label: words` for titles and messages."""
        return f"{self.label_set.by_uid(annotation.label).name}: {self.words(annotation.extent)}"


def tag(
    desk: Desk,
    annotations: AnnotationSet,
    label_uid: str,
    fragments: Iterable[Fragment],
    *,
    made: Made = Made.SELECTED,
) -> Operation:
    """Annotate fragments with a label; those that touch or overlap are fused.

    Raises Refused (closed set, archived label, the same already there) or OffsetError.
    """
    return tag_each(desk, annotations, label_uid, [fuse(fragments)], made=made)


def tag_each(
    desk: Desk,
    annotations: AnnotationSet,
    label_uid: str,
    extents: Sequence[Extent],
    *,
    made: Made = Made.SELECTED,
) -> Operation:
    """Annotate several extents with one label, as one operation. Raises as `tag`."""
    opening = _opening(annotations)
    label = desk.label_set.by_uid(label_uid)
    if label.archived:
        raise Refused(f'label "{label.name}" is archived', remedy="Choose another, or unarchive it.")
    now = desk.stamps.now()
    fresh: list[Annotation] = []
    for extent in extents:
        check_inside(extent, desk.text)
        annotation = Annotation(desk.stamps.new_uid("a"), label_uid, extent, made=made, created=now, updated=now)
        _check_place(desk, annotations, annotation)
        fresh.append(annotation)
    title = f"tag {desk.name_of(fresh[0])}" if len(fresh) == 1 else f"tag {len(fresh)} × {label.name}"
    return desk.operation(title, [*opening, *(AnnotationChange(None, annotation) for annotation in fresh)])


def move(desk: Desk, annotations: AnnotationSet, uid: str, fragments: Iterable[Fragment]) -> Operation:
    """Give an annotation another extent. Raises Refused, NotFound or OffsetError."""
    opening = _opening(annotations)
    before = _annotation(annotations, uid)
    extent = fuse(fragments)
    check_inside(extent, desk.text)
    if extent == before.extent:
        raise Refused("the annotation is there already")
    # What was taken as offered is no longer as it was offered; a selection or a draw stays what it was.
    made = Made.ADJUSTED if before.made is Made.TAKEN else before.made
    after = replace(before, extent=extent, made=made, updated=desk.stamps.now())
    _check_place(desk, annotations, after)
    return desk.operation(f"move {desk.name_of(after)}", [*opening, AnnotationChange(before, after)])


def relabel(desk: Desk, annotations: AnnotationSet, uid: str, label_uid: str) -> Operation:
    """Give an annotation another label. Links and attributes that the new label cannot have go, in the same step."""
    opening = _opening(annotations)
    before = _annotation(annotations, uid)
    label = desk.label_set.by_uid(label_uid)
    if before.label == label_uid:
        raise Refused(f"it is a {label.name} already")
    if label.archived:
        raise Refused(f'label "{label.name}" is archived', remedy="Choose another, or unarchive it.")
    kept = tuple(
        (name, value)
        for name, value in before.attributes
        if (attribute := label.attribute(name)) is not None and attribute.problem_with(value) is None
    )
    after = replace(before, label=label_uid, attributes=kept, updated=desk.stamps.now())
    _check_place(desk, annotations, after)
    unfit = [link for link in annotations.links_of(uid) if not _link_fits(desk, annotations, link, after)]
    title = f"relabel to {desk.name_of(after)}" + (f" ({_count(len(unfit), 'link')} removed)" if unfit else "")
    return desk.operation(
        title, [*opening, *(LinkChange(link, None) for link in unfit), AnnotationChange(before, after)]
    )


def remove(desk: Desk, annotations: AnnotationSet, uids: Sequence[str]) -> Operation:
    """Remove annotations together with their links. Raises Refused or NotFound."""
    opening = _opening(annotations)
    gone = [_annotation(annotations, uid) for uid in uids]
    links = {link.uid: link for uid in uids for link in annotations.links_of(uid)}
    title = f"remove {desk.name_of(gone[0])}" if len(gone) == 1 else f"remove {len(gone)} annotations"
    changes = [LinkChange(links[uid], None) for uid in sorted(links)]
    return desk.operation(title, [*opening, *changes, *(AnnotationChange(annotation, None) for annotation in gone)])


def set_note(desk: Desk, annotations: AnnotationSet, uid: str, note: str | None) -> Operation:
    """Write, change or (None or blank) remove the note of an annotation."""
    opening = _opening(annotations)
    before = _annotation(annotations, uid)
    after = replace(before, note=_text_or_none(note), updated=desk.stamps.now())
    if after.note == before.note:
        raise Refused("the note says that already")
    return desk.operation(f"note on {desk.name_of(after)}", [*opening, AnnotationChange(before, after)])


def set_attribute(
    desk: Desk, annotations: AnnotationSet, uid: str, name: str, value: AttributeValue | None
) -> Operation:
    """Set an attribute of an annotation, or (None) take its value away. Raises Refused when the value does not fit."""
    opening = _opening(annotations)
    before = _annotation(annotations, uid)
    attribute = desk.label_set.by_uid(before.label).attribute(name)
    if attribute is None:
        raise NotFound(f'its label has no attribute "{name}"')
    values = dict(before.attributes)
    if value is None:
        values.pop(name, None)
    elif (problem := attribute.problem_with(value)) is not None:
        raise Refused(f'{value!r} {problem} (attribute "{name}")')
    else:
        values[name] = value
    after = replace(before, attributes=tuple(sorted(values.items())), updated=desk.stamps.now())
    if after.attributes == before.attributes:
        raise Refused(f'"{name}" is that already')
    return desk.operation(f"{name} of {desk.name_of(after)}", [*opening, AnnotationChange(before, after)])


def add_fragment(desk: Desk, annotations: AnnotationSet, uid: str, fragment: Fragment) -> Operation:
    """Add a fragment to an annotation; it is fused with those it touches."""
    return move(desk, annotations, uid, [*_annotation(annotations, uid).extent, fragment])


def remove_fragment(desk: Desk, annotations: AnnotationSet, uid: str, fragment: Fragment) -> Operation:
    """Take a fragment out of an annotation that has several. Raises Refused for the last one."""
    rest = [known for known in _annotation(annotations, uid).extent if known != fragment]
    if not rest:
        raise Refused("it is the only fragment", remedy="Remove the annotation instead.")
    return move(desk, annotations, uid, rest)


def link(desk: Desk, annotations: AnnotationSet, type_uid: str, source: str, target: str) -> Operation:
    """Link two annotations. Raises Refused when the type does not allow it or the link is there already."""
    opening = _opening(annotations)
    link_type = desk.label_set.link_type_by_uid(type_uid)
    begin, end = _annotation(annotations, source), _annotation(annotations, target)
    if source == target:
        raise Refused("an annotation cannot be linked to itself")
    if not link_type.allows(begin.label, end.label):
        names = [desk.label_set.by_uid(label).name for label in (begin.label, end.label)]
        raise Refused(f'a link "{link_type.name}" cannot go from {names[0]} to {names[1]}')
    if any(
        (known.type, known.source, known.target) == (type_uid, source, target) for known in annotations.links.values()
    ):
        raise Refused("they are linked already")
    now = desk.stamps.now()
    fresh = Link(desk.stamps.new_uid("l"), type_uid, source, target, created=now, updated=now)
    title = f"link {desk.words(begin.extent)} → {desk.words(end.extent)}"
    return desk.operation(title, [*opening, LinkChange(None, fresh)])


def unlink(desk: Desk, annotations: AnnotationSet, link_uid: str) -> Operation:
    """Remove a link. Raises NotFound."""
    opening = _opening(annotations)
    known = _link(annotations, link_uid)
    begin, end = (_annotation(annotations, uid) for uid in (known.source, known.target))
    title = f"unlink {desk.words(begin.extent)} → {desk.words(end.extent)}"
    return desk.operation(title, [*opening, LinkChange(known, None)])


def comment(desk: Desk, annotations: AnnotationSet, note: str | None) -> Operation:
    """Write, change or remove the annotator's comment on the document."""
    opening = _opening(annotations)
    text = _text_or_none(note)
    if text == annotations.note:
        raise Refused("the comment says that already")
    return desk.operation("comment on the document", [*opening, CommentChange(annotations.note, text)])


def set_state(desk: Desk, annotations: AnnotationSet, state: State) -> Operation:
    """Finish, ignore or reopen (IN_PROGRESS) a set. Raises Refused when it is so already."""
    if annotations.state is state:
        raise Refused(f"it is {state.words} already")
    if state.closed and annotations.state is not None and annotations.state.closed:
        raise Refused(f"it is {annotations.state.words}", remedy="Reopen it first.")
    verb = {State.FINISHED: "finish", State.IGNORED: "ignore", State.IN_PROGRESS: "reopen", State.NEW: "set to new"}
    return desk.operation(f"{verb[state]} the document", [StateChange(annotations.state, state)])


def undo(desk: Desk, operation: Operation) -> Operation:
    """Return the operation that takes another one back."""
    return Operation(
        desk.stamps.new_uid("o"),
        f"undo {operation.title}",
        operation.inverse_changes(),
        desk.stamps.now(),
        undoes=operation.uid,
    )


def redo(desk: Desk, operation: Operation) -> Operation:
    """Return the operation that brings back one that was undone."""
    return Operation(
        desk.stamps.new_uid("o"), f"redo {operation.title}", operation.changes, desk.stamps.now(), redoes=operation.uid
    )


def repeat(desk: Desk, operation: Operation, *, back: bool) -> Operation:
    """Return the operation that takes another one back, or (not `back`) brings it back."""
    return undo(desk, operation) if back else redo(desk, operation)


def _opening(annotations: AnnotationSet) -> list[Change]:
    """Return what a first change needs: a set in progress. Raises Refused when the set is read-only."""
    if annotations.state is not None and annotations.state.closed:
        raise Refused(f"this document is {annotations.state.words}", remedy="Reopen it to change it.")
    if annotations.state is State.IN_PROGRESS:
        return []
    return [StateChange(annotations.state, State.IN_PROGRESS)]


def _annotation(annotations: AnnotationSet, uid: str) -> Annotation:
    try:
        return annotations.annotations[uid]
    except KeyError:
        raise NotFound(f"no annotation {uid} in this set") from None


def _link(annotations: AnnotationSet, uid: str) -> Link:
    try:
        return annotations.links[uid]
    except KeyError:
        raise NotFound(f"no link {uid} in this set") from None


def _check_place(desk: Desk, annotations: AnnotationSet, wanted: Annotation) -> None:
    start = wanted.extent[0].start
    for known in annotations.annotations.values():
        # Starts first: comparing whole extents takes ten times as long, and there may be twenty thousand of them.
        if known.extent[0].start != start or known.label != wanted.label:
            continue
        if known.extent == wanted.extent and known.uid != wanted.uid:
            raise Refused(f"already marked as {desk.name_of(known)}")


def _link_fits(desk: Desk, annotations: AnnotationSet, known: Link, changed: Annotation) -> bool:
    labels = [
        (changed if uid == changed.uid else annotations.annotations[uid]).label for uid in (known.source, known.target)
    ]
    return desk.label_set.link_type_by_uid(known.type).allows(labels[0], labels[1])


def _text_or_none(note: str | None) -> str | None:
    return note if note is not None and note.strip() else None


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
