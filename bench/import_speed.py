"""Import of a native file, against raw `sqlite3.executemany` of the same rows into the same schema.

Both sides write to a file with the same PRAGMAs, foreign keys and constraints on. Goal: at least half the floor's
annotations a second.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import generate

from workbench.formats.native_writer import write_jsonl
from workbench.services import upkeep
from workbench.services.clock import CountingClock
from workbench.services.importing import import_paths
from workbench.storage.bulk_write import INSERTS
from workbench.storage.engine import Database, prepare, set_journal_mode

BEFORE = ("labels", "label_attributes", "link_types", "link_type_ends", "annotators")
"""Tables that the inserted rows refer to."""


def ours(path: Path, source: Path) -> float:
    """Import the file into a fresh database; return the seconds it took."""
    upkeep.init(path)
    database = Database(path)
    began = time.perf_counter()
    report = import_paths(database, [str(source)], clock=CountingClock())
    took = time.perf_counter() - began
    database.close()
    assert report.exit_code == 0, report.problems[:3]
    return took


def rows_of(path: Path) -> dict[str, tuple[str, list[tuple[object, ...]]]]:
    """Read back what the import stored, as one insert statement and its rows a table."""
    connection = sqlite3.connect(path)
    found = {}
    for table in INSERTS:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        names = ", ".join(f'"{name}"' for name in columns)
        marks = ", ".join("?" * len(columns))
        order = "annotation_id, 2" if table in ("fragments", "attribute_values") else "rowid"
        rows = connection.execute(f"SELECT {names} FROM {table} ORDER BY {order}").fetchall()
        found[table] = (f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
    connection.close()
    return found


def floor(path: Path, model: Path, rows: dict[str, tuple[str, list[tuple[object, ...]]]]) -> float:
    """Insert the same rows with executemany into a fresh database; return the seconds it took."""
    upkeep.init(path)
    connection = sqlite3.connect(path, isolation_level=None)
    prepare(connection)
    set_journal_mode(connection, path)
    connection.execute("ATTACH ? AS model", (str(model),))
    connection.execute("PRAGMA foreign_keys = OFF")
    for table in BEFORE:
        connection.execute(f"DELETE FROM main.{table}")
        connection.execute(f"INSERT INTO main.{table} SELECT * FROM model.{table}")
    connection.execute("DETACH model")
    prepare(connection)
    began = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    for statement, table_rows in rows.values():
        connection.executemany(statement, table_rows)
    connection.execute("COMMIT")
    took = time.perf_counter() - began
    connection.close()
    return took


def main() -> None:
    """Print both sides and the ratio as one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1_000)
    parser.add_argument("--annotations", type=int, default=57_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "articles.jsonl"
        with source.open("wb") as out:
            write_jsonl(generate.PROJECT, generate.bundles(given.documents, given.annotations), out)
        our_seconds, floor_seconds = [], []
        for number in range(given.rounds):
            model = Path(folder) / f"ours-{number}.db"
            our_seconds.append(ours(model, source))
            floor_seconds.append(floor(Path(folder) / f"floor-{number}.db", model, rows_of(model)))
    us, raw = given.annotations / min(our_seconds), given.annotations / min(floor_seconds)
    print(
        json.dumps(
            {
                "bench": "import",
                "unit": "annotations a second",
                "annotations": given.annotations,
                "ours": round(us),
                "floor": round(raw),
                "ratio": round(us / raw, 3),
                "goal": ">= 0.5",
                "met": us / raw >= 0.5,
            }
        )
    )


if __name__ == "__main__":
    main()
