"""The screens over what is large for real: a hundred thousand imported articles, ten megabytes on one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from annotating import at_the_desk
from test_library import pressed, the_library

from tests.cli.running import run
from tests.services.builders import a_database, an_article

pytestmark = pytest.mark.slow

MANY = 100_000


async def test_the_library_pages_through_a_hundred_thousand_imported_articles(tmp_path: Path) -> None:
    source, path = tmp_path / "many.jsonl", tmp_path / "data.db"
    with source.open("w", encoding="utf-8") as out:
        for number in range(MANY):
            out.write(json.dumps({"id": f"d{number:06d}", "text": f"{number} crossings were counted."}) + "\n")
    assert run("import", source, db=path).code == 0
    async with the_library(path) as (screen, pilot):
        assert len(screen.documents.ids) == MANY
        await pressed(pilot, "G")
        await pressed(pilot, "pageup", "pageup")
        assert all("crossings" in line for line in screen.documents.words)
        await pressed(pilot, "g", "g")
        await pressed(pilot, "pagedown")
        assert all("crossings" in line for line in screen.documents.words)
        assert len(screen.documents._rows) < 1_000


async def test_the_end_of_ten_megabytes_on_one_line_is_annotated_by_keys(tmp_path: Path) -> None:
    words = "4.80 crowns"
    database = a_database(tmp_path, an_article("long", "Nobody counted the 🚢 ships. " * 350_000 + words))
    async with at_the_desk(database, "long") as desk:
        await desk.press("G", *["ctrl+shift+left"] * 2, "f")
        assert desk.marks() == [("figure", words)]
        await desk.press("u")
        assert desk.marks() == []
