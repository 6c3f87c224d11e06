"""Esc and a key in one read are two keys; modified keys are one. Through the parser, and through a real terminal."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

pty = pytest.importorskip("pty")

from workbench.tui.keys import spelled  # noqa: E402
from workbench.tui.terminal_keys import PatientParser  # noqa: E402


def keys_of(*reads: str | None) -> list[str]:
    """Return the keys of some reads; None is a pause that is long enough."""
    parser = PatientParser()
    messages: list[object] = []
    for read in (*reads, None):
        if read is None:
            if parser._timeout_time is not None:
                parser._timeout_time = 0.0
            messages.extend(parser.tick())
        else:
            messages.extend(parser.feed(read))
    return [spelled(message.key, message.character) for message in messages if hasattr(message, "key")]


@pytest.mark.parametrize("letter", "abcfosOCFbd1=é;[]/\"'@")
def test_esc_and_a_character_in_one_read_are_two_keys(letter: str) -> None:
    assert keys_of("\x1b" + letter) == ["escape", letter]
    assert keys_of("\x1b", letter) == ["escape", letter]


@pytest.mark.parametrize(
    ("read", "keys"),
    [
        ("\x1bcs", ["escape", "c", "s"]),
        ("\x1bc\x1b", ["escape", "c", "escape"]),
        ("\x1b\x1b[C", ["escape", "right"]),
        ("\x1bOc", ["escape", "O", "c"]),
        ("\x1b[\x1b", ["escape", "[", "escape"]),
        ("\x1b\r", ["escape", "enter"]),
        ("\x1b\x7f", ["escape", "backspace"]),
        ("\x1b\t", ["escape", "tab"]),
        ("\x1b\x1b", ["escape", "escape"]),
    ],
)
def test_esc_before_other_keys_is_neither_lost_nor_joined(read: str, keys: list[str]) -> None:
    assert keys_of(read) == keys


@pytest.mark.parametrize(
    ("read", "key"),
    [
        ("\x1b[C", "right"),
        ("\x1bOC", "right"),
        ("\x1b[1;3C", "alt+right"),
        ("\x1b[1;4D", "alt+shift+left"),
        ("\x1b[1;2D", "shift+left"),
        ("\x1b[1;5A", "ctrl+up"),
        ("\x1b[1;6C", "ctrl+shift+right"),
        ("\x1bOP", "f1"),
        ("\x1b[19~", "f8"),
        ("\x1b[3~", "delete"),
        ("\x1b[5~", "pageup"),
        ("\x1b[Z", "shift+tab"),
    ],
)
def test_keys_with_modifiers_and_function_keys_are_one_key(read: str, key: str) -> None:
    assert keys_of(read) == [key]


def test_a_sequence_that_nobody_knows_presses_no_key() -> None:
    assert keys_of("\x1b[57;5:3~") == []
    assert keys_of("\x1b[1;99Z", "c") == ["c"]


APP = """
from textual.app import App
from workbench.tui.keys import spelled
from workbench.tui.terminal_keys import install
install()
class Echo(App):
    def on_ready(self):
        open(OUT, "a").write("ready\\n")
    def on_key(self, event):
        open(OUT, "a").write(spelled(event.key, event.character) + "\\n")
OUT = __import__("sys").argv[1]
Echo().run()
"""


@contextmanager
def terminal(command: list[str]) -> Iterator[int]:
    """Run a program in a terminal of its own; yield the controlling side."""
    controller, side = pty.openpty()
    process = subprocess.Popen(
        command, stdin=side, stdout=side, stderr=side, env={**os.environ, "TERM": "xterm-256color"}, close_fds=True
    )
    os.close(side)
    try:
        yield controller
    finally:
        process.kill()
        process.wait()
        os.close(controller)


def drained(controller: int, wanted: object, limit: float = 10.0) -> bool:
    """Read what the program draws until `wanted()` or the time is over."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if select.select([controller], [], [], 0.05)[0]:
            os.read(controller, 65536)
        if wanted():  # type: ignore[operator]
            return True
    return False


def test_through_a_real_terminal_esc_and_a_letter_are_two_keys_and_alt_right_is_one(tmp_path: object) -> None:
    out = os.path.join(str(tmp_path), "keys")  # noqa: PTH118
    seen = lambda: open(out).read().split("\n")[:-1] if os.path.exists(out) else []  # noqa: E731, PTH110, PTH123, SIM115
    with terminal([sys.executable, "-c", APP, out]) as controller:
        assert drained(controller, lambda: "ready" in seen())
        for text in ("\x1bc", "\x1bf", "\x1b\x1b[C", "\x1b[1;3C"):
            os.write(controller, text.encode())
        wanted = ["ready", "escape", "c", "escape", "f", "escape", "right", "alt+right"]
        assert drained(controller, lambda: len(seen()) >= len(wanted)) and seen() == wanted
