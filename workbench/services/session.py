"""One open document on somebody's screen: what is shown, what is saved, what can be undone.

A change is shown at once and handed to the writer thread; the reply marks it saved. When saving fails the change
stays shown as unsaved until `retry` succeeds; when somebody else changed the same thing, what is stored is shown and
the change is reported, never lost without a word. Nobody waits for the disk here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace

from workbench.domain import editing
from workbench.domain.annotation import AnnotationSet
from workbench.domain.change import Operation, apply_changes
from workbench.domain.history import History
from workbench.errors import Clash, EnvironmentFault, Refused, WorkbenchError
from workbench.services import annotating, library
from workbench.services.annotating import OpenDocument, Recorded
from workbench.services.clock import Clock
from workbench.storage.engine import Database
from workbench.storage.writer import Writer


@dataclass(frozen=True, slots=True)
class Saved:
    """An operation is on the disk."""

    operation: Operation


@dataclass(frozen=True, slots=True)
class NotSaved:
    """An operation could not be stored; it stays on screen, and `retry` tries again."""

    operation: Operation
    error: WorkbenchError


@dataclass(frozen=True, slots=True)
class Reloaded:
    """Somebody else changed the set; `document` is what is stored now. `lost` was refused because of it, or None."""

    document: OpenDocument
    lost: Operation | None = None
    error: WorkbenchError | None = None


Event = Saved | NotSaved | Reloaded


class AnnotationSession:
    """An open document with its unsaved operations. Methods may be called from any thread.

    `notify` is called on the writer's thread, once an event; a screen passes it on to its own.
    """

    def __init__(
        self, database: Database, writer: Writer, clock: Clock, opened: OpenDocument, notify: Callable[[Event], None]
    ) -> None:
        self._database = database
        self._writer = writer
        self._notify = notify
        self._lock = threading.RLock()
        self._unsaved: list[Operation] = []
        self._in_flight = 0
        self._blocked = False
        self._known: dict[str, Operation] = {}
        self.opened = opened
        self.annotations: AnnotationSet = opened.annotations
        self.history: History = opened.history
        self._version = opened.version
        self.desk = editing.Desk(opened.text, opened.label_set, clock)

    @property
    def unsaved(self) -> int:
        """How many operations are on screen but not on the disk."""
        with self._lock:
            return len(self._unsaved)

    @property
    def blocked(self) -> bool:
        """Say whether saving failed and waits for `retry`."""
        return self._blocked

    def do(self, operation: Operation) -> AnnotationSet:
        """Show an operation's outcome and queue it; return the set as it is shown now."""
        with self._lock:
            self.annotations = apply_changes(self.annotations, operation.changes)
            self.history = self.history.after(annotating.head_of(operation))
            self._known[operation.uid] = operation
            self._unsaved.append(operation)
            if not self._blocked:
                self._queue(operation)
            return self.annotations

    def undo(self) -> Operation:
        """Take back the last operation, also one of an earlier day. Raises Refused when there is none."""
        return self._again(back=True)

    def redo(self) -> Operation:
        """Bring back what was undone last. Raises Refused when there is nothing."""
        return self._again(back=False)

    def repeat_whole(self, *, back: bool) -> Future[library.Ruled]:
        """Undo, or redo, the operation over several documents that is the last here, in all of them.

        It comes after what is queued; a Reloaded event follows. The future raises Refused naming what changed since.
        """
        with self._lock:
            head = self.history.wanted(back=back)
            if self._blocked:
                raise Refused("earlier changes are not saved yet", remedy="Save them first.")

        def work() -> library.Ruled:
            ruled = library.repeat(self._database, self.opened.annotator, head, self.desk.stamps, back=back)
            self._look()
            return ruled

        return self._writer.submit(work)

    def retry(self) -> Future[None]:
        """Try once more to save what is unsaved, in order."""
        with self._lock:
            self._blocked = False
            for operation in self._unsaved[self._in_flight :]:
                self._queue(operation)
        return self.settled()

    def settled(self) -> Future[None]:
        """Return a future that is done once everything queued so far was tried."""
        return self._writer.submit(lambda: None)

    def refresh(self) -> None:
        """Look whether somebody else changed the set; a Reloaded event follows if so and nothing is unsaved."""
        self._writer.submit(self._look)

    def _again(self, *, back: bool) -> Operation:
        with self._lock:
            head = self.history.wanted(back=back)
            known = self._known.get(head.uid)
        if known is None:
            known = annotating.load_operation(self._database, self.opened.uid, self.opened.annotator, head.uid)
        operation = editing.repeat(self.desk, known, back=back)
        self.do(operation)
        return operation

    def _queue(self, operation: Operation) -> None:
        self._in_flight += 1
        self._writer.submit(lambda: self._save(operation))

    def _save(self, operation: Operation) -> None:
        with self._lock:
            if self._blocked or operation not in self._unsaved:
                # An operation before this one failed or was refused: this one waits, or went with it.
                self._in_flight = max(0, self._in_flight - 1)
                return
            version = self._version
        try:
            reply = annotating.record(
                self._database, self.opened.uid, self.opened.annotator, operation, version, self.opened.text
            )
        except EnvironmentFault as error:
            self._failed(operation, error)
        except (Clash, Refused) as error:
            self._refused(operation, error)
        except Exception as error:
            self._failed(operation, _unexpected(error))
            raise
        else:
            self._saved(operation, reply)

    def _saved(self, operation: Operation, reply: Recorded) -> None:
        with self._lock:
            self._in_flight -= 1
            self._unsaved.remove(operation)
            self._known[operation.uid] = reply.operation
            self._version = reply.version
        self._notify(Saved(reply.operation))
        if reply.reloaded is not None:
            self._take(reply.reloaded, lost=None, error=None)

    def _failed(self, operation: Operation, error: WorkbenchError) -> None:
        with self._lock:
            self._in_flight -= 1
            self._blocked = True
        self._notify(NotSaved(operation, error))

    def _refused(self, operation: Operation, error: WorkbenchError) -> None:
        with self._lock:
            self._in_flight -= 1
            self._unsaved.remove(operation)
        self._take(self._fresh(), lost=operation, error=error)

    def _take(self, opened: OpenDocument, *, lost: Operation | None, error: WorkbenchError | None) -> None:
        """Show what is stored, with what is still unsaved on top of it as far as it fits."""
        with self._lock:
            self.opened = opened
            self._version = opened.version
            self.annotations, self.history = opened.annotations, opened.history
            self.desk = replace(self.desk, label_set=opened.label_set)
            for operation in list(self._unsaved):
                try:
                    self.annotations = apply_changes(self.annotations, operation.changes)
                except Clash:
                    continue
                self.history = self.history.after(annotating.head_of(operation))
            shown = replace(opened, annotations=self.annotations, history=self.history)
        self._notify(Reloaded(shown, lost, error))

    def _look(self) -> None:
        with self._lock:
            if self._unsaved:
                return
            version = self._version
        if annotating.stored_version(self._database, self.opened.uid, self.opened.annotator) != version:
            self._take(self._fresh(), lost=None, error=None)

    def _fresh(self) -> OpenDocument:
        return annotating.open_document(self._database, self.opened.uid, self.opened.annotator)


def _unexpected(error: Exception) -> WorkbenchError:
    return WorkbenchError(
        f"saving failed unexpectedly: {type(error).__name__}",
        remedy="The log has the details; retry, or copy the file.",
    )
