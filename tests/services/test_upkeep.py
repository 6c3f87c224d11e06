"""The life of a database file: made, copied, put back and described."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from tests.services.dumps import rows_of
from tests.services.populated import a_populated_database
from workbench.domain.labels import DEFAULT_LABEL_SET
from workbench.errors import EnvironmentFault, Exit, NeedsUpgrade, TooNew, UsageError
from workbench.services import doctor, labelling, people, upkeep
from workbench.services.clock import CountingClock
from workbench.storage.engine import Database, check_schema
from workbench.storage.models import APPLICATION_ID, REVISIONS

OLDER, NEWEST = REVISIONS[-2:]
LATER = CountingClock("2026-03-02T09:00:01Z")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    database = a_populated_database(tmp_path / "data.db")
    database.close()
    return database.path


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def pragma(path: Path, name: str) -> object:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]


def set_revision(path: Path, revision: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))


# init


def test_a_new_database_is_private_ours_and_in_wal_mode(tmp_path: Path) -> None:
    assert upkeep.init(tmp_path / "new.db")
    assert mode_of(tmp_path / "new.db") == 0o600
    assert pragma(tmp_path / "new.db", "application_id") == APPLICATION_ID
    assert pragma(tmp_path / "new.db", "journal_mode") == "wal"
    assert [entry.name for entry in tmp_path.iterdir()] == ["new.db"]


def test_a_new_database_has_the_default_labels_and_the_name_it_was_given(tmp_path: Path) -> None:
    upkeep.init(tmp_path / "new.db", name="harbour")
    database = Database(tmp_path / "new.db")
    assert labelling.label_set_of(database) == DEFAULT_LABEL_SET
    assert upkeep.status(database).project == "harbour"


def test_the_project_is_not_named_after_the_file(tmp_path: Path) -> None:
    upkeep.init(tmp_path / "new.db")
    assert upkeep.status(Database(tmp_path / "new.db")).project == "untitled"


def test_on_a_network_file_system_a_new_database_uses_no_shared_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_NETWORK_FILE_SYSTEM", "1")
    upkeep.init(tmp_path / "new.db")
    database = Database(tmp_path / "new.db")
    people.add(database, "ana")
    assert upkeep.status(database).journal_mode == "delete"
    database.close()
    assert [entry.name for entry in tmp_path.iterdir()] == ["new.db"]


def test_a_database_that_is_there_is_never_overwritten(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(UsageError, match="is a database already"):
        upkeep.init(path)
    assert path.read_bytes() == before


def test_a_database_that_is_there_is_fine_when_only_a_missing_one_was_wanted(path: Path) -> None:
    before = path.read_bytes()
    assert not upkeep.init(path, if_missing=True)
    assert path.read_bytes() == before


def test_an_old_database_is_not_fine_when_only_a_missing_one_was_wanted(path: Path) -> None:
    upkeep.downgrade(path, CountingClock())
    with pytest.raises(NeedsUpgrade):
        upkeep.init(path, if_missing=True)


@pytest.mark.parametrize("content", [b"", b"Mara Lind said"])
def test_any_other_file_is_never_overwritten(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "notes.txt").write_bytes(content)
    with pytest.raises(UsageError, match="exists already"):
        upkeep.init(tmp_path / "notes.txt")
    assert (tmp_path / "notes.txt").read_bytes() == content


def test_missing_folders_are_made_only_where_that_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="its folder is not there"):
        upkeep.init(tmp_path / "a" / "b" / "new.db")
    upkeep.init(tmp_path / "a" / "b" / "new.db", make_folder=True)
    assert mode_of(tmp_path / "a" / "b") == 0o700


def test_a_log_of_an_earlier_database_keeps_a_new_one_from_being_made(tmp_path: Path) -> None:
    (tmp_path / "new.db-wal").write_bytes(b"x")
    with pytest.raises(EnvironmentFault, match=r"new\.db-wal of an earlier database"):
        upkeep.init(tmp_path / "new.db")
    assert [entry.name for entry in tmp_path.iterdir()] == ["new.db-wal"]


# upgrade and downgrade


def test_an_upgrade_leaves_a_private_backup_with_version_and_time_in_its_name(path: Path) -> None:
    upkeep.downgrade(path, CountingClock())
    before = rows_of(path)
    done = upkeep.upgrade(path, LATER)
    assert done.backup is not None
    assert done.backup.name == f"data.backup-{OLDER}-20260302T090001Z.db"
    assert mode_of(done.backup) == 0o600
    assert rows_of(done.backup) == before
    assert (done.before, done.after) == (OLDER, NEWEST)


def test_an_upgraded_database_is_sound_and_in_wal_mode(path: Path) -> None:
    upkeep.downgrade(path, CountingClock())
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    upkeep.upgrade(path, LATER)
    assert pragma(path, "journal_mode") == "wal"
    assert doctor.report(path).problems == []


def test_a_newest_database_needs_no_upgrade_and_gets_no_backup(path: Path) -> None:
    before = path.read_bytes()
    assert upkeep.upgrade(path, CountingClock()).backup is None
    assert path.read_bytes() == before
    assert upkeep.backups(path) == []


@pytest.mark.parametrize("change", [upkeep.upgrade, upkeep.downgrade])
def test_a_newer_database_is_refused_and_left_alone(path: Path, change) -> None:
    set_revision(path, "9999")
    before = path.read_bytes()
    with pytest.raises(TooNew, match="newer release of the workbench and is left alone") as error:
        change(path, CountingClock())
    assert error.value.exit_code is Exit.ENVIRONMENT
    assert path.read_bytes() == before


def test_there_is_no_way_back_before_the_first_schema(path: Path) -> None:
    upkeep.downgrade(path, CountingClock(), REVISIONS[0])
    with pytest.raises(UsageError, match="is at the first schema"):
        upkeep.downgrade(path, LATER)


@pytest.mark.parametrize("revision", [NEWEST, "9999", "nonsense", "base", "-1"])
def test_a_downgrade_goes_to_known_older_schemas_only(path: Path, revision: str) -> None:
    with pytest.raises(UsageError, match=f"Older ones are .*{OLDER}"):
        upkeep.downgrade(path, CountingClock(), revision)


def test_a_downgrade_can_name_its_schema(path: Path) -> None:
    assert upkeep.downgrade(path, CountingClock(), REVISIONS[0]).after == REVISIONS[0]


def test_two_backups_in_one_second_have_two_names(path: Path) -> None:
    clock = CountingClock()
    names = [upkeep.backup(path, clock).name for _ in range(3)]
    assert names == [f"data.backup-{NEWEST}-20260302T090000Z{end}.db" for end in ("", "-2", "-3")]


# backup and restore


def test_a_backup_holds_everything_and_is_private(path: Path, tmp_path: Path) -> None:
    made = upkeep.backup(path, CountingClock(), tmp_path / "kept.db")
    assert rows_of(made) == rows_of(path)
    assert mode_of(made) == 0o600
    check_schema(made)


def test_a_backup_is_made_while_others_write(path: Path, tmp_path: Path) -> None:
    database = Database(path)
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE project SET name = 'half done'")
        upkeep.backup(path, CountingClock(), tmp_path / "kept.db")
    database.close()
    assert upkeep.status(Database(tmp_path / "kept.db")).project == "harbour"


def test_a_backup_holds_what_is_still_in_the_log(path: Path, tmp_path: Path) -> None:
    database = Database(path)
    people.add(database, "eve")
    upkeep.backup(path, CountingClock(), tmp_path / "kept.db")
    assert "eve" in [person.name for person in people.list_people(Database(tmp_path / "kept.db"))]
    database.close()


def test_a_backup_overwrites_nothing(path: Path, tmp_path: Path) -> None:
    (tmp_path / "kept.db").write_text("mine")
    with pytest.raises(UsageError, match="exists already"):
        upkeep.backup(path, CountingClock(), tmp_path / "kept.db")
    assert (tmp_path / "kept.db").read_text() == "mine"


def test_a_backup_into_a_folder_gets_its_usual_name_there(path: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    made = upkeep.backup(path, CountingClock(), tmp_path / "kept")
    assert made == tmp_path / "kept" / f"data.backup-{NEWEST}-20260302T090000Z.db"


def test_restoring_brings_everything_back_and_keeps_the_replaced_file(path: Path, tmp_path: Path) -> None:
    backup = upkeep.backup(path, CountingClock())
    before = rows_of(path)
    database = Database(path)
    people.add(database, "eve")
    database.close()
    changed = rows_of(path)
    restored = upkeep.restore(path, backup, LATER)
    assert rows_of(path) == before
    assert restored.kept == tmp_path / "data.replaced-20260302T090001Z.db"
    assert rows_of(restored.kept) == changed
    assert pragma(path, "journal_mode") == "wal"
    assert mode_of(path) == 0o600
    assert backup.exists()


def test_restoring_where_there_is_no_file_keeps_nothing(path: Path, tmp_path: Path) -> None:
    restored = upkeep.restore(tmp_path / "fresh.db", path, CountingClock())
    assert restored.kept is None
    assert rows_of(tmp_path / "fresh.db") == rows_of(path)


def test_what_was_only_in_the_log_is_in_the_file_that_is_kept(path: Path) -> None:
    backup = upkeep.backup(path, CountingClock())
    copy_killed_with_a_log(path)
    restored = upkeep.restore(path, backup, LATER)
    assert restored.kept is not None
    names = [row[3] for row in rows_of(restored.kept)["annotators"]]
    assert "eve" in names
    assert not path.with_name("data.db-wal").exists()


def copy_killed_with_a_log(path: Path) -> None:
    """Leave file and log as a killed program does: a change in the log alone."""
    database = Database(path)
    people.add(database, "eve")
    kept = {name: path.with_name(name).read_bytes() for name in ("data.db", "data.db-wal")}
    database.close()
    for name, content in kept.items():
        path.with_name(name).write_bytes(content)


def test_a_damaged_database_can_be_replaced_and_is_kept_with_its_log(path: Path) -> None:
    backup = upkeep.backup(path, CountingClock())
    before = rows_of(path)
    copy_killed_with_a_log(path)
    path.write_bytes(b"\0" * 5000)
    restored = upkeep.restore(path, backup, LATER)
    assert rows_of(path) == before
    assert restored.kept is not None
    assert restored.kept.read_bytes() == b"\0" * 5000
    assert restored.kept.with_name(restored.kept.name + "-wal").exists()
    assert doctor.report(path).problems == []


@pytest.mark.parametrize("hold", ["read", "write"])
def test_restoring_is_refused_while_another_program_has_the_database_open(path: Path, hold: str) -> None:
    backup = upkeep.backup(path, CountingClock())
    other = Database(path)
    before = path.read_bytes()
    with getattr(other, hold)() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM labels").all()
        with pytest.raises(EnvironmentFault, match="is locked by another program"):
            upkeep.restore(path, backup, LATER)
    other.close()
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*replaced*"))
    assert not list(path.parent.glob("*.part"))


def test_a_damaged_backup_is_refused_and_nothing_changes(path: Path) -> None:
    backup = upkeep.backup(path, CountingClock())
    with backup.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 40960)
    before = path.read_bytes()
    with pytest.raises(EnvironmentFault, match="is damaged"):
        upkeep.restore(path, backup, LATER)
    assert path.read_bytes() == before


def test_a_backup_whose_rows_refer_to_nothing_is_refused(path: Path) -> None:
    backup = upkeep.backup(path, CountingClock())
    with closing(sqlite3.connect(backup)) as connection, connection:
        connection.execute("UPDATE links SET type_id = 99")
    with pytest.raises(EnvironmentFault, match="1 rows refer to rows that are not there"):
        upkeep.restore(path, backup, LATER)


def test_a_newer_backup_is_refused(path: Path) -> None:
    backup = upkeep.backup(path, CountingClock())
    set_revision(backup, "9999")
    before = path.read_bytes()
    with pytest.raises(TooNew):
        upkeep.restore(path, backup, LATER)
    assert path.read_bytes() == before


def test_an_older_backup_can_be_restored_and_then_upgraded(path: Path) -> None:
    before = rows_of(path)
    upkeep.downgrade(path, CountingClock())
    older = upkeep.backup(path, LATER)
    upkeep.upgrade(path, LATER)
    assert upkeep.restore(path, older, LATER).revision == OLDER
    upkeep.upgrade(path, CountingClock("2026-03-02T09:00:02Z"))
    assert rows_of(path) == before


@pytest.mark.parametrize("content", [b"", b"Mara Lind said " * 100])
def test_what_is_not_a_backup_is_refused(path: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "other").write_bytes(content)
    with pytest.raises(EnvironmentFault, match="is not a workbench database"):
        upkeep.restore(path, tmp_path / "other", CountingClock())


def test_a_database_cannot_be_restored_from_itself(path: Path) -> None:
    with pytest.raises(UsageError, match="is the database itself"):
        upkeep.restore(path, path, CountingClock())


# status


def test_status_counts_everything(path: Path) -> None:
    found = upkeep.status(Database(path)).to_json()
    assert found["documents"] == 2
    assert found["annotators"] == ["ana", "ben", "cy", "dia"]
    assert found["sets"] == {"new": 0, "in_progress": 1, "finished": 3, "ignored": 0}
    assert (found["gold"], found["imported"]) == (1, 1)
    assert found["annotations"] == {"claim": 2, "speaker": 3, "figure": 1, "source": 0, "hedge": 1}
    assert (found["links"], found["decisions"]) == (1, 2)
    assert found["schema"] == {"revision": NEWEST, "newest": NEWEST}
    assert found["last_backup"] is None


def test_status_knows_the_latest_backup_beside_the_database(path: Path) -> None:
    upkeep.backup(path, LATER)
    latest = upkeep.backup(path, CountingClock("2026-03-05T10:20:30Z"))
    upkeep.backup(path, CountingClock())
    path.with_name("data.backup-mine.db").write_text("")
    found = upkeep.status(Database(path)).to_json()["last_backup"]
    assert found == {"path": str(latest), "made": "2026-03-05T10:20:30Z"}


def test_of_two_backups_made_in_one_second_the_later_one_is_the_latest(path: Path) -> None:
    upkeep.downgrade(path, CountingClock())
    upkeep.upgrade(path, CountingClock())
    made = [each.path.name for each in upkeep.backups(path)]
    assert made == [f"data.backup-{revision}-20260302T090000Z.db" for revision in (NEWEST, OLDER)]


def test_looking_changes_neither_bytes_nor_times(path: Path) -> None:
    before = path.read_bytes(), path.stat().st_mtime_ns
    for _ in range(2):
        database = Database(path)
        check_schema(path)
        upkeep.status(database)
        labelling.list_labels(database)
        people.list_people(database)
        database.close()
        doctor.report(path)
        upkeep.backup(path, LATER)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert not path.with_name("data.db-wal").exists()
