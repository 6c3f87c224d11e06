"""What is remembered outside the database comes back, and never stands in the way."""

from __future__ import annotations

import stat
from pathlib import Path

from workbench.services.remembered import MOST_PLACES, Remembered


def test_values_and_places_come_back_in_another_session(tmp_path: Path) -> None:
    first = Remembered(tmp_path / "a.db", tmp_path / "state")
    first.put("columns", ["outlet"])
    first.keep_place("bridge", {"cursor": 12, "top": 3})
    assert first.save()
    again = Remembered(tmp_path / "a.db", tmp_path / "state")
    assert again.get("columns") == ["outlet"]
    assert again.place("bridge") == {"cursor": 12, "top": 3}
    assert again.place("river") == {}
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
    for content in (b"\xff\x00", b"[1]", b'{"places": 3, "columns": 1}', b"{"):
        kept.path.write_bytes(content)
        again = Remembered(tmp_path / "a.db", tmp_path / "state")
        assert again.place("bridge") == {}
        again.keep_place("bridge", {"cursor": 1})
        assert again.place("bridge") == {"cursor": 1}


def test_a_place_that_cannot_be_written_is_said_and_harmless(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    kept = Remembered(tmp_path / "a.db", tmp_path / "state")
    kept.put("sort", "title")
    assert not kept.save()


def test_the_articles_longest_not_visited_are_forgotten_first(tmp_path: Path) -> None:
    kept = Remembered(tmp_path / "a.db", tmp_path / "state")
    for number in range(MOST_PLACES + 1):
        kept.keep_place(f"d{number}", {"cursor": number})
    assert kept.place("d0") == {} and kept.place("d1") == {"cursor": 1}
