"""The one registry of actions: plain data from which every list of keys derives.

All that names keys reads `ACTIONS`: footer, card, help, palette, menus of the mouse, the tables in the
documentation, and the check of a user's own key map. Screens name the method that does the work; here is only what an
action is called, what it does in words, which keys start it, where, and what it needs.
"""

from __future__ import annotations

from collections.abc import Mapping

from workbench.domain.labels import KEY_LETTERS
from workbench.tui.action import ANNOTATE, GLOBAL, LIBRARY, PANEL, PARENTS, Action, Context, Mode, Need, State
from workbench.tui.actions_annotate import ANNOTATE_ACTIONS, PANEL_ACTIONS
from workbench.tui.actions_library import EVERYWHERE_ACTIONS, LIBRARY_ACTIONS

__all__ = [
    "ACTIONS",
    "ANNOTATE",
    "BY_ID",
    "GLOBAL",
    "LABEL_ACTION",
    "LIBRARY",
    "PANEL",
    "PARENTS",
    "RESERVED",
    "Action",
    "Context",
    "Mode",
    "Need",
    "State",
    "actions_in",
    "contexts_from",
]

ACTIONS: tuple[Action, ...] = (*LIBRARY_ACTIONS, *ANNOTATE_ACTIONS, *PANEL_ACTIONS, *EVERYWHERE_ACTIONS)
"""Every action there is."""

BY_ID: Mapping[str, Action] = {action.id: action for action in ACTIONS}

LABEL_ACTION = "annotate.label"
"""The action of a label's letter; the label's uid comes with it."""

RESERVED: Mapping[Context, Mapping[str, str]] = {
    ANNOTATE: {
        **dict.fromkeys(sorted(KEY_LETTERS), "letters are for labels"),
        **{letter.upper(): "shift and a label's letter draws a span" for letter in sorted(KEY_LETTERS)},
        **dict.fromkeys("0123456789", "the digits number possible ends of the live span"),
        "tab": "it takes the next candidate of the same label",
        "shift+tab": "it takes the previous candidate of the same label",
        ".": "it moves the live span's end to the next boundary",
        ",": "it moves the live span's end to the previous boundary",
        "ctrl+right": "it moves the live span's end to the next boundary",
        "ctrl+left": "it moves the live span's end to the previous boundary",
        "<": "it moves the live span's start to the previous boundary",
        ">": "it moves the live span's start to the next boundary",
        "v": "it shows the next reading of the same place",
        "*": "it finds the same words elsewhere",
        "f2": "it switches the suggestions off and on",
        "f6": "it folds and unfolds site chrome",
    },
    LIBRARY: {"a": "it opens the agreement view"},
}
"""Keys that later parts of the program own, with what they will do there: no user's key map may take them."""


def actions_in(context: Context) -> tuple[Action, ...]:
    """Return the actions of one context, its parents' left out, in the order of help."""
    return tuple(action for action in ACTIONS if action.context is context)


def contexts_from(context: Context) -> tuple[Context, ...]:
    """Return a context and those it falls back to, nearest first."""
    chain = [context]
    while chain[-1] in PARENTS:
        chain.append(PARENTS[chain[-1]])
    return tuple(chain)
