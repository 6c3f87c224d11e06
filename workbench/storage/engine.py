"""Connections to one database file: how they are opened, and the transactions that everything runs in.

Readers see one moment of the file; writers take the write lock at once (`BEGIN IMMEDIATE`), so that they wait at
the start and never half-way. Looking writes nothing: the journal mode is set by `init`, `upgrade` and the first
write only.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection as Connection
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from workbench.errors import EnvironmentFault, NeedsUpgrade, TooNew
from workbench.storage import leftovers
from workbench.storage.faults import damaged, told_about, translate
from workbench.storage.mounts import on_network_file_system
from workbench.storage.schema import APPLICATION_ID, REVISIONS

BUSY_TIMEOUT_MS = 5_000


class Database:
    """One database file. Cheap to make; connections are opened when they are first needed.

    Errors of the machine leave `read` and `write` as EnvironmentFault, with the file's name and the remedy.
    """

    def __init__(self, path: Path, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> None:
        self.path = path
        self._busy_timeout_ms = busy_timeout_ms
        self._engine: Engine | None = None
        self._journal_mode_set = False
        self._logs_checked = False

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one moment of the file."""
        with self._connected("DEFERRED") as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection that holds the write lock; commits at the end, rolls back on any error.

        When neither a row nor the schema was changed, nothing is written at all.
        """
        self._set_journal_mode()
        with self._connected("IMMEDIATE") as connection:
            before = _changes(connection)
            # First, so that whatever log this transaction leaves when it is killed says whose it is.
            count_transaction(connection)
            yield connection
            if _changes(connection) == before:
                connection.rollback()
            else:
                self._check_still_there(connection)

    def close(self) -> None:
        """Close every connection; the last one folds the write-ahead log into the file."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None
        self._journal_mode_set = self._logs_checked = False

    @contextmanager
    def _connected(self, kind: str) -> Iterator[Connection]:
        try:
            with self.engine.connect().execution_options(begin=kind) as connection, connection.begin():
                yield connection
        except (DBAPIError, sqlite3.Error) as error:
            known = translate(error, self.path)
            if known is None:
                raise
            raise known from error

    @property
    def engine(self) -> Engine:
        """The engine; for `storage/` alone."""
        if self._engine is None:
            self._engine = self._make_engine()
        return self._engine

    def _make_engine(self) -> Engine:
        engine = create_engine("sqlite://", creator=self._open, poolclass=QueuePool, pool_size=4, max_overflow=8)

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            # sqlite3's own BEGIN comes too late and rolls no DDL back; see `_open`.
            connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('begin', 'DEFERRED')}")

        @event.listens_for(engine, "connect")
        def connect(connection: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
            entry.info["file"] = _identity(self.path)
            prepare(connection, self._busy_timeout_ms)

        return engine

    def _open(self) -> sqlite3.Connection:
        must_exist(self.path)
        if not self._logs_checked:
            leftovers.check(self.path)
            self._logs_checked = True
        return sqlite3.connect(database_uri(self.path), uri=True, isolation_level=None, check_same_thread=False)

    def _check_still_there(self, connection: Connection) -> None:
        """Raise before a commit that would go into a file that nobody finds any more."""
        present = _identity(self.path)
        if present == connection.info["file"]:
            return
        if present is None:
            raise EnvironmentFault(
                "was moved or deleted while it was open; this change is not saved",
                where=str(self.path),
                remedy="Put it back, then try again.",
            )
        self.close()
        raise EnvironmentFault(
            "was replaced by another file while it was open; this change is not saved",
            where=str(self.path),
            remedy="Try again to save into the file that is there now.",
        )

    def _set_journal_mode(self) -> None:
        if self._journal_mode_set:
            return
        with told_about(self.path):
            connection = self._open()
            try:
                prepare(connection, self._busy_timeout_ms)
                set_journal_mode(connection, self.path)
            finally:
                connection.close()
        self._journal_mode_set = True


def must_exist(path: Path) -> None:
    """Raise EnvironmentFault unless there is a file at `path`."""
    with told_about(path):
        if path.is_file():
            return
        is_folder = path.is_dir()
    if is_folder:
        raise EnvironmentFault("is a folder, not a database", where=str(path), remedy="Give a file with --db.")
    raise EnvironmentFault("there is no such database", where=str(path), remedy="Make it with `workbench init`.")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino


def _changes(connection: Connection) -> tuple[int, int]:
    """Return what tells whether a connection changed anything: its rows changed so far, and the schema's version."""
    raw = connection.connection.dbapi_connection
    assert isinstance(raw, sqlite3.Connection)
    (schema,) = raw.execute("PRAGMA schema_version").fetchone()
    return raw.total_changes, schema


def count_transaction(connection: Connection) -> None:
    """Count one more writing transaction in the file's first page, by which `leftovers` knows a log as its own."""
    (number,) = connection.exec_driver_sql("PRAGMA user_version").one()
    connection.exec_driver_sql(f"PRAGMA user_version = {(number + 1) & 0x7FFFFFFF}")


def prepare(connection: sqlite3.Connection, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> None:
    """Set on a fresh connection what is not kept in the file."""
    connection.execute(f"PRAGMA busy_timeout = {busy_timeout_ms}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")


def set_journal_mode(connection: sqlite3.Connection, path: Path) -> None:
    """Choose WAL, or DELETE where shared memory does not work; nothing is written when it is so already."""
    wanted = "delete" if on_network_file_system(path) else "wal"
    (present,) = connection.execute("PRAGMA journal_mode").fetchone()
    if present != wanted:
        connection.execute(f"PRAGMA journal_mode = {wanted}")


def database_uri(path: Path) -> str:
    """Return the URI to open a file with; in a place that cannot be written to, as one that never changes."""
    base = "file:" + quote(str(path.absolute()))
    folder = leftovers.log_of(path, "-wal").parent
    if os.access(path, os.W_OK) and os.access(folder, os.W_OK):
        return base + "?mode=rw"
    # immutable=1 would not look into a log that a writer left behind, nor notice one who writes now.
    alone = not leftovers.holds_changes(path) and not all(
        leftovers.log_of(path, name).exists() for name in ("-wal", "-shm")
    )
    return base + ("?mode=ro&immutable=1" if alone else "?mode=ro")


def check_schema(path: Path) -> None:
    """Raise unless the file is a workbench database at this release's schema.

    Raises EnvironmentFault (no file, not a database, damaged), NeedsUpgrade or TooNew. Imports no Alembic.
    """
    revision = schema_revision(path)
    if revision == REVISIONS[-1]:
        return
    if revision in REVISIONS:
        raise NeedsUpgrade(
            "was made by an older release of the workbench",
            where=str(path),
            remedy="Run `workbench upgrade`; it makes a backup first.",
        )
    raise TooNew(
        "was made by a newer release of the workbench and is left alone",
        where=str(path),
        remedy="Install that release, or give another file with --db.",
    )


def schema_revision(path: Path) -> str:
    """Return the schema revision of a file. Raises EnvironmentFault when it is not a workbench database."""
    must_exist(path)
    leftovers.check(path)
    not_ours = EnvironmentFault(
        "is not a workbench database", where=str(path), remedy="Name another file, or make one with `workbench init`."
    )
    try:
        with told_about(path), closing(sqlite3.connect(database_uri(path), uri=True, isolation_level=None)) as opened:
            opened.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
            (application,) = opened.execute("PRAGMA application_id").fetchone()
            if application != APPLICATION_ID:
                raise not_ours
            _refuse_cut_short(opened, path)
            row = opened.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise not_ours from error
    if row is None:
        raise not_ours
    return str(row[0])


def _refuse_cut_short(opened: sqlite3.Connection, path: Path) -> None:
    """Raise Damaged when the file ends inside a page, which SQLite would read as zeros."""
    (page_size,) = opened.execute("PRAGMA page_size").fetchone()
    # A log may still hold the whole page.
    if path.stat().st_size % page_size and not leftovers.holds_changes(path):
        raise damaged(path)
