"""CSV tables: a row a fragment, null is an empty cell, all files appear together, and losses are told."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.formats import nasty
from tests.formats.goldens import GOLDEN, assert_golden
from tests.formats.reading import good, project_of
from workbench.domain.bundle import Bundle, DocumentRow, Project
from workbench.domain.labels import DEFAULT_LABEL_SET
from workbench.domain.text import text_hash
from workbench.formats.problems import FormatError
from workbench.formats.tabular import export_tables
from workbench.formats.writing import WriteOptions, Written

TABLES = ("annotations", "links", "sets", "documents", "decisions")


def export(folder: Path, bundles: list[Bundle] | None = None, **options: object) -> Written:
    """Write the nasty articles, or others, into a folder."""
    given = nasty.bundles() if bundles is None else bundles
    return export_tables(nasty.project(), given, folder, WriteOptions(**options))  # type: ignore[arg-type]


def table(folder: Path, name: str) -> list[dict[str, str]]:
    """Read a table as other programs do."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("base", ["native", "minimal/native"])
def test_tables_of_the_samples_are_the_samples_byte_for_byte(shared: Path, tmp_path: Path, base: str) -> None:
    samples = shared / "interop/samples" / base
    data = (samples / "export.json").read_bytes()
    project = project_of(data)
    assert project is not None
    export_tables(project, good(data), tmp_path / "out", WriteOptions())
    for name in ("annotations", "links", "sets", "documents"):
        assert (tmp_path / "out" / f"{name}.csv").read_bytes() == (samples / f"{name}.csv").read_bytes()
    assert not (tmp_path / "out" / "decisions.csv").exists()
    report = tmp_path / "out" / "losses.json"
    if base == "native":
        assert json.loads(report.read_bytes()) == json.loads((samples / "losses-csv.json").read_bytes())
    else:
        assert not report.exists()
    export_tables(project, good(data), tmp_path / "out", WriteOptions(csv_profile="excel"))
    found = (tmp_path / "out" / "annotations-excel.csv").read_bytes()
    assert found == (samples / "annotations-excel.csv").read_bytes()


@pytest.mark.parametrize("profile", ["plain", "excel"])
def test_tables_of_nasty_articles_are_the_golden_files(tmp_path: Path, profile: str) -> None:
    written = export(tmp_path / "out", csv_profile=profile)
    for path in written.files:
        assert_golden(f"{profile}/{path.name}", path.read_bytes())
    assert {path.name for path in (GOLDEN / profile).iterdir()} == {path.name for path in written.files}


def test_words_that_look_like_nothing_stay_words(tmp_path: Path) -> None:
    export(tmp_path / "out")
    found = {row["annotation_id"]: row for row in table(tmp_path / "out", "annotations")}
    assert found["a8"]["quote"] == "NA\u0085null"
    assert found["a1"]["note"] == "null"
    assert (found["a9"]["note"], found["a3"]["created"], found["g1"]["annotator"]) == ("", "", "")
    assert (found["a1"]["attribute_checked"], found["a1"]["attribute_weight"]) == ("true", "2.5")
    assert [row["quote"] for row in table(tmp_path / "out", "annotations") if row["annotation_id"] == "a7"] == [
        "the ferry",
        "would sail again",
    ]


def test_metadata_keys_of_all_documents_become_columns(tmp_path: Path) -> None:
    rows = [
        DocumentRow(f"d{number}", None, "text", text_hash("text"), None, {key: number, "all": None})
        for number, key in enumerate(("b", "a", "b"))
    ]
    export(tmp_path / "out", [Bundle(row) for row in rows])
    found = table(tmp_path / "out", "documents")
    assert list(found[0])[-3:] == ["meta_a", "meta_all", "meta_b"]
    assert [(row["meta_a"], row["meta_b"], row["meta_all"]) for row in found] == [
        ("", "0", ""),
        ("1", "", ""),
        ("", "2", ""),
    ]


def test_losses_are_counted_in_a_line_and_listed_in_a_report(tmp_path: Path) -> None:
    written = export(tmp_path / "out")
    report = tmp_path / "out" / "losses.json"
    assert written.losses == f"csv: 1 decision changed, 1 derivation dropped; see {report}"
    assert [(item["kind"], item["id"], item["what"]) for item in json.loads(report.read_bytes())["items"]] == [
        ("decision", "d1", "changed"),
        ("derivation", "g1", "dropped"),
    ]


def test_strict_writes_nothing_when_something_would_be_lost(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="csv: 1 decision changed, 1 derivation dropped; nothing was written"):
        export(tmp_path / "out", strict=True)
    assert not (tmp_path / "out").exists()
    assert export(tmp_path / "out", [nasty.plain()], strict=True).losses is None


def test_files_of_an_earlier_export_do_not_stay(tmp_path: Path) -> None:
    export(tmp_path / "out")
    export(tmp_path / "out", [nasty.plain()])
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "annotations.csv",
        "documents.csv",
        "links.csv",
        "sets.csv",
    ]


def test_a_failure_half_way_leaves_the_earlier_export_whole(tmp_path: Path) -> None:
    export(tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}

    def bundles() -> object:
        yield nasty.plain()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_tables(nasty.project(), bundles(), tmp_path / "out", WriteOptions())  # type: ignore[arg-type]
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_a_document_that_is_not_sound_is_left_out_of_every_table(tmp_path: Path) -> None:
    bad = replace(nasty.ferry(), document=replace(nasty.ferry().document, text="other"))
    written = export(tmp_path / "out", [bad, nasty.plain()])
    assert [str(fault) for fault in written.faults] == [
        'document "ferry": its text does not have its sha256. Run workbench doctor.'
    ]
    assert {row["document_id"] for name in TABLES[:4] for row in table(tmp_path / "out", name)} == {"quiet"}


def test_standard_output_gets_the_annotations_and_a_sentence_about_the_rest(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    written = export_tables(nasty.project(), nasty.bundles(), None, WriteOptions())
    assert capfdbinary.readouterr().out == (GOLDEN / "plain/annotations.csv").read_bytes()
    assert written.losses == (
        "csv: only the annotations are here; left out: 2 decisions, 2 documents, 2 links, 5 sets. "
        "Use -o FOLDER for all tables."
    )


def test_strict_lets_nothing_out_when_other_tables_would_be_left_out(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    with pytest.raises(FormatError, match="left out: 1 document; nothing was written"):
        export_tables(nasty.project(), [nasty.plain()], None, WriteOptions(strict=True))
    assert capfdbinary.readouterr().out == b""


def test_a_project_without_documents_gives_tables_of_headers(tmp_path: Path) -> None:
    export_tables(Project("p", DEFAULT_LABEL_SET), [], tmp_path / "out", WriteOptions())
    assert (tmp_path / "out/sets.csv").read_bytes() == b"document_id,document_sha256,annotator,role,state,note\r\n"
