"""The schema of a database file: made, brought up and taken back, whole or not at all.

Nothing here shares a connection with the rest, and foreign keys are off before a transaction starts: rebuilding a
table with them on would delete the rows that refer to it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from workbench.errors import EnvironmentFault
from workbench.storage import files, leftovers
from workbench.storage.engine import BUSY_TIMEOUT_MS, count_transaction, database_uri, set_journal_mode
from workbench.storage.faults import told_about
from workbench.storage.schema import APPLICATION_ID, REVISIONS

if TYPE_CHECKING:
    from alembic.config import Config

_PACKAGE = Path(__file__).resolve().parent.parent


def migrations_folder() -> Path:
    """Return the folder of the migration scripts: the package's own, or the one beside it in a checkout."""
    beside = _PACKAGE.parent / "migrations"
    own = _PACKAGE / "_migrations"
    return own if own.is_dir() else beside


def script_revisions() -> tuple[str, ...]:
    """Return the revisions of the migration scripts, oldest first."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(_config())
    return tuple(script.revision for script in reversed(list(scripts.walk_revisions())))


def create(path: Path, fill: Callable[[Connection], None]) -> None:
    """Make a database at the newest schema, readable by its owner only, and fill it; all of it or nothing.

    Raises UsageError when the name is taken, EnvironmentFault when a log of an earlier file lies there.
    """
    refuse_logs(path)
    with files.private_part(path) as part:
        with told_about(path):
            engine = _engine(part)
            try:
                with engine.connect() as connection, connection.begin():
                    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
                    connection.exec_driver_sql(f"PRAGMA user_version = {files.fresh_number()}")
                    _run(connection, REVISIONS[-1])
                    fill(connection)
            finally:
                engine.dispose()
            choose_journal_mode(part, path)
        files.place_new(part, path)


def refuse_logs(path: Path) -> None:
    """Raise EnvironmentFault when logs lie at a path where there is no file: they would go into the next one."""
    left = [log for log in leftovers.found_beside(path) if not path.exists()]
    if left:
        names = " and ".join(log.name for log in left)
        raise EnvironmentFault(
            f"{names} of an earlier database would go into this one",
            where=str(path),
            remedy="Move it elsewhere, then try again.",
        )


def choose_journal_mode(file: Path, path: Path) -> None:
    """Set the journal mode that suits the place `path` in a file that nobody else has open."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        set_journal_mode(connection, path)


def migrate(path: Path, target: str, backup: Path) -> bool:
    """Bring a file to another revision, after a backup under the name `backup`. Say whether anything was to do.

    The file is changed in one transaction that holds the write lock from before the backup until the checks have
    passed; on any failure, a killed program included, it is as it was. Raises EnvironmentFault.
    """
    leftovers.check(path)
    with told_about(path):
        engine = _engine(path)
        try:
            with engine.connect() as connection, connection.begin() as transaction:
                if _present(connection) == target:
                    # Another program was faster.
                    return False
                before = _row_counts(connection)
                with _backed_up(path, backup):
                    count_transaction(connection)
                    _run(connection, target)
                    _check(connection, before, path)
                    transaction.commit()
        finally:
            engine.dispose()
    _settle(path)
    return True


@contextmanager
def _backed_up(path: Path, backup: Path) -> Iterator[None]:
    """Make the backup; take it away again when what follows fails, for the file is then as it was."""
    with files.private_part(backup) as part:
        files.copy_into(path, part)
        files.place_new(part, backup)
    try:
        yield
    except BaseException:
        backup.unlink(missing_ok=True)
        raise


def _settle(path: Path) -> None:
    with told_about(path), closing(sqlite3.connect(database_uri(path), uri=True, isolation_level=None)) as connection:
        # Another program may be reading: then the next writer sets the mode.
        connection.execute("PRAGMA busy_timeout = 100")
        try:
            set_journal_mode(connection, path)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise


def _engine(path: Path) -> Engine:
    def open_file() -> sqlite3.Connection:
        return sqlite3.connect(database_uri(path), uri=True, isolation_level=None)

    engine = create_engine("sqlite://", creator=open_file, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA synchronous = FULL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    # A "%" in a path would be read as a placeholder.
    config.set_main_option("script_location", os.fspath(migrations_folder()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _present(connection: Connection) -> str | None:
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def _run(connection: Connection, target: str) -> None:
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    present = _present(connection)
    if present is None or REVISIONS.index(present) < REVISIONS.index(target):
        command.upgrade(config, target)
    else:
        command.downgrade(config, target)


def _row_counts(connection: Connection) -> dict[str, int]:
    tables = connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    ).fetchall()
    return {name: connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one() for (name,) in tables}


def _check(connection: Connection, before: dict[str, int], path: Path) -> None:
    after = _row_counts(connection)
    problems = [
        f"{name} has {after[name]:,} rows instead of {count:,}"
        for name, count in before.items()
        if name in after and after[name] != count
    ]
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        problems.append(f"{len(broken):,} rows refer to rows that are not there")
    found = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check(10)").fetchall()]
    problems += [] if found == ["ok"] else found
    if problems:
        raise EnvironmentFault(
            f"the change of schema was taken back because {'; '.join(problems)}",
            where=str(path),
            remedy="Run `workbench doctor`, and keep a copy of the file.",
        )
