"""Database files as files: private temporary ones, checked copies, and putting one in another's place."""

from __future__ import annotations

import errno
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from workbench.errors import EnvironmentFault, UsageError
from workbench.storage import leftovers
from workbench.storage.engine import BUSY_TIMEOUT_MS, database_uri
from workbench.storage.faults import told_about, translate

PART = ".part"
"""How the names of files end that are not finished yet; one that is left over can be deleted."""

_PATIENCE_MS = 1_000

_NO_HARD_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS, errno.EXDEV)


@contextmanager
def private_part(path: Path) -> Iterator[Path]:
    """Give an empty file beside `path` that only its owner may read; it is gone at the end, unless it was renamed."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}{PART}")
    with told_about(path):
        os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        yield part
    finally:
        for leftover in (part, *leftovers.found_beside(part)):
            with suppress(OSError):
                leftover.unlink(missing_ok=True)


def parts_beside(path: Path) -> list[Path]:
    """Return unfinished files for `path` that a killed program left."""
    return sorted(path.parent.glob(f".{path.name}.*{PART}"))


def copy_into(source: Path, part: Path) -> None:
    """Write a compact, consistent copy of a database into an empty file, also while others write to it.

    The copy's count of transactions starts anew, so that no log of the source is ever taken for the copy's.
    Raises EnvironmentFault about the source, or about the copy where there is no room for it.
    """
    leftovers.check(source)
    uri = database_uri(source)
    with told_about(source), closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        try:
            connection.execute("VACUUM INTO ?", (str(part),))
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_FULL:
                raise
            raise EnvironmentFault(
                "there is no room for the copy: the disk is full",
                where=str(part.parent),
                remedy="Free some space, then try again.",
            ) from error
    with told_about(part), closing(sqlite3.connect(part, isolation_level=None)) as copy:
        copy.execute(f"PRAGMA user_version = {fresh_number()}")


def fresh_number() -> int:
    """Return a random start for a file's count of transactions."""
    return secrets.randbelow(1 << 30) + 1


def place_new(part: Path, path: Path) -> None:
    """Give a finished file its name, durably. Raises UsageError when the name is taken; then nothing has changed."""
    with told_about(path):
        flush_file(part)
        try:
            os.link(part, path)
        except FileExistsError:
            raise taken(path) from None
        except OSError as error:
            if error.errno not in _NO_HARD_LINKS:
                raise
            if path.exists():
                raise taken(path) from None
            part.rename(path)
        part.unlink(missing_ok=True)
        flush_folder(path.parent)


def place_over(part: Path, path: Path, kept: Path) -> None:
    """Put a finished file where another one is, durably, and keep the other as `kept`.

    At every moment there is a whole file under the name, the old one or the new one.
    """
    with told_about(path):
        flush_file(part)
        try:
            os.link(path, kept)
        except OSError as error:
            if error.errno not in _NO_HARD_LINKS:
                raise
            # No second name is possible here; for one moment there is no file under the name.
            path.rename(kept)
        part.replace(path)
        flush_folder(path.parent)


def fold_log(path: Path) -> bool:
    """Fold the log into a file that is about to be replaced; False when the file is too damaged for that.

    Raises EnvironmentFault when another program has it open.
    """
    uri = database_uri(path)
    try:
        leftovers.check(path)
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
            connection.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
            connection.execute("PRAGMA application_id").fetchone()
            # Leaving WAL is possible only for whoever is alone.
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
    except EnvironmentFault:
        return False
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return False
        raise translate(error, path) or error from error
    return True


def move_logs(path: Path, kept: Path) -> None:
    """Take the logs beside a file along under its other name."""
    with told_about(path):
        for name in ("-wal", "-shm", "-journal"):
            log = leftovers.log_of(path, name)
            if log.exists():
                log.rename(kept.with_name(kept.name + name))


def problems_in(path: Path, limit: int = 10) -> list[str]:
    """Return what SQLite's own checks find wrong with a file that is not open elsewhere."""
    try:
        with closing(sqlite3.connect(database_uri(path), uri=True, isolation_level=None)) as connection:
            said = [str(row[0]) for row in connection.execute(f"PRAGMA integrity_check({limit})")]
            broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.DatabaseError as error:
        return [str(error)]
    problems = [] if said == ["ok"] else said
    return problems + ([f"{len(broken):,} rows refer to rows that are not there"] if broken else [])


def taken(path: Path) -> UsageError:
    """Return the error for a name that is in use."""
    return UsageError("exists already and is left alone", where=str(path), remedy="Choose another name.")


def flush_file(path: Path) -> None:
    """Wait until a file that nobody has open is on the disk."""
    opened = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def flush_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, where the system can do that."""
    with suppress(OSError):
        flush_file(folder)
