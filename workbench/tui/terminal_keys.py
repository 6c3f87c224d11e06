"""`Esc` and then a key, arriving in one read, stays two keys.

Over ssh both often come together. The terminal library's parser would make alt+letter of them, ctrl+arrow of `esc b`
and `esc f`, and other characters of `esc 1`; and an `esc` before `[` it would lose. Real modified keys come as
longer sequences (`esc [ 1 ; 3 C` is alt+right) and are left to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from textual import events
from textual._xterm_parser import XTermParser
from textual.keys import Keys
from textual.message import Message

_ESC = "\x1b"
_INTRODUCERS = "[O"
"""Characters that may begin a longer sequence after esc."""
_ESCAPE_IN_REISSUE = "ctrl+left_square_bracket"
"""The parser turns an esc that it hands out again into `^`; under this name it passes, and is named back later."""
_UNKNOWN_SEQUENCE = re.compile(r"\x1b\[[0-9;:]+[A-LN-Za-ln-z~]")


class PatientParser(XTermParser):
    """The library's parser, with `esc` and a character always told apart from a modified key."""

    def feed(self, data: str) -> Iterable[Message]:
        """Yield the messages of what was read."""
        return map(_named_back, super().feed(data))

    def tick(self) -> Iterable[Message]:
        """Yield the messages of what has waited long enough for a continuation."""
        return map(_named_back, super().tick())

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        if alt:
            yield _escape()
            yield from super()._sequence_to_key_events(sequence)
        elif sequence == _ESC:
            yield _escape()
        elif _is_escape_then_keys(sequence):
            yield _escape()
            for character in sequence[1:]:
                yield from super()._sequence_to_key_events(character)
        else:
            try:
                found = list(super()._sequence_to_key_events(sequence))
            except ValueError:  # modifiers in a notation that the parser does not expect
                found = []
            if not found and _UNKNOWN_SEQUENCE.fullmatch(sequence):
                found = [events.Key(Keys.Ignore, sequence)]
            yield from found


def _escape() -> events.Key:
    return events.Key(_ESCAPE_IN_REISSUE, _ESC)


def _named_back(message: Message) -> Message:
    if isinstance(message, events.Key) and message.key == _ESCAPE_IN_REISSUE:
        return events.Key("escape", _ESC)
    return message


def _is_escape_then_keys(sequence: str) -> bool:
    if not sequence.startswith(_ESC):
        return False
    if len(sequence) == 2:
        return sequence[1] not in _INTRODUCERS
    return len(sequence) == 3 and sequence[1] == "O" and not sequence[2].isupper()


def install() -> None:
    """Make the terminal driver read keys with this parser. Safe to call again."""
    try:
        from textual.drivers import linux_driver
    except ImportError:  # another system, whose driver gets keys as keys
        return
    linux_driver.XTermParser = PatientParser  # type: ignore[attr-defined]
