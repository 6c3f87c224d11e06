"""Marking an article: which span is live, and what each action does to it; every change is one operation.

Knows no widget: methods take offsets and return what there is to say; `changed` is called after each change so that
whoever shows the article can follow. What cannot be done raises Refused with the reason.
"""

from __future__ import annotations

from collections.abc import Callable

from workbench.domain import editing, liveness
from workbench.domain.annotation import Annotation, AnnotationSet, State
from workbench.domain.change import AnnotationChange, LinkChange, Operation
from workbench.domain.labels import AttributeValue, LinkType
from workbench.domain.liveness import Edge, Unit
from workbench.domain.span import Extent, Fragment, cover, fuse
from workbench.domain.text import snap_to_clusters
from workbench.errors import Refused
from workbench.tui.article import Article, value_words


class Marking:
    """The live span of an article and the operations on it. Offsets are code points; uids name annotations."""

    def __init__(self, article: Article, changed: Callable[[Operation], None]) -> None:
        self.article = article
        self._changed = changed
        self.live: str | None = None
        self.latest: str | None = None
        """The annotation that was live last, which a further fragment is added to."""

    @property
    def live_annotation(self) -> Annotation | None:
        """The live annotation, or None."""
        return self.article.index.get(self.live)

    def make_live(self, uid: str | None) -> None:
        """Make an annotation live, or (None) let go of the one that is."""
        self.live = uid if uid in self.article.index else None
        if self.live is not None:
            self.latest = self.live

    def target(self, offset: int) -> Annotation | None:
        """Return the annotation that an action is about: the live one, else the innermost at an offset."""
        if self.live_annotation is not None:
            return self.live_annotation
        found = self.article.index.at(offset)
        return found[0] if found else None

    def cycle(self, offset: int) -> Annotation | None:
        """Return what a click makes live: the innermost annotation there, or the one around the live one."""
        found = self.article.index.at(offset)
        uids = [annotation.uid for annotation in found]
        if not found:
            return None
        return found[(uids.index(self.live) + 1) % len(found)] if self.live in uids else found[0]

    def neighbour(self, offset: int, *, later: bool) -> Annotation:
        """Return the next or previous annotation. Raises Refused at the ends."""
        index = self.article.index
        here = self.live_annotation
        found = index.after(here, offset) if later else index.before(here, offset)
        if found is None:
            raise Refused("no span after this one" if later else "no span before this one")
        return found

    # Marking and adjusting.

    def mark(self, label: str, fragment: Fragment) -> str:
        """Annotate a selection; the new span is live."""
        wanted = snap_to_clusters(fragment, self.article.text)
        if not self.article.text[wanted.start : wanted.end].strip():
            raise Refused("the selection holds nothing but blanks", remedy="Take some words in.")
        operation = editing.tag(self._desk, self._set, label, [wanted])
        self._do(operation)
        return f"Marked {self._made_live(operation)}"

    def step(self, offset: int, edge: Edge, unit: Unit, *, later: bool) -> str:
        """Move an edge of the live span's piece at an offset by one token or character."""
        live, piece = self._live_piece(offset)
        return self._move(live, liveness.step(self.article.text, live.extent, piece, edge, unit, later=later))

    def drag(self, uid: str, piece: int, edge: Edge, offset: int) -> str:
        """Move an edge of an annotation's piece to an offset; the annotation is live then."""
        annotation = self._known(uid)
        extent = liveness.drag(self.article.text, annotation.extent, piece, edge, offset)
        if extent == annotation.extent:
            self.make_live(uid)
            return ""
        return self._move(annotation, extent)

    def toggle_quotes(self, offset: int) -> str:
        """Take quotation marks into the live span's piece at an offset, or leave them out."""
        live, piece = self._live_piece(offset)
        return self._move(live, liveness.toggle_quotes(self.article.text, live.extent, piece))

    def add_fragment(self, fragment: Fragment) -> str:
        """Add a selection to the annotation that is or was live last."""
        uid = self.live or self.latest
        annotation = self.article.index.get(uid)
        if annotation is None:
            raise Refused(
                "no span was live yet that this could be added to",
                remedy="Make one live (n, or a click), then select its other piece and press + again.",
            )
        wanted = snap_to_clusters(fragment, self.article.text)
        return self._move(annotation, fuse([*annotation.extent, wanted]), len(annotation.extent) + 1)

    def remove_fragment(self, uid: str, offset: int) -> str:
        """Take the piece at an offset out of an annotation."""
        annotation = self._known(uid)
        piece = annotation.extent[liveness.piece_at(annotation.extent, offset)]
        words = self.article.quoted(piece)
        self._do(editing.remove_fragment(self._desk, self._set, uid, piece))
        self.make_live(uid)
        return f"Took the piece {words} away"

    def _move(self, annotation: Annotation, extent: Extent, pieces: int | None = None) -> str:
        """Give an annotation another extent, which would have so many pieces had none of them met."""
        expected = len(annotation.extent) if pieces is None else pieces
        self._do(editing.move(self._desk, self._set, annotation.uid, extent))
        self.make_live(annotation.uid)
        words = self._brief(self._known(annotation.uid))
        return f"Pieces that met are one now: {words}" if len(extent) < expected else f"Now {words}"

    def relabel(self, uid: str, label: str) -> str:
        """Give an annotation another label; it is live then."""
        operation = editing.relabel(self._desk, self._set, uid, label)
        lost = sum(isinstance(change, LinkChange) for change in operation.changes)
        self._do(operation)
        self.make_live(uid)
        links = f"; {lost} link{'s' if lost > 1 else ''} that it cannot have went" if lost else ""
        return f"Now {self._brief(self._known(uid))}{links}"

    def remove(self, uid: str) -> str:
        """Remove an annotation with its links."""
        name = self.article.name(self._known(uid))
        links = len(self.article.index.links_from(uid)) + len(self.article.index.links_to(uid))
        self._do(editing.remove(self._desk, self._set, [uid]))
        return f"Removed {name}" + (f" and {links} link{'s' if links > 1 else ''}" if links else "")

    # About an annotation.

    def set_note(self, uid: str, note: str) -> str:
        """Write, change or (blank) remove the note of an annotation."""
        self._do(editing.set_note(self._desk, self._set, uid, note))
        return "Noted" if note.strip() else "Note removed"

    def set_attribute(self, uid: str, name: str, value: AttributeValue | None) -> str:
        """Set the value of an attribute, or (None) take it away."""
        self._do(editing.set_attribute(self._desk, self._set, uid, name, value))
        return f"{name}: {value_words(value)}" if value is not None else f"{name}: no value"

    def link(self, link_type: str, source: str, target: str) -> str:
        """Link an annotation to another."""
        self._do(editing.link(self._desk, self._set, link_type, source, target))
        return f"Linked to {self.article.name(self._known(target))}"

    def unlink(self, link: str) -> str:
        """Take a link away."""
        operation = editing.unlink(self._desk, self._set, link)
        self._do(operation)
        return f"Took the link away: {operation.title.removeprefix('unlink ')}"

    def targets(self, source: Annotation) -> list[tuple[LinkType, Annotation]]:
        """Return what an annotation may be linked to and is not yet, nearest first."""
        types = [kind for kind in self.article.label_set.link_types if self._starts(kind, source)]
        taken = {(link.type, link.target) for link in self.article.index.links_from(source.uid)}
        found = [
            (kind, annotation)
            for annotation in self._set.annotations.values()
            if annotation.uid != source.uid
            for kind in types
            if kind.allows(source.label, annotation.label) and (kind.uid, annotation.uid) not in taken
        ]
        return sorted(found, key=lambda pair: (distance(source.extent, pair[1].extent), pair[1].order))

    def linkable(self, source: Annotation) -> bool:
        """Say whether a link type starts at the annotation's label."""
        return any(self._starts(kind, source) for kind in self.article.label_set.link_types)

    @staticmethod
    def _starts(kind: LinkType, source: Annotation) -> bool:
        return kind.sources is None or source.label in kind.sources

    # About the document.

    def comment(self, note: str) -> str:
        """Write, change or (blank) remove the comment on the document."""
        self._do(editing.comment(self._desk, self._set, note))
        return "Comment kept" if note.strip() else "Comment removed"

    def set_state(self, state: State) -> str:
        """Finish, ignore or reopen the document; nothing is live then."""
        self._do(editing.set_state(self._desk, self._set, state))
        self.make_live(None)
        return f"The article is {state.words} now"

    def undo(self) -> tuple[Operation, str]:
        """Take back the last operation; return what was done and what to say."""
        return self._again(back=True)

    def redo(self) -> tuple[Operation, str]:
        """Bring back what was undone last; return what was done and what to say."""
        return self._again(back=False)

    def _again(self, *, back: bool) -> tuple[Operation, str]:
        operation = self.article.session.undo() if back else self.article.session.redo()
        self._follow(operation)
        title = operation.title.removeprefix("undo ").removeprefix("redo ")
        return operation, f"{'Undone' if back else 'Done again'}: {title}"

    def place_of(self, operation: Operation) -> int | None:
        """Return where the first annotation that an operation touches begins, or None when it touches none."""
        for change in operation.changes:
            if isinstance(change, AnnotationChange):
                either = change.after or change.before
                return either.start if either is not None else None
            if isinstance(change, LinkChange):
                link = change.after or change.before
                source = self.article.index.get(link.source) if link is not None else None
                if source is not None:
                    return source.start
        return None

    # Inside.

    @property
    def _desk(self) -> editing.Desk:
        return self.article.session.desk

    @property
    def _set(self) -> AnnotationSet:
        return self.article.annotations

    def _do(self, operation: Operation) -> None:
        self.article.session.do(operation)
        self._follow(operation)

    def _follow(self, operation: Operation) -> None:
        self.article.follow(operation.changes)
        if self.live not in self.article.index:
            self.live = None
        self._changed(operation)

    def _made_live(self, operation: Operation) -> str:
        fresh = next(
            change.after for change in operation.changes if isinstance(change, AnnotationChange) and change.after
        )
        self.make_live(fresh.uid)
        return self._brief(fresh)

    def _brief(self, annotation: Annotation) -> str:
        return f"{self.article.name(annotation)}, {self.article.place(annotation)}"

    def _known(self, uid: str) -> Annotation:
        annotation = self.article.index.get(uid)
        if annotation is None:
            raise Refused("this annotation is gone; somebody removed it elsewhere")
        return annotation

    def _live_piece(self, offset: int) -> tuple[Annotation, int]:
        live = self.live_annotation
        if live is None:
            raise Refused("no span is live")
        return live, liveness.piece_at(live.extent, offset)


def distance(one: Extent, other: Extent) -> int:
    """Return how many code points lie between two extents, 0 when they meet."""
    a, b = cover(one), cover(other)
    return max(b.start - a.end, a.start - b.end, 0)
