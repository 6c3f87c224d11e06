"""Opening an article for annotating: 10 MB with 20,000 annotations against 10 KB with 20.

From the wish to open it to the first repaint that shows its text, inside the program. The floor is what opening the
small one takes, plus reading the big one's text and annotations with raw `sqlite3`. Goal: at most twice that.

    python bench/opening.py [--rounds 5]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.annotate import Ours, database
from workbench.config import Settings
from workbench.errors import Refused
from workbench.tui.screens.annotate import AnnotateScreen

LONGEST_WAIT = 20.0
"""Seconds that an article may take."""
TABLES = ("document_texts", "annotation_sets", "annotations", "fragments", "links")


def reading(path: Path) -> float:
    """Return the seconds that raw sqlite3 takes to read everything that belongs to the article."""
    connection = sqlite3.connect(path)
    gc.collect()  # the rounds before must not be cleared up in this one's time
    began = time.perf_counter()
    for table in TABLES:
        connection.execute(f"SELECT * FROM {table}").fetchall()
    took = time.perf_counter() - began
    connection.close()
    return took


async def opening(path: Path) -> float:
    """Return the seconds from the wish to open the article to its text on the screen."""
    app = Ours(Settings(db=path, annotator="ana"), None)
    async with app.run_test(size=(120, 36)) as pilot:
        await asyncio.to_thread(app.backend)  # what the library has done by the time that somebody opens an article
        await pilot.pause(0.5)
        began = time.perf_counter()
        app.open_document("bridge")
        while not _shown(app):
            app.painted.clear()
            await asyncio.wait_for(app.painted.wait(), LONGEST_WAIT)
        took = time.perf_counter() - began
    app.close_backend()
    return took


def _shown(app: Ours) -> bool:
    screen = app.screen
    if isinstance(screen, AnnotateScreen):
        with contextlib.suppress(Refused):
            return bool(screen.article.text and screen.view.text)
    return False


def measure(rounds: int) -> dict[str, object]:
    """Take turns between both sizes."""
    small_times, big_times, reads = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        small, big = Path(folder) / "small.db", Path(folder) / "big.db"
        database(small, 10_000, 20)
        database(big, 10_000_000, 20_000)
        asyncio.run(opening(small))  # what is imported at the first opening is no part of it
        for _ in range(rounds):
            small_times.append(asyncio.run(opening(small)))
            big_times.append(asyncio.run(opening(big)))
            reads.append(reading(big))
    one, ten, read = (statistics.median(times) * 1000 for times in (small_times, big_times, reads))
    return {
        "bench": "opening an article of 10 MB with 20,000 annotations",
        "unit": "ms",
        "ours": round(ten, 1),
        "ours_10kb": round(one, 1),
        "reading": round(read, 1),
        "floor": round(one + read, 1),
        "ratio": round(ten / (one + read), 2),
        "goal": "<= 2",
        "met": ten <= 2 * (one + read),
    }


def main() -> None:
    """Print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    print(json.dumps(measure(parser.parse_args().rounds)))


if __name__ == "__main__":
    main()
