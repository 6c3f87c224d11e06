"""An export made before an annotator was renamed says so in words when it is compared with the database."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from tests.services.builders import a_database, an_article
from workbench.cli.main import cli
from workbench.domain import editing
from workbench.domain.labels import CLAIM
from workbench.domain.span import Fragment
from workbench.services import annotating, people
from workbench.services.clock import CountingClock

TEXT = "Mara Lind said the toll covers barely a third of the cost."


def test_an_annotator_renamed_since_the_export_is_named_before_and_after(tmp_path: Path) -> None:
    database = a_database(tmp_path, an_article("bridge", TEXT))
    opened = annotating.open_document(database, "bridge", "ana")
    desk = editing.Desk(TEXT, opened.label_set, CountingClock())
    operation = editing.tag(desk, opened.annotations, CLAIM.uid, [Fragment(15, 57)])
    annotating.record(database, "bridge", "ana", operation, opened.version, TEXT)
    run, target = CliRunner(), str(tmp_path / "out.jsonl")
    assert run.invoke(cli, ["--db", str(database.path), "export", "--format", "jsonl", "-o", target]).exit_code == 0
    people.rename(database, "ana", "anna")
    result = run.invoke(cli, ["--db", str(database.path), "verify", target, "--against-database"])
    assert result.exit_code == 1
    assert "is of ana (annotator) but of anna (annotator) in the database" in result.output
    assert "SetKey" not in result.output
