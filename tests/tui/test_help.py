"""Help and card say everything the registry has, and can be searched."""

from __future__ import annotations

import pytest
from shell_app import PlainScreen, Shell, words_on
from textual import events

from workbench.domain.labels import DEFAULT_LABEL_SET
from workbench.tui.actions import ACTIONS, ANNOTATE, BY_ID, LIBRARY, PANEL, Context
from workbench.tui.keymap import build_keymap
from workbench.tui.reference import key_reference, settings_reference, short_key_table
from workbench.tui.screens.help import _TOGETHER, card, card_entries, help_lines, matching

KEYMAP = build_keymap(DEFAULT_LABEL_SET)


def test_help_has_every_action_with_its_keys_and_words() -> None:
    lines = help_lines(KEYMAP)
    assert len(lines) == len(ACTIONS)
    undo = next(line for line in lines if line.title == "Undo" and line.context is ANNOTATE)
    assert undo.keys == "u, ctrl+z" and undo.text.startswith("Take back your last change")
    label = next(line for line in lines if line.title == "Label")
    assert label.keys == "c s f o"


def test_help_begins_with_the_screen_one_is_on() -> None:
    assert help_lines(KEYMAP, LIBRARY)[0].context is LIBRARY
    assert help_lines(KEYMAP, PANEL)[0].context is PANEL


@pytest.mark.parametrize(("wanted", "title"), [("undo", "Undo"), ("ctrl+o", "Reopen article"), ("@", "Attribute to")])
def test_help_is_found_by_words_and_by_keys(wanted: str, title: str) -> None:
    assert title in [line.title for line in matching(help_lines(KEYMAP), wanted)]


def test_a_search_for_a_letter_finds_keys_and_not_every_word_with_it() -> None:
    assert {line.title for line in matching(help_lines(KEYMAP), "t")} == {"Quotation marks in or out"}


@pytest.mark.parametrize("context", [LIBRARY, ANNOTATE, PANEL])
def test_the_card_fits_a_terminal_of_80_by_24_and_has_every_action_with_a_key(context: Context) -> None:
    lines = card(context, KEYMAP, 80).plain.split("\n")
    assert len(lines) <= 24 and max(map(len, lines)) <= 80
    shown = " ".join(f"{keys} {title}" for keys, title in card_entries(context, KEYMAP))
    for action in ACTIONS:
        if action.context is context and action.keys and not action.id.startswith("annotate.search_"):
            key = KEYMAP.first_key(action.id).replace("<label>", "label")
            assert key in shown or key.rpartition("+")[2] in shown or "arrows" in shown, action.id


def test_what_stands_together_on_the_card_exists() -> None:
    assert all(name in BY_ID for together in _TOGETHER.values() for name in together.ids)


async def test_the_card_goes_back_at_any_key_and_help_narrows_down_by_typing() -> None:
    app = Shell()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("?")
        await pilot.pause()
        assert "Keys: annotate" in words_on(app) and "Attribute to" in words_on(app)
        await pilot.press("c")
        assert isinstance(app.screen, PlainScreen) and app.plain.done == []
        await pilot.press("f1")
        await pilot.pause()
        assert "ANNOTATE" in words_on(app)
        await pilot.press(*"guideline")
        await pilot.pause()
        assert "whole guidelines" in words_on(app) and "Undo" not in words_on(app)
        await pilot.press("escape")
        assert isinstance(app.screen, PlainScreen)


async def test_keys_typed_while_the_card_closes_do_not_close_the_screen_below() -> None:
    app = Shell()
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(PlainScreen())
        await pilot.pause()
        below = app.screen
        await pilot.press("?")
        await pilot.pause()
        for _ in range(3):
            app.screen.post_message(events.Key("x", "x"))
        await pilot.pause()
        assert app.screen is below


def test_the_reference_has_every_action_id_and_every_kept_key() -> None:
    page = key_reference()
    assert all(f"`{action.id}`" in page for action in ACTIONS)
    assert "shift and a label's letter draws a span" in page
    for line in page.split("\n"):
        if line.startswith("| `"):
            assert line.count("|") - line.count("\\|") in (3, 5), line


def test_the_readmes_table_is_about_marking_and_has_the_label_keys() -> None:
    table = short_key_table()
    assert "| `c` `s` `f` `o` | Label |" in table and "`@`" in table and "shift+up" not in table
    assert "`WORKBENCH_DB`" in settings_reference()
