"""From the registry, the label set and the user's key map file to what a key does.

Textual's own key map says nothing of unknown ids, empty keys and keys taken twice, so nothing of it is used: every
key event of a screen goes through a `Dispatcher`, and whatever is wrong in a user's file is named at the start.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from workbench.domain.labels import LabelSet
from workbench.tui.actions import (
    ACTIONS,
    ANNOTATE,
    BY_ID,
    GLOBAL,
    RESERVED,
    Action,
    Context,
    Mode,
    actions_in,
    contexts_from,
)
from workbench.tui.keys import BadKey, on_screen, parsed, spelled

LABEL_TOKEN = "<label>"
"""Stands for any label's letter in the keys of an action."""

Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Command:
    """A key, or two, that mean an action; `label` is the uid when a label's letter was among them."""

    action: str
    keys: Keys
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """The first of two keys was pressed; `follow` says what may come next, with what it would do."""

    keys: Keys
    follow: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Unbound:
    """The key means nothing here. `reason` is a sentence worth showing, or empty."""

    keys: Keys
    reason: str = ""


Outcome = Command | Pending | Unbound


@dataclass(frozen=True, slots=True)
class Keymap:
    """What the keys mean: keys by action id, label uids by letter, and what was wrong in the user's file."""

    keys: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, str] = field(default_factory=dict)
    label_names: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    _table: Mapping[Context, Mapping[Keys, tuple[Command, ...]]] = field(default_factory=dict, repr=False)

    def keys_of(self, action: str) -> tuple[str, ...]:
        """Return the keys of an action as they are written, the first being the one to show."""
        return self.keys.get(action, ())

    def first_key(self, action: str, *, words: bool = False) -> str:
        """Return the key to show beside an action, in the screen's short form; "" when it has none."""
        keys = self.keys_of(action)
        return on_screen(keys[0], words=words) if keys else ""

    def found(self, context: Context, keys: Keys, mode: Mode = Mode.IDLE) -> Command | None:
        """Return what keys mean in a context and mode, or None."""
        for place in contexts_from(context):
            commands = self._table.get(place, {}).get(keys, ())
            if commands:
                return _for_mode(commands, mode)
        return None

    def following(self, context: Context, first: str) -> tuple[tuple[str, str], ...]:
        """Return the second keys that a first one may be followed by, each with a title; empty when there is none."""
        follow: dict[str, str] = {}
        for place in contexts_from(context):
            for keys, commands in self._table.get(place, {}).items():
                if len(keys) == 2 and keys[0] == first:
                    follow.setdefault(keys[1], self._title(commands[0]))
        return tuple(follow.items())

    def _title(self, command: Command) -> str:
        return self.label_names[command.label] if command.label else BY_ID[command.action].title


def _for_mode(commands: tuple[Command, ...], mode: Mode) -> Command:
    """Prefer the action made for this mode, then one for any; an action alone on its key explains itself."""
    whens = [(BY_ID[command.action].when if command.action in BY_ID else None, command) for command in commands]
    wanted = (mode, None, Mode.IDLE) if mode is Mode.SEARCH else (mode, None)
    for want in wanted:
        for when, command in whens:
            if when is want:
                return command
    return commands[0]


class Dispatcher:
    """Turns key events into actions, one at a time; the only place that remembers half of a two-key sequence."""

    def __init__(self, keymap: Keymap) -> None:
        self.keymap = keymap
        self._first: str | None = None

    @property
    def pending(self) -> str | None:
        """The first key of a sequence that waits for its second, or None."""
        return self._first

    def reset(self) -> None:
        """Forget a first key (the focus moved, a dialog opened)."""
        self._first = None

    def press(self, context: Context, key: str, character: str | None = None, mode: Mode = Mode.IDLE) -> Outcome:
        """Return what a key event means. A sequence given up with esc, or gone wrong, does nothing at all."""
        pressed = spelled(key, character)
        if self._first is not None:
            return self._second(context, pressed, mode)
        command = self.keymap.found(context, (pressed,), mode)
        if command is not None:
            return command
        follow = self.keymap.following(context, pressed)
        if follow:
            self._first = pressed
            return Pending((pressed,), follow)
        return Unbound((pressed,), _reserved_reason(context, pressed))

    def _second(self, context: Context, pressed: str, mode: Mode) -> Outcome:
        keys = (self._first or "", pressed)
        self._first = None
        command = self.keymap.found(context, keys, mode)
        if command is not None:
            return command
        if pressed == "escape":
            return Unbound(keys)
        choices = ", ".join(on_screen(second) for second, _ in self.keymap.following(context, keys[0]))
        return Unbound(
            keys, f"{on_screen(keys[0])} {on_screen(pressed)} means nothing; after {keys[0]} may come {choices}."
        )


def _reserved_reason(context: Context, key: str) -> str:
    if context in (ANNOTATE, Context.PANEL) and len(key) == 1 and key.isalpha() and key.islower():
        return f"No label has the letter {key}; press ; to choose among all labels."
    return ""


