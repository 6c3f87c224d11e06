"""Imports and exports killed at random moments: files are stored whole or not at all, exports are there or not."""

from __future__ import annotations

import random
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.test_killed_upkeep import start
from tests.services.moving import native
from workbench.domain.bundle import AnnotationRow, AnnotatorRow, Bundle, DocumentRow, Project, SetKey, SetRow
from workbench.domain.labels import DEFAULT_LABEL_SET
from workbench.domain.text import text_hash
from workbench.services import doctor, upkeep
from workbench.services.importing import import_paths
from workbench.storage.engine import Database

pytestmark = pytest.mark.slow

ANA = SetKey("annotator", "ana")
PROJECT = Project("killed", DEFAULT_LABEL_SET, (AnnotatorRow("ana", "annotator-ana"),))
FILES = 12
DOCUMENTS = 300
CHANCE = random.Random(20260302)


def article(file: int, number: int) -> Bundle:
    text = f"{file} and {number} crossings were counted. " * 20
    document = DocumentRow(f"f{file:02d}-{number}", None, text, text_hash(text))
    annotations = [AnnotationRow(f"a{place}", ANA, "figure", ((place * 10, place * 10 + 5),)) for place in range(10)]
    return Bundle(document, [SetRow(ANA, "finished", None)], annotations)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    for file in range(FILES):
        native(folder / f"{file:02d}.jsonl", PROJECT, [article(file, number) for number in range(DOCUMENTS)])
    return folder


def stored(path: Path) -> dict[str, int]:
    """Count the documents of each file."""
    with closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("SELECT substr(uid, 1, 3), count(*) FROM documents GROUP BY 1"))


def test_an_import_that_is_killed_leaves_whole_files_only(tmp_path: Path, sources: Path) -> None:
    path = tmp_path / "data.db"
    upkeep.init(path)
    for _ in range(8):
        program = start("--db", path, "import", sources)
        while program.poll() is None and not path.with_name("data.db-wal").exists():
            time.sleep(0.002)
        time.sleep(CHANCE.uniform(0.2, 0.8))
        program.kill()
        program.wait()
        assert set(stored(path).values()) <= {DOCUMENTS}
        assert list(doctor.examine(path)) == []
    program = start("--db", path, "import", sources)
    assert program.wait() == 0
    assert stored(path) == {f"f{file:02d}": DOCUMENTS for file in range(FILES)}


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_an_export_that_is_killed_leaves_what_was_there(tmp_path: Path, sources: Path, kind: str) -> None:
    path = tmp_path / "data.db"
    upkeep.init(path)
    database = Database(path)
    import_paths(database, [str(sources)])
    database.close()
    folder = tmp_path / "out"
    folder.mkdir()
    target = folder / ("tables" if kind == "csv" else "out.jsonl")
    if kind == "csv":
        target.mkdir()
        (target / "annotations.csv").write_text("before")
    else:
        target.write_text("before")
    killed = 0
    for _ in range(8):
        program = start("--db", path, "export", "--format", kind, "-o", target)
        time.sleep(CHANCE.uniform(0.3, 0.7))
        killed += program.poll() is None
        program.kill()
        program.wait()
        table = target / "annotations.csv" if kind == "csv" else target
        whole = table.read_text() == "before" or table.stat().st_size > 1_000_000
        assert whole
        left = (
            [entry.name for entry in target.iterdir()] if kind == "csv" else [entry.name for entry in folder.iterdir()]
        )
        assert not [name for name in left if name.endswith(".tmp")]
    assert killed
