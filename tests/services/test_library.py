"""The library as a use case: order, rows, filters, and states changed for many documents at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from tests.services.builders import a_database, an_article
from workbench.domain.annotation import State
from workbench.domain.change import Operation
from workbench.domain.editing import Desk, link, tag
from workbench.domain.library import Sort, SortBy
from workbench.domain.span import Fragment
from workbench.errors import NotFound, Refused
from workbench.services import annotating, library
from workbench.services.clock import CountingClock
from workbench.storage.engine import Database
from workbench.storage.journal import broken_links

BRIDGE = "The toll doubles, said Mara Lind. Nobody was asked."
RIVER = "Levels stay within limits, said Oto Renn of the port."
ESCHE = "Die ÄSCHE schwimmt in der Straße."


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """Return three articles, imported one after the other."""
    made = a_database(tmp_path, an_article("bridge", BRIDGE), an_article("River", RIVER), an_article("äsche", ESCHE))
    with made.write() as connection:
        for number, (uid, meta) in enumerate(
            (("bridge", {"year": "2024", "outlet": "Quay Gazette"}), ("River", {"year": "100"}), ("äsche", {}))
        ):
            connection.exec_driver_sql(
                "UPDATE documents SET imported = ?, meta = ? WHERE uid = ?",
                (f"2026-03-0{number + 1}T08:00:00Z", orjson.dumps(meta).decode(), uid),
            )
    return made


def listed(database: Database, sort: Sort, annotator: str | None = "ana") -> list[str]:
    """Return the uids in order."""
    return library.uids_of(database, library.order(database, annotator, sort))


def claim(database: Database, uid: str, annotator: str, start: int, end: int, label: str = "label-claim") -> Operation:
    """Mark some words, and return what was done."""
    opened = annotating.open_document(database, uid, annotator)
    desk = Desk(opened.text, opened.label_set, library_clock)
    done = tag(desk, opened.annotations, label, [Fragment(start, end)])
    return annotating.record(database, uid, annotator, done, opened.version, opened.text).operation


library_clock = CountingClock("2026-03-05T10:00:00Z")


def row(database: Database, uid: str, annotator: str | None = "ana") -> library.LibraryRow:
    """Return one document's row."""
    return library.rows(database, annotator, library.ids_of(database, [uid]))[0]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (Sort(), ["äsche", "River", "bridge"]),
        (Sort(turned=True), ["bridge", "River", "äsche"]),
        (Sort(SortBy.TITLE), ["bridge", "River", "äsche"]),
        (Sort(SortBy.TITLE, turned=True), ["äsche", "River", "bridge"]),
        (Sort(SortBy.WORDS), ["äsche", "bridge", "River"]),
        (Sort(SortBy.META, key="year"), ["River", "bridge", "äsche"]),
        (Sort(SortBy.META, turned=True, key="year"), ["bridge", "River", "äsche"]),
    ],
)
def test_the_list_is_sorted_by_any_column_and_either_way(database: Database, sort: Sort, expected: list[str]) -> None:
    assert listed(database, sort) == expected


def test_own_work_orders_the_list_and_that_of_others_does_not(database: Database) -> None:
    claim(database, "bridge", "ana", 0, 16)
    claim(database, "River", "ben", 0, 6)
    library.set_states(database, ["River", "äsche"], "ben", State.FINISHED, library_clock)
    assert listed(database, Sort(SortBy.SPANS))[0] == "bridge"
    assert listed(database, Sort(SortBy.TOUCHED))[0] == "bridge"
    assert listed(database, Sort(SortBy.STATE))[-1] == "bridge"


def test_a_row_counts_own_annotations_and_nothing_of_others(database: Database) -> None:
    done = claim(database, "bridge", "ana", 0, 16)
    claim(database, "bridge", "ben", 0, 3)
    claim(database, "River", "ben", 0, 6)
    library.set_states(database, ["äsche"], "ben", State.IGNORED, library_clock)
    own = row(database, "bridge")
    assert (own.state, dict(own.labels), own.touched) == (State.IN_PROGRESS, {"label-claim": 1}, done.time)
    for uid in ("River", "äsche"):
        other = row(database, uid)
        assert (other.state, other.spans, other.touched) == (None, 0, None)
    assert row(database, "bridge", None).spans == 0
    assert library.totals(database, "ana").finished == 0


