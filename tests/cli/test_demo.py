"""`workbench demo` without a terminal: makes, exports, verifies, and never spoils what is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from workbench.cli.main import cli
from workbench.domain.annotation import State
from workbench.errors import NotFound
from workbench.services import annotating
from workbench.services.clock import CountingClock
from workbench.storage.engine import Database


def run_demo(folder: Path) -> Result:
    return CliRunner().invoke(cli, ["demo", "--dir", str(folder)])


def test_the_demo_prints_what_it_made_and_that_it_verifies(tmp_path: Path) -> None:
    result = run_demo(tmp_path / "demo")
    assert result.exit_code == 0
    assert "documents    5" in result.stdout
    assert "claim" in result.stdout
    assert "verified" in result.stdout
    assert (tmp_path / "demo" / "exports" / "demo.jsonl").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_the_demo_can_be_run_twice_and_keeps_what_was_done_in_it(tmp_path: Path) -> None:
    run_demo(tmp_path / "demo")
    database = Database(tmp_path / "demo" / "demo.db")
    annotating.set_state(database, "last-bullet", "ben", State.IGNORED, CountingClock())
    database.close()
    result = run_demo(tmp_path / "demo")
    assert result.exit_code == 0
    assert annotating.open_document(database, "last-bullet", "ben").annotations.state is State.IGNORED


def test_a_demo_that_was_interrupted_is_filled_the_next_time(tmp_path: Path) -> None:
    from workbench.services import upkeep

    (tmp_path / "demo").mkdir()
    upkeep.init(tmp_path / "demo" / "demo.db", name="demo")
    assert "documents    5" in run_demo(tmp_path / "demo").stdout


def test_the_demo_has_two_annotators_and_a_stranger_sees_nothing_of_theirs(tmp_path: Path) -> None:
    run_demo(tmp_path / "demo")
    database = Database(tmp_path / "demo" / "demo.db")
    assert annotating.open_document(database, "last-bullet", "ana").annotations.state is State.FINISHED
    assert not annotating.open_document(database, "last-bullet", "me").annotations.annotations
    with pytest.raises(NotFound):
        annotating.open_document(database, "nowhere", "ana")
