"""Saving one annotation, p95, against a bare one-row commit with synchronous=FULL on the same disk.

Goal: at most three times the floor, or the floor plus 5 ms, whichever is more.
"""

from __future__ import annotations

import json
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from workbench.domain import editing
from workbench.domain.labels import CLAIM
from workbench.domain.span import Fragment
from workbench.services import annotating, upkeep
from workbench.services.clock import SystemClock
from workbench.services.session import AnnotationSession
from workbench.storage.engine import Database
from workbench.storage.writer import Writer

ROUNDS = 300
TEXT = "Mara Lind said on Tuesday that the ferry lands at noon whenever the tide and the harbour are kind. " * 400


def p95(seconds: list[float]) -> float:
    """Return the 95th percentile in milliseconds."""
    return statistics.quantiles(seconds, n=20)[18] * 1000


def floor_commit(folder: Path) -> sqlite3.Connection:
    """Open a one-table file as the workbench opens its own."""
    connection = sqlite3.connect(folder / "floor.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = wal")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, start INTEGER, text TEXT)")
    return connection


def session(folder: Path) -> AnnotationSession:
    """Make a database with one article and open it for an annotator."""
    path = folder / "ours.db"
    upkeep.init(path)
    database = Database(path)
    with database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO documents (id, uid, sha256, codepoints, utf8, utf16, words, imported) "
            "VALUES (1, 'bridge', ?, ?, ?, ?, 1, '2026-03-01T08:00:00Z')",
            ("0" * 64, len(TEXT), len(TEXT), len(TEXT)),
        )
        connection.exec_driver_sql("INSERT INTO document_texts VALUES (1, ?)", (TEXT,))
    opened = annotating.open_document(database, "bridge", "ana")
    return AnnotationSession(database, Writer(), SystemClock(), opened, lambda event: None)


def measure() -> dict[str, object]:
    """Take turns between both sides, so that a busy disk slows both."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bare, ours = floor_commit(folder), session(folder)
        floor_times, our_times = [], []
        for number in range(ROUNDS):
            begin = time.perf_counter()
            bare.execute("BEGIN IMMEDIATE")
            bare.execute("INSERT INTO rows (start, text) VALUES (?, ?)", (number, "claim"))
            bare.execute("COMMIT")
            floor_times.append(time.perf_counter() - begin)
            begin = time.perf_counter()
            fragment = Fragment(number * 20, number * 20 + 17)
            ours.do(editing.tag(ours.desk, ours.annotations, CLAIM.uid, [fragment]))
            ours.settled().result()
            our_times.append(time.perf_counter() - begin)
        floor, our = p95(floor_times), p95(our_times)
    return {
        "bench": "saving one annotation, p95",
        "ours": round(our, 3),
        "floor": round(floor, 3),
        "unit": "ms",
        "ratio": round(our / floor, 2),
        "goal": "<= 3, or <= floor + 5 ms",
        "met": our <= max(3 * floor, floor + 5),
    }


if __name__ == "__main__":
    print(json.dumps(measure()))
