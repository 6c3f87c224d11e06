"""What commands print: results on standard output, talk on standard error, JSON where a program reads it.

Names and titles come from files; control characters and the like are drawn as visible stand-ins, so that no
article can drive the terminal. Only exports go out as they are.
"""

from __future__ import annotations

import sys
import time
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from workbench.errors import WorkbenchError

if TYPE_CHECKING:
    from workbench.formats.problems import Problem

_REDRAW_SECONDS = 0.1


def visible(text: str) -> str:
    """Return the text on one line, with control, format and line-breaking characters as visible stand-ins."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_stand_in(character) for character in text)


def _stand_in(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    # A zero-width joiner holds emoji together and moves nothing.
    if character != "\u200d" and unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return f"<{code:04X}>"
    return character


def result(text: str) -> None:
    """Print a line of a command's result to standard output."""
    click.echo(visible(text))


def result_json(value: Any) -> None:
    """Print a result for programs: indented JSON in UTF-8, whatever the locale."""
    stream = binary_stdout()
    stream.write(_as_json(value))
    stream.flush()


def _as_json(value: Any) -> bytes:
    import orjson

    try:
        return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    except orjson.JSONEncodeError:
        import json

        # A file's name may hold bytes that are no UTF-8: escaped, Python reads them back as the same name.
        return json.dumps(value, indent=2).encode("ascii") + b"\n"


def result_line(value: Any) -> None:
    """Print one record for programs: JSON on a line of its own, in UTF-8."""
    import orjson

    binary_stdout().write(orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE))


def binary_stdout() -> BinaryIO:
    """Return standard output for bytes, with what was printed as text before already on its way."""
    sys.stdout.flush()
    return sys.stdout.buffer


def say(text: str) -> None:
    """Tell the person something on standard error."""
    click.echo(visible(text), err=True)


def error(problem: WorkbenchError | str) -> None:
    """Print an error on standard error: what happened, to which thing, what to do next."""
    say(f"error: {problem}")


def problem(found: Problem) -> None:
    """Print a finding about a file on standard error, in the words of its severity."""
    if found.code == "same-text":
        say(f"skipped {found}")
    else:
        say(f"{found.severity.value}: {found}")


def counted(number: int, word: str) -> str:
    """Return a number with its noun: `1 document`, `2,000 documents`."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def interactive() -> bool:
    """Say whether a person sits in front: both input and messages are a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


class Progress:
    """A line on standard error that says how far long work is; on a terminal only, and cleared at the end."""

    def __init__(self, line: Callable[..., str]) -> None:
        self._line = line
        self._shown = sys.stderr.isatty()
        self._last = 0.0
        self._width = 0

    def __call__(self, *state: Any) -> None:
        """Redraw from the state that the work reports, at most ten times a second."""
        now = time.monotonic()
        if not self._shown or now - self._last < _REDRAW_SECONDS:
            return
        self._last = now
        text = visible(self._line(*state))[: _terminal_width() - 1]
        click.echo("\r" + text.ljust(self._width), err=True, nl=False)
        self._width = len(text)

    def clear(self) -> None:
        """Wipe the line, so that what follows starts on a clean one."""
        if self._width:
            click.echo("\r" + " " * self._width + "\r", err=True, nl=False)
            self._width = 0


def _terminal_width() -> int:
    import shutil

    return shutil.get_terminal_size().columns
