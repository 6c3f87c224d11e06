"""Files that are no database, or no longer a whole one: named for what they are, and left as they are."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.cli.running import run
from tests.services.dumps import rows_of
from workbench.services import upkeep
from workbench.services.clock import CountingClock

COMMANDS = (["status"], ["doctor"], ["labels", "list"], ["annotators", "add", "eve"], ["upgrade"], ["backup"])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x",
        b"Mara Lind said the toll doubles. " * 50,
        b"\0" * 8192,
        b"SQLite format 3\0",
        b"%PDF-1.7\n\xff\xfe" * 99,
    ],
    ids=["empty", "one byte", "an article", "zeros", "a header alone", "a PDF"],
)
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_what_is_not_a_database_is_refused_and_left_alone(tmp_path: Path, content: bytes, command: list[str]) -> None:
    path = tmp_path / "data.db"
    path.write_bytes(content)
    ran = run(*command, db=path)
    assert ran.code == 3
    assert ran.err.startswith(f"error: {path}: is not a workbench database.")
    assert path.read_bytes() == content
    assert [entry.name for entry in tmp_path.iterdir()] == ["data.db"]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_folder_is_not_a_database(tmp_path: Path, command: list[str]) -> None:
    from workbench.cli.session import Session
    from workbench.errors import EnvironmentFault

    with pytest.raises(EnvironmentFault, match="is a folder, not a database"):
        Session(tmp_path).database()


@pytest.mark.parametrize("kept", [0.02, 0.3, 0.5, 0.9, 0.999])
def test_a_truncated_database_is_said_to_be_damaged_and_comes_back_from_its_backup(path: Path, kept: float) -> None:
    backup, rows = upkeep.backup(path, CountingClock()), rows_of(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    before = path.read_bytes()
    for command in (["status"], ["annotators", "add", "eve"], ["backup"], ["downgrade"]):
        ran = run(*command, db=path)
        assert (ran.code, "is damaged" in ran.err) == (3, True)
    examined = run("doctor", db=path)
    assert examined.code == 1
    assert "is damaged" in examined.out
    assert path.read_bytes() == before
    assert run("restore", backup, db=path).code == 0
    assert rows_of(path) == rows
    assert run("doctor", db=path).code == 0


@pytest.mark.parametrize("seed", range(25))
def test_damage_anywhere_never_ends_in_a_traceback(path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.cli.main.report_bug", _raise)
    dice = random.Random(seed)
    content = bytearray(path.read_bytes())
    for _ in range(dice.choice([1, 4, 40])):
        place = dice.randrange(100, len(content))
        content[place : place + 8] = dice.randbytes(8)
    path.write_bytes(content[:])
    for command in (["status"], ["doctor"], ["doctor", "--json"], ["labels", "list"], ["annotators", "list"]):
        assert run(*command, db=path).code in (0, 1, 3), command
    assert path.read_bytes() == bytes(content)


def _raise(error: BaseException) -> int:
    raise error


def test_a_stale_log_of_another_database_is_named_and_nothing_is_mixed(path: Path, tmp_path: Path) -> None:
    from tests.storage.test_leftovers import killed_while_writing, wal_of

    other = tmp_path / "other.db"
    assert run("init", db=other).code == 0
    killed_while_writing(other, "eve")
    wal_of(path).write_bytes(wal_of(other).read_bytes())
    before = path.read_bytes()
    for command in (["status"], ["annotators", "add", "fay"], ["doctor"], ["upgrade"]):
        ran = run(*command, db=path)
        assert ran.code == 3
        assert "Move data.db-wal elsewhere, and data.db-shm too if it is there; then try again." in ran.err
    assert path.read_bytes() == before
