"""The registry of actions holds together: names, keys, words."""

from __future__ import annotations

import importlib

import pytest

from workbench.domain.labels import KEY_LETTERS
from workbench.tui.actions import (
    ACTIONS,
    ANNOTATE,
    BY_ID,
    GLOBAL,
    LIBRARY,
    PANEL,
    RESERVED,
    Action,
    Context,
    Mode,
    Need,
    actions_in,
    contexts_from,
)


class Meets:
    """A state that lacks some needs."""

    def __init__(self, **lacking: str) -> None:
        self.lacking = lacking

    def meets(self, need: Need) -> bool | str:
        return self.lacking.get(need.name, True)


def test_every_id_is_there_once() -> None:
    assert len(BY_ID) == len(ACTIONS)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_has_a_title_a_help_sentence_a_group_and_a_way_to_start_it(action: Action) -> None:
    assert action.title[0].isupper() and not action.title.endswith(".")
    assert action.help.endswith(".") and len(action.help) < 120
    assert action.group
    assert action.keys or action.show or action.mouse


@pytest.mark.parametrize("context", list(Context))
def test_no_key_means_two_things_in_one_place_and_mode(context: Context) -> None:
    seen: dict[tuple[str, Mode | None], str] = {}
    for action in actions_in(context):
        for key in action.keys:
            assert (key, action.when) not in seen, f"{key}: {action.id} and {seen[key, action.when]}"
            seen[key, action.when] = action.id


def test_no_fixed_action_takes_a_letter_that_a_label_may_have() -> None:
    letters = KEY_LETTERS | {letter.upper() for letter in KEY_LETTERS}
    for action in ACTIONS:
        if action.context in contexts_from(PANEL):
            assert not {key.split()[0] for key in action.keys} & letters, action.id


@pytest.mark.parametrize("context", list(RESERVED))
def test_no_action_takes_a_key_that_is_kept_for_later(context: Context) -> None:
    kept = set(RESERVED[context])
    for place in contexts_from(context):
        for action in actions_in(place):
            assert not kept & set(action.keys), action.id


def test_the_keys_of_the_key_page_are_the_defaults() -> None:
    keys = {action.id.removeprefix("annotate."): set(action.keys) for action in actions_in(ANNOTATE)}
    assert {"e", "right"} <= keys["end_later"] and {"E", "left"} <= keys["end_earlier"]
    assert {"b", "shift+left"} <= keys["start_earlier"] and {"B", "shift+right"} <= keys["start_later"]
    assert {"]", "alt+right"} <= keys["end_character_later"] and {"[", "alt+left"} <= keys["end_character_earlier"]
    assert "}" in keys["start_character_later"] and "{" in keys["start_character_earlier"]
    assert keys["quotes"] == {"t"} and {"x", "backspace"} <= keys["remove"]
    assert {"u", "ctrl+z"} == keys["undo"] and {"ctrl+r", "ctrl+y"} == keys["redo"]
    assert {"escape", "enter"} == keys["settle"] and keys["next_span"] == {"n"} and keys["previous_span"] == {"N"}
    assert keys["link"] == {"@"} and keys["note"] == {'"'} and keys["finish"] == {"f8"} and keys["search"] == {"/"}


def test_an_action_says_why_it_is_not_possible_in_its_own_words_or_the_screens() -> None:
    undo = BY_ID["annotate.undo"]
    assert undo.why_not(Meets()) is None
    assert undo.why_not(Meets(UNDOABLE="")) == "Nothing to undo yet."
    assert undo.why_not(Meets(UNDOABLE="Ben made the last change.")) == "Ben made the last change."


def test_the_footer_steps_of_a_screen_have_an_order() -> None:
    for context in (LIBRARY, ANNOTATE):
        steps = [action.step for action in actions_in(context) if action.step]
        assert len(steps) == len(set(steps)) >= 5


@pytest.mark.parametrize(
    ("screen", "contexts"),
    [("library:LibraryScreen", (LIBRARY, GLOBAL)), ("annotate:AnnotateScreen", (ANNOTATE, PANEL, GLOBAL))],
)
def test_each_screen_does_every_action_of_its_context(screen: str, contexts: tuple[Context, ...]) -> None:
    module, _, name = screen.partition(":")
    made = getattr(importlib.import_module(f"workbench.tui.screens.{module}"), name)
    actions = [action.id for action in ACTIONS if action.context in contexts]
    assert [action for action in actions if not hasattr(made, f"do_{action.replace('.', '_')}")] == []
