"""Logs beside a database: its own are played back, another database's are refused before they do harm."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.services.dumps import rows_of
from tests.services.populated import a_populated_database
from workbench.errors import EnvironmentFault
from workbench.services import doctor, people, upkeep
from workbench.services.clock import CountingClock
from workbench.storage import catalogue, leftovers
from workbench.storage.engine import Database, check_schema


@pytest.fixture
def path(tmp_path: Path) -> Path:
    database = a_populated_database(tmp_path / "data.db")
    database.close()
    return database.path


def killed_while_writing(path: Path, name: str, *, mode: str = "wal") -> None:
    """Let a program add an annotator and be killed before the log is folded in; in `delete` mode before it commits."""
    script = (
        "import os, sys; from pathlib import Path; from workbench.storage.engine import Database\n"
        "from workbench.storage import catalogue\n"
        "database = Database(Path(sys.argv[1]))\n"
        "with database.write() as connection:\n"
        "    catalogue.add_annotator(connection, sys.argv[2])\n"
        "    if sys.argv[3] == 'delete':\n"
        "        connection.exec_driver_sql('PRAGMA cache_size = 1')\n"
        "        connection.exec_driver_sql('PRAGMA cache_spill = 1')\n"
        "        connection.exec_driver_sql(\"UPDATE fragments SET quote = quote || ' '\")\n"
        "        connection.exec_driver_sql(\"UPDATE journal SET title = title || ' '\")\n"
        "        os.kill(os.getpid(), 9)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    environment = {**os.environ, "WORKBENCH_NETWORK_FILE_SYSTEM": "1" if mode == "delete" else "0"}
    subprocess.run([sys.executable, "-c", script, path, name, mode], env=environment, check=False)


def annotators(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM annotators WHERE kind = 'person' ORDER BY 1")]


def wal_of(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


@contextmanager
def nothing_changes(*paths: Path) -> Iterator[None]:
    before = [path.read_bytes() for path in paths]
    yield
    assert [path.read_bytes() for path in paths] == before


def test_the_own_log_of_a_killed_program_is_played_back(path: Path) -> None:
    killed_while_writing(path, "eve")
    assert wal_of(path).stat().st_size
    check_schema(path)
    assert "eve" in annotators(path)
    assert doctor.report(path).problems == []


def test_the_own_log_is_known_after_many_changes_and_folds(path: Path) -> None:
    database = Database(path)
    for number in range(30):
        people.add(database, f"number {number}")
        if number % 7 == 0:
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("PRAGMA wal_checkpoint(RESTART)")
        leftovers.check(path)
    database.close()
    killed_while_writing(path, "eve")
    leftovers.check(path)


def test_the_log_of_another_database_is_refused_and_nothing_changes(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "other.db"
    other.parent.mkdir()
    a_populated_database(other).close()
    killed_while_writing(other, "eve")
    wal_of(path).write_bytes(wal_of(other).read_bytes())
    with nothing_changes(path, wal_of(path)):
        for look in (
            check_schema,
            lambda path: list(doctor.examine(path)),
            lambda path: upkeep.backup(path, CountingClock()),
        ):
            with pytest.raises(EnvironmentFault, match=r"data\.db-wal beside it belongs to another database") as error:
                look(path)
            assert "Move data.db-wal elsewhere" in error.value.remedy
        with pytest.raises(EnvironmentFault, match="another database"), Database(path).write():
            pass


def test_after_the_foreign_log_is_moved_away_everything_is_there(path: Path, tmp_path: Path) -> None:
    before = rows_of(path)
    other = tmp_path / "other.db"
    a_populated_database(other).close()
    killed_while_writing(other, "eve")
    wal_of(path).write_bytes(wal_of(other).read_bytes())
    with pytest.raises(EnvironmentFault):
        check_schema(path)
    wal_of(path).rename(tmp_path / "elsewhere")
    assert doctor.report(path).problems == []
    assert rows_of(path) == before


def test_a_log_from_before_the_file_was_replaced_by_its_backup_is_refused(path: Path) -> None:
    backup = upkeep.backup(path, CountingClock())
    killed_while_writing(path, "eve")
    path.write_bytes(backup.read_bytes())
    with pytest.raises(EnvironmentFault, match="another database"):
        check_schema(path)


def test_a_log_from_before_the_file_was_replaced_by_an_older_copy_is_refused(path: Path) -> None:
    copy = path.read_bytes()
    database = Database(path)
    for name in ("eve", "fay", "gus"):
        people.add(database, name)
    database.close()
    killed_while_writing(path, "hal")
    path.write_bytes(copy)
    with pytest.raises(EnvironmentFault, match="another database"):
        check_schema(path)


def test_the_log_of_a_file_that_is_no_workbench_database_is_refused(path: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE t (x)")
        wal_of(path).write_bytes(wal_of(tmp_path / "other.db").read_bytes())
    with pytest.raises(EnvironmentFault, match="another database"):
        check_schema(path)


@pytest.mark.parametrize("content", [b"", b"x", b"nothing that is a log " * 100])
def test_a_log_that_is_none_is_ignored_as_sqlite_ignores_it(path: Path, content: bytes) -> None:
    wal_of(path).write_bytes(content)
    check_schema(path)


def test_the_own_journal_of_a_killed_program_is_rolled_back(path: Path) -> None:
    before = rows_of(path)
    killed_while_writing(path, "eve", mode="delete")
    assert path.with_name("data.db-journal").stat().st_size
    check_schema(path)
    assert rows_of(path) == before
    assert doctor.report(path).problems == []


def test_the_journal_of_another_database_is_refused(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    a_populated_database(other).close()
    killed_while_writing(other, "eve", mode="delete")
    log = path.with_name("data.db-journal")
    log.write_bytes(other.with_name("other.db-journal").read_bytes())
    with nothing_changes(path, log), pytest.raises(EnvironmentFault, match=r"data\.db-journal beside it"):
        check_schema(path)


def test_looking_at_a_log_gives_up_no_lock_of_this_program(path: Path) -> None:
    database = Database(path)
    people.add(database, "eve")
    with database.write() as connection:
        catalogue.add_annotator(connection, "fay", declared=False)
        leftovers.check(path)
        script = "import sys, sqlite3; sqlite3.connect(sys.argv[1], timeout=0.1).execute('BEGIN IMMEDIATE')"
        other = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, check=False)
    assert "database is locked" in other.stderr
    database.close()
    assert {"eve", "fay"} <= set(annotators(path))


def test_a_change_counts_one_transaction_and_a_look_counts_none(path: Path) -> None:
    def number() -> int:
        with closing(sqlite3.connect(path)) as connection:
            return int(connection.execute("PRAGMA user_version").fetchone()[0])

    database = Database(path)
    before = number()
    people.add(database, "eve")
    assert number() == before + 1
    people.add(database, "eve")
    people.list_people(database)
    assert number() == before + 1
    database.close()


def test_a_change_of_the_schema_alone_is_kept_too(path: Path) -> None:
    database = Database(path)
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE later (x)")
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM later").scalar_one() == 0
    database.close()


def test_a_foreign_log_is_found_behind_a_link_too(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    a_populated_database(other).close()
    killed_while_writing(other, "eve")
    wal_of(path).write_bytes(wal_of(other).read_bytes())
    (tmp_path / "link.db").symlink_to(path)
    with pytest.raises(EnvironmentFault, match="another database"):
        check_schema(tmp_path / "link.db")


def written_by_another_tool(path: Path, sql: str) -> bytes:
    """Return the log that another tool leaves which knows nothing of our count of transactions."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(sql)
        return wal_of(path).read_bytes()


