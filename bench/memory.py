"""Memory of a 10 MB article with 20,000 annotations on screen, above the empty program.

Goal: at most 12 times the article's UTF-8 bytes. Each side runs in a process of its own; what counts is the memory
that stays resident after the article is laid out whole and has been paged through.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

SIZE = 10_000_000
COUNT = 20_000


def resident() -> int:
    """Return the bytes of memory that this process holds now."""
    gc.collect()
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) * 1024
    usage = subprocess.run(["ps", "-o", "rss=", "-p", str(os.getpid())], capture_output=True, text=True, check=True)
    return int(usage.stdout) * 1024


async def show(size: int) -> int:
    """Show an article of so many bytes (0: none), lay it out whole, page through some of it; return what is held."""
    from textual.app import App

    from bench.articles import annotations, article
    from workbench.domain.labels import DEFAULT_LABEL_SET
    from workbench.tui.themes import label_styles
    from workbench.tui.widgets.document_view import DocumentView

    view = DocumentView(label_styles=label_styles(DEFAULT_LABEL_SET, "night"))

    class Reader(App[None]):
        def compose(self):  # type: ignore[no-untyped-def]
            yield view

    async with Reader().run_test(size=(120, 36)) as pilot:
        text = article(size)
        view.load(text, annotations(text, COUNT if size else 0))
        layout = view._layout_rows
        assert layout is not None
        while layout.advance():
            pass
        for page in range(40):
            view.move_cursor(len(text) * page // 40, jump=True)
            await pilot.pause()
        return resident()


def side(size: int) -> int:
    """Run one side in a fresh process."""
    done = subprocess.run(
        [sys.executable, __file__, "--size", str(size)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return int(done.stdout)


def main() -> None:
    """Print one side, or compare both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int)
    given = parser.parse_args()
    if given.size is not None:
        print(asyncio.run(show(given.size)))
        return
    empty, full = side(0), side(SIZE)
    print(
        json.dumps(
            {
                "bench": "memory, 10 MB article with 20,000 annotations",
                "unit": "bytes above the empty program",
                "ours": full - empty,
                "floor": SIZE,
                "ratio": round((full - empty) / SIZE, 2),
                "goal": "<= 12",
                "met": full - empty <= 12 * SIZE,
            }
        )
    )


if __name__ == "__main__":
    main()
