"""Keys, label letters and a user's key map become actions; what is wrong in a file is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.domain.labels import DEFAULT_LABEL_SET, Label, LabelSet
from workbench.tui.actions import ANNOTATE, LABEL_ACTION, LIBRARY, PANEL, Context, Mode
from workbench.tui.keymap import Command, Dispatcher, Keymap, Pending, Unbound, build_keymap, read_user_keys
from workbench.tui.keys import BadKey, on_screen, parsed, spelled


def keymap(**user: list[str]) -> Keymap:
    return build_keymap(DEFAULT_LABEL_SET, {name.replace("__", "."): keys for name, keys in user.items()})


def actions_of(text: str, context: Context = ANNOTATE, mode: Mode = Mode.IDLE, keys: Keymap | None = None) -> list[str]:
    dispatcher = Dispatcher(keys or keymap())
    outcomes = [dispatcher.press(context, key, mode=mode) for key in text.split()]
    return [outcome.action for outcome in outcomes if isinstance(outcome, Command)]


def test_a_labels_letter_is_the_label_and_comes_with_its_uid() -> None:
    outcome = Dispatcher(keymap()).press(ANNOTATE, "c", "c")
    assert outcome == Command(LABEL_ACTION, ("c",), "label-claim")


def test_label_letters_follow_the_label_set_and_work_in_the_list_too() -> None:
    labels = LabelSet((Label("l-1", "person", "p"), Label("l-2", "old", "q", archived=True), Label("l-3", "none")))
    dispatcher = Dispatcher(build_keymap(labels))
    assert dispatcher.press(PANEL, "p", "p") == Command(LABEL_ACTION, ("p",), "l-1")
    refused = dispatcher.press(ANNOTATE, "q", "q")
    assert isinstance(refused, Unbound) and "No label has the letter q" in refused.reason
    assert isinstance(dispatcher.press(LIBRARY, "p", "p"), Unbound)


def test_g_g_goes_to_the_top_and_the_first_g_alone_waits_and_says_what_may_follow() -> None:
    dispatcher = Dispatcher(keymap())
    waiting = dispatcher.press(ANNOTATE, "g", "g")
    assert waiting == Pending(("g",), (("g", "Start of the article"),))
    assert dispatcher.pending == "g"
    assert dispatcher.press(ANNOTATE, "g", "g") == Command("annotate.top", ("g", "g"))
    assert dispatcher.pending is None


def test_equals_and_a_labels_letter_relabels_and_lists_the_labels_meanwhile() -> None:
    dispatcher = Dispatcher(keymap())
    waiting = dispatcher.press(ANNOTATE, "equals_sign", "=")
    assert isinstance(waiting, Pending)
    assert dict(waiting.follow) == {
        "c": "claim",
        "s": "speaker",
        "f": "figure",
        "o": "source",
        ";": "Relabel from a list",
    }
    assert dispatcher.press(ANNOTATE, "s", "s") == Command("annotate.relabel", ("=", "s"), "label-speaker")


def test_esc_gives_a_sequence_up_without_doing_anything() -> None:
    dispatcher = Dispatcher(keymap())
    dispatcher.press(ANNOTATE, "=", "=")
    assert dispatcher.press(ANNOTATE, "escape", "\x1b") == Unbound(("=", "escape"))
    assert dispatcher.press(ANNOTATE, "escape", "\x1b") == Command("annotate.settle", ("escape",))


def test_a_wrong_second_key_does_nothing_and_says_which_would() -> None:
    dispatcher = Dispatcher(keymap())
    dispatcher.press(ANNOTATE, "g", "g")
    outcome = dispatcher.press(ANNOTATE, "c", "c")
    assert isinstance(outcome, Unbound) and "after g may come g" in outcome.reason
    assert actions_of("c") == [LABEL_ACTION]


def test_arrows_move_when_nothing_is_live_and_adjust_when_something_is() -> None:
    assert actions_of("left right shift+left") == ["annotate.left", "annotate.right", "annotate.select_left"]
    live = ["annotate.end_earlier", "annotate.end_later", "annotate.start_earlier"]
    assert actions_of("left right shift+left", mode=Mode.LIVE) == live
    assert actions_of("left", mode=Mode.SEARCH) == ["annotate.left"]


def test_n_goes_to_spans_and_while_searching_to_places_found() -> None:
    assert actions_of("n N", mode=Mode.LIVE) == ["annotate.next_span", "annotate.previous_span"]
    assert actions_of("n N escape", mode=Mode.SEARCH) == [
        "annotate.search_next",
        "annotate.search_previous",
        "annotate.search_end",
    ]


def test_an_adjusting_key_without_a_live_span_still_names_its_action_so_that_it_can_say_why() -> None:
    assert actions_of("e t") == ["annotate.end_later", "annotate.quotes"]


def test_the_list_has_keys_of_its_own_and_those_of_the_text_behind_them() -> None:
    assert actions_of("up enter x f4 ctrl+p", PANEL, Mode.LIVE) == [
        "panel.up",
        "panel.jump",
        "annotate.remove",
        "panel.close",
        "app.palette",
    ]


def test_a_users_key_replaces_the_default() -> None:
    keys = keymap(annotate__undo=["ctrl+t", "f12"])
    assert keys.problems == ()
    assert actions_of("ctrl+t f12 u", keys=keys) == ["annotate.undo", "annotate.undo"]
    assert keys.first_key("annotate.undo") == "^t"


def test_two_actions_can_change_their_keys_with_each_other() -> None:
    keys = keymap(annotate__undo=["ctrl+r"], annotate__redo=["u"])
    assert keys.problems == () and actions_of("u ctrl+r", keys=keys) == ["annotate.redo", "annotate.undo"]


@pytest.mark.parametrize(
    ("name", "key", "said"),
    [
        ("annotate.undoo", "ctrl+t", 'no action "annotate.undoo"; did you mean "annotate.undo"?'),
        ("annotate.undo", "", "is empty"),
        ("annotate.undo", "hyper+q", "has a modifier"),
        ("annotate.undo", "banana", "is no key that we know"),
        ("annotate.undo", "alt+u", "cannot be told from esc"),
        ("annotate.undo", "ctrl+i", "is the same as tab"),
        ("annotate.undo", "z", "letters are for labels"),
        ("annotate.undo", "Z", "shift and a label's letter draws a span"),
        ("annotate.undo", "7", "the digits number possible ends"),
        ("annotate.undo", "tab", "next candidate"),
        ("app.help", "tab", "next candidate"),
        ("annotate.undo", "x", 'taken by annotate.remove ("Remove")'),
        ("annotate.undo", "g", "taken by annotate.top"),
        ("annotate.undo", "ctrl+p", "taken by app.palette"),
        ("app.palette", "u", "taken by library.undo"),
        ("annotate.relabel", "f12", "must end in <label>"),
        ("annotate.undo", "f12 <label>", "cannot hold <label>"),
    ],
)
def test_what_cannot_be_is_named_and_the_default_stays(name: str, key: str, said: str) -> None:
    keys = build_keymap(DEFAULT_LABEL_SET, {name: [key]})
    assert len(keys.problems) == 1 and said in keys.problems[0]
    assert keys.keys == build_keymap(DEFAULT_LABEL_SET).keys


def test_a_key_given_twice_in_the_file_is_named_for_both_and_both_defaults_stay() -> None:
    keys = keymap(annotate__undo=["f12"], annotate__redo=["f12"])
    assert len(keys.problems) == 2 and actions_of("u f12", keys=keys) == ["annotate.undo"]


def test_a_wish_is_refused_when_the_key_comes_back_to_its_owner_who_could_not_move() -> None:
    keys = keymap(annotate__undo=["x"], annotate__remove=["z"])
    assert len(keys.problems) == 2
    assert actions_of("u x", keys=keys) == ["annotate.undo", "annotate.remove"]


def test_an_empty_list_takes_the_keys_away() -> None:
    keys = keymap(annotate__comment=[])
    assert keys.problems == () and keys.first_key("annotate.comment") == ""


def test_a_key_map_file_may_use_tables_texts_and_lists(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text('"library.sort" = ["t", "T"]\n[annotate]\nundo = "f12"\nredo = 3\n')
    wishes, problems = read_user_keys(file)
    assert wishes == {"library.sort": ("t", "T"), "annotate.undo": ("f12",)}
    assert problems == ('key map: the keys of "annotate.redo" must be a text or a list of texts',)


def test_a_broken_key_map_file_is_named_and_an_absent_one_is_nothing(tmp_path: Path) -> None:
    assert read_user_keys(tmp_path / "none.toml") == ({}, ())
    (tmp_path / "keys.toml").write_text("annotate.undo = \n")
    wishes, problems = read_user_keys(tmp_path / "keys.toml")
    assert wishes == {} and "keys.toml cannot be read" in problems[0] and "line 1" in problems[0]


@pytest.mark.parametrize(
    ("key", "character", "spelling"),
    [
        ("question_mark", "?", "?"),
        ("question_mark", None, "?"),
        ("G", "G", "G"),
        ("space", " ", "space"),
        ("ctrl+shift+left", None, "ctrl+shift+left"),
        ("escape", "\x1b", "escape"),
        ("commercial_at", "@", "@"),
        ("at", None, "@"),
        ("enter", "\r", "enter"),
        ("plus", "+", "+"),
    ],
)
def test_key_events_are_spelled_as_a_person_would(key: str, character: str | None, spelling: str) -> None:
    assert spelled(key, character) == spelling


def test_a_person_may_spell_keys_in_several_ways() -> None:
    assert parsed("Ctrl+R") == ("ctrl+r",)
    assert parsed("shift+g") == ("G",)
    assert parsed("PgUp") == ("pageup",)
    assert parsed("shift+alt+Left") == ("alt+shift+left",)
    assert parsed("g g") == ("g", "g")
    assert parsed("+") == ("+",) and parsed("ctrl++") == ("ctrl++",)
    with pytest.raises(BadKey, match="more than two"):
        parsed("a b c")


def test_keys_are_short_on_screen_and_in_words_for_speech() -> None:
    assert on_screen("ctrl+p") == "^p" and on_screen("ctrl+p", words=True) == "ctrl+p"
    assert on_screen("g g") == "g g" and on_screen("f8") == "F8" and on_screen("escape") == "esc"
