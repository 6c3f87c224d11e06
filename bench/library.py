"""The library's first frame and first rows, and those of a Textual app that has a list and nothing to read.

Both start as programs of their own on a pseudo-terminal; the clock runs from the start of the process until the
marks are among what it wrote. Goals: first frame at most 1.5 times, rows at most 3 times the bare app's; the same with
10 and with 100,000 documents.

    python bench/library.py [--rounds 7] [--documents 100000]
"""

from __future__ import annotations

import argparse
import json
import os
import pty
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from workbench.domain.text import text_hash
from workbench.services import upkeep
from workbench.storage.engine import Database

FEW = 10
LONGEST_WAIT = 60.0
TITLE = "Harbour toll"
FRAME, ROW, BARE_ROW = b"filter:", b"Harbour toll", b"Item 0"
BARE = """
from textual.app import App
from textual.widgets import Footer, Header, OptionList

class Bare(App):
    def compose(self):
        yield Header()
        yield OptionList(*[f"Item {number}" for number in range(10)])
        yield Footer()

Bare().run()
"""


def make(folder: Path, documents: int) -> Path:
    """Make a database of so many small documents."""
    path = folder / f"{documents}.db"
    upkeep.init(path)
    database = Database(path)
    texts = [f"{TITLE} {number}\n\nThe port said that it covers a third of the costs." for number in range(documents)]
    rows = [
        (number + 1, f"d{number:06}", f"{TITLE} {number}", text_hash(text), len(text), len(text), len(text), 17,
         f"2026-03-{1 + number % 28:02}T08:00:00Z", "{}")
        for number, text in enumerate(texts)
    ]  # fmt: skip
    with database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO documents (id, uid, title, sha256, codepoints, utf8, utf16, words, imported, meta) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        connection.exec_driver_sql("INSERT INTO document_texts VALUES (?, ?)", list(enumerate(texts, 1)))
    database.close()
    return path


def until(command: Sequence[str], marks: Sequence[bytes], environment: dict[str, str]) -> list[float]:
    """Run a program on a terminal of 80 by 24; return the seconds until each mark was written, then end it."""
    ours, theirs = pty.openpty()
    ioctl(ours, TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    begin = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True
    )
    os.close(theirs)
    written, seconds = b"", [0.0] * len(marks)
    try:
        while not all(seconds):
            if time.perf_counter() - begin > LONGEST_WAIT or not select.select([ours], [], [], LONGEST_WAIT)[0]:
                raise TimeoutError(f"{command[-1]}: {marks} not seen")
            written += os.read(ours, 65536)
            now = time.perf_counter() - begin
            seconds = [second or (now if mark in written else 0.0) for second, mark in zip(seconds, marks, strict=True)]
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(ours)
    return seconds


def measure(rounds: int, documents: int) -> list[dict[str, object]]:
    """Take turns between all sides, so that a busy machine slows all."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "HOME": name}
        environment |= {"XDG_STATE_HOME": name, "XDG_CONFIG_HOME": name, "WORKBENCH_ANNOTATOR": "ana"}
        bare = [sys.executable, "-c", BARE]
        sizes = {count: make(folder, count) for count in (FEW, documents)}
        floor: list[float] = []
        found: dict[int, list[list[float]]] = {count: [] for count in sizes}
        for _ in range(rounds):
            floor += until(bare, [BARE_ROW], environment)
            for count, path in sizes.items():
                command = [sys.executable, "-m", "workbench", "--db", str(path)]
                found[count].append(until(command, [FRAME, ROW], environment))
    base = statistics.median(floor)
    return [line for count, times in found.items() for line in _lines(count, times, base)]


def _lines(count: int, times: list[list[float]], base: float) -> list[dict[str, object]]:
    frame, row = (statistics.median(column) for column in zip(*times, strict=True))
    return [
        {
            "bench": f"library, {what}, {count:,} documents",
            "unit": "ms",
            "ours": round(seconds * 1000),
            "floor": round(base * 1000),
            "ratio": round(seconds / base, 2),
            "goal": f"<= {goal:g}",
            "met": seconds <= goal * base,
        }
        for what, seconds, goal in (("first frame", frame, 1.5), ("rows", row, 3.0))
    ]


def main() -> None:
    """Print one JSON line a measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--documents", type=int, default=100_000)
    options = parser.parse_args()
    for line in measure(options.rounds, options.documents):
        print(json.dumps(line))


if __name__ == "__main__":
    main()
