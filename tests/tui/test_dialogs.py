"""Dialogs: by keyboard first, by mouse too, and never larger than the terminal."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from shell_app import PlainScreen, Shell, words_on
from textual.widgets import Input

from workbench.errors import Refused, WorkbenchError
from workbench.tui.screens.dialogs.choose import Choice, ChooseDialog, ChooseSeveral, with_letters
from workbench.tui.screens.dialogs.confirm import ConfirmDialog
from workbench.tui.screens.dialogs.message import ErrorDialog, MessageDialog
from workbench.tui.screens.dialogs.path import PathPrompt, completions
from workbench.tui.screens.dialogs.progress import Outcome, ProgressDialog, Report
from workbench.tui.screens.dialogs.prompt import NoteEditor, TextPrompt

ANIMALS = [Choice(name, name) for name in ("ant", "bee", "beetle", "cat", "wasp-bee")]


async def test_a_message_shows_square_brackets_as_they_are_and_escape_sequences_harmlessly() -> None:
    app = Shell()
    async with app.run_test(size=(60, 20)) as pilot:
        app.ask(MessageDialog("About [b]this[/b]", "a [red]word[/red]\nand \x1b[2J\u202e"))
        await pilot.pause()
        shown = words_on(app)
        assert "About [b]this[/b]" in shown and "a [red]word[/red]" in shown
        assert "\x1b" not in shown and "\u202e" not in shown
        await pilot.press("space")
        assert app.results == [None]


async def test_a_long_error_can_be_scrolled_and_closed_on_a_small_terminal() -> None:
    app = Shell()
    async with app.run_test(size=(60, 20)) as pilot:
        app.ask(ErrorDialog(WorkbenchError("many things " * 150, where="here", remedy="Do this.")))
        await pilot.pause()
        assert all(region.y >= 0 and region.bottom <= 20 for region in [app.screen.query_one(".dialog").region])
        await pilot.press("escape")
        assert len(app.screen_stack) == 1


@pytest.mark.parametrize(
    ("keys", "dangerous", "answer"),
    [
        ("y", True, True),
        ("n", False, False),
        ("enter", True, False),
        ("enter", False, True),
        ("escape", False, False),
        ("left enter", True, True),
    ],
)
async def test_a_question_is_answered_by_key_and_a_dangerous_one_is_no_by_default(
    keys: str, dangerous: bool, answer: bool
) -> None:
    app = Shell()
    async with app.run_test(size=(60, 20)) as pilot:
        app.ask(ConfirmDialog("Remove?", "It has 3 links.", dangerous=dangerous))
        await pilot.pause()
        await pilot.press(*keys.split())
        assert app.results == [answer]


async def test_a_question_is_answered_by_mouse_too() -> None:
    app = Shell()
    async with app.run_test(size=(60, 20)) as pilot:
        app.ask(ConfirmDialog("Remove?", "It has 3 links.", dangerous=True))
        await pilot.pause()
        await pilot.click("#yes")
        assert app.results == [True]


async def test_a_line_is_given_with_enter_once_nothing_is_wrong_with_it() -> None:
    app = Shell()
    async with app.run_test(size=(60, 20)) as pilot:
        app.ask(TextPrompt("Name", "ana", check=lambda text: None if len(text) > 3 else "Too [short]."))
        await pilot.pause()
        await pilot.press("enter")
        assert "Too [short]." in words_on(app) and app.results == []
        await pilot.press("x")
        assert "Too" not in words_on(app)
        await pilot.press("enter")
        assert app.results == ["anax"]


async def test_a_note_takes_several_lines_and_is_kept_with_ctrl_s() -> None:
    app = Shell()
    async with app.run_test(size=(60, 20)) as pilot:
        app.ask(NoteEditor("Note", "a"))
        await pilot.pause()
        assert "ctrl+s keeps it     enter new line" in words_on(app)
        await pilot.press("b", "enter", "c", "ctrl+s")
        assert app.results == ["ab\nc"]


async def test_a_written_note_is_thrown_away_only_by_a_second_esc() -> None:
    app = Shell()
    async with app.run_test(size=(60, 20)) as pilot:
        app.ask(NoteEditor("Note"))
        await pilot.pause()
        await pilot.press("b", "escape")
        await pilot.pause()
        assert app.results == [] and "esc again throws away" in words_on(app)
        await pilot.press("escape")
        assert app.results == [None]


async def test_a_choice_is_narrowed_by_typing_beginnings_first() -> None:
    app = Shell()
    async with app.run_test(size=(60, 20)) as pilot:
        app.ask(ChooseDialog("Animal", ANIMALS))
        await pilot.pause()
        await pilot.press("b", "e", "e")
        shown = words_on(app)
        assert "begins with: bee" in shown and shown.index("beetle") < shown.index("wasp-bee") and "ant" not in shown
        await pilot.press("down", "enter")
        assert app.results == ["beetle"]


async def test_a_letter_takes_its_choice_at_once_and_slash_begins_typing() -> None:
    app = Shell()
    async with app.run_test(size=(60, 20)) as pilot:
        choices = with_letters([Choice(1, "claim", "c"), Choice(2, "clue"), Choice(3, "quote")])
        assert [choice.letter for choice in choices] == ["c", "l", "q"]
        app.ask(ChooseDialog("Label", choices, current=3))
        await pilot.pause()
        await pilot.press("l")
        app.ask(ChooseDialog("Label", choices, current=3))
        await pilot.pause()
        await pilot.press("enter")
        app.ask(ChooseDialog("Label", choices))
        await pilot.pause()
        await pilot.press("/", "c", "l", "u", "enter")
        assert app.results == [2, 3, 2]


async def test_a_choice_that_nothing_fits_says_so_and_takes_nothing() -> None:
    app = Shell()
    async with app.run_test(size=(60, 20)) as pilot:
        app.ask(ChooseDialog("Animal", ANIMALS))
        await pilot.pause()
        await pilot.press("z", "enter")
        assert "nothing begins with: z" in words_on(app) and app.results == []
        await pilot.press("backspace", "pagedown", "enter")
        assert app.results == ["wasp-bee"]


async def test_a_choice_is_taken_by_mouse_too() -> None:
    app = Shell()
    async with app.run_test(size=(60, 20)) as pilot:
        app.ask(ChooseDialog("Animal", ANIMALS))
        await pilot.pause()
        await pilot.click("#list", offset=(1, 3))
        assert app.results == ["cat"]


async def test_several_choices_are_ticked_with_space() -> None:
    app = Shell()
    async with app.run_test(size=(60, 20)) as pilot:
        app.ask(ChooseSeveral("Columns", ANIMALS, ticked={"cat"}))
        await pilot.pause()
        assert "[x] " in words_on(app)
        await pilot.press("space", "down", "space", "space", "enter")
        assert app.results == [("ant", "cat")]


def test_completions_are_those_of_the_folder_with_slashes_after_folders(tmp_path: Path) -> None:
    for name in ("news.txt", "notes.txt", ".hidden"):
        (tmp_path / name).touch()
    (tmp_path / "new").mkdir()
    assert completions(f"{tmp_path}/ne") == [f"{tmp_path}/new/", f"{tmp_path}/news.txt"]
    assert completions(f"{tmp_path}/", folders_only=True) == [f"{tmp_path}/new/"]
    assert completions(f"{tmp_path}/.h") == [f"{tmp_path}/.hidden"]
    assert completions(f"{tmp_path}/none/x") == []


async def test_tab_completes_a_path_as_far_as_it_is_certain(tmp_path: Path) -> None:
    (tmp_path / "articles-a").mkdir()
    (tmp_path / "articles-b").mkdir()
    app = Shell()
    async with app.run_test(size=(100, 20)) as pilot:
        app.ask(PathPrompt("Import", f"{tmp_path}/ar"))
        await pilot.pause()
        await pilot.press("tab")
        line = app.screen.query_one("#line", Input)
        assert line.value == f"{tmp_path}/articles-"
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "articles-a/" in words_on(app) and "articles-b/" in words_on(app)
        await pilot.press("b", "tab", "enter")
        assert app.results == [f"{tmp_path}/articles-b/"]


async def test_work_in_a_progress_dialog_gives_its_result() -> None:
    app = Shell()
    async with app.run_test(size=(60, 20)) as pilot:
        app.ask(ProgressDialog("Importing", lambda report: 7))
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.results == [Outcome(7)]


async def test_work_shows_how_far_it_is_and_esc_stops_it() -> None:
    begun = threading.Event()

    def job(report: Report) -> str:
        report.step(3, 12, "harbour.txt")
        begun.set()
        while not report.cancelled():
            threading.Event().wait(0.01)
        return "3 files"

    app = Shell()
    async with app.run_test(size=(60, 20)) as pilot:
        app.ask(ProgressDialog("Importing", job, unit="files"))
        await pilot.pause(0.5)
        assert begun.is_set() and "3 of 12 files" in words_on(app) and "harbour.txt" in words_on(app)
        await pilot.press("escape")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.results == [Outcome("3 files", stopped=True)]


async def test_an_error_of_the_work_is_in_the_outcome() -> None:
    error = Refused("no room")

    def job(report: Report) -> None:
        raise error

    app = Shell()
    async with app.run_test(size=(60, 20)) as pilot:
        app.ask(ProgressDialog("Exporting", job))
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.results == [Outcome(error=error)]


async def test_a_proposed_name_is_replaced_by_what_is_typed() -> None:
    app = Shell()
    async with app.run_test(size=(60, 20)) as pilot:
        app.ask(TextPrompt("Who is annotating?", "root", selected=True))
        await pilot.pause()
        await pilot.press(*"Dana", "enter")
        assert app.results == ["Dana"]


async def test_a_dialog_that_is_answered_twice_takes_the_first_answer_and_closes_nothing_else() -> None:
    app = Shell()
    async with app.run_test(size=(60, 20)) as pilot:
        app.push_screen(PlainScreen())
        await pilot.pause()
        below = app.screen
        dialog = ConfirmDialog("Go on?", "")
        app.ask(dialog)
        await pilot.pause()
        dialog.dismiss(True)
        dialog.dismiss(False)
        await pilot.pause()
        assert app.screen is below and app.results == [True]
