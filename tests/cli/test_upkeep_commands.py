"""init, status, doctor, backup, restore, upgrade and downgrade as scripts use them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.running import run
from tests.services.dumps import rows_of
from tests.services.populated import a_populated_database
from workbench.services import upkeep
from workbench.services.clock import CountingClock
from workbench.storage.models import REVISIONS

OLDER, NEWEST = REVISIONS[-2:]

STATUS_KEYS = {
    "path",
    "bytes",
    "log_bytes",
    "journal_mode",
    "schema",
    "project",
    "annotators",
    "documents",
    "codepoints",
    "sets",
    "gold",
    "imported",
    "annotations",
    "links",
    "decisions",
    "last_backup",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    database = a_populated_database(tmp_path / "data.db")
    database.close()
    return database.path


def test_init_makes_a_database_that_status_describes(tmp_path: Path) -> None:
    made = run("init", "--name", "harbour", db=tmp_path / "new.db")
    assert (made.code, made.out, made.err) == (0, "", f"made {tmp_path / 'new.db'}\n")
    found = json.loads(run("status", "--json", db=tmp_path / "new.db").out)
    assert found.keys() == STATUS_KEYS
    assert found["project"] == "harbour"
    assert found["path"] == str(tmp_path / "new.db")


def test_init_finds_the_database_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_DB", str(tmp_path / "new.db"))
    assert run("init").code == 0
    assert (tmp_path / "new.db").exists()


def test_init_makes_the_users_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORKBENCH_DB", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr("sys.platform", "linux")
    assert run("init").code == 0
    assert (tmp_path / "share" / "workbench" / "workbench.db").exists()


def test_init_again_is_a_wrong_use_unless_only_a_missing_one_is_wanted(path: Path) -> None:
    again = run("init", db=path)
    assert again.code == 2
    assert "is a database already and is left alone" in again.err
    assert run("init", "--if-missing", db=path).code == 0


def test_status_reads_like_a_sentence_or_two(path: Path) -> None:
    shown = run("status", db=path)
    assert shown.code == 0
    assert "documents    2 (" in shown.out
    assert "annotators   ana, ben, cy, dia\n" in shown.out
    assert "sets         1 in progress, 3 finished, 1 gold, 1 imported\n" in shown.out
    assert "last backup  none beside the database\n" in shown.out


@pytest.mark.parametrize(
    "command", [["status"], ["doctor"], ["backup"], ["upgrade"], ["downgrade"], ["labels", "list"]]
)
def test_without_a_database_the_sentence_says_how_to_make_one(tmp_path: Path, command: list[str]) -> None:
    ran = run(*command, db=tmp_path / "none.db")
    assert ran.code == 3
    assert ran.err == f"error: {tmp_path / 'none.db'}: there is no such database. Make it with `workbench init`.\n"


@pytest.mark.parametrize("command", [["status"], ["doctor"], ["labels", "list"], ["annotators", "add", "eve"]])
def test_an_old_database_is_refused_with_the_sentence_that_mends_it(path: Path, command: list[str]) -> None:
    upkeep.downgrade(path, CountingClock())
    before = path.read_bytes()
    ran = run(*command, db=path)
    assert ran.code == 3
    assert "was made by an older release" in ran.err
    assert "workbench upgrade" in ran.err
    assert path.read_bytes() == before


@pytest.mark.parametrize("command", ["status", "doctor", "upgrade", "downgrade"])
def test_a_newer_database_is_refused_and_left_alone(path: Path, command: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()
    ran = run(command, db=path)
    assert ran.code == 3
    assert "newer release of the workbench and is left alone" in ran.err
    assert path.read_bytes() == before


def test_downgrade_and_upgrade_say_where_the_backups_are(path: Path) -> None:
    rows = rows_of(path)
    down = run("downgrade", db=path)
    assert down.code == 0
    assert f"went from schema {NEWEST} to {OLDER}" in down.err
    up = run("upgrade", db=path)
    assert up.code == 0
    assert f"went from schema {OLDER} to {NEWEST}" in up.err
    assert f"backup-{OLDER}-" in up.err
    assert rows_of(path) == rows
    assert f"is at schema {NEWEST} already" in run("upgrade", db=path).err


def test_a_downgrade_to_nowhere_is_a_wrong_use(path: Path) -> None:
    ran = run("downgrade", "--to", "9999", db=path)
    assert ran.code == 2
    assert "Older ones are " in ran.err


def test_backup_prints_where_the_copy_is_and_restore_brings_it_back(path: Path, tmp_path: Path) -> None:
    rows = rows_of(path)
    kept = run("backup", tmp_path / "kept.db", db=path)
    assert (kept.code, kept.out) == (0, f"{tmp_path / 'kept.db'}\n")
    run("annotators", "add", "eve", db=path)
    back = run("restore", tmp_path / "kept.db", db=path)
    assert back.code == 0
    assert "the replaced file is now" in back.err
    assert rows_of(path) == rows


def test_a_backup_over_a_file_is_a_wrong_use(path: Path, tmp_path: Path) -> None:
    (tmp_path / "kept.db").write_text("mine")
    assert run("backup", tmp_path / "kept.db", db=path).code == 2


def test_doctor_is_silent_on_standard_output_when_all_is_well(path: Path) -> None:
    ran = run("doctor", db=path)
    assert (ran.code, ran.out, ran.err) == (0, "", f"{path}: nothing is wrong\n")


def test_doctor_names_the_broken_row_and_mends_it_only_when_told_to(path: Path) -> None:
    rows = rows_of(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE fragments SET quote = 'x' WHERE quote = 'Mara Lind'")
    ran = run("doctor", db=path)
    assert ran.code == 1
    assert "document \"bridge\", annotation a1 (ana): quotes 'x', but the text at 2-11 is 'Mara Lind'" in ran.out
    assert "3 problems; `workbench doctor --repair` can mend 3" in ran.err
    mended = run("doctor", "--repair", db=path)
    assert mended.code == 0
    assert "mended 3 rows; as it was before: " in mended.err
    assert rows_of(path) == rows
    assert "nothing to mend" in run("doctor", "--repair", db=path).err


def test_doctor_tells_programs_what_is_wrong(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE documents SET utf8 = utf8 + 1 WHERE uid = 'quay'")
    ran = run("doctor", "--json", db=path)
    assert ran.code == 1
    found = json.loads(ran.out)
    assert found["ok"] is False
    assert found["problems"][0]["where"] == 'document "quay"'


def test_a_name_with_control_characters_does_not_reach_the_terminal(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE annotators SET name = char(27) || '[31m' WHERE name = 'ana'")
    assert "\x1b" not in run("status", db=path).out
