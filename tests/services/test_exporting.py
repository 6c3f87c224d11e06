"""What leaves the database: all of it or what was asked for, the same bytes each time, damage named."""

from __future__ import annotations

import csv
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.formats import nasty
from tests.services.builders import a_database, an_article
from tests.services.moving import bring, documents, exported, native
from workbench.errors import NotFound, UsageError
from workbench.formats.problems import FormatError
from workbench.services.exporting import ExportOptions, Selection, Watcher, export
from workbench.storage.engine import Database


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """The nasty articles, imported."""
    (tmp_path / "db").mkdir()
    database = a_database(tmp_path / "db")
    bring(database, native(tmp_path / "nasty.jsonl", nasty.project(), nasty.bundles()))
    return database


def chosen(database: Database, folder: Path, **names: str) -> list[dict[str, Any]]:
    selection = Selection(**{name: frozenset(value.split(",")) for name, value in names.items()})
    return documents(exported(database, folder, "json", selection=selection))


def test_everything_leaves_in_the_order_of_the_format(database: Database, tmp_path: Path) -> None:
    ferry, quiet = documents(exported(database, tmp_path, "json"))
    assert [ferry["id"], quiet["id"]] == ["ferry", "quiet"]
    assert [row["annotator"] for row in ferry["sets"]] == ["ana", "ben", "cy", None, "model:x"]
    keys = [(row["fragments"][0]["start"], -row["fragments"][-1]["end"], row["id"]) for row in ferry["annotations"]]
    assert keys == sorted(keys)
    assert [row["id"] for row in ferry["links"]] == ["k1", "k2"]
    assert [row["id"] for row in ferry["decisions"]] == ["d1", "d2"]


@pytest.mark.parametrize("kind", ["json", "jsonl"])
def test_two_exports_are_the_same_bytes_whatever_the_environment(database: Database, tmp_path: Path, kind: str) -> None:
    seen = set()
    for seed, locale in (("0", "C"), ("1", "C.UTF-8")):
        target = tmp_path / f"{seed}.{kind}"
        environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "PYTHONUTF8": "0"}
        command = [sys.executable, "-m", "workbench", "--db", str(database.path), "export", "--format", kind]
        subprocess.run([*command, "-o", str(target)], env=environment, check=True, capture_output=True)
        seen.add(target.read_bytes())
    assert seen == {exported(database, tmp_path, kind)}


def test_an_annotator_is_exported_alone_without_gold_and_untouched_documents(
    database: Database, tmp_path: Path
) -> None:
    data = orjson.loads(exported(database, tmp_path, "json", selection=Selection(annotators=frozenset(["ben"]))))
    (ferry,) = data["documents"]
    assert {row["annotator"] for row in (*ferry["sets"], *ferry["annotations"])} == {"ben"}
    assert "decisions" not in ferry
    assert [row["id"] for row in data["annotators"]] == ["ben"]


def test_gold_leaves_with_its_decisions(database: Database, tmp_path: Path) -> None:
    (ferry,) = chosen(database, tmp_path, roles="gold")
    assert [row["role"] for row in ferry["sets"]] == ["gold"]
    assert [row["id"] for row in ferry["annotations"]] == ["g1"]
    assert [row["id"] for row in ferry["decisions"]] == ["d1", "d2"]


def test_states_and_documents_can_be_chosen(database: Database, tmp_path: Path) -> None:
    (ferry,) = chosen(database, tmp_path, states="in_progress")
    assert [row["annotator"] for row in ferry["sets"]] == ["ben"]
    (quiet,) = chosen(database, tmp_path, documents="quiet")
    assert quiet["id"] == "quiet"


def test_links_leave_only_with_both_ends_and_decisions_with_their_results(database: Database, tmp_path: Path) -> None:
    ferry, _ = chosen(database, tmp_path, labels="figure")
    assert {row["label"] for row in ferry["annotations"]} == {"figure"}
    assert [row["id"] for row in ferry["links"]] == ["k2"]
    assert [row["id"] for row in ferry["decisions"]] == ["d2"]
    assert len(ferry["sets"]) == 5


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        ({"annotators": frozenset(["zoe"])}, 'no annotator "zoe". Annotators here: ana, ben, cy, model:x.'),
        ({"labels": frozenset(["place"])}, 'no label "place". Labels here: claim, speaker, figure, source, old label.'),
        ({"documents": frozenset(["river"])}, 'no document "river"'),
    ],
)
def test_a_name_that_nothing_has_is_refused(
    database: Database, tmp_path: Path, choice: dict[str, frozenset[str]], sentence: str
) -> None:
    target = tmp_path / "out.json"
    with pytest.raises(NotFound) as caught:
        export(database, "json", target, ExportOptions(Selection(**choice)))
    assert str(caught.value).startswith(sentence)
    assert not target.exists()


