"""What a screen relies on: shown at once, saved in order, kept when saving fails, honest about other windows."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.services.builders import a_database, an_article
from workbench.domain import editing
from workbench.domain.labels import CLAIM, FIGURE, SPEAKER
from workbench.domain.span import Fragment
from workbench.services import annotating
from workbench.services.clock import CountingClock
from workbench.services.session import AnnotationSession, Event, NotSaved, Reloaded, Saved
from workbench.storage.engine import Database
from workbench.storage.writer import Writer

TEXT = "Mara Lind said the toll covers barely a third of the cost."


class Window:
    """A session with everything it announced."""

    def __init__(self, database: Database, clock: CountingClock) -> None:
        self.events: list[Event] = []
        self.writer = Writer()
        opened = annotating.open_document(database, "bridge", "ana")
        self.session = AnnotationSession(database, self.writer, clock, opened, self.events.append)

    def mark(self, label, start: int, end: int) -> None:
        self.session.do(editing.tag(self.session.desk, self.session.annotations, label.uid, [Fragment(start, end)]))

    def wait(self) -> None:
        self.session.settled().result(10)


@pytest.fixture
def clock() -> CountingClock:
    return CountingClock()


@pytest.fixture
def database(tmp_path: Path) -> Database:
    a_database(tmp_path, an_article("bridge", TEXT)).close()
    return Database(tmp_path / "test.db", busy_timeout_ms=50)


@pytest.fixture
def window(database: Database, clock: CountingClock) -> Window:
    return Window(database, clock)


def stored(database: Database) -> int:
    return len(annotating.open_document(database, "bridge", "ana").annotations.annotations)


def test_a_change_is_shown_before_it_is_saved_and_then_saved(window: Window, database: Database) -> None:
    window.mark(CLAIM, 15, 57)
    assert len(window.session.annotations.annotations) == 1
    window.wait()
    assert [type(event) for event in window.events] == [Saved]
    assert window.session.unsaved == 0
    assert stored(database) == 1


def test_undo_takes_back_work_of_an_earlier_session(window: Window, database: Database, clock: CountingClock) -> None:
    window.mark(CLAIM, 15, 57)
    window.wait()
    later = Window(database, clock)
    assert later.session.undo().title == "undo tag claim: the toll covers barely…"
    later.wait()
    assert stored(database) == 0


def test_a_locked_file_keeps_the_change_on_screen_until_retry(window: Window, database: Database) -> None:
    blocker = sqlite3.connect(database.path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    window.mark(CLAIM, 15, 57)
    window.mark(SPEAKER, 0, 9)
    window.wait()
    assert [type(event) for event in window.events] == [NotSaved]
    assert "locked" in str(window.events[0].error)
    assert window.session.unsaved == 2
    assert len(window.session.annotations.annotations) == 2
    blocker.execute("ROLLBACK")
    window.session.retry().result(10)
    assert window.session.unsaved == 0
    assert stored(database) == 2


def test_another_window_s_work_is_taken_in_with_the_next_change(
    window: Window, database: Database, clock: CountingClock
) -> None:
    other = Window(database, clock)
    other.mark(FIGURE, 38, 45)
    other.wait()
    window.mark(CLAIM, 15, 57)
    window.wait()
    assert [type(event) for event in window.events] == [Saved, Reloaded]
    assert len(window.session.annotations.annotations) == 2


def test_a_clash_shows_what_is_stored_and_names_what_was_lost(
    window: Window, database: Database, clock: CountingClock
) -> None:
    window.mark(CLAIM, 15, 57)
    window.wait()
    other = Window(database, clock)
    (uid,) = window.session.annotations.annotations
    window.session.do(editing.move(window.session.desk, window.session.annotations, uid, [Fragment(10, 57)]))
    window.wait()
    other.session.do(editing.move(other.session.desk, other.session.annotations, uid, [Fragment(19, 57)]))
    other.wait()
    (event,) = other.events
    assert isinstance(event, Reloaded)
    assert event.lost is not None
    assert "elsewhere" in str(event.error)
    assert other.session.annotations.annotations[uid].extent == (Fragment(10, 57),)


def test_looking_again_shows_another_window_s_work(window: Window, database: Database, clock: CountingClock) -> None:
    other = Window(database, clock)
    other.mark(FIGURE, 38, 45)
    other.wait()
    window.session.refresh()
    window.wait()
    assert [type(event) for event in window.events] == [Reloaded]
