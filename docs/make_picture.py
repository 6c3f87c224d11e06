"""Make docs/annotate.svg: the annotate screen on a sample article, drawn by the program itself.

.venv/bin/python docs/make_picture.py
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from pathlib import Path

from workbench.config import Settings
from workbench.services import demo
from workbench.services.clock import CountingClock
from workbench.tui.app import WorkbenchApp

TARGET = Path(__file__).resolve().parent / "annotate.svg"
SIZE = (120, 36)
DOCUMENT, ANNOTATOR = "grateful-duty", "ana"
STEPS = ("ctrl+o", *("n",) * 8)
"""Keys that reopen the article and make a claim live that is attributed to somebody and has marks around it."""


def picture() -> str:
    """Return the picture as SVG text without fonts or addresses to load; same program, same picture."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = demo.make_demo(folder, CountingClock("2026-03-04T08:00:00Z")).database
        return asyncio.run(_drawn(Settings(path, annotator=ANNOTATOR, config=folder / "config.toml")))


async def _drawn(settings: Settings) -> str:
    app = WorkbenchApp(settings, DOCUMENT)
    async with app.run_test(size=SIZE) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        for key in STEPS:
            await pilot.press(key)
        await app.workers.wait_for_complete()
        # The rest of the text is laid out in slices, and the scroll bar follows.
        await pilot.pause(1.0)
        svg = app.export_screenshot(title="workbench", simplify=True)
    app.close_backend()
    return plain(svg)


def plain(svg: str) -> str:
    """Take out what a picture need not load or tell: fonts from elsewhere and who made it with what."""
    svg = re.sub(r"@font-face\s*\{.*?\}", "", svg, flags=re.S)
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.S)
    svg = svg.replace("Fira Code, monospace", "monospace").replace("Fira Code", "monospace")
    return "\n".join(line.rstrip() for line in svg.split("\n") if line.strip()) + "\n"


if __name__ == "__main__":
    os.environ["HOME"] = tempfile.mkdtemp()  # what the screen remembers of this database is nobody's
    (Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET).write_text(picture(), encoding="utf-8")
