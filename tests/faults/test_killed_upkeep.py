"""Upgrades, downgrades, backups and restores killed at random moments: the file is always whole, old or new."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.services.dumps import rows_of
from workbench.domain.bundle import AnnotationRow, Bundle, DocumentRow, Project, SetKey, SetRow
from workbench.domain.labels import DEFAULT_LABEL_SET
from workbench.domain.text import text_hash
from workbench.services import doctor, importing, upkeep
from workbench.services.clock import CountingClock
from workbench.storage.engine import Database, schema_revision
from workbench.storage.models import REVISIONS

pytestmark = pytest.mark.slow

ANA = SetKey("annotator", "ana")
CHANCE = random.Random(20260302)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database large enough that its upgrade takes a while."""
    path = tmp_path_factory.mktemp("large") / "data.db"
    upkeep.init(path)
    database = Database(path)
    bundles = (_bundle(number) for number in range(4_000))
    importing.store_bundles(database, Project("large", DEFAULT_LABEL_SET), bundles, "large", CountingClock())
    database.close()
    return path


def _bundle(number: int) -> Bundle:
    text = f"{number} crossings were counted. " * 20
    document = DocumentRow(f"d{number}", None, text, text_hash(text))
    annotations = [AnnotationRow(f"a{place}", ANA, "figure", ((place * 10, place * 10 + 5),)) for place in range(10)]
    return Bundle(document, [SetRow(ANA, "finished", None)], annotations)


def start(*arguments: str | Path) -> subprocess.Popen[bytes]:
    """Start a command and wait until it has begun its work: a file of its own lies beside the database."""
    return subprocess.Popen(
        [sys.executable, "-m", "workbench", *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def kill_at_random(program: subprocess.Popen[bytes], folder: Path, known: set[Path], within: float) -> None:
    while program.poll() is None and set(folder.iterdir()) <= known:
        time.sleep(0.002)
    time.sleep(CHANCE.uniform(0, within))
    program.kill()
    program.wait()


def duration(*arguments: str | Path, folder: Path) -> float:
    known = set(folder.iterdir())
    program = start(*arguments)
    while program.poll() is None and set(folder.iterdir()) <= known:
        time.sleep(0.002)
    begun = time.monotonic()
    assert program.wait() == 0
    return time.monotonic() - begun


def test_an_upgrade_killed_at_any_moment_leaves_the_old_file_or_the_new_one(large: Path, tmp_path: Path) -> None:
    path = tmp_path / "data.db"
    path.write_bytes(large.read_bytes())
    states = {REVISIONS[1]: rows_of(path)}
    takes = duration("--db", path, "downgrade", folder=tmp_path)
    states[REVISIONS[0]] = rows_of(path)
    seen = []
    for _ in range(24):
        for backup in upkeep.backups(path):
            backup.path.unlink()
        present = schema_revision(path)
        verb = "upgrade" if present == REVISIONS[0] else "downgrade"
        kill_at_random(start("--db", path, verb), tmp_path, set(tmp_path.iterdir()), within=takes * 1.2)
        after = schema_revision(path)
        assert rows_of(path) == states[after]
        for backup in upkeep.backups(path):
            assert rows_of(backup.path) == states[present]
        seen.append((verb, after))
    assert len(set(seen)) > 1
    if schema_revision(path) == REVISIONS[0]:
        upkeep.upgrade(path, CountingClock("2030-01-01T00:00:00Z"))
    assert doctor.report(path).problems == []


def test_a_backup_killed_at_any_moment_is_there_whole_or_not_at_all(large: Path, tmp_path: Path) -> None:
    path = tmp_path / "data.db"
    path.write_bytes(large.read_bytes())
    rows = rows_of(path)
    takes = duration("--db", path, "backup", tmp_path / "first.db", folder=tmp_path)
    for number in range(10):
        target = tmp_path / f"kept-{number}.db"
        kill_at_random(start("--db", path, "backup", target), tmp_path, set(tmp_path.iterdir()), within=takes * 1.2)
        if target.exists():
            assert rows_of(target) == rows
    assert rows_of(path) == rows


def test_a_restore_killed_at_any_moment_leaves_a_whole_file_under_the_name(large: Path, tmp_path: Path) -> None:
    path, backup = tmp_path / "data.db", tmp_path / "backup.db"
    path.write_bytes(large.read_bytes())
    upkeep.backup(path, CountingClock(), backup)
    takes = duration("--db", path, "restore", backup, folder=tmp_path)
    rows = rows_of(backup)
    for _ in range(10):
        kill_at_random(start("--db", path, "restore", backup), tmp_path, set(tmp_path.iterdir()), within=takes * 1.2)
        assert rows_of(path) == rows
        for kept in tmp_path.glob("data.replaced-*"):
            assert rows_of(kept) == rows
            kept.unlink()
    assert doctor.report(path).problems == []


def test_an_init_killed_at_any_moment_leaves_a_whole_database_or_none(tmp_path: Path) -> None:
    for number in range(8):
        path = tmp_path / f"new-{number}.db"
        kill_at_random(start("--db", path, "init"), tmp_path, set(tmp_path.iterdir()), within=0.15)
        if path.exists():
            assert doctor.report(path).problems == []
        else:
            upkeep.init(path)


def test_two_upgrades_at_once_are_one_upgrade(large: Path, tmp_path: Path) -> None:
    path = tmp_path / "data.db"
    path.write_bytes(large.read_bytes())
    rows = rows_of(path)
    upkeep.downgrade(path, CountingClock()).backup.unlink()
    programs = [start("--db", path, "upgrade") for _ in range(2)]
    assert [program.wait() for program in programs] == [0, 0]
    assert rows_of(path) == rows
    assert len(upkeep.backups(path)) == 1
    assert doctor.report(path).problems == []