def build_keymap(label_set: LabelSet | None = None, user: Mapping[str, Sequence[str]] | None = None) -> Keymap:
    """Return the key map of a label set and a user's wishes; a wish that cannot be had is named and left out."""
    problems: list[str] = []
    wishes = _legal_wishes(user or {}, problems)
    while clashing := _clashing_wishes(wishes, problems):
        wishes = {action: keys for action, keys in wishes.items() if action not in clashing}
    keys = {action.id: wishes.get(action.id, action.keys) for action in ACTIONS}
    labels = {label.key: label.uid for label in label_set.active if label.key} if label_set else {}
    names = {label.uid: label.name for label in label_set.labels} if label_set else {}
    return Keymap(keys, labels, names, tuple(problems), _tables(keys, labels))


def _legal_wishes(user: Mapping[str, Sequence[str]], problems: list[str]) -> dict[str, tuple[str, ...]]:
    wishes: dict[str, tuple[str, ...]] = {}
    for name, texts in user.items():
        action = BY_ID.get(name)
        if action is None:
            problems.append(f'key map: there is no action "{name}"{_near(name)}')
            continue
        found = [_checked(action, text, problems) for text in texts]
        if None not in found:
            wishes[name] = tuple(key for key in found if key is not None)
    return wishes


def _near(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, BY_ID, n=1)
    return f'; did you mean "{near[0]}"?' if near else "; the help screen lists them all"


def _checked(action: Action, text: str, problems: list[str]) -> str | None:
    """Return a key in its one spelling, or None after naming what is wrong with it; the default then stays."""
    head, label, _ = text.partition(LABEL_TOKEN)
    takes_label = any(LABEL_TOKEN in key for key in action.keys)
    try:
        keys = parsed(head)
    except BadKey as error:
        problems.append(f'key map: "{text}" for {action.id} {error}; its default stays')
        return None
    if bool(label) is not takes_label:
        want = f"must end in {LABEL_TOKEN}" if takes_label else f"cannot hold {LABEL_TOKEN}"
        problems.append(f'key map: "{text}" for {action.id} {want}; its default stays')
        return None
    reason = next((reason for key in keys[:1] if (reason := _kept_for(action.context, key))), None)
    if reason is not None:
        problems.append(f'key map: "{text}" cannot be given to {action.id}, because {reason}; its default stays')
        return None
    return " ".join([*keys, *([LABEL_TOKEN] if label else [])])


def _kept_for(context: Context, key: str) -> str | None:
    for place, reasons in RESERVED.items():
        if key in reasons and (context in contexts_from(place) or place in contexts_from(context)):
            return reasons[key]
    return None


def _clashing_wishes(wishes: Mapping[str, tuple[str, ...]], problems: list[str]) -> set[str]:
    """Return the wishes that take a key somebody else has, after naming each such pair."""
    clashing: set[str] = set()
    entries = [(action, key) for action in ACTIONS for key in wishes.get(action.id, action.keys)]
    wished = [(action, key) for action, key in entries if action.id in wishes]
    for action, key in wished:
        for other, other_key in entries:
            if other.id != action.id and _clash(action, key, other, other_key):
                problems.append(
                    f'key map: "{key}" for {action.id} is taken by {other.id} ("{other.title}"); '
                    "the default stays. Give that one another key in the file too."
                )
                clashing.add(action.id)
                break
    return clashing


def _clash(one: Action, key: str, other: Action, other_key: str) -> bool:
    """Say whether two keys of different actions cannot both be had; one that begins a sequence would hide it."""
    if one.context is not other.context and GLOBAL not in (one.context, other.context):
        return False
    if key == other_key:
        return one.context is not other.context or one.when is other.when
    first, second = key.split(), other_key.split()
    return first == second[: len(first)] or second == first[: len(second)]


def _tables(
    keys: Mapping[str, tuple[str, ...]], labels: Mapping[str, str]
) -> dict[Context, dict[Keys, tuple[Command, ...]]]:
    tables: dict[Context, dict[Keys, tuple[Command, ...]]] = {}
    for context in Context:
        table = tables.setdefault(context, {})
        for action in actions_in(context):
            for command in _commands(action.id, keys[action.id], labels):
                table[command.keys] = (*table.get(command.keys, ()), command)
    return tables


def _commands(action: str, keys: Iterable[str], labels: Mapping[str, str]) -> Iterator[Command]:
    for text in keys:
        *head, last = text.split()
        if last == LABEL_TOKEN:
            yield from (Command(action, (*head, letter), uid) for letter, uid in labels.items())
        else:
            yield Command(action, (*head, last))


def read_user_keys(path: Path) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Return the wishes of a key map file (action id = key or list of keys), and what cannot be read of it."""
    import tomllib

    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, ()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return {}, (f"key map {path.name} cannot be read, so the default keys hold: {error}",)
    wishes: dict[str, tuple[str, ...]] = {}
    problems: list[str] = []
    for name, value in _flat(table):
        values = [value] if isinstance(value, str) else value
        if isinstance(values, list) and all(isinstance(entry, str) for entry in values):
            wishes[name] = tuple(values)
        else:
            problems.append(f'key map: the keys of "{name}" must be a text or a list of texts')
    return wishes, tuple(problems)


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Yield a table's leaves; `annotate.undo = "u"` makes tables inside one another in TOML."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value
