"""Logs beside a database file that belong to another one.

SQLite plays a `-wal` or `-journal` that lies beside a file back into it and never asks whether the two belong
together: a log left from another database, or from before the file was replaced, would mix the two. Our files
carry a number that starts at random and grows by one with each transaction that writes (SQLite's user_version, in
the first page), so that a log says between which two numbers it fits.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from workbench.errors import EnvironmentFault

_WAL_MAGIC = (0x377F0682, 0x377F0683)
_WAL_HEADER = 32
_FRAME_HEADER = 24
_JOURNAL_MAGIC = bytes.fromhex("d9d505f920a163d7")
_LOOKS = 4
_BETWEEN_LOOKS_S = 0.05

_page_one_readers: dict[tuple[int, int], int] = {}


class Stamp(NamedTuple):
    """What the first page says of a file: its application, and its number of writing transactions."""

    application: int
    number: int


class Log(NamedTuple):
    """A log beside a file: its path, page size, number of pages, and the first and last stamp in it.

    The stamps are None when no first page is inside: then another program than ours wrote it.
    """

    path: Path
    page_size: int
    pages: int
    first: Stamp | None
    last: Stamp | None


def check(path: Path) -> None:
    """Raise EnvironmentFault when a log beside the file belongs to another database. Changes nothing.

    Costs two looks into the folder where no log has anything in it.
    """
    for name in ("-wal", "-journal"):
        log = log_of(path, name)
        if _size(log) and _is_foreign(path, log):
            memory = log_of(path, "-shm").name
            raise EnvironmentFault(
                f"{log.name} beside it belongs to another database and would be mixed into this one",
                where=str(path),
                remedy=f"Move {log.name} elsewhere, and {memory} too if it is there; then try again.",
            )


def log_of(path: Path, name: str) -> Path:
    """Return where SQLite keeps a file's log, `name` being -wal, -shm or -journal: beside the file a link leads to."""
    real = os.path.realpath(path)
    return Path(real + name)


def holds_changes(path: Path) -> bool:
    """Say whether a log beside the file may hold more than the file does."""
    return any(_size(log_of(path, name)) for name in ("-wal", "-journal"))


def found_beside(path: Path) -> list[Path]:
    """Return the logs that lie beside a path, whether or not there is a file."""
    beside = (log_of(path, name) for name in ("-wal", "-shm", "-journal"))
    return [log for log in beside if log.exists()]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _is_foreign(path: Path, log: Path) -> bool:
    # Somebody who writes right now changes log and file between two reads; only what stays the same is a verdict.
    before = None
    for look in range(_LOOKS):
        if look:
            time.sleep(_BETWEEN_LOOKS_S)
        now = (_first_page(path), _read_log(log))
        if now[0] is None or now[1] is None or _fits(now[0], now[1]):
            return False
        if now == before:
            return now[1].first is not None or _would_break(path, log)
        before = now
    return False


def _fits(page: bytes, log: Log) -> bool:
    if log.page_size != _page_size(page):
        return False
    if log.first is None or log.last is None:
        # Nothing in it says whose it is. An empty one does no harm; of any other it has to be tried out.
        return log.pages == 0 or not log.path.name.endswith("-wal")
    stamp = _stamp(page)
    if log.path.name.endswith("-journal"):
        # It holds the first page as it was; the file has that one or the one after.
        earliest, latest = log.first.number, log.first.number + 1
    else:
        earliest, latest = log.first.number - 1, log.last.number
    return stamp.application == log.first.application and earliest <= stamp.number <= latest


def _would_break(path: Path, log: Path) -> bool:
    """Say whether a file and a log make no whole database, tried on a second name and a copy; False where that fails.

    The file is only ever read: a connection that cannot write folds no log in.
    """
    real = Path(os.path.realpath(path))
    try:
        with tempfile.TemporaryDirectory(prefix=".workbench-", dir=real.parent) as folder:
            trial = Path(folder) / "trial"
            os.link(real, trial)
            shutil.copyfile(log, log_of(trial, "-wal"))
            with closing(sqlite3.connect(f"file:{quote(str(trial))}?mode=ro", uri=True)) as connection:
                whole = connection.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",)
                return not whole or connection.execute("PRAGMA foreign_key_check").fetchone() is not None
    except sqlite3.DatabaseError as error:
        return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
    except OSError:
        return False


def _stamp(page: bytes) -> Stamp:
    return Stamp(int.from_bytes(page[68:72], "big"), int.from_bytes(page[60:64], "big"))


def _page_size(page: bytes) -> int:
    size = int.from_bytes(page[16:18], "big")
    return 65536 if size == 1 else size


def _first_page(path: Path) -> bytes | None:
    """Read the file's header. The descriptor stays open on purpose: closing it would drop this process's locks."""
    try:
        stat = path.stat()
        key = (stat.st_dev, stat.st_ino)
        if key not in _page_one_readers:
            _page_one_readers[key] = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        page = os.pread(_page_one_readers[key], 100, 0)
    except OSError:
        return None
    return page if len(page) == 100 and page.startswith(b"SQLite format 3\x00") else None


def _read_log(log: Path) -> Log | None:
    try:
        with log.open("rb", buffering=0) as opened:
            return _read_wal(log, opened.fileno()) if log.name.endswith("-wal") else _read_journal(log, opened.fileno())
    except OSError:
        return None


def _read_wal(path: Path, log: int) -> Log | None:
    header = os.pread(log, _WAL_HEADER, 0)
    if len(header) < _WAL_HEADER or int.from_bytes(header[:4], "big") not in _WAL_MAGIC:
        return None
    page_size = int.from_bytes(header[8:12], "big")
    pages, stamps = 0, []
    for stamp in _wal_pages(log, page_size, header[16:24]):
        pages += 1
        if stamp is not None:
            stamps.append(stamp)
    return Log(path, page_size, pages, stamps[0] if stamps else None, stamps[-1] if stamps else None)


def _wal_pages(log: int, page_size: int, salts: bytes) -> Iterator[Stamp | None]:
    """Yield for each page of the log's present round its stamp, None for those that are not the first page."""
    offset = _WAL_HEADER
    while len(header := os.pread(log, _FRAME_HEADER + 100, offset)) == _FRAME_HEADER + 100:
        if header[8:16] != salts:
            return
        yield _stamp(header[_FRAME_HEADER:]) if int.from_bytes(header[:4], "big") == 1 else None
        offset += _FRAME_HEADER + page_size


def _read_journal(path: Path, log: int) -> Log | None:
    header = os.pread(log, 28, 0)
    if len(header) < 28 or not header.startswith(_JOURNAL_MAGIC):
        return None
    sector, page_size = int.from_bytes(header[20:24], "big"), int.from_bytes(header[24:28], "big")
    offset = sector
    while len(record := os.pread(log, 4 + 100, offset)) == 104:
        if int.from_bytes(record[:4], "big") == 1:
            return Log(path, page_size, 1, _stamp(record[4:]), _stamp(record[4:]))
        offset += 4 + page_size + 4
    return Log(path, page_size, 0, None, None)
