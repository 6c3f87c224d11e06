"""Another program on the same file: locks, two writers, files that are moved, replaced or gone while open."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.running import run
from tests.services.dumps import rows_of
from workbench.errors import EnvironmentFault
from workbench.services import doctor, people, upkeep
from workbench.services.clock import CountingClock
from workbench.storage.engine import Database

Start = Callable[[Path, str], subprocess.Popen[str]]
LOCKED = "is locked by another program. Close what is using it, then try again."


def names(path: Path) -> list[str]:
    return [person.name for person in people.list_people(Database(path))]


def test_a_change_waits_for_a_lock_and_then_says_who_is_in_the_way(path: Path, other_program: Start) -> None:
    holder = other_program(path, "BEGIN IMMEDIATE")
    database = Database(path, busy_timeout_ms=50)
    with pytest.raises(EnvironmentFault, match=LOCKED):
        people.add(database, "eve")
    assert "eve" not in [person.name for person in people.list_people(database)]
    holder.kill()
    holder.wait()
    people.add(database, "eve")
    database.close()
    assert "eve" in names(path)
    assert doctor.report(path).problems == []


def test_looking_goes_on_while_another_program_writes(path: Path, other_program: Start) -> None:
    other_program(path, "BEGIN IMMEDIATE; UPDATE project SET name = 'half done'")
    assert upkeep.status(Database(path)).project == "harbour"
    assert doctor.report(path).problems == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", [["annotators", "add", "eve"], ["downgrade"], ["labels", "archive", "claim"], ["status"]]
)
def test_every_command_waits_five_seconds_for_an_exclusive_lock_and_gives_up(
    path: Path, other_program: Start, command: list[str]
) -> None:
    before = path.read_bytes()
    other_program(path, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE")
    ran = run(*command, db=path)
    assert ran.code == 3
    assert LOCKED in ran.err
    assert path.read_bytes()[100:] == before[100:]


def test_a_database_that_is_open_elsewhere_is_not_replaced(path: Path, other_program: Start) -> None:
    backup = upkeep.backup(path, CountingClock())
    before = path.read_bytes()
    other_program(path, "SELECT count(*) FROM labels")
    ran = run("restore", backup, db=path)
    assert ran.code == 3
    assert LOCKED in ran.err
    assert path.read_bytes() == before


WRITER = """
import sys
from pathlib import Path
from workbench.services import people
from workbench.storage.engine import Database
database = Database(Path(sys.argv[1]))
for number in range(60):
    people.add(database, f"{sys.argv[2]} {number}")
    print(number, flush=True)
"""


@pytest.mark.parametrize("network", ["0", "1"])
def test_two_programs_write_one_file_and_nothing_is_lost(
    path: Path, monkeypatch: pytest.MonkeyPatch, network: str
) -> None:
    monkeypatch.setenv("WORKBENCH_NETWORK_FILE_SYSTEM", network)
    programs = [subprocess.Popen([sys.executable, "-c", WRITER, path, name]) for name in ("one", "two")]
    assert [program.wait() for program in programs] == [0, 0]
    expected = {f"{name} {number}" for name in ("one", "two") for number in range(60)}
    assert expected <= set(names(path))
    assert doctor.report(path).problems == []


@pytest.mark.slow
def test_a_program_killed_while_writing_loses_nothing_that_it_acknowledged(path: Path) -> None:
    for attempt in range(8):
        program = subprocess.Popen(
            [sys.executable, "-c", WRITER, path, f"run {attempt}"], stdout=subprocess.PIPE, text=True
        )
        assert program.stdout is not None
        acknowledged = [int(program.stdout.readline()) for _ in range(attempt * 7 + 1)]
        program.kill()
        acknowledged += [int(line) for line in program.stdout]
        program.wait()
        program.stdout.close()
        assert {f"run {attempt} {number}" for number in acknowledged} <= set(names(path))
        assert doctor.report(path).problems == []


def test_a_change_is_not_saved_into_a_file_that_was_deleted(path: Path, tmp_path: Path) -> None:
    database = Database(path)
    people.add(database, "eve")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for entry in tmp_path.glob("data.db*"):
        entry.rename(elsewhere / entry.name)
    with pytest.raises(EnvironmentFault, match="was moved or deleted while it was open; this change is not saved"):
        people.add(database, "fay")
    for entry in elsewhere.iterdir():
        entry.rename(tmp_path / entry.name)
    people.add(database, "gus")
    database.close()
    assert "gus" in names(path)
    assert "fay" not in names(path)


def test_a_folder_that_vanishes_takes_no_change_with_it_unnoticed(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    shutil.copy(path, folder / "data.db")
    database = Database(folder / "data.db")
    people.add(database, "eve")
    shutil.rmtree(folder)
    with pytest.raises(EnvironmentFault, match="not saved"):
        people.add(database, "fay")
    database.close()
    with pytest.raises(EnvironmentFault, match="there is no such database"):
        people.add(database, "fay")


def test_a_change_is_not_saved_into_a_file_that_was_replaced_but_into_the_new_one_when_tried_again(
    path: Path, tmp_path: Path
) -> None:
    shutil.copy(path, tmp_path / "other.db")
    database = Database(path)
    people.add(database, "eve")
    (tmp_path / "other.db").replace(path)
    path.with_name("data.db-wal").unlink()
    path.with_name("data.db-shm").unlink()
    with pytest.raises(EnvironmentFault, match="was replaced by another file while it was open"):
        people.add(database, "fay")
    people.add(database, "fay")
    database.close()
    assert "fay" in names(path)
    assert doctor.report(path).problems == []


def test_a_network_file_system_is_written_without_a_shared_log(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WORKBENCH_NETWORK_FILE_SYSTEM", "1")
    rows = rows_of(path)
    assert run("annotators", "add", "eve", db=path).code == 0
    assert upkeep.status(Database(path)).journal_mode == "delete"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["data.db"]
    ran = run("doctor", db=path)
    assert ran.code == 0
    assert "network file system" in ran.out
    assert run("downgrade", db=path).code == 0
    assert run("upgrade", db=path).code == 0
    assert upkeep.status(Database(path)).journal_mode == "delete"
    monkeypatch.setenv("WORKBENCH_NETWORK_FILE_SYSTEM", "0")
    assert run("annotators", "add", "fay", db=path).code == 0
    assert upkeep.status(Database(path)).journal_mode == "wal"
    assert len(rows_of(path)["annotators"]) == len(rows["annotators"]) + 2
