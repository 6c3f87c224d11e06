"""Turn what SQLite says into sentences that name the file and the remedy."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from workbench.errors import EnvironmentFault, WorkbenchError

_SENTENCES = (
    ("database is locked", "is locked by another program", "Close what is using it, then try again."),
    ("database table is locked", "is locked by another program", "Close what is using it, then try again."),
    ("database or disk is full", "cannot grow: the disk is full", "Free some space, then try again."),
    ("readonly database", "is read-only", "Make the file and its folder writable, or copy it elsewhere."),
    ("attempt to write a readonly", "is read-only", "Make the file and its folder writable, or copy it elsewhere."),
    ("file is not a database", "is not a workbench database", "Give another file with --db."),
    ("malformed", "is damaged", "Run `workbench doctor`, or put a backup back with `workbench restore`."),
    ("unable to open database file", "cannot be opened", "Check that the folder exists and that you may use it."),
    ("disk i/o error", "cannot be read or written: disk error", "Check the disk, then put a backup back."),
)


def translate(error: BaseException, path: Path) -> WorkbenchError | None:
    """Return our error for one of SQLite's about `path`, or None when it is not the machine's fault."""
    origin = getattr(error, "orig", None) or error
    if not isinstance(origin, sqlite3.Error):
        return None
    said = str(origin).lower()
    for fragment, what, remedy in _SENTENCES:
        if fragment in said:
            return EnvironmentFault(what, where=str(path), remedy=remedy)
    return None
