"""Ctrl+C in long work: the first asks it to stop at the next safe place, the second ends it at once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from workbench.cli import output

INTERRUPTED = 128 + signal.SIGINT
"""Exit code after Ctrl+C, as shells count it."""


class Stop:
    """Whether the person asked to stop. Call it to know."""

    def __init__(self) -> None:
        self.asked = False

    def __call__(self) -> bool:
        return self.asked


@contextmanager
def stoppable() -> Iterator[Stop]:
    """Give what says whether Ctrl+C was pressed; the signal's old handler comes back at the end."""
    stop = Stop()

    def handle(_: int, __: FrameType | None) -> None:
        if stop.asked:
            raise KeyboardInterrupt
        stop.asked = True
        output.say("stopping; press Ctrl+C again to end at once.")

    try:
        before = signal.signal(signal.SIGINT, handle)
    except ValueError:
        # Not the main thread, so that no signal comes here.
        yield stop
        return
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