def test_an_unknown_format_is_refused_with_those_there_are(database: Database) -> None:
    with pytest.raises(UsageError, match='no format "xml"'):
        export(database, "xml", None)


def test_tables_hold_a_row_a_fragment_and_say_what_they_lose(database: Database, tmp_path: Path) -> None:
    report = export(database, "csv", tmp_path / "tables")
    with (tmp_path / "tables" / "annotations.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    assert [row["fragments"] for row in rows if row["annotation_id"] == "a7"] == ["2", "2"]
    assert report.losses is not None
    assert report.losses.startswith("csv: ")
    assert report.exit_code == 0


def test_strict_writes_nothing_when_something_is_lost(database: Database, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="nothing was written"):
        export(database, "csv", tmp_path / "tables", ExportOptions(strict=True))
    assert not (tmp_path / "tables").exists()


def damage(database: Database, statement: str) -> None:
    database.close()
    connection = sqlite3.connect(database.path)
    with connection:
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE fragments SET quote = 'x' WHERE annotation_id = (SELECT min(id) FROM annotations)", "stored quote"),
        ("UPDATE document_texts SET text = text || '!' WHERE text LIKE '%Ferry%'", "sha256"),
        ("DELETE FROM document_texts WHERE text LIKE '%Ferry%'", "no text"),
    ],
)
def test_a_damaged_document_is_named_and_the_others_leave(tmp_path: Path, statement: str, reason: str) -> None:
    database = a_database(tmp_path, an_article("zebra", "Fine."))
    bring(database, native(tmp_path / "nasty.jsonl", nasty.project(), nasty.bundles()))
    damage(database, statement)
    target = tmp_path / "out.json"
    report = export(database, "json", target)
    assert [row["id"] for row in documents(target.read_bytes())] == ["quiet", "zebra"]
    assert report.exit_code == 1
    assert report.documents == 2
    assert [fault.where for fault in report.faults] == ['document "ferry"']
    assert reason in str(report.faults[0])


def test_a_stamp_is_in_the_head_alone_and_comes_back_in_without_a_word(database: Database, tmp_path: Path) -> None:
    plain = exported(database, tmp_path, "json")
    stamped = exported(database, tmp_path, "json", stamp="2026-03-02T09:00:00Z")
    assert orjson.loads(stamped)["generator"]["time"] == "2026-03-02T09:00:00Z"
    assert stamped.replace(b',\n    "time": "2026-03-02T09:00:00Z"', b"") == plain
    (tmp_path / "stamped.json").write_bytes(stamped)
    assert bring(database, tmp_path / "stamped.json").said == []
    with pytest.raises(UsageError, match="csv has no place for the time of the export"):
        export(database, "csv", tmp_path / "tables", ExportOptions(stamp="2026-03-02T09:00:00Z"))


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_a_cancelled_export_leaves_what_was_there(database: Database, tmp_path: Path, kind: str) -> None:
    target = tmp_path / "out"
    if kind == "json":
        target.write_text("before")
    stop: Callable[[], bool] = iter([False, True]).__next__
    report = export(database, kind, target, watcher=Watcher(cancelled=stop))
    assert report.cancelled
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "db",
        "nasty.jsonl",
        *(["out"] if kind == "json" else []),
    ]


def test_progress_counts_all_documents(database: Database, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    export(database, "jsonl", tmp_path / "out.jsonl", watcher=Watcher(lambda done, total: seen.append((done, total))))
    assert seen == [(1, 2), (2, 2)]


def test_exporting_writes_nothing_to_the_database(database: Database, tmp_path: Path) -> None:
    database.close()
    before = database.path.read_bytes()
    exported(database, tmp_path)
    database.close()
    assert database.path.read_bytes() == before
