"""The log file of bugs: where in the code it struck. No message of the exception: it may hold article text."""

from __future__ import annotations

import os
import traceback
from datetime import UTC, datetime
from pathlib import Path

import platformdirs

from workbench import __version__


def write(error: BaseException) -> str:
    """Append the trace of an exception to the log, readable by its owner only, and return the log's path."""
    folder = Path(platformdirs.user_log_dir("workbench", appauthor=False))
    path = folder / "workbench.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as log:
            log.write(_entry(error))
    except OSError:
        return f"no file, because {path} cannot be written"
    return str(path)


def _entry(error: BaseException) -> str:
    lines = [f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} workbench {__version__}\n"]
    seen: BaseException | None = error
    while seen is not None:
        lines.append(f"{type(seen).__module__}.{type(seen).__qualname__}\n")
        lines.extend(traceback.format_tb(seen.__traceback__))
        seen = seen.__cause__ or seen.__context__
    return "".join(lines) + "\n"
