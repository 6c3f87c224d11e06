"""The real program, which also writes each operation that it acknowledges as saved to a pipe.

Run as `python -m tests.faults.screen_at_work PIPE ARGUMENTS…`; PIPE is the number of an inherited descriptor, the
arguments are those of `workbench`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

from workbench.__main__ import main
from workbench.services import session
from workbench.services.session import Event, Saved


def listen(pipe: int) -> None:
    """Let every session that a screen opens tell the pipe, too, after it told the screen."""
    start = session.AnnotationSession.__init__

    def begin(self: session.AnnotationSession, *parts: Any) -> None:
        *others, notify = parts
        start(self, *others, told(notify, pipe))

    session.AnnotationSession.__init__ = begin  # type: ignore[method-assign]


def told(notify: Callable[[Event], None], pipe: int) -> Callable[[Event], None]:
    """Return a listener that passes an event on and then writes down what is saved."""

    def tell(event: Event) -> None:
        notify(event)
        if isinstance(event, Saved):
            os.write(pipe, f"{event.operation.uid}\n".encode())

    return tell


if __name__ == "__main__":
    listen(int(sys.argv.pop(1)))
    sys.exit(main())
