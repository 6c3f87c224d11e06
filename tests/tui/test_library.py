"""The library screen: what it lists, what its keys and the mouse do, and what it does where nothing can be listed."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from shell_app import words_on
from textual.pilot import Pilot
from textual.widgets import Input

from tests.services.builders import a_database, an_article
from workbench.config import Settings
from workbench.domain.annotation import State
from workbench.services import library
from workbench.services.clock import SystemClock
from workbench.storage.engine import Database
from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.dialogs.dialog import Dialog
from workbench.tui.screens.library import LibraryScreen
from workbench.tui.widgets.document_list import DocumentList
from workbench.tui.widgets.library_lines import Details, EmptyList, FilterInput, FilterLine, LibraryLine
from workbench.tui.widgets.statusline import StatusLine

ARTICLES = (
    an_article("Bridge toll to double", "The toll doubles, said Mara Lind. Nobody was asked."),
    an_article("River within limits", "Levels stay low, said Oto Renn of the port."),
    an_article("Ärzte fehlen", "Die Stadt sucht seit Mai."),
)

THREADS = ("load", "rows", "renew", "news", "filter", "steps")
"""Groups of work that ends by itself; others wait for a person."""


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """Return three articles, the first imported last."""
    made = a_database(tmp_path, *ARTICLES)
    with made.write() as connection:
        for number, (uid, _) in enumerate(ARTICLES):
            connection.exec_driver_sql(
                "UPDATE documents SET imported = ?, meta = ? WHERE uid = ?",
                (f"2026-02-2{8 - number}T12:00:00Z", f'{{"desk": "north {number}"}}', uid),
            )
    return made


@asynccontextmanager
async def the_library(
    path: Path, annotator: str | None = "ana", size: tuple[int, int] = (80, 24), **settings: object
) -> AsyncIterator[tuple[LibraryScreen, Pilot[None]]]:
    """Start the program and wait until the list is there."""
    app = WorkbenchApp(Settings(path, annotator=annotator, **settings))  # type: ignore[arg-type]
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        screen = app.screen_stack[0]
        assert isinstance(screen, LibraryScreen)
        yield screen, pilot
    app.close_backend()


async def settled(pilot: Pilot[None]) -> None:
    """Wait for the work in the background and for what it brings to be shown."""
    for _ in range(3):
        await pilot.pause()
        workers = [worker for worker in pilot.app.workers if worker.group in THREADS]
        if workers:  # none would mean all
            await pilot.app.workers.wait_for_complete(workers)
    await pilot.pause()


async def pressed(pilot: Pilot[None], *keys: str) -> None:
    """Press keys and wait."""
    await pilot.press(*keys)
    await settled(pilot)


async def dialog(pilot: Pilot[None], *keys: str) -> str:
    """Press keys, wait for the dialog they open, and return what it says."""
    await pilot.press(*keys)
    for _ in range(100):
        await pilot.pause(0.02)
        if isinstance(pilot.app.screen, Dialog) and pilot.app.screen.is_mounted:
            return words_on(pilot.app)
    raise AssertionError("no dialog came")


def titles(screen: LibraryScreen) -> list[str]:
    """Return the listed titles from top to bottom."""
    rows = [screen.documents.row_of(row_id) for row_id in screen.documents.ids]
    return [row.name for row in rows if row is not None]


def state_of(database: Database, title: str, annotator: str = "ana") -> State | None:
    """Return what is stored."""
    return library.rows(database, annotator, library.ids_of(database, [title]))[0].state


def status(screen: LibraryScreen) -> str:
    """Return the status line."""
    return screen.query_one(StatusLine).words


async def test_the_list_shows_titles_lengths_states_and_who_annotates(database: Database) -> None:
    library.set_states(database, ["River within limits"], "ana", State.FINISHED, SystemClock())
    library.set_states(database, ["Ärzte fehlen"], "ben", State.FINISHED, SystemClock())
    async with the_library(database.path) as (screen, _):
        assert titles(screen) == [uid for uid, _ in ARTICLES]
        assert screen.query_one(LibraryLine).words.split() == [
            *("Library", "test.db", "ana", "3", "articles", "1", "finished", "≡")
        ]
        rows = screen.documents.words
        assert rows[0].split()[:2] == [">", "new"] and "Bridge toll to double" in rows[0]
        assert "finished" in rows[1] and "today" in rows[1]
        assert "new" in rows[2]
        assert "Bridge toll to double" in screen.query_one(Details).words


async def test_looking_around_writes_nothing(database: Database) -> None:
    database.close()
    before = database.path.read_bytes()
    async with the_library(database.path) as (_, pilot):
        await pressed(pilot, "down", "/", "t", "o", "enter", "escape", "S", "space", "end")
    assert database.path.read_bytes() == before


async def test_titles_are_filtered_as_one_types_and_texts_follow(database: Database) -> None:
    async with the_library(database.path) as (screen, pilot):
        await pressed(pilot, "/", *"ärz")
        assert titles(screen) == ["Ärzte fehlen"]
        await pressed(pilot, "escape", "/", *"said")
        assert titles(screen) == ["Bridge toll to double", "River within limits"]
        assert '2 articles with "said"' in status(screen)
        await pressed(pilot, "enter", "escape")
        assert len(titles(screen)) == 3 and screen.query_one(FilterInput).value == ""
        await pressed(pilot, "/", *"north", "space", "2")
        assert titles(screen) == ["Ärzte fehlen"]
        await pressed(pilot, "q", "q")
        assert screen.query_one(EmptyList).said.startswith('No article with "north 2qq".')


async def test_keys_typed_before_the_filter_has_the_focus_go_into_the_filter(database: Database) -> None:
    async with the_library(database.path) as (screen, pilot):
        from textual import events

        for key in ("slash", "f", "o"):
            pilot.app.post_message(events.Key(key, {"slash": "/"}.get(key, key)))
        await settled(pilot)
        assert screen.query_one(Input).value == "fo"
        assert state_of(database, "Bridge toll to double") is None


async def test_finishing_ticked_articles_is_one_step_that_undo_takes_back(database: Database) -> None:
    async with the_library(database.path) as (screen, pilot):
        await pressed(pilot, "space", "space", "f")
        done = [uid for uid, _ in ARTICLES[:2]]
        assert [state_of(database, uid) for uid in done] == [State.FINISHED] * 2
        assert "Finished 2 articles" in status(screen) and not screen.documents.ticked
        assert "2 finished" in screen.query_one(LibraryLine).words
        await pressed(pilot, "u")
        assert [state_of(database, uid) for uid in done] == [None] * 2
        await pressed(pilot, "ctrl+r")
        assert [state_of(database, uid) for uid in done] == [State.FINISHED] * 2


async def test_a_state_that_does_not_fit_is_said_and_nothing_changes(database: Database) -> None:
    async with the_library(database.path) as (_, pilot):
        said = await dialog(pilot, "o")
        assert "Cannot reopen: the document is open already." in said
    assert state_of(database, "Bridge toll to double") is None


async def test_undo_says_when_there_is_nothing_to_take_back(database: Database) -> None:
    async with the_library(database.path) as (screen, pilot):
        await pressed(pilot, "u")
        assert status(screen) == "No change of state to undo."


async def test_shift_and_arrows_tick_a_range_and_ctrl_a_everything(database: Database) -> None:
    async with the_library(database.path) as (screen, pilot):
        await pressed(pilot, "shift+down", "shift+down", "shift+up")
        assert len(screen.documents.ticked) == 2
        await pressed(pilot, "ctrl+a")
        assert len(screen.documents.ticked) == 3 and "3 ticked" in status(screen)
        await pressed(pilot, "escape")
        assert not screen.documents.ticked


async def test_ticks_hidden_by_a_filter_are_said(database: Database) -> None:
    async with the_library(database.path) as (screen, pilot):
        await pressed(pilot, "ctrl+a", "/", *"bridge", "enter")
        assert "3 ticked, 2 of them not listed" in status(screen)


async def test_sorting_keeps_the_cursor_on_its_article_and_is_remembered(database: Database) -> None:
    async with the_library(database.path) as (screen, pilot):
        await pressed(pilot, "down")
        await dialog(pilot, "s")
        await pressed(pilot, "t")
        assert titles(screen) == ["Bridge toll to double", "River within limits", "Ärzte fehlen"]
        await pressed(pilot, "S")
        assert titles(screen)[0] == "Ärzte fehlen"
        assert screen.documents.current is not None and screen.documents.current.uid == "River within limits"
    async with the_library(database.path) as (screen, _):
        assert screen.query_one(FilterLine).sort_words == "title, Z to A"
        assert screen.documents.current is not None and screen.documents.current.uid == "River within limits"


async def test_metadata_become_columns_that_are_remembered_outside_the_database(database: Database) -> None:
    async with the_library(database.path, size=(100, 24)) as (screen, pilot):
        await dialog(pilot, "m")
        await pressed(pilot, "space", "enter")
        assert "north 0" in screen.documents.words[0]
    async with the_library(database.path, size=(100, 24)) as (screen, _):
        assert "north 1" in screen.documents.words[1]


async def test_a_click_moves_a_second_one_opens_and_a_heading_sorts(database: Database) -> None:
    async with the_library(database.path) as (screen, pilot):
        await pilot.click(DocumentList, offset=(20, 2))
        await settled(pilot)
        assert screen.documents.cursor == 2
        await pilot.click("ListHead", offset=(20, 1))
        await settled(pilot)
        assert screen.sort.by == "title"
        opened: list[tuple[str, list[str]]] = []
        pilot.app.open_document = lambda uid, queue: opened.append((uid, list(queue)))  # type: ignore[method-assign]
        await pilot.double_click(DocumentList, offset=(20, 1))
        await settled(pilot)
        assert opened == [("River within limits", ["Bridge toll to double", "River within limits", "Ärzte fehlen"])]


async def test_a_right_click_shows_what_can_be_done_with_that_article(database: Database) -> None:
    async with the_library(database.path) as (_, pilot):
        await pilot.click(DocumentList, offset=(20, 1), button=3)
        assert "River within limits" in await dialog(pilot)
        await pressed(pilot, "f")
    assert state_of(database, "River within limits") is State.FINISHED


async def test_enter_opens_the_article_and_coming_back_shows_what_changed(database: Database) -> None:
    async with the_library(database.path) as (screen, pilot):
        await pressed(pilot, "down", "enter")
        assert pilot.app.screen is not screen
        library.set_states(database, ["River within limits"], "ana", State.IGNORED, SystemClock())
        pilot.app.pop_screen()
        await settled(pilot)
        assert screen.documents.cursor == 1
        assert "ignored" in screen.documents.words[1]


async def test_articles_of_another_window_are_offered_and_nothing_jumps(database: Database) -> None:
    async with the_library(database.path) as (screen, pilot):
        await pressed(pilot, "down")
        with database.write() as connection:
            connection.exec_driver_sql(
                "INSERT INTO documents (uid, sha256, codepoints, utf8, utf16, words, imported) "
                "VALUES ('late', ?, 1, 1, 1, 1, '2026-03-01T00:00:00Z')",
                ("0" * 64,),
            )
        screen.look_for_news()
        await settled(pilot)
        assert "1 more article was imported in another window" in status(screen)
        assert len(titles(screen)) == 3 and screen.documents.cursor == 1
        await pressed(pilot, "n")
        assert titles(screen)[0] == "late" and screen.documents.cursor == 2


async def test_an_unknown_annotator_is_asked_once_and_created_with_the_first_change(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "mara")
    config = tmp_path / "config.toml"
    async with the_library(database.path, None, config=config) as (screen, pilot):
        assert "nobody yet" in screen.query_one(LibraryLine).words
        assert "mara" in await dialog(pilot, "f")
        await pressed(pilot, "enter")
        await settled(pilot)
        assert state_of(database, "Bridge toll to double", "mara") is State.FINISHED
        assert "mara" in screen.query_one(LibraryLine).words
        await pressed(pilot, "down", "f")
        assert state_of(database, "River within limits", "mara") is State.FINISHED
    assert 'annotator = "mara"' in config.read_text()


async def test_a_name_much_like_a_known_one_raises_a_question(database: Database) -> None:
    library.set_states(database, ["Ärzte fehlen"], "mara lind", State.FINISHED, SystemClock())
    async with the_library(database.path, "mara lnd") as (screen, pilot):
        assert "I am mara lind" in await dialog(pilot)
        await pressed(pilot, "1")
        await settled(pilot)
        assert "mara lind" in screen.query_one(LibraryLine).words
        assert "1 finished" in screen.query_one(LibraryLine).words


async def test_who_annotates_can_be_said_before_there_is_a_database(tmp_path: Path) -> None:
    async with the_library(tmp_path / "desk.db", None) as (screen, pilot):
        await dialog(pilot, "c")
        pilot.app.screen.query_one("#line", Input).value = "mara"
        await pressed(pilot, "enter")
        await settled(pilot)
        assert "mara" in screen.query_one(LibraryLine).words


async def test_a_missing_database_says_what_to_do_and_is_made_by_the_samples_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "desk.db"
    async with the_library(path) as (screen, pilot):
        said = screen.query_one(EmptyList).said
        assert "No articles yet." in said and str(path) in said and "nothing has been written" in said
        assert not path.parent.exists()
        await pressed(pilot, "d")
        await settled(pilot)
        assert len(titles(screen)) == 5
    found = Database(path)
    with found.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM annotation_sets").scalar() == 0


async def test_articles_are_imported_with_a_report(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "bridge.txt").write_text("Bridge toll to double\n\nThe toll doubles.")
    (tmp_path / "in" / "bad.txt").write_bytes(b"a\x00b")
    async with the_library(tmp_path / "desk.db") as (screen, pilot):
        await dialog(pilot, "i")
        await pilot.press(*str(tmp_path / "in"), "enter")
        for _ in range(100):
            await pilot.pause(0.05)
            if "Imported:" in words_on(pilot.app):
                break
        said = words_on(pilot.app)
        assert "Imported: 1 article." in said and "1 file could not be taken." in said
        assert "bad.txt" in "".join(said.replace("│", "").split())
        await pressed(pilot, "enter")
        await settled(pilot)
        assert titles(screen) == ["Bridge toll to double"]


async def test_an_export_says_what_it_wrote_and_proves_it(database: Database, tmp_path: Path) -> None:
    library.set_states(database, ["Ärzte fehlen"], "ana", State.FINISHED, SystemClock())
    async with the_library(database.path) as (_, pilot):
        await dialog(pilot, "x")
        await pilot.press("p")
        await pilot.pause(0.1)
        await pilot.press("e")
        await pilot.pause(0.1)
        pilot.app.screen.query_one("#line", Input).value = str(tmp_path / "out.jsonl")
        await pilot.press("enter")
        for _ in range(100):
            await pilot.pause(0.05)
            if "proves itself" in words_on(pilot.app):
                break
        assert "Written: 3 articles." in words_on(pilot.app) and "proves itself" in words_on(pilot.app)
    assert (tmp_path / "out.jsonl").exists()


async def test_an_older_database_is_upgraded_after_a_question(database: Database, tmp_path: Path) -> None:
    from workbench.services import upkeep

    older = tmp_path / "older.db"
    upkeep.init(older)
    upkeep.downgrade(older, SystemClock())
    async with the_library(older) as (screen, pilot):
        assert "a checked backup is made beside it first" in await dialog(pilot)
        await pressed(pilot, "n")
        assert "older release" in screen.query_one(EmptyList).said
        await dialog(pilot, "r")
        await pilot.press("y")
        for _ in range(100):
            await pilot.pause(0.05)
            if screen.obstacle is None:
                break
        assert screen.query_one(EmptyList).said.startswith("No articles yet.")


@pytest.mark.parametrize("kind", ["newer", "text", "folder"])
async def test_what_cannot_be_opened_is_explained_and_the_program_goes_on(
    database: Database, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "odd.db"
    if kind == "newer":
        database.close()
        shutil.copy(database.path, path)
        with sqlite3.connect(path) as raw:
            raw.execute("UPDATE alembic_version SET version_num = '9999'")
        raw.close()
    elif kind == "text":
        path.write_text("an article, not a database " * 100)
    else:
        path.mkdir()
    wanted = {"newer": "newer release", "text": "not a workbench database", "folder": "a folder"}[kind]
    async with the_library(path) as (screen, pilot):
        assert wanted in screen.query_one(EmptyList).said
        await pressed(pilot, "f", "space", "r", "x", "down", "m", "s", "/", "a", "enter", "escape", "u")
        assert wanted in screen.query_one(EmptyList).said


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 20)])
async def test_hostile_titles_never_reach_the_terminal(tmp_path: Path, size: tuple[int, int]) -> None:
    made = a_database(tmp_path, an_article("x", "one"), an_article("y", "two"))
    with made.write() as connection:
        connection.exec_driver_sql(
            "UPDATE documents SET title = ?, origin_path = ? WHERE uid = 'x'",
            ("\x1b[31mred\x07\u202egnip\r\n港の橋 👩‍👩‍👧 [b]x[/b]", "a\x1b]0;t\x07.txt"),
        )
    async with the_library(made.path, "a\x1b[2Jna", size) as (_, pilot):
        said = words_on(pilot.app)
        assert not set("\x1b\x07\u202e\r") & set(said)
        assert "[31mred" in said and "港の橋" in said


async def test_a_hundred_thousand_ids_cost_eight_bytes_each_and_rows_come_as_they_are_shown(tmp_path: Path) -> None:
    made = a_database(tmp_path)
    with made.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO documents (uid, title, sha256, codepoints, utf8, utf16, words, imported) VALUES "
            "(?, ?, ?, 1, 1, 1, 1, '2026-03-01T00:00:00Z')",
            [(f"d{number:05}", f"Article {number:05}", f"{number:064}") for number in range(20_000)],
        )
    async with the_library(made.path) as (screen, pilot):
        assert "Article 00000" in screen.documents.words[0]
        await pressed(pilot, "G")
        assert "Article 19999" in screen.documents.words[-1]
        await pressed(pilot, "pageup", "pageup")
        assert all("Article" in line for line in screen.documents.words)
        assert len(screen.documents._rows) < 500
