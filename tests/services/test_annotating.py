"""Annotating through the services, without a terminal: undo to the start, two windows, saving that fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.services.builders import a_database, an_article
from workbench.domain import editing
from workbench.domain.annotation import State
from workbench.domain.labels import ATTRIBUTION, CLAIM, FIGURE, SPEAKER
from workbench.domain.span import Fragment
from workbench.errors import Clash, NotFound, Refused
from workbench.services import annotating
from workbench.services.annotating import OpenDocument
from workbench.services.clock import CountingClock
from workbench.storage.engine import Database

TEXT = "Mara Lind said the toll covers barely a third of the cost."


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return a_database(tmp_path, an_article("bridge", TEXT))


@pytest.fixture
def clock() -> CountingClock:
    return CountingClock()


def opened(database: Database, annotator: str = "ana") -> OpenDocument:
    return annotating.open_document(database, "bridge", annotator)


def do(database: Database, operation, document: OpenDocument) -> annotating.Recorded:
    return annotating.record(database, "bridge", document.annotator, operation, document.version, TEXT)


def mark(database: Database, clock: CountingClock, label, start: int, end: int, annotator: str = "ana") -> str:
    document = opened(database, annotator)
    desk = editing.Desk(TEXT, document.label_set, clock)
    operation = editing.tag(desk, document.annotations, label.uid, [Fragment(start, end)])
    do(database, operation, document)
    return operation.changes[-1].uid


def test_opening_a_document_records_nothing(database: Database) -> None:
    before = database.path.read_bytes()
    document = opened(database)
    assert document.annotations.state is None
    assert document.version == 0
    assert database.path.read_bytes() == before


def test_the_first_annotation_opens_the_set(database: Database, clock: CountingClock) -> None:
    mark(database, clock, CLAIM, 15, 57)
    document = opened(database)
    assert document.annotations.state is State.IN_PROGRESS
    assert [annotation.extent for annotation in document.annotations.in_order()] == [(Fragment(15, 57),)]


def test_undoing_everything_leaves_no_set_behind(database: Database, clock: CountingClock) -> None:
    mark(database, clock, CLAIM, 15, 57)
    mark(database, clock, FIGURE, 38, 45)
    annotating.undo(database, "bridge", "ana", clock)
    annotating.undo(database, "bridge", "ana", clock)
    assert opened(database).annotations.state is None
    with pytest.raises(Refused, match="nothing to undo"):
        annotating.undo(database, "bridge", "ana", clock)


def test_redo_brings_back_the_same_annotation_with_its_times(database: Database, clock: CountingClock) -> None:
    mark(database, clock, CLAIM, 15, 57)
    before = opened(database).annotations
    annotating.undo(database, "bridge", "ana", clock)
    annotating.redo(database, "bridge", "ana", clock)
    assert opened(database).annotations == before


def test_a_new_change_ends_redoing(database: Database, clock: CountingClock) -> None:
    mark(database, clock, CLAIM, 15, 57)
    annotating.undo(database, "bridge", "ana", clock)
    mark(database, clock, SPEAKER, 0, 9)
    with pytest.raises(Refused, match="nothing to redo"):
        annotating.redo(database, "bridge", "ana", clock)


def test_a_removed_annotation_comes_back_with_its_link(database: Database, clock: CountingClock) -> None:
    claim = mark(database, clock, CLAIM, 15, 57)
    speaker = mark(database, clock, SPEAKER, 0, 9)
    document = opened(database)
    desk = editing.Desk(TEXT, document.label_set, clock)
    do(database, editing.link(desk, document.annotations, ATTRIBUTION.uid, claim, speaker), document)
    linked = opened(database)
    do(database, editing.remove(desk, linked.annotations, [speaker]), linked)
    assert not opened(database).annotations.links
    annotating.undo(database, "bridge", "ana", clock)
    assert opened(database).annotations == linked.annotations


def test_the_same_label_on_the_same_words_is_refused(database: Database, clock: CountingClock) -> None:
    mark(database, clock, CLAIM, 15, 57)
    with pytest.raises(Refused, match="already marked as claim"):
        mark(database, clock, CLAIM, 15, 57)


def test_a_finished_document_is_read_only_until_reopened(database: Database, clock: CountingClock) -> None:
    mark(database, clock, CLAIM, 15, 57)
    annotating.set_state(database, "bridge", "ana", State.FINISHED, clock)
    with pytest.raises(Refused, match="finished"):
        mark(database, clock, FIGURE, 38, 45)
    annotating.set_state(database, "bridge", "ana", State.IN_PROGRESS, clock)
    mark(database, clock, FIGURE, 38, 45)


def test_undo_takes_back_only_ones_own_work(database: Database, clock: CountingClock) -> None:
    mark(database, clock, CLAIM, 15, 57, "ana")
    mark(database, clock, CLAIM, 10, 57, "ben")
    annotating.undo(database, "bridge", "ana", clock)
    assert len(opened(database, "ben").annotations.annotations) == 1


def test_a_stale_window_s_change_goes_in_when_it_still_fits(database: Database, clock: CountingClock) -> None:
    stale = opened(database)
    mark(database, clock, CLAIM, 15, 57)
    desk = editing.Desk(TEXT, stale.label_set, clock)
    reply = do(database, editing.tag(desk, stale.annotations, SPEAKER.uid, [Fragment(0, 9)]), stale)
    assert reply.reloaded is not None
    assert len(reply.reloaded.annotations.annotations) == 2


def test_a_real_clash_stores_nothing_and_says_so(database: Database, clock: CountingClock) -> None:
    claim = mark(database, clock, CLAIM, 15, 57)
    stale = opened(database)
    desk = editing.Desk(TEXT, stale.label_set, clock)
    do(database, editing.move(desk, stale.annotations, claim, [Fragment(10, 57)]), stale)
    with pytest.raises(Clash, match="elsewhere"):
        do(database, editing.move(desk, stale.annotations, claim, [Fragment(19, 57)]), stale)
    assert opened(database).annotations.annotations[claim].extent == (Fragment(10, 57),)


def test_a_window_that_missed_the_undo_of_everything_still_gets_its_change_in(
    database: Database, clock: CountingClock
) -> None:
    mark(database, clock, CLAIM, 15, 57)
    stale = opened(database)
    annotating.undo(database, "bridge", "ana", clock)
    desk = editing.Desk(TEXT, stale.label_set, clock)
    do(database, editing.tag(desk, stale.annotations, SPEAKER.uid, [Fragment(0, 9)]), stale)
    assert opened(database).annotations.state is State.IN_PROGRESS


def test_an_overtaken_undo_is_refused_by_name(database: Database, clock: CountingClock) -> None:
    mark(database, clock, CLAIM, 15, 57)
    stale = opened(database)
    known = annotating.load_operation(database, "bridge", "ana", stale.history.to_undo.uid)
    mark(database, clock, SPEAKER, 0, 9)
    operation = editing.undo(editing.Desk(TEXT, stale.label_set, clock), known)
    with pytest.raises(Clash, match="tag speaker"):
        do(database, operation, stale)


def test_an_unknown_document_is_named(database: Database) -> None:
    with pytest.raises(NotFound, match='no document "nowhere"'):
        annotating.open_document(database, "nowhere", "ana")
