"""Turn what SQLite and the system say into sentences that name the file and the remedy."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.errors import EnvironmentFault, WorkbenchError


class Damaged(EnvironmentFault):
    """The file's structure is broken: a backup is needed."""


_FULL = ("cannot grow: the disk is full", "Free some space, then try again.")
_READ_ONLY = ("is read-only", "Make the file and its folder writable, or copy it elsewhere.")
_LOCKED = ("is locked by another program", "Close what is using it, then try again.")
_DENIED = ("may not be used: no permission", "Ask whoever owns it, or choose another place.")
_NO_FOLDER = ("cannot be opened: its folder is not there", "Make the folder, or bring back the disk that it is on.")
_DAMAGED = ("is damaged", "Put a backup back with `workbench restore`; `workbench doctor` says what is broken.")
_DISK_ERROR = ("cannot be read or written: disk error", "Check the disk, then put a backup back.")

_SQLITE = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_PROTOCOL: _LOCKED,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: _DISK_ERROR,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: ("is not a workbench database", "Name another file."),
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened", "Check that the folder exists and that you may use it."),
    sqlite3.SQLITE_PERM: _DENIED,
    sqlite3.SQLITE_AUTH: _DENIED,
    sqlite3.SQLITE_TOOBIG: ("cannot take a text this long", "Import it in parts."),
    sqlite3.SQLITE_NOMEM: ("does not fit into memory", "Close other programs, then try again."),
}

_SYSTEM = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: ("cannot grow: your share of the disk is used up", "Free some space, then try again."),
    errno.EROFS: _READ_ONLY,
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.ENOENT: _NO_FOLDER,
    errno.ENOTDIR: _NO_FOLDER,
    errno.ENAMETOOLONG: ("has too long a name", "Choose a shorter one."),
    errno.EIO: _DISK_ERROR,
}

_LEAST_FREE_BYTES = 64 * 1024


def translate(error: BaseException, path: Path) -> WorkbenchError | None:
    """Return our error for one of SQLite's or the system's about `path`; None when it is not the machine's fault."""
    origin = getattr(error, "orig", None) or error
    if isinstance(origin, sqlite3.Error):
        said = _of_sqlite(origin, path)
    elif isinstance(origin, UnicodeDecodeError):
        # Python stumbles over SQLite's own message about a schema that is no text any more.
        said = _DAMAGED
    elif isinstance(origin, OSError):
        said = _SYSTEM.get(origin.errno or 0, (f"cannot be used: {(origin.strerror or str(origin)).lower()}", ""))
    else:
        return None
    if said is None:
        return None
    kind = Damaged if said is _DAMAGED else EnvironmentFault
    return kind(said[0], where=str(path), remedy=said[1])


def _of_sqlite(error: sqlite3.Error, path: Path) -> tuple[str, str] | None:
    # An extended code says more in its higher bytes; the lowest is what it is about.
    primary = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
    if primary == sqlite3.SQLITE_CANTOPEN and not path.parent.is_dir():
        return _NO_FOLDER
    if primary == sqlite3.SQLITE_CANTOPEN and path.exists() and not os.access(path, os.R_OK):
        return _DENIED
    if primary == sqlite3.SQLITE_CANTOPEN and _holds_changes(path) and not os.access(path.parent, os.W_OK):
        return (
            f"cannot be opened: changes are still in {path.name}-wal, and this place is read-only",
            f"Copy both {path.name} and {path.name}-wal to a place where you can write.",
        )
    if str(error).startswith("Could not decode to UTF-8"):
        return _DAMAGED
    if primary in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN) and _is_full(path):
        # A full disk is told as an error of the disk where a shared memory or temporary file cannot grow.
        return _FULL
    return _SQLITE.get(primary)


def _holds_changes(path: Path) -> bool:
    try:
        return Path(os.path.realpath(path) + "-wal").stat().st_size > 0
    except OSError:
        return False


def _is_full(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _LEAST_FREE_BYTES
    except OSError:
        return False


def damaged(path: Path) -> Damaged:
    """Return the error for a file whose structure is broken."""
    return Damaged(_DAMAGED[0], where=str(path), remedy=_DAMAGED[1])


@contextmanager
def told_about(path: Path) -> Iterator[None]:
    """Raise what SQLite or the system complains of inside as an EnvironmentFault about `path`; other errors pass."""
    try:
        yield
    except Exception as error:
        known = translate(error, path)
        if known is None:
            raise
        raise known from error