def test_a_claim_without_speaker_is_counted_until_it_is_linked(database: Database) -> None:
    first = claim(database, "bridge", "ana", 0, 16).changes[-1].uid
    second = claim(database, "bridge", "ana", 23, 32, "label-speaker").changes[-1].uid
    assert dict(row(database, "bridge").loose) == {"label-claim": 1}
    opened = annotating.open_document(database, "bridge", "ana")
    desk = Desk(opened.text, opened.label_set, library_clock)
    tie = link(desk, opened.annotations, opened.label_set.link_types[0].uid, first, second)
    annotating.record(database, "bridge", "ana", tie, opened.version, opened.text)
    assert dict(row(database, "bridge").loose) == {}


def test_titles_are_filtered_whatever_their_case_in_any_script(database: Database) -> None:
    index = library.index_titles(database)
    found = library.pick(library.order(database, "ana", Sort()), index.matching("ÄSC"))
    assert library.uids_of(database, found) == ["äsche"]
    assert library.pick(library.order(database, "ana", Sort()), index.matching("r")) == library.pick(
        library.order(database, "ana", Sort()), set(library.ids_of(database, ["bridge", "River"]))
    )


@pytest.mark.parametrize(
    ("needle", "expected"),
    [
        ("SAID", ["River", "bridge"]),
        ("äsche", ["äsche"]),
        ("quay gaz", ["bridge"]),
        ("100", ["River"]),
        ("%", []),
        ("_", []),
        ("e", ["bridge"]),
        ("\\", []),
    ],
)
def test_texts_and_metadata_are_searched_whatever_their_case(
    database: Database, needle: str, expected: list[str]
) -> None:
    ids = library.order(database, "ana", Sort())
    found = {row_id for step in library.search(database, needle, ids) for row_id in step.ids}
    assert library.uids_of(database, library.pick(ids, found)) == expected


def test_a_search_can_be_given_up_between_slices(database: Database) -> None:
    ids = library.order(database, "ana", Sort())
    assert list(library.search(database, "said", ids, cancelled=lambda: True)) == []


def test_several_states_change_as_one_operation_and_are_undone_whole(database: Database) -> None:
    uids = ["bridge", "River", "äsche"]
    ruled = library.set_states(database, uids, "ana", State.FINISHED, library_clock)
    assert (set(ruled.changed), ruled.left, ruled.head.title) == (set(uids), (), "finish 3 documents")
    assert library.totals(database, "ana").finished == 3
    assert library.steps(database, "ana").to_undo == ruled.head
    undone = library.undo(database, "ana", library_clock)
    assert set(undone.changed) == set(uids)
    assert [row(database, uid).state for uid in uids] == [None, None, None]
    assert library.steps(database, "ana").to_redo == ruled.head
    library.redo(database, "ana", library_clock)
    assert [row(database, uid).state for uid in uids] == [State.FINISHED] * 3
    with database.read() as connection:
        assert list(broken_links(connection)) == []


def test_an_operation_over_several_documents_is_refused_naming_what_changed_since(database: Database) -> None:
    library.set_states(database, ["bridge", "River"], "ana", State.IGNORED, library_clock)
    annotating.set_state(database, "River", "ana", State.IN_PROGRESS, library_clock)
    claim(database, "River", "ana", 0, 6)
    library.set_states(database, ["bridge"], "ana", State.IN_PROGRESS, library_clock)
    library.undo(database, "ana", library_clock)
    with pytest.raises(Refused, match='"tag claim: Levels" in River'):
        library.undo(database, "ana", library_clock)
    assert row(database, "bridge").state is State.IGNORED


