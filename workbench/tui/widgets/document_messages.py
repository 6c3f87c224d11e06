"""What the mouse did in an article, as messages of the document view. Offsets are code points."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from workbench.domain.span import Fragment


@dataclass
class Pressed(Message, namespace="document_view"):
    """The left button went down at an offset."""

    offset: int


@dataclass
class Dragged(Message, namespace="document_view"):
    """A drag selects this so far, on cluster edges."""

    fragment: Fragment


@dataclass
class Selected(Message, namespace="document_view"):
    """Something was selected: `how` is `drag`, `word` or `sentence`."""

    fragment: Fragment
    how: str


@dataclass
class Clicked(Message, namespace="document_view"):
    """A click that selected nothing. `uids` are the annotations there, innermost first; x and y are screen cells."""

    offset: int
    uids: tuple[str, ...]
    button: int
    x: int
    y: int


@dataclass
class EdgeDragged(Message, namespace="document_view"):
    """An edge (`start` or `end`) of the current annotation was dragged to an offset; `done` at the end.

    The offset is the new first code point, or the new end (exclusive).
    """

    uid: str
    edge: str
    offset: int
    done: bool
