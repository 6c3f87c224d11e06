"""What the screens look like, to the cell: words and styles, compared with what was looked at and found good.

After a change that is meant, look at the screen in a terminal, then write the pictures anew:

    WORKBENCH_SNAPSHOTS=write .venv/bin/pytest tests/tui/test_snapshots.py
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from workbench.config import Settings
from workbench.services import upkeep
from workbench.tui.app import WorkbenchApp

FOLDER = Path(__file__).parent / "snapshots"
WRITING = os.environ.get("WORKBENCH_SNAPSHOTS") == "write"
PATIENCE = 2.0 if WRITING else 15.0
"""Seconds until a screen must show what it did; nearly always a small part of one is enough."""


@dataclass(frozen=True)
class Case:
    """A screen: its size, who looks, which article is open (None: the library), keys pressed, settings."""

    name: str
    size: tuple[int, int]
    document: str | None = None
    keys: Sequence[str] = ()
    annotator: str = "ben"
    settings: dict[str, Any] = field(default_factory=dict)
    empty: bool = False


OPEN = "pride-and-pay"
CASES = (
    Case("library-120x36", (120, 36)),
    Case("library-80x24", (80, 24)),
    Case("library-60x20", (60, 20)),
    Case("library-empty-80x24", (80, 24), empty=True),
    Case("library-no-color-80x24", (80, 24), settings={"no_color": True}),
    Case("annotate-120x36", (120, 36), OPEN, ("n", "n")),
    Case("annotate-80x24", (80, 24), OPEN, ("n", "n")),
    Case("annotate-60x20", (60, 20), OPEN, ("n",)),
    Case("annotate-no-color-80x24", (80, 24), OPEN, ("n",), settings={"no_color": True}),
    Case("annotate-light-80x24", (80, 24), OPEN, ("n",), settings={"theme": "paper"}),
    Case("annotate-accessible-80x24", (80, 24), OPEN, ("n",), settings={"accessible": True}),
    Case("annotate-finished-80x24", (80, 24), "grateful-duty"),
    Case("card-80x24", (80, 24), OPEN, ("?",)),
    Case("choosing-a-label-80x24", (80, 24), OPEN, ("n", "semicolon")),
)


class FrozenDate(date):
    """A day on which nothing in the pictures is of today."""

    @classmethod
    def today(cls) -> FrozenDate:
        return cls(2026, 3, 20)


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make it the same day everywhere on earth, whatever else is set there."""
    for module in ("document_list", "library_lines", "library_columns"):
        monkeypatch.setattr(f"workbench.tui.widgets.{module}.date", FrozenDate, raising=False)
    for name in ("NO_COLOR", "ACCESSIBLE", "TEXTUAL_ANIMATIONS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def drawn(app: WorkbenchApp) -> str:
    """Return what is on the screen: each row's words, then its runs of one style."""
    lines = []
    for strip in app.screen._compositor.render_strips():
        segments = list(strip.simplify())
        lines.append("|" + "".join(segment.text for segment in segments).rstrip() + "|")
        runs = [f"{len(segment.text)} {segment.style or '-'}" for segment in segments if segment.text]
        lines.append("  " + "; ".join(runs))
    return "\n".join(lines) + "\n"


async def screen_of(case: Case, folder: Path, wanted: str) -> str:
    """Return the screen once it shows what is wanted, or what it shows after a generous while."""
    path = folder / "desk.db"
    if case.empty:
        upkeep.init(path)
    else:
        path.write_bytes((ROOT / "data.db.example").read_bytes())
    settings = Settings(path, annotator=case.annotator, config=folder / "config.toml", **case.settings)
    app = WorkbenchApp(settings, case.document)
    async with app.run_test(size=case.size) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        for key in case.keys:
            await pilot.press(key)
        until = time.monotonic() + PATIENCE
        # Rows arrive from workers and texts are laid out in slices: wait for the outcome, not for a time.
        while (found := drawn(app)) != wanted and time.monotonic() < until:
            await pilot.pause(0.05)
    app.close_backend()
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_the_screen_looks_as_it_did_when_it_was_looked_at(case: Case, tmp_path: Path) -> None:
    kept = FOLDER / f"{case.name}.txt"
    if WRITING:
        FOLDER.mkdir(exist_ok=True)
        kept.write_text(await screen_of(case, tmp_path, ""), encoding="utf-8")
        return
    wanted = kept.read_text(encoding="utf-8")
    assert await screen_of(case, tmp_path, wanted) == wanted
