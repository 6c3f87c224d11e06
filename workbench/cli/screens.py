"""Opening the screens from the command line."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

from workbench.errors import UsageError

if TYPE_CHECKING:
    from workbench.cli.session import Session


def require_terminal() -> None:
    """Raise UsageError where no screen can be shown."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "the screens need a terminal",
            remedy="Start it in one, or use a command: `workbench --help` lists them.",
        )


def open_library(session: Session) -> None:
    """Show the library of the session's database until the person leaves."""
    require_terminal()
    # Starting makes many objects and drops next to none; the screen switches the collector on once it stands.
    gc.disable()
    from workbench import config

    settings = config.load(db=session.given)
    from workbench.tui.app import run_app

    run_app(settings)
