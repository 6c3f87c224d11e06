"""The annotate screen: what keys and mouse store, and what is said about it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from annotating import at_the_desk
from shell_app import words_on

from tests.services.builders import a_database, an_article
from workbench.domain import editing
from workbench.domain.annotation import State
from workbench.domain.labels import CLAIM, DEFAULT_LABEL_SET, SPEAKER, Attribute, AttributeType, Label, LabelSet
from workbench.domain.span import Fragment
from workbench.services import annotating, library
from workbench.services.clock import CountingClock
from workbench.storage import catalogue
from workbench.storage.engine import Database
from workbench.tui.screens.dialogs.confirm import ConfirmDialog
from workbench.tui.screens.dialogs.dialog import Dialog
from workbench.tui.screens.library import LibraryScreen

TEXT = (
    "Mara Lind, who chairs the authority, told reporters that the toll covers barely a third of the cost.\n\n"
    "“Nobody was consulted,” Joan Avis said. The league counts 11,000 crossings a week.\n"
)
FIRST, SECOND = an_article("bridge", TEXT), an_article("river", "Readings stay low, said Oto Renn of the port.")


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what is remembered out of the user's folders."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """Return a file with two articles."""
    a_database(tmp_path, FIRST, SECOND).close()
    return Database(tmp_path / "test.db", busy_timeout_ms=100)


def use_labels(database: Database, labels: LabelSet) -> None:
    with database.write() as connection:
        catalogue.save_label_set(connection, labels)


def mark(database: Database, label: Label, words: str, clock: CountingClock, annotator: str = "ana") -> None:
    """Annotate from another window."""
    opened = annotating.open_document(database, "bridge", annotator)
    start = TEXT.index(words)
    desk = editing.Desk(TEXT, opened.label_set, clock)
    operation = editing.tag(desk, opened.annotations, label.uid, [Fragment(start, start + len(words))])
    annotating.record(database, "bridge", annotator, operation, opened.version, TEXT)


async def test_selecting_words_by_key_and_pressing_a_letter_marks_them_and_they_are_live(database: Database) -> None:
    async with at_the_desk(database, "bridge") as desk:
        await desk.press("ctrl+shift+right", "ctrl+shift+right", "s")
        assert desk.marks() == [("speaker", "Mara Lind")]
        assert desk.said.startswith('Marked speaker "Mara Lind", 0-9, 9 characters')
        assert desk.screen.marking.live is not None
        assert desk.stored().state is State.IN_PROGRESS


async def test_the_keys_of_the_live_span_move_its_edges_and_undo_takes_each_back(database: Database) -> None:
    async with at_the_desk(database, "bridge") as desk:
        await desk.select("toll covers")
        await desk.press("c", "e", "right", "b", "]")
        assert desk.marks() == [("claim", "the toll covers barely a ")]
        await desk.press("[", "E", "B")
        assert desk.marks() == [("claim", "toll covers barely")]
        await desk.press("ctrl+z", "u", "u", "u", "u", "u", "u")
        assert desk.marks() == [("claim", "toll covers")]
        assert "Undone: move claim" in desk.said
        await desk.press("u", "ctrl+r")
        assert desk.marks() == [("claim", "toll covers")]


async def test_quotation_marks_go_in_and_out_and_a_relabel_and_a_removal_are_one_key_each(database: Database) -> None:
    async with at_the_desk(database, "bridge") as desk:
        await desk.select("Nobody was consulted")
        await desk.press("c", "t")
        assert desk.marks() == [("claim", "“Nobody was consulted,”")]
        await desk.press("=", "f")
        assert desk.marks() == [("figure", "“Nobody was consulted,”")]
        await desk.press("x")
        assert desk.marks() == []
        assert "Removed figure" in desk.said


async def test_a_letter_without_a_selection_says_how_and_a_closed_article_says_why_not(database: Database) -> None:
    async with at_the_desk(database, "bridge") as desk:
        await desk.press("c")
        assert "Select some text first" in desk.said
        await desk.press("!", "c")
        assert "ignored, so it is read-only" in desk.said
        assert desk.stored().annotations == {}
        await desk.press("ctrl+o")
        assert desk.stored().state is State.IN_PROGRESS


async def test_a_split_quotation_is_one_annotation_of_two_pieces(database: Database) -> None:
    async with at_the_desk(database, "bridge") as desk:
        await desk.select("the toll covers")
        await desk.press("c")
        await desk.select("a third of the cost")
        await desk.press("+")
        assert desk.marks() == [("claim", "the toll covers", "a third of the cost")]
        await desk.press("e")
        assert desk.marks() == [("claim", "the toll covers", "a third of the cost.")]
        await desk.press("escape", "N", "e")
        assert desk.marks() == [("claim", "the toll covers barely", "a third of the cost.")]
        await desk.press("e")
        assert desk.marks() == [("claim", "the toll covers barely a third of the cost.")]
        assert desk.said.startswith("Pieces that met are one now")
        await desk.press("u", "-")
        assert desk.marks() == [("claim", "a third of the cost.")]


async def test_a_claim_is_attributed_to_the_nearest_speaker_and_taken_away_again(database: Database) -> None:
    async with at_the_desk(database, "bridge") as desk:
        for words, letter in (("Joan Avis", "s"), ("Mara Lind", "s"), ("Nobody was consulted", "c")):
            await desk.select(words)
            await desk.press(letter)
        assert "attributed to nobody" in words_on(desk.pilot.app)
        await desk.press("@")
        assert "Joan Avis" in words_on(desk.pilot.app)
        await desk.press("a")
        (link,) = desk.stored().links.values()
        speaker = desk.stored().annotations[link.target]
        assert TEXT[speaker.start : speaker.end] == "Joan Avis"
        assert "attributed to < Joan Avis" in words_on(desk.pilot.app)
        await desk.press("@", "-")
        assert desk.stored().links == {}
        await desk.press("u")
        assert list(desk.stored().links) == [link.uid]


async def test_notes_comment_and_attribute_values_are_kept(database: Database) -> None:
    attributes = (
        Attribute("check-worthy", AttributeType.FLAG),
        Attribute("hedge", AttributeType.CHOICE, ("none", "some")),
        Attribute("year", AttributeType.NUMBER),
    )
    claim = Label(CLAIM.uid, "claim", "c", attributes=attributes)
    use_labels(database, DEFAULT_LABEL_SET.with_label(claim))
    async with at_the_desk(database, "bridge") as desk:
        await desk.select("the toll")
        await desk.press("c", "quotation_mark")
        await desk.type("see [page 2]")
        await desk.press("ctrl+s", "apostrophe")
        await desk.type("long")
        await desk.press("ctrl+s")
        await desk.press("colon", "c", "y", "h", "s", "y")
        await desk.type("20x6")
        await desk.press("enter")
        assert "not a number" in words_on(desk.pilot.app)
        await desk.press("left", "backspace", "2", "enter", "escape")
        (annotation,) = desk.stored().annotations.values()
        assert annotation.note == "see [page 2]"
        assert dict(annotation.attributes) == {"check-worthy": True, "hedge": "some", "year": 2026}
        assert desk.stored().note == "long"
        assert "hedge some" in words_on(desk.pilot.app)


async def test_search_goes_from_place_to_place_and_esc_gives_the_keys_back(database: Database) -> None:
    async with at_the_desk(database, "bridge", size=(80, 24)) as desk:
        await desk.press("slash")
        await desk.type("THE L".lower())
        assert desk.said.startswith("place 1 of 1")
        await desk.press("ctrl+u")
        await desk.type("the")
        await desk.press("enter", "n")
        assert desk.said.startswith("place 2 of 4")
        assert desk.screen.view.cursor == TEXT.index("the toll")
        await desk.press("N", "N")
        assert "from the end again" in desk.said
        await desk.press("escape", "n")
        assert "Nothing is marked" in desk.said


async def test_finishing_goes_to_the_next_article_and_back_it_is_read_only(database: Database) -> None:
    async with at_the_desk(database, "bridge") as desk:
        assert "article 1 of 2" in words_on(desk.pilot.app)
        await desk.press("f8")
        await desk.settle()
        assert desk.screen.document == "river"
        assert "Finished: bridge" in desk.said
        await desk.press("f7")
        await desk.settle()
        assert desk.screen.document == "bridge"
        assert "finished" in words_on(desk.pilot.app).split("\n")[0]
        await desk.pilot.press("f3")
        await desk.pilot.pause()
        assert isinstance(desk.pilot.app.screen, LibraryScreen)


async def test_a_change_that_cannot_be_saved_stays_with_its_reason_until_it_is_saved(database: Database) -> None:
    async with at_the_desk(database, "bridge") as desk:
        backend = desk.screen.workbench.backend()
        backend.database = desk.screen.article.session._database = Database(database.path, busy_timeout_ms=50)
        blocker = sqlite3.connect(database.path, isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        await desk.select("the toll")
        await desk.press("c")
        shown = words_on(desk.pilot.app)
        assert "not saved" in shown.split("\n")[0]
        assert "1 change is NOT SAVED" in shown
        assert "ctrl+s tries again" in shown
        await desk.press("e")
        assert "2 changes are NOT SAVED" in words_on(desk.pilot.app)
        await desk.press("u")
        assert "3 changes are NOT SAVED" in words_on(desk.pilot.app)
        await desk.pilot.press("f3")
        await desk.pilot.pause()
        assert isinstance(desk.pilot.app.screen, ConfirmDialog)
        await desk.pilot.press("n")
        blocker.execute("ROLLBACK")
        await desk.press("ctrl+s")
        assert desk.marks() == [("claim", "the toll")]
        assert "NOT SAVED" not in words_on(desk.pilot.app)


async def test_what_another_window_did_appears_and_a_clash_is_a_dialog(database: Database) -> None:
    clock = CountingClock()
    async with at_the_desk(database, "bridge") as desk:
        mark(database, SPEAKER, "Mara Lind", clock)
        desk.screen._look_for_news()
        await desk.settle()
        assert "1 annotation more" in desk.said
        (uid,) = desk.screen.article.annotations.annotations
        other = annotating.open_document(database, "bridge", "ana")
        operation = editing.remove(editing.Desk(TEXT, other.label_set, clock), other.annotations, [uid])
        annotating.record(database, "bridge", "ana", operation, other.version, TEXT)
        await desk.press("n", "e")
        assert isinstance(desk.pilot.app.screen, Dialog)
        assert "A change was lost" in words_on(desk.pilot.app)
        await desk.press("enter")
        assert desk.marks() == []


async def test_the_list_takes_the_keys_and_enter_makes_its_annotation_live(database: Database) -> None:
    clock = CountingClock()
    for label, words in ((SPEAKER, "Mara Lind"), (CLAIM, "the toll covers"), (SPEAKER, "Joan Avis")):
        mark(database, label, words, clock)
    async with at_the_desk(database, "bridge", size=(80, 24)) as desk:
        await desk.press("f4")
        assert "> < speaker   Mara Lind" in words_on(desk.pilot.app)
        await desk.press("G", "up", "x")
        assert desk.marks() == [("speaker", "Mara Lind"), ("speaker", "Joan Avis")]
        assert "> < speaker   Joan Avis" in words_on(desk.pilot.app)
        await desk.press("enter", "e")
        assert desk.marks()[1] == ("speaker", "Joan Avis said")


async def test_thirty_labels_work_by_letter_and_by_chooser(database: Database) -> None:
    letters = "acdfimopqrsyz"
    labels = [
        Label(f"l{number}", f"label {number:02}", letters[number] if number < len(letters) else None)
        for number in range(30)
    ]
    use_labels(database, LabelSet(tuple(labels)))
    async with at_the_desk(database, "bridge", size=(80, 24)) as desk:
        await desk.select("the toll")
        await desk.press("z")
        assert desk.marks() == [("label 12", "the toll")]
        await desk.press("equals_sign", "semicolon", "slash")
        await desk.type("label 29")
        await desk.press("enter")
        assert desk.marks() == [("label 29", "the toll")]
        await desk.press("f5")
        assert "label 28" in words_on(desk.pilot.app)


async def test_the_mouse_selects_drags_an_edge_and_cycles_through_nested_spans(database: Database) -> None:
    clock = CountingClock()
    mark(database, CLAIM, "the toll covers barely a third", clock)
    mark(database, SPEAKER, "toll covers", clock)
    async with at_the_desk(database, "bridge") as desk:
        view = desk.screen.view

        async def at(words: str) -> tuple[int, int]:
            found = view.position_of(TEXT.index(words))
            assert found is not None
            return found

        await desk.pilot.click(view, offset=await at("covers"))
        await desk.settle()
        assert 'speaker "toll covers"' in desk.said
        await desk.pilot.click(view, offset=await at("toll"))
        await desk.settle()
        assert 'claim "the toll covers barely a third"' in desk.said
        start, end = await at("d of the cost"), await at("cost")
        await desk.pilot.mouse_down(view, offset=start)
        await desk.pilot.hover(view, offset=end)
        await desk.pilot.mouse_up(view, offset=end)
        await desk.settle()
        assert ("claim", "the toll covers barely a third of the c") in desk.marks()


async def test_emoji_flags_and_marks_are_selected_whole(tmp_path: Path) -> None:
    text = "a 👩‍👩‍👧 b 🇫🇷 cafe\u0301 \u2028 שלום\n"
    database = a_database(tmp_path, an_article("signs", text))
    async with at_the_desk(database, "signs") as desk:
        await desk.press("right", "right", "shift+right", "f")
        assert desk.marks() == [("figure", "👩‍👩‍👧")]
        await desk.press("]", "]", "]", "]")
        assert desk.marks() == [("figure", "👩‍👩‍👧 b 🇫🇷")]


async def test_the_right_button_offers_what_can_be_done_and_why_the_rest_cannot(database: Database) -> None:
    mark(database, SPEAKER, "Mara Lind", CountingClock())
    async with at_the_desk(database, "bridge") as desk:
        place = desk.screen.view.position_of(TEXT.index("Lind"))
        assert place is not None
        await desk.pilot.click(desk.screen.view, offset=place, button=3)
        await desk.settle()
        shown = words_on(desk.pilot.app)
        assert 'speaker "Mara Lind"' in shown
        assert "No link type starts at speaker." in shown
        await desk.press("down", "enter")
        await desk.type("who?")
        await desk.press("ctrl+s")
        (annotation,) = desk.stored().annotations.values()
        assert annotation.note == "who?"


async def test_three_clicks_take_the_sentence_and_a_narrow_window_folds_the_panel(database: Database) -> None:
    async with at_the_desk(database, "bridge") as desk:
        place = desk.screen.view.position_of(TEXT.index("league"))
        assert place is not None
        await desk.pilot.click(desk.screen.view, offset=place, times=3)
        await desk.press("c")
        assert desk.marks() == [("claim", "The league counts 11,000 crossings a week.")]
        await desk.pilot.resize_terminal(60, 20)
        await desk.settle()
        assert "[ claim" in words_on(desk.pilot.app)


async def test_a_smaller_window_keeps_the_cursor_in_sight(tmp_path: Path) -> None:
    async with at_the_desk(a_database(tmp_path, an_article("long", TEXT * 12)), "long") as desk:
        await desk.press("G", "k", "k")
        cursor = desk.screen.view.cursor
        for size in ((80, 24), (60, 20), (120, 36)):
            await desk.pilot.resize_terminal(*size)
            await desk.settle()
            assert desk.screen.view.cursor == cursor
            assert desk.screen.view.position_of(cursor) is not None


async def test_undo_in_an_article_takes_back_what_was_done_to_several_in_all_of_them(database: Database) -> None:
    library.set_states(database, ["bridge", "river"], "ana", State.FINISHED, CountingClock())
    async with at_the_desk(database, "bridge") as desk:
        await desk.press("u")
        await desk.settle()
        assert "Undone in 2 articles: finish 2 documents" in desk.said
        assert desk.stored().state is None
        await desk.press("ctrl+r")
        await desk.settle()
        assert desk.stored().state is State.FINISHED
    assert annotating.open_document(database, "river", "ana").annotations.state is State.FINISHED


async def test_what_was_done_to_several_articles_stays_in_all_when_one_was_changed_since(database: Database) -> None:
    clock = CountingClock()
    library.set_states(database, ["bridge", "river"], "ana", State.FINISHED, clock)
    annotating.set_state(database, "river", "ana", State.IN_PROGRESS, clock)
    async with at_the_desk(database, "bridge") as desk:
        await desk.press("u")
        await desk.settle()
        assert "cannot be undone as a whole" in words_on(desk.pilot.app)
        assert "river" in words_on(desk.pilot.app)
        assert desk.stored().state is State.FINISHED