def test_a_log_that_another_tool_wrote_into_this_file_is_played_back(path: Path) -> None:
    before = path.read_bytes()
    log = written_by_another_tool(path, "UPDATE annotators SET name = 'eve' WHERE name = 'ana'")
    path.write_bytes(before)
    wal_of(path).write_bytes(log)
    check_schema(path)
    assert "eve" in annotators(path)


def test_a_log_that_another_tool_wrote_into_another_file_is_refused(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "other.db"
    other.parent.mkdir()
    upkeep.init(other)
    log = written_by_another_tool(other, "INSERT INTO annotators (uid, name) VALUES ('u', 'eve')")
    wal_of(path).write_bytes(log)
    with nothing_changes(path, wal_of(path)), pytest.raises(EnvironmentFault, match="another database"):
        check_schema(path)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["data.db", "data.db-wal", "other"]


def test_another_tool_that_is_at_work_on_the_file_is_not_in_the_way(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for name in ("eve", "fay"):
            connection.execute(f"UPDATE annotators SET name = '{name}' WHERE uid = 'annotator-ana'")
            check_schema(path)
            assert name in [person.name for person in people.list_people(Database(path))]
        people.add(database := Database(path), "gus")
        database.close()
        connection.execute("UPDATE annotators SET name = 'hal' WHERE uid = 'annotator-ana'")
    assert {"gus", "hal"} <= set(annotators(path))
