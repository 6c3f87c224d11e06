"""Anything one does can be undone: random work on a real file, checked against a plain dict."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.services.builders import a_database, an_article
from tests.services.moving import exported
from workbench.domain import editing
from workbench.domain.annotation import AnnotationSet, State
from workbench.domain.labels import ATTRIBUTION, CLAIM, DEFAULT_LABEL_SET, FIGURE, SPEAKER
from workbench.domain.span import Fragment
from workbench.errors import Refused, WorkbenchError
from workbench.services import annotating
from workbench.services.clock import CountingClock
from workbench.storage.journal import broken_links

TEXT = "The 👩‍🔬 Institute said “about 40% of the café’s income” was lost.\nNobody asked Ōta."
LABELS = (CLAIM, SPEAKER, FIGURE)
fragments = st.builds(
    lambda start, length: Fragment(start, min(len(TEXT), start + length)),
    st.integers(0, len(TEXT) - 1),
    st.integers(1, 30),
)


class Undoing(RuleBasedStateMachine):
    """One annotator at work; `states` remembers what was shown after each step that can be undone."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.database = a_database(Path(self.folder.name), an_article("bridge", TEXT))
        self.clock = CountingClock()
        self.at_first = self.exported()
        self.shown: list[AnnotationSet] = [self.opened().annotations]
        self.undone: list[AnnotationSet] = []

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self._undo_everything_and_redo_it()
            self.database.close()
            self.folder.cleanup()

    def opened(self) -> annotating.OpenDocument:
        return annotating.open_document(self.database, "bridge", "ana")

    def exported(self) -> bytes:
        return exported(self.database, Path(self.folder.name), "json")

    def attempt(self, build) -> None:
        """Do what `build(desk, set)` proposes; a refusal must leave everything as it was."""
        document = self.opened()
        try:
            operation = build(editing.Desk(TEXT, DEFAULT_LABEL_SET, self.clock), document.annotations)
            annotating.record(self.database, "bridge", "ana", operation, document.version, TEXT)
        except WorkbenchError:
            assert self.opened().annotations == document.annotations
            return
        self.shown.append(self.opened().annotations)
        self.undone.clear()

    def some(self, annotations: AnnotationSet, number: int) -> str:
        uids = sorted(annotations.annotations)
        if not uids:
            raise Refused("nothing there")
        return uids[number % len(uids)]

    @rule(label=st.sampled_from(LABELS), parts=st.lists(fragments, min_size=1, max_size=3))
    def tag(self, label, parts) -> None:
        self.attempt(lambda desk, now: editing.tag(desk, now, label.uid, parts))

    @rule(number=st.integers(0, 50), part=fragments)
    def move(self, number, part) -> None:
        self.attempt(lambda desk, now: editing.move(desk, now, self.some(now, number), [part]))

    @rule(number=st.integers(0, 50), part=fragments)
    def add_fragment(self, number, part) -> None:
        self.attempt(lambda desk, now: editing.add_fragment(desk, now, self.some(now, number), part))

    @rule(number=st.integers(0, 50), label=st.sampled_from(LABELS))
    def relabel(self, number, label) -> None:
        self.attempt(lambda desk, now: editing.relabel(desk, now, self.some(now, number), label.uid))

    @rule(number=st.integers(0, 50), note=st.sampled_from(["who?", "two\nlines", None, " "]))
    def note(self, number, note) -> None:
        self.attempt(lambda desk, now: editing.set_note(desk, now, self.some(now, number), note))

    @rule(one=st.integers(0, 50), other=st.integers(0, 50))
    def link(self, one, other) -> None:
        self.attempt(
            lambda desk, now: editing.link(desk, now, ATTRIBUTION.uid, self.some(now, one), self.some(now, other))
        )

    @rule(number=st.integers(0, 50))
    def remove(self, number) -> None:
        self.attempt(lambda desk, now: editing.remove(desk, now, [self.some(now, number)]))

    @rule(state=st.sampled_from([State.FINISHED, State.IGNORED, State.IN_PROGRESS]))
    def set_state(self, state) -> None:
        self.attempt(lambda desk, now: editing.set_state(desk, now, state))

    @rule(note=st.sampled_from(["hard one", None]))
    def comment(self, note) -> None:
        self.attempt(lambda desk, now: editing.comment(desk, now, note))

    @rule()
    def undo(self) -> None:
        if len(self.shown) > 1:
            annotating.undo(self.database, "bridge", "ana", self.clock)
            self.undone.append(self.shown.pop())

    @rule()
    def redo(self) -> None:
        if self.undone:
            annotating.redo(self.database, "bridge", "ana", self.clock)
            self.shown.append(self.undone.pop())

    @rule()
    def reopen_the_file(self) -> None:
        self.database.close()

    @invariant()
    def what_is_stored_is_what_was_shown(self) -> None:
        if hasattr(self, "database"):
            assert self.opened().annotations == self.shown[-1]

    @invariant()
    def the_journal_holds(self) -> None:
        if hasattr(self, "database"):
            with self.database.read() as connection:
                assert list(broken_links(connection)) == []

    @invariant()
    def quotes_are_at_their_places(self) -> None:
        if hasattr(self, "database"):
            with self.database.read() as connection:
                for start, end, quote in connection.exec_driver_sql('SELECT start, "end", quote FROM fragments'):
                    assert TEXT[start:end] == quote

    def _undo_everything_and_redo_it(self) -> None:
        end, at_last = self.shown[-1], self.exported()
        steps = len(self.shown) - 1
        for _ in range(steps):
            annotating.undo(self.database, "bridge", "ana", self.clock)
        assert self.opened().annotations == self.shown[0]
        assert self.exported() == self.at_first
        for _ in range(steps):
            annotating.redo(self.database, "bridge", "ana", self.clock)
        assert self.opened().annotations == end
        assert self.exported() == at_last


TestUndoing = Undoing.TestCase
TestUndoing.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
