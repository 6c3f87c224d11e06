"""The key tables of README and reference, made from the registry so that they cannot drift."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.config import OPTIONS
from workbench.domain.labels import DEFAULT_LABEL_SET
from workbench.tui.actions import ANNOTATE, LABEL_ACTION, RESERVED, Action, Context, actions_in
from workbench.tui.keymap import LABEL_TOKEN, Keymap, build_keymap
from workbench.tui.keys import on_screen


def key_table(context: Context, keymap: Keymap | None = None) -> str:
    """Return the actions of one context as a Markdown table, with their default keys."""
    keymap = keymap or build_keymap(DEFAULT_LABEL_SET)
    rows = [(_keys(action, keymap), action.title, _text(action), f"`{action.id}`") for action in actions_in(context)]
    return _table(("key", "action", "what it does", "id"), rows)


def key_reference() -> str:
    """Return the reference page of all keys, the ones kept for later parts of the program included."""
    parts = ["# Keys", _FILE_HELP]
    parts += [f"## {context.value.capitalize()}\n\n{key_table(context)}" for context in Context]
    kept: dict[str, list[str]] = {}
    for key, reason in RESERVED[ANNOTATE].items():
        kept.setdefault(reason, []).append(key)
    rows = [(" ".join(_code(key) for key in keys), reason) for reason, keys in kept.items()]
    parts.append(f"## Kept keys\n\nNo key map can give these away.\n\n{_table(('keys', 'why'), rows)}")
    return "\n\n".join(parts) + "\n"


def short_key_table(keymap: Keymap | None = None) -> str:
    """Return the keys of the annotate screen for the README: what is in the footer, and moving left out."""
    keymap = keymap or build_keymap(DEFAULT_LABEL_SET)
    rows = [
        (_keys(action, keymap), action.title, _text(action))
        for action in actions_in(ANNOTATE)
        if action.group not in ("Moving", "Selecting")
        and _keys(action, keymap)
        and (action.show or action.keys[0] == LABEL_TOKEN)
    ]
    return _table(("key", "action", "what it does"), rows)


def settings_reference() -> str:
    """Return the reference of all settings."""
    rows = [
        (f"`{option.name}`", f"`{option.variable}`", option.help, _choices(option.choices) or option.default)
        for option in OPTIONS
    ]
    return _table(("in config.toml", "variable", "what it is", "default or choices"), rows)


def _choices(choices: Iterable[str]) -> str:
    return ", ".join(choices)


def _keys(action: Action, keymap: Keymap) -> str:
    if action.id == LABEL_ACTION:
        return " ".join(_code(letter) for letter in keymap.labels)
    return ", ".join(
        _code(on_screen(key.replace(LABEL_TOKEN, "label"), words=True)) for key in keymap.keys_of(action.id)
    )


def _text(action: Action) -> str:
    mouse = f" Mouse: {action.mouse}." if action.mouse else ""
    return f"{action.help}{mouse}"


def _code(key: str) -> str:
    return f"`` {key} ``" if "`" in key else f"`{key}`"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


_FILE_HELP = """Every action can have other keys: write its id and the keys into `keys.toml` beside `config.toml`.

```toml
"annotate.undo" = ["ctrl+t", "u"]
"annotate.comment" = []            # no key; the palette still has it
```

Two keys one after the other are written with a blank, as in `g g`. What cannot be had (a key somebody else has, one
that is kept, an unknown id) is named when the program starts, and the default stays. Letters belong to the labels:
`workbench labels` gives and takes them."""
