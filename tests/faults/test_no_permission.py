"""Files and folders that may be read and not written: everything can be looked at, nothing pretends to be saved."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.running import Ran, run
from tests.faults.conftest import Disk, without_rights
from workbench.errors import EnvironmentFault
from workbench.services import doctor, people, upkeep
from workbench.services.clock import CountingClock
from workbench.storage.engine import Database

LOOKS = (["status"], ["doctor"], ["labels", "list"], ["annotators", "list"], ["labels", "save"])
CHANGES = (["annotators", "add", "eve"], ["labels", "archive", "claim"], ["downgrade"], ["backup"])


def look_and_change(path: Path) -> list[Ran]:
    """Check that looking works and changing does not; return what the changes said."""
    before = path.read_bytes(), path.stat().st_mtime_ns, sorted(path.parent.iterdir())
    for command in LOOKS:
        assert run(*command, db=path).code == 0, command
    refused = [run(*command, db=path) for command in CHANGES]
    assert (path.read_bytes(), path.stat().st_mtime_ns, sorted(path.parent.iterdir())) == before
    return refused


def test_a_read_only_disk_can_be_looked_at_and_says_so_when_something_is_to_change(disk: Disk, path: Path) -> None:
    shutil.copy(path, disk.folder / "data.db")
    disk.make_read_only()
    for refused in look_and_change(disk.folder / "data.db"):
        assert refused.code == 3
        assert "is read-only. Make the file and its folder writable, or copy it elsewhere." in refused.err


def test_a_file_and_folder_of_somebody_else_can_be_looked_at(foreign_folder: Path, path: Path) -> None:
    mine = foreign_folder / "data.db"
    shutil.copy(path, mine)
    mine.chmod(0o444)
    foreign_folder.chmod(0o555)
    with without_rights():
        for refused in look_and_change(mine):
            assert refused.code == 3
            assert "is read-only" in refused.err or "no permission" in refused.err


def test_a_read_only_file_in_a_folder_that_is_not_can_be_looked_at(foreign_folder: Path, path: Path) -> None:
    mine = foreign_folder / "data.db"
    shutil.copy(path, mine)
    mine.chmod(0o444)
    foreign_folder.chmod(0o777)
    with without_rights():
        assert run("status", db=mine).code == 0
        refused = run("annotators", "add", "eve", db=mine)
    assert refused.code == 3
    assert "is read-only" in refused.err
    assert [entry.name for entry in foreign_folder.iterdir()] == ["data.db"]


def test_a_file_that_may_not_even_be_read_says_so(foreign_folder: Path, path: Path) -> None:
    mine = foreign_folder / "data.db"
    shutil.copy(path, mine)
    mine.chmod(0o000)
    with without_rights():
        ran = run("status", db=mine)
    assert ran.code == 3
    assert "no permission" in ran.err


def test_a_folder_that_may_not_be_entered_says_so(foreign_folder: Path, path: Path) -> None:
    shutil.copy(path, foreign_folder / "data.db")
    foreign_folder.chmod(0o600)
    with without_rights():
        ran = run("status", db=foreign_folder / "data.db")
        made = run("init", db=foreign_folder / "new.db")
    assert (ran.code, made.code) == (3, 3)
    assert "permission" in ran.err
    assert "permission" in made.err


def test_no_database_is_made_in_a_folder_that_is_read_only(foreign_folder: Path) -> None:
    foreign_folder.chmod(0o555)
    with without_rights():
        ran = run("init", db=foreign_folder / "new.db")
    assert ran.code == 3
    assert "no permission" in ran.err


def test_a_log_left_in_a_read_only_place_is_not_overlooked(disk: Disk, path: Path) -> None:
    mine = disk.folder / "data.db"
    shutil.copy(path, mine)
    database = Database(mine)
    people.add(database, "eve")
    kept = [(name, mine.with_name(name).read_bytes()) for name in ("data.db", "data.db-wal")]
    database.close()
    for name, content in kept:
        mine.with_name(name).write_bytes(content)
    disk.make_read_only()
    ran = run("annotators", "list", db=mine)
    assert (ran.code, "eve" in ran.out) in ((0, True), (3, False))
    if ran.code:
        assert "data.db-wal" in ran.err


def test_a_place_that_becomes_read_only_keeps_the_change_from_being_lost_in_silence(disk: Disk, path: Path) -> None:
    shutil.copy(path, disk.folder / "data.db")
    database = Database(disk.folder / "data.db")
    people.list_people(database)
    database.close()
    disk.make_read_only()
    with pytest.raises(EnvironmentFault, match="is read-only"):
        people.add(database, "eve")
    assert "eve" not in [person.name for person in people.list_people(database)]


def test_a_backup_of_a_read_only_disk_goes_elsewhere(disk: Disk, path: Path, tmp_path: Path) -> None:
    shutil.copy(path, disk.folder / "data.db")
    disk.make_read_only()
    made = upkeep.backup(disk.folder / "data.db", CountingClock(), tmp_path / "kept.db")
    assert doctor.report(made).problems == []
    people.add(Database(made), "eve")
