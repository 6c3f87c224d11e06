"""What is remembered outside the database comes back, and never stands in the way."""

from __future__ import annotations

import stat
from pathlib import Path

from workbench.services.remembered import Remembered


def test_values_come_back_in_another_session(tmp_path: Path) -> None:
    first = Remembered(tmp_path / "a.db", tmp_path / "state")
    first.put("columns", ["outlet"])
    assert first.save()
    again = Remembered(tmp_path / "a.db", tmp_path / "state")
    assert again.get("columns") == ["outlet"]
    assert Remembered(tmp_path / "b.db", tmp_path / "state").get("columns") is None


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    kept = Remembered(tmp_path / "a.db", tmp_path / "state")
    kept.put("sort", "title")
    kept.save()
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600


def test_nothing_is_written_when_nothing_changed(tmp_path: Path) -> None:
    kept = Remembered(tmp_path / "a.db", tmp_path / "state")
    assert kept.save() and not kept.path.exists()


def test_a_file_that_is_not_ours_counts_as_empty(tmp_path: Path) -> None:
    kept = Remembered(tmp_path / "a.db", tmp_path / "state")
    kept.path.parent.mkdir()
    for content in (b"\xff\x00", b"[1]", b"{"):
        kept.path.write_bytes(content)
        again = Remembered(tmp_path / "a.db", tmp_path / "state")
        assert again.get("columns") is None
        again.put("columns", ["outlet"])
        assert again.get("columns") == ["outlet"]


def test_a_place_that_cannot_be_written_is_said_and_harmless(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    kept = Remembered(tmp_path / "a.db", tmp_path / "state")
    kept.put("sort", "title")
    assert not kept.save()
