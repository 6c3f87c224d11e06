"""How keys are spelled: from a terminal's event or a person's file to one form, and to words on screen.

The form: a printable character as itself, otherwise a name, with modifiers before it in the order alt, ctrl, shift.
"""

from __future__ import annotations

import unicodedata

_NAMED = frozenset(
    {"up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete"}
    | {"backspace", "enter", "escape", "tab", "space"}
    | {f"f{number}" for number in range(1, 21)}
)
_ALIASES = {
    "esc": "escape",
    "return": "enter",
    "del": "delete",
    "ins": "insert",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "page_up": "pageup",
    "page_down": "pagedown",
    "bksp": "backspace",
    " ": "space",
}
_CHARACTER_NAMES = {
    "slash": "/",
    "backslash": "\\",
    "at": "@",
    "minus": "-",
    "plus": "+",
    "underscore": "_",
}
_SAME_AS = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+j": "enter", "ctrl+h": "backspace", "ctrl+[": "escape"}
_MODIFIERS = ("alt", "ctrl", "shift")
_ON_SCREEN = {
    "escape": "esc",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "backspace": "bksp",
    "delete": "del",
}


class BadKey(ValueError):
    """A spelling that is no key; the message says why, as the end of a sentence about it."""


def spelled(key: str, character: str | None = None) -> str:
    """Return our spelling of a key event: `key` is the terminal library's name, `character` what it types."""
    if character is not None and len(character) >= 1 and character.isprintable() and character != " ":
        return character
    *modifiers, name = key.split("+") if key != "+" else [key]
    name = _CHARACTER_NAMES.get(name) or _character_called(name) or _ALIASES.get(name, name)
    return "+".join([*sorted(modifiers), name])


def _character_called(name: str) -> str | None:
    if name in _NAMED or len(name) == 1:
        return None
    try:
        return unicodedata.lookup(name.replace("_", " "))
    except KeyError:
        return None


def parsed(text: str) -> tuple[str, ...]:
    """Return the keys that a person wrote, one after the other (`g g` is two). Raises BadKey."""
    keys = tuple(_one(part) for part in text.split())
    if not keys:
        raise BadKey("is empty")
    if len(keys) > 2:
        raise BadKey("has more than two keys")
    return keys


def _one(text: str) -> str:
    if len(text) == 1:
        return text
    *modifiers, name = [*text[:-1].split("+"), text[-1]] if text.endswith("++") else text.split("+")
    modifiers = sorted(modifier.lower() for modifier in modifiers if modifier)
    if any(modifier not in _MODIFIERS for modifier in modifiers):
        raise BadKey(f"has a modifier that is none of {', '.join(_MODIFIERS)}")
    name = _named(name) if len(name) > 1 else name
    if len(name) == 1:
        return _character(modifiers, name)
    return "+".join([*modifiers, name])


def _named(name: str) -> str:
    lower = name.lower()
    known = _ALIASES.get(lower) or _CHARACTER_NAMES.get(lower) or (lower if lower in _NAMED else None)
    if known is None:
        raise BadKey("is no key that we know")
    return known


def _character(modifiers: list[str], character: str) -> str:
    if "alt" in modifiers:
        raise BadKey("cannot be told from esc and then the character in many terminals")
    if modifiers == ["shift"] and character.isalpha():
        return character.upper()
    if "shift" in modifiers:
        raise BadKey("cannot be told from the key without shift in many terminals")
    if not modifiers:
        return character
    key = f"ctrl+{character.lower()}"
    if key in _SAME_AS:
        raise BadKey(f"is the same as {_SAME_AS[key]} in terminals")
    return key


def on_screen(keys: str, *, words: bool = False) -> str:
    """Return the short form for the screen (`^p`, `esc`); with `words`, one that can be read aloud (`ctrl+p`)."""
    return " ".join(_short(key, words) for key in keys.split())


def _short(key: str, words: bool) -> str:
    if not words and key.startswith("ctrl+") and len(key) == 6:
        return "^" + key[-1]
    *modifiers, name = [key] if key.endswith("+") else key.split("+")
    if name.startswith("f") and name[1:].isdigit():
        name = name.upper()
    return "+".join([*modifiers, _ON_SCREEN.get(name, name)])
