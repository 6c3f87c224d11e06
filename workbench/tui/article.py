"""The open article as the screen sees it: its annotations by place, and how they read in words."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.domain.annotation import Annotation, AnnotationSet, Link
from workbench.domain.annotation_index import AnnotationIndex
from workbench.domain.change import Change
from workbench.domain.labels import AttributeValue, Label, LabelSet
from workbench.domain.span import Fragment, extent_key, size
from workbench.services.session import AnnotationSession
from workbench.tui.marks import LabelStyle
from workbench.tui.shown import shortened

SHORT = 40
"""Cells of an annotation's words in a sentence."""


class Article:
    """One open document: its session, an index of its annotations, and the looks of its labels."""

    def __init__(self, session: AnnotationSession, looks: dict[str, LabelStyle]) -> None:
        self.session = session
        self.looks = looks
        self.index = AnnotationIndex(session.annotations, session.desk.label_set)

    @property
    def text(self) -> str:
        """The document's text."""
        return self.session.desk.text

    @property
    def label_set(self) -> LabelSet:
        """The labels and link types."""
        return self.session.desk.label_set

    @property
    def annotations(self) -> AnnotationSet:
        """The set as it is shown, unsaved changes included."""
        return self.session.annotations

    @property
    def title(self) -> str:
        """The document's title, or its name where it has none."""
        return self.session.opened.title or self.session.opened.uid

    @property
    def closed(self) -> bool:
        """Say whether the set is read-only until it is reopened."""
        state = self.annotations.state
        return state is not None and state.closed

    @property
    def state(self) -> str:
        """The set's state in words."""
        state = self.annotations.state
        return state.words if state is not None else "new"

    def follow(self, changes: Iterable[Change]) -> None:
        """Take changes that the session shows already into the index."""
        self.index.apply(changes)

    def rebuild(self) -> None:
        """Take everything anew from the session, after somebody else's changes."""
        self.index = AnnotationIndex(self.session.annotations, self.session.desk.label_set)

    # In words.

    def label(self, annotation: Annotation) -> Label:
        """Return the label of an annotation."""
        return self.label_set.by_uid(annotation.label)

    def look(self, label: str) -> LabelStyle:
        """Return the look of a label by its uid."""
        return self.looks.get(label) or LabelStyle("", "*", name=label)

    def words(self, annotation: Annotation, cells: int = SHORT) -> str:
        """Return an annotation's words, made harmless and cut to so many cells."""
        pieces = [self.text[part.start : min(part.end, part.start + 2 * cells)] for part in annotation.extent]
        return shortened(" … ".join(pieces), cells)

    def name(self, annotation: Annotation, cells: int = SHORT) -> str:
        """Return `claim "the toll covers..."`."""
        return f'{self.label(annotation).name} "{self.words(annotation, cells)}"'

    def quoted(self, fragment: Fragment, cells: int = SHORT) -> str:
        """Return the words of a fragment in quotation marks."""
        return f'"{shortened(self.text[fragment.start : min(fragment.end, fragment.start + 2 * cells)], cells)}"'

    def flag(self, annotation: Annotation) -> str:
        """Return `->` for an annotation that is linked to another, `!` for one that should be, else nothing."""
        if self.index.is_unlinked(annotation.uid):
            return "!"
        return "->" if self.index.links_from(annotation.uid) else ""

    def place(self, annotation: Annotation) -> str:
        """Return where an annotation is and how long: `238-358, 120 characters`."""
        length = size(annotation.extent)
        pieces = f" in {len(annotation.extent)} pieces" if len(annotation.extent) > 1 else ""
        return f"{extent_key(annotation.extent)}, {length:,} character{'' if length == 1 else 's'}{pieces}"

    def ends_of(self, annotation: Annotation) -> list[tuple[str, Link, Annotation]]:
        """Return the links of an annotation in words (`attributed to`), each with the annotation at its other end."""
        found = []
        for link in self.index.links_from(annotation.uid):
            other = self.index.get(link.target)
            if other is not None:
                found.append((self._out(link), link, other))
        for link in self.index.links_to(annotation.uid):
            other = self.index.get(link.source)
            if other is not None:
                found.append((self._in(link), link, other))
        return found

    def _out(self, link: Link) -> str:
        name = self.label_set.link_type_by_uid(link.type).name
        return "attributed to" if name == "attribution" else f"{name}:"

    def _in(self, link: Link) -> str:
        name = self.label_set.link_type_by_uid(link.type).name
        return "attributed here:" if name == "attribution" else f"{name} of"


def value_words(value: AttributeValue) -> str:
    """Return an attribute's value as people read it."""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
