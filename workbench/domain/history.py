"""Which operations can be undone and redone: derived from the journal, so that it survives restarts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workbench.errors import Refused


@dataclass(frozen=True, slots=True)
class Head:
    """An operation without its changes: uid, title for people, and what it undoes or redoes."""

    uid: str
    title: str
    undoes: str | None = None
    redoes: str | None = None


@dataclass(frozen=True, slots=True)
class History:
    """What one annotator did in one document and has not taken back, and what was taken back, latest last."""

    done: tuple[Head, ...] = ()
    undone: tuple[Head, ...] = ()

    @classmethod
    def of(cls, heads: Iterable[Head]) -> History:
        """Replay operations in the order in which they happened."""
        done: list[Head] = []
        undone: list[Head] = []
        for head in heads:
            _step(done, undone, head)
        return cls(tuple(done), tuple(undone))

    def after(self, head: Head) -> History:
        """Return the history once this operation has happened too."""
        done, undone = list(self.done), list(self.undone)
        _step(done, undone, head)
        return History(tuple(done), tuple(undone))

    @property
    def to_undo(self) -> Head | None:
        """The operation that undo would take back."""
        return self.done[-1] if self.done else None

    @property
    def to_redo(self) -> Head | None:
        """The operation that redo would bring back."""
        return self.undone[-1] if self.undone else None

    def last(self, *, back: bool) -> Head | None:
        """Return the operation that undo (`back`) or redo would act on."""
        return self.to_undo if back else self.to_redo

    def wanted(self, *, back: bool) -> Head:
        """Return the operation that undo (`back`) or redo acts on. Raises Refused when there is none."""
        head = self.last(back=back)
        if head is None:
            raise Refused("nothing to undo" if back else "nothing to redo")
        return head


def _step(done: list[Head], undone: list[Head], head: Head) -> None:
    if head.undoes is not None:
        _move(head.undoes, done, undone)
    elif head.redoes is not None:
        _move(head.redoes, undone, done)
    else:
        done.append(head)
        undone.clear()


def _move(uid: str, giver: list[Head], taker: list[Head]) -> None:
    for index in range(len(giver) - 1, -1, -1):
        if giver[index].uid == uid:
            taker.append(giver.pop(index))
            return
