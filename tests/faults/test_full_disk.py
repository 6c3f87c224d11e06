"""A disk without room, for real: a sentence, exit code 3, nothing lost, and the same work goes on afterwards."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.running import run
from tests.faults.conftest import Disk
from tests.services.dumps import rows_of
from workbench.domain import editing
from workbench.domain.labels import CLAIM
from workbench.domain.span import Fragment
from workbench.errors import EnvironmentFault
from workbench.services import annotating, doctor, people, upkeep
from workbench.services.clock import CountingClock, SystemClock
from workbench.storage.engine import Database

FULL = "the disk is full. Free some space, then try again."


@pytest.fixture
def full(disk: Disk, path: Path) -> Path:
    """A populated database on the small disk, which has room left."""
    shutil.copy(path, disk.folder / "data.db")
    return disk.folder / "data.db"


def test_no_database_is_made_where_there_is_no_room(disk: Disk) -> None:
    disk.fill(leaving=50_000)
    ran = run("init", db=disk.folder / "new.db")
    assert ran.code == 3
    assert FULL in ran.err
    assert disk.names() == []


def test_a_change_that_does_not_fit_is_not_saved_and_can_be_tried_again(disk: Disk, full: Path) -> None:
    database = Database(full)
    people.add(database, "eve")
    before = [person.name for person in people.list_people(database)]
    disk.fill()
    with pytest.raises(EnvironmentFault, match=FULL):
        for number in range(200):
            people.add(database, f"number {number}")
            before.append(f"number {number}")
    assert sorted(person.name for person in people.list_people(database)) == sorted(before)
    disk.free_up()
    people.add(database, "fay")
    database.close()
    assert sorted(person.name for person in people.list_people(Database(full))) == sorted([*before, "fay"])
    assert doctor.report(full).problems == []


def test_an_annotation_that_does_not_fit_is_not_saved_and_the_same_operation_goes_in_later(
    disk: Disk, full: Path
) -> None:
    database, clock = Database(full), SystemClock()
    opened = annotating.open_document(database, "quay", "dia")
    desk = editing.Desk(opened.text, opened.label_set, clock)
    operation = editing.tag(desk, opened.annotations, CLAIM.uid, [Fragment(4, 12)])
    disk.fill()
    with pytest.raises(EnvironmentFault, match=FULL):
        annotating.record(database, "quay", "dia", operation, opened.version, opened.text)
    assert annotating.open_document(database, "quay", "dia").annotations == opened.annotations
    disk.free_up()
    annotating.record(database, "quay", "dia", operation, opened.version, opened.text)
    database.close()
    assert len(annotating.open_document(Database(full), "quay", "dia").annotations.annotations) == 1
    assert doctor.report(full).problems == []


def test_reading_goes_on_where_there_is_no_room_at_all(disk: Disk, full: Path) -> None:
    disk.fill()
    assert run("labels", "list", db=full).code in (0, 3)
    disk.free_up()
    assert doctor.report(full).problems == []


@pytest.mark.parametrize("room", [0, 30_000, 120_000, 240_000, 300_000])
def test_an_upgrade_without_room_leaves_the_file_as_it_was(disk: Disk, full: Path, room: int) -> None:
    newest = rows_of(full)
    upkeep.downgrade(full, CountingClock()).backup.unlink()
    before, names = rows_of(full), disk.names()
    disk.fill(leaving=room)
    ran = run("upgrade", db=full)
    disk.free_up()
    if ran.code:
        assert (ran.code, FULL in ran.err) == (3, True)
        assert rows_of(full) == before
        assert disk.names() == names
        assert run("upgrade", db=full).code == 0
    assert rows_of(full) == newest
    assert doctor.report(full).problems == []


def test_a_backup_without_room_names_the_folder_and_leaves_nothing(disk: Disk, path: Path) -> None:
    disk.fill(leaving=40_000)
    ran = run("backup", disk.folder / "kept.db", db=path)
    assert ran.code == 3
    assert f"{disk.folder}: there is no room for the copy: the disk is full" in ran.err
    assert disk.names() == []


def test_a_restore_without_room_leaves_everything_as_it_was(disk: Disk, full: Path, path: Path) -> None:
    people.add(database := Database(full), "eve")
    database.close()
    before, names = rows_of(full), disk.names()
    disk.fill(leaving=40_000)
    ran = run("restore", path, db=full)
    assert ran.code == 3
    assert "disk is full" in ran.err
    assert (rows_of(full), disk.names()) == (before, names)
    assert doctor.report(full).problems == []


def test_a_label_file_without_room_is_not_half_written(disk: Disk, path: Path) -> None:
    disk.fill()
    ran = run("labels", "save", disk.folder / "labels.toml", db=path)
    assert ran.code == 3
    assert disk.names() == []
