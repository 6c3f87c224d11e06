"""Keys, footer, status line, errors and palette as every screen has them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from shell_app import PlainScreen, Shell, words_on

from workbench.config import Settings
from workbench.tui.actions import Mode, Need
from workbench.tui.screens.dialogs.message import MessageDialog
from workbench.tui.widgets.keybar import Entry, KeyBar, placed
from workbench.tui.widgets.statusline import Mark, StatusLine


async def test_keys_and_label_letters_do_their_actions_and_two_key_sequences_too() -> None:
    app = Shell()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("u", "c", "g", "g", "=", "s", "escape")
        assert app.plain.done == ["undo", "label-claim", "top", "relabel label-speaker", "settle"]


async def test_an_action_that_is_not_possible_says_why_and_does_nothing() -> None:
    app = Shell()
    async with app.run_test(size=(80, 24)) as pilot:
        app.plain.lacking = {Need.UNDOABLE: ""}
        await pilot.press("u")
        assert app.plain.done == [] and "Nothing to undo yet." in words_on(app)


async def test_the_footer_shows_labels_and_steps_and_a_click_does_one() -> None:
    app = Shell()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        footer = words_on(app).split("\n")
        assert any("c [] claim  s <> speaker  f # figure  o {} source" in line for line in footer)
        assert any("u undo" in line and "^p everything" in line and "? keys" in line for line in footer)
        bar = app.screen.query_one(KeyBar)
        row, item = next(
            (y, item) for y, row in enumerate(bar.rows) for item in row if item.entry.action.endswith("undo")
        )
        await pilot.click(KeyBar, offset=(item.start + 1, row))
        claim = bar.rows[0][0]
        await pilot.click(KeyBar, offset=(claim.start + 1, 0))
        assert app.plain.done == ["undo", "label-claim"]


@pytest.mark.parametrize(("width", "height"), [(120, 36), (80, 24), (60, 20)])
async def test_the_footer_never_takes_more_than_two_lines_and_keeps_the_way_to_everything(
    width: int, height: int
) -> None:
    app = Shell()
    async with app.run_test(size=(width, height)) as pilot:
        await pilot.pause()
        rows = app.screen.query_one(KeyBar).rows
        assert len(rows) == 2 and [item.entry.action for item in rows[1]][-2:] == ["app.palette", "app.card"]
        assert all(item.end <= width - 2 for row in rows for item in row)


async def test_the_footer_offers_to_reopen_only_what_is_closed() -> None:
    app = Shell()
    async with app.run_test(size=(100, 24)) as pilot:
        app.plain.lacking = {Need.CLOSED: ""}
        app.plain.refresh_keys()
        await pilot.pause()
        assert "reopen" not in words_on(app)
        app.plain.lacking = {Need.EDITABLE: ""}
        app.plain.refresh_keys()
        await pilot.pause()
        assert "^o reopen" in words_on(app)


def test_footer_entries_that_find_no_room_are_left_out_in_order_of_importance() -> None:
    entries = [Entry("a", "a", "first"), Entry("b", "b", "x" * 40), Entry("c", "c", "third")]
    rows = placed([*entries, Entry("p", "^p", "all", last=True)], 30, 1)
    assert [item.entry.key for item in rows[0]] == ["a", "c", "^p"]


async def test_a_first_key_lists_after_a_while_what_may_follow() -> None:
    app = Shell()
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.press("=")
        assert "then:" not in words_on(app)
        await pilot.pause(0.5)
        assert "= then:   c claim   s speaker" in words_on(app)
        await pilot.press("escape")
        assert "then:" not in words_on(app) and app.plain.done == []


async def test_an_error_of_an_action_is_a_dialog_that_stays_until_it_is_dismissed() -> None:
    app = Shell()
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("f8")
        await pilot.pause()
        shown = words_on(app)
        assert "Toll doubles:" in shown and "The article has 2 unsaved changes." in shown
        assert "Wait, then press F8 again." in shown
        await pilot.press("enter", "u")
        assert isinstance(app.screen, PlainScreen) and app.plain.done == ["undo"]


async def test_an_action_may_ask_something_and_go_on_with_the_answer() -> None:
    app = Shell()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press('"', "h", "i", "ctrl+s")
        await app.workers.wait_for_complete()
        assert app.plain.done == ["note hi"]


async def test_the_palette_does_an_action_by_name_and_shows_its_key() -> None:
    app = Shell()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+p")
        await pilot.press(*"undo")
        await pilot.pause(0.3)
        assert "u, ctrl+z" in words_on(app)
        await pilot.press("enter")
        await pilot.pause()
        await pilot.pause()
        assert app.plain.done == ["undo"]


async def test_leaving_with_unsaved_changes_asks_and_enter_stays() -> None:
    app = Shell()
    async with app.run_test(size=(80, 24)) as pilot:
        app.plain.not_saved = 2
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert "2 changes are not saved" in words_on(app)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, PlainScreen) and app.is_running
        app.plain.not_saved = 0
        await pilot.press("ctrl+q")
        await pilot.pause()
    assert app.return_value is None


async def test_ctrl_q_in_a_dialog_asks_too_and_ctrl_c_says_how_to_leave() -> None:
    app = Shell()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        app.plain.not_saved = 1
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert "ctrl+q leaves the program." in words_on(app)
        app.ask(MessageDialog("Hello", "there"))
        await pilot.pause()
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert "1 change is not saved" in words_on(app)
        await pilot.press("y")
        await pilot.pause()
    assert not app.is_running


async def test_another_theme_gives_labels_other_looks_and_is_kept(tmp_path: Path) -> None:
    app = Shell(Settings(Path("none.db"), config=tmp_path / "config.toml"))
    async with app.run_test(size=(80, 24)) as pilot:
        before = app.label_styles["label-claim"]
        app.plain.perform("app.theme")
        await pilot.pause()
        await pilot.press("p")
        await app.workers.wait_for_complete()
        assert app.theme == "paper" and app.label_styles["label-claim"] != before
        assert (tmp_path / "config.toml").read_text() == 'theme = "paper"\n'


def test_the_program_is_there_before_the_database_libraries_are() -> None:
    code = "import sys, workbench.tui.app; print([m for m in ('sqlalchemy', 'alembic', 'click') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


async def test_a_fault_of_the_program_fails_a_test_instead_of_hiding_in_a_dialog() -> None:
    app = Shell()
    with pytest.raises(AttributeError, match="do_annotate_redo"):
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("ctrl+r")


async def test_the_status_line_covers_its_sentence_for_a_while_and_marks_what_is_not_saved() -> None:
    app = Shell()
    async with app.run_test(size=(80, 24)) as pilot:
        line = app.screen.query_one(StatusLine)
        line.flash("marked [claim]", seconds=0.1)
        assert line.words == "marked [claim]"
        await pilot.pause(0.2)
        assert line.words == "nothing selected"
        line.saving()
        line.saved()
        await pilot.pause(0.1)
        assert line.mark is Mark.SAVED
        line.saving()
        await pilot.pause(0.1)
        assert line.mark is Mark.SAVING
        line.unsaved()
        assert "not saved" in words_on(app)


async def test_wrong_keys_and_settings_in_the_users_files_are_named_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "keys.toml").write_text('"annotate.undo" = "x"\n')
    app = Shell(Settings(Path("none.db"), keys=tmp_path / "keys.toml", warnings=('there is no setting "them"',)))
    async with app.run_test(size=(100, 24), notifications=True) as pilot:
        await pilot.pause(0.2)
        shown = " ".join(words_on(app).replace("▌", " ").split())
        assert 'there is no setting "them"' in shown and "taken by annotate.remove (" in shown


async def test_accessible_mode_speaks_on_the_status_line_instead_of_toasts() -> None:
    app = Shell(Settings(Path("none.db"), accessible=True))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        app.tell("5 articles imported")
        await pilot.pause()
        assert app.screen.query_one(StatusLine).words == "5 articles imported"
        assert app.has_class("-accessible")


@pytest.mark.parametrize("theme", ["night", "dusk", "paper", "linen", "contrast"])
async def test_the_theme_is_that_of_the_settings(theme: str) -> None:
    app = Shell(Settings(Path("none.db"), theme=theme))
    async with app.run_test(size=(60, 20)):
        assert app.theme == theme and app.label_styles["label-claim"].glyph == "["


async def test_the_mode_decides_what_an_arrow_means() -> None:
    app = Shell()
    async with app.run_test(size=(80, 24)) as pilot:
        app.plain.mode = Mode.LIVE
        app.plain.lacking = {Need.EDITABLE: "It is finished."}
        await pilot.press("right")
        assert "It is finished." in words_on(app)
