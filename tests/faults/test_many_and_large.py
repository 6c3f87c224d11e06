"""A hundred thousand tiny articles, ten megabytes on one line, a folder that vanishes while it is read."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import run
from workbench.domain import editing
from workbench.domain.labels import FIGURE
from workbench.domain.span import Fragment
from workbench.formats import registry
from workbench.services import annotating, doctor, upkeep
from workbench.services.clock import SystemClock
from workbench.services.session import AnnotationSession, Event, NotSaved
from workbench.storage.engine import Database
from workbench.storage.writer import Writer

MANY = 100_000
MEBIBYTE = 1024 * 1024

PEAK = """
import resource, sys
from workbench.cli.main import cli
try:
    cli.main(sys.argv[1:], prog_name="workbench")
finally:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print("PEAK", peak * (1 if sys.platform == "darwin" else 1024), file=sys.stderr)
"""


def peak_of(path: Path, *arguments: str | Path) -> int:
    """Run a command in a process of its own and return the most memory that it held, in bytes."""
    command = [sys.executable, "-c", PEAK, "--db", str(path), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stderr.rpartition("PEAK ")[2])


def tiny_articles(target: Path, count: int) -> Path:
    """Write articles of a line each into one JSONL file."""
    with target.open("w", encoding="utf-8") as out:
        for number in range(count):
            out.write(json.dumps({"id": f"d{number:06d}", "text": f"{number} crossings were counted."}) + "\n")
    return target


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a hundred thousand tiny articles, imported in flat memory."""
    folder = tmp_path_factory.mktemp("many")
    few = peak_of(folder / "few.db", "import", tiny_articles(folder / "few.jsonl", 2_000))
    path = folder / "many.db"
    most = peak_of(path, "import", tiny_articles(folder / "many.jsonl", MANY))
    assert most - few < 60 * MEBIBYTE
    return path


@pytest.mark.slow
def test_a_hundred_thousand_tiny_articles_are_imported_and_exported_in_flat_memory(many: Path, tmp_path: Path) -> None:
    assert upkeep.status(Database(many)).totals.documents == MANY
    assert list(doctor.examine(many)) == []
    target = tmp_path / "out.jsonl"
    few = peak_of(many.with_name("few.db"), "export", "--format", "jsonl", "-o", tmp_path / "few.jsonl")
    assert peak_of(many, "export", "--format", "jsonl", "-o", target) - few < 60 * MEBIBYTE
    with target.open("rb") as lines:
        assert sum(line.startswith(b'{"record":"document"') for line in lines) == MANY


@pytest.mark.slow
def test_a_folder_of_thousands_of_files_is_imported_whole(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for number in range(4_000):
        (folder / f"a{number:04d}.txt").write_text(f"{number} crossings were counted.\n", encoding="utf-8")
    path = tmp_path / "data.db"
    ran = run("import", folder, db=path)
    assert (ran.code, ran.out) == (0, "imported 4,000 documents\n")
    assert upkeep.status(Database(path)).totals.documents == 4_000
    assert list(doctor.examine(path)) == []


LONG = "Nobody counted the 🚢 ships. " * 350_000
"""More than ten megabytes without a line feed."""
LAST = "The toll covers 4.80 crowns"


@pytest.mark.slow
def test_ten_megabytes_on_one_line_are_annotated_at_their_end_and_proven(tmp_path: Path) -> None:
    path, source, target = tmp_path / "data.db", tmp_path / "long.txt", tmp_path / "out.jsonl"
    source.write_text(LONG + LAST, encoding="utf-8")
    assert run("import", source, db=path).code == 0
    database, writer = Database(path), Writer()
    events: list[Event] = []
    opened = annotating.open_document(database, "long", "ana")
    session = AnnotationSession(database, writer, SystemClock(), opened, events.append)
    end = len(opened.text)
    session.do(editing.tag(session.desk, session.annotations, FIGURE.uid, [Fragment(end - len("4.80 crowns"), end)]))
    session.settled().result(30)
    writer.close()
    database.close()
    assert not [event for event in events if isinstance(event, NotSaved)]
    assert run("export", "--format", "jsonl", "-o", target, db=path).code == 0
    last = target.read_text(encoding="utf-8").rstrip("\n").rpartition("\n")[2]
    (fragment,) = json.loads(last)["fragments"]
    assert (fragment["quote"], fragment["end"]) == ("4.80 crowns", end)
    for proof in ([], ["--against-database"], ["--texts", source]):
        assert run("verify", *proof, target, db=path).code == 0
    assert run("doctor", db=path).code == 0


@pytest.fixture
def vanishing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of ten articles that is deleted when the fourth is about to be read."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for number in range(10):
        (folder / f"a{number}.txt").write_text(f"{number} crossings were counted.\n", encoding="utf-8")
    read = registry.open_reader

    def reader(source: Any, *others: Any) -> Any:
        if Path(source).name == "a3.txt":
            shutil.rmtree(folder)
        return read(source, *others)

    monkeypatch.setattr(registry, "open_reader", reader)
    return folder


def test_a_folder_that_vanishes_during_an_import_is_said_and_what_was_read_is_stored(
    vanishing: Path, tmp_path: Path
) -> None:
    path = tmp_path / "data.db"
    ran = run("import", vanishing, db=path)
    assert ran.code == 3
    assert ran.out == "imported 3 documents\n"
    for number in range(3, 10):
        assert (
            f"{vanishing / f'a{number}.txt'}: no such file or folder. Check the spelling and that it is still there."
            in ran.err
        )
    assert list(doctor.examine(path)) == []


def test_a_folder_that_vanishes_during_a_strict_import_leaves_nothing_of_it(vanishing: Path, tmp_path: Path) -> None:
    path = tmp_path / "data.db"
    ran = run("import", "--strict", vanishing, db=path)
    assert ran.code == 3
    assert "nothing is stored" in ran.err
    assert upkeep.status(Database(path)).totals.documents == 0


def test_a_folder_that_vanishes_while_it_is_listed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, path = tmp_path / "articles", tmp_path / "data.db"
    for name in ("one", "two"):
        (folder / name).mkdir(parents=True)
        (folder / name / "a.txt").write_text(f"{name} crossing was counted.\n", encoding="utf-8")
    resolve = Path.resolve

    def gone(found: Path, strict: bool = False) -> Path:
        if found.name == "a.txt":
            shutil.rmtree(folder, ignore_errors=True)
        return resolve(found, strict)

    monkeypatch.setattr(Path, "resolve", gone)
    ran = run("import", folder, db=path)
    assert ran.code == 3
    assert "no such file or folder" in ran.err
    assert list(doctor.examine(path)) == []
