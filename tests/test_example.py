"""data.db.example is what the program makes today."""

from __future__ import annotations

import runpy
import sqlite3
from pathlib import Path

from tests.conftest import ROOT
from workbench.storage.engine import Database, check_schema
from workbench.storage.journal import broken_links

EXAMPLE = ROOT / "data.db.example"


def dump(path: Path) -> list[str]:
    connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    try:
        return sorted(connection.iterdump())
    finally:
        connection.close()


def test_the_example_database_is_what_the_script_makes_now(tmp_path: Path) -> None:
    make = runpy.run_path(str(ROOT / "seeds" / "make_example.py"))["make"]
    make(tmp_path / "example.db")
    assert dump(EXAMPLE) == dump(tmp_path / "example.db")


def test_the_example_database_is_small_sound_and_at_the_newest_schema(tmp_path: Path) -> None:
    assert EXAMPLE.stat().st_size < 300_000
    copy = tmp_path / "copy.db"
    copy.write_bytes(EXAMPLE.read_bytes())
    check_schema(copy)
    with Database(copy).read() as connection:
        assert list(broken_links(connection)) == []
