"""Make data.db.example: the demo's database with fixed time and ids. Run it after a change of schema or samples:

.venv/bin/python seeds/make_example.py
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from pathlib import Path

from workbench.services import demo, upkeep
from workbench.services.clock import CountingClock

TARGET = Path(__file__).resolve().parent.parent / "data.db.example"


def make(target: Path) -> None:
    """Write the example database to `target`, packed, in one file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / demo.DATABASE
        upkeep.init(path, name="demo")
        demo.fill(path, CountingClock("2026-03-04T08:00:00Z"))
        connection = sqlite3.connect(path)
        # One file without a log beside it, whatever opened it last.
        connection.execute("PRAGMA journal_mode = delete")
        # Forty small tables and indexes, most of them on a page of their own: small pages halve the file.
        connection.execute("PRAGMA page_size = 1024")
        connection.execute("VACUUM")
        connection.close()
        target.write_bytes(path.read_bytes())


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