def test_undo_looks_past_a_change_of_more_states_than_are_read_at_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.storage.states.PAGE", 2)
    first = library.set_states(database, ["River"], "ana", State.FINISHED, library_clock).head
    library.set_states(database, ["bridge", "River", "äsche"], "ana", State.IGNORED, library_clock)
    library.undo(database, "ana", library_clock)
    assert library.steps(database, "ana").to_undo == first


def test_what_does_not_fit_is_left_with_the_reason(database: Database) -> None:
    library.set_states(database, ["bridge"], "ana", State.IGNORED, library_clock)
    ruled = library.set_states(database, ["bridge", "River"], "ana", State.FINISHED, library_clock)
    assert (ruled.changed, ruled.left) == (("River",), (("bridge", "ignored: reopen first"),))
    with pytest.raises(Refused, match="open already"):
        library.set_states(database, ["äsche"], "ana", State.IN_PROGRESS, library_clock)
    with pytest.raises(Refused, match="no longer in the database"):
        library.set_states(database, ["gone"], "ana", State.FINISHED, library_clock)


def test_a_cancelled_change_of_many_states_changes_none(database: Database) -> None:
    with pytest.raises(Refused, match="cancelled"):
        library.set_states(database, ["bridge"], "ana", State.FINISHED, library_clock, cancelled=lambda: True)
    assert row(database, "bridge").state is None


def test_undo_in_the_library_goes_back_through_states_alone_and_survives_restarts(database: Database) -> None:
    library.set_states(database, ["River"], "ana", State.FINISHED, library_clock)
    library.set_states(database, ["äsche"], "ana", State.IGNORED, library_clock)
    claim(database, "bridge", "ana", 0, 16)
    again = Database(database.path)
    assert library.undo(again, "ana", library_clock).changed == ("äsche",)
    assert library.undo(again, "ana", library_clock).changed == ("River",)
    with pytest.raises(Refused, match="no change of state to undo"):
        library.undo(again, "ana", library_clock)
    assert library.redo(again, "ana", library_clock).changed == ("River",)
    library.set_states(again, ["bridge"], "ana", State.FINISHED, library_clock)
    assert library.steps(again, "ana").to_redo is None
    assert row(again, "bridge").spans == 1


def test_undo_takes_back_nothing_of_other_annotators(database: Database) -> None:
    library.set_states(database, ["River"], "ben", State.FINISHED, library_clock)
    assert library.steps(database, "ana") == library.Steps()
    with pytest.raises(Refused):
        library.undo(database, "ana", library_clock)


def test_a_state_changed_in_the_library_is_undone_in_the_article_too(database: Database) -> None:
    library.set_states(database, ["River"], "ana", State.FINISHED, library_clock)
    annotating.undo(database, "River", "ana", library_clock)
    assert row(database, "River").state is None
    assert library.steps(database, "ana").to_undo is None


def test_a_queue_gives_uids_in_the_order_of_the_list_without_holding_them(database: Database) -> None:
    queue = library.Queue(database, library.order(database, "ana", Sort()))
    assert (len(queue), list(queue), queue[-1]) == (3, ["äsche", "River", "bridge"], "bridge")
    assert (queue.index("River"), "bridge" in queue, "gone" in queue) == (1, True, False)
    with pytest.raises(ValueError, match="gone"):
        queue.index("gone")


def test_a_document_that_is_gone_is_no_row_and_no_crash(database: Database) -> None:
    queue = library.Queue(database, [99])
    assert library.rows(database, "ana", [99, *library.ids_of(database, ["River"])])[0].uid == "River"
    with pytest.raises(NotFound):
        queue[0]


def test_looking_changes_no_revision_and_writing_does(database: Database) -> None:
    before = library.totals(database, "ana").revision
    library.load(database, "nobody yet", replace(Sort(), by=SortBy.STATE))
    assert library.revision(database) == before
    library.set_states(database, ["River"], "ana", State.FINISHED, library_clock)
    assert library.revision(database) != before


def test_metadata_keys_come_with_those_of_many_documents_first(database: Database) -> None:
    assert library.meta_keys(database) == ["year", "outlet"]
