"""Export as JSON lines and as CSV, against raw `sqlite3` into `orjson` or `csv.writer` of the same columns.

The floor reads a flat table that already holds every column of the export, one row a fragment, and only writes it.
Goals: at least half the floor's rows a second, and peak memory that does not grow with the number of documents.
"""

from __future__ import annotations

import argparse
import csv
import json
import sqlite3
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import generate
import orjson

from bench.timing import best
from workbench.services import upkeep
from workbench.services.clock import CountingClock
from workbench.services.exporting import export
from workbench.services.importing import store_bundles
from workbench.storage.engine import Database

ROOT = Path(__file__).resolve().parent.parent


def flat_table(tables: Path, path: Path) -> tuple[list[str], int]:
    """Put the exported annotations table into a database of its own; return its columns and the number of rows."""
    connection = sqlite3.connect(path)
    with (tables / "annotations.csv").open(encoding="utf-8", newline="") as lines:
        reader = csv.reader(lines)
        columns = next(reader)
        connection.execute(f"CREATE TABLE flat ({', '.join(columns)})")
        marks = ", ".join("?" * len(columns))
        numbers = {index for index, name in enumerate(columns) if name.endswith(("start", "end", "fragment"))}
        rows = ([int(cell) if index in numbers else cell or None for index, cell in enumerate(row)] for row in reader)
        count = connection.executemany(f"INSERT INTO flat VALUES ({marks})", rows).rowcount
    connection.commit()
    connection.close()
    return columns, count


def floor_csv(path: Path, columns: list[str], target: Path) -> None:
    """Write the flat table with csv.writer."""
    connection = sqlite3.connect(path)
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(columns)
        writer.writerows(connection.execute("SELECT * FROM flat ORDER BY rowid"))
    connection.close()


def floor_jsonl(path: Path, columns: list[str], target: Path) -> None:
    """Write the flat table with orjson, an object a line."""
    connection = sqlite3.connect(path)
    with target.open("wb") as out:
        for row in connection.execute("SELECT * FROM flat ORDER BY rowid"):
            out.write(orjson.dumps(dict(zip(columns, row, strict=True)), option=orjson.OPT_APPEND_NEWLINE))
    connection.close()


def peak(folder: Path, documents: int, kind: str, name: str) -> int:
    """Return the most memory in bytes that a process took to export that many documents."""
    path = folder / f"memory-{documents}.db"
    if not path.exists():
        upkeep.init(path)
        database = Database(path)
        store_bundles(database, generate.PROJECT, generate.bundles(documents, 10 * documents), "bench", CountingClock())
        database.close()
    command = (
        "import resource, sys; from pathlib import Path; from workbench.services.exporting import export; "
        "from workbench.storage.engine import Database; "
        "export(Database(Path(sys.argv[1])), sys.argv[2], Path(sys.argv[3])); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    arguments = [sys.executable, "-c", command, str(path), kind, str(folder / f"memory-{name}")]
    return int(subprocess.run(arguments, stdout=subprocess.PIPE, check=True, cwd=ROOT).stdout) * 1024


def say(name: str, unit: str, ours: float, floor: float, goal: str, met: bool) -> None:
    """Print a measurement as one JSON line."""
    line = {"bench": name, "unit": unit, "ours": round(ours), "floor": round(floor), "ratio": round(ours / floor, 3)}
    print(json.dumps({**line, "goal": goal, "met": met}))


def main() -> None:
    """Print one JSON line a format with both sides and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1_000)
    parser.add_argument("--annotations", type=int, default=57_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        upkeep.init(folder / "ours.db")
        database = Database(folder / "ours.db")
        bundles = generate.bundles(given.documents, given.annotations)
        store_bundles(database, generate.PROJECT, bundles, "bench", CountingClock())
        export(database, "csv", folder / "tables")
        columns, rows = flat_table(folder / "tables", folder / "flat.db")
        for kind, name, floor in (("jsonl", "out.jsonl", floor_jsonl), ("csv", "tables", floor_csv)):
            ours = rows / best(partial(export, database, kind, folder / name), given.rounds)
            raw = rows / best(partial(floor, folder / "flat.db", columns, folder / f"floor.{kind}"), given.rounds)
            say(f"export {kind}", "rows a second", ours, raw, ">= 0.5", ours / raw >= 0.5)
        database.close()
        for kind, name in (("jsonl", "out.jsonl"), ("csv", "tables")):
            small, large = (peak(folder, number, kind, name) for number in (given.documents // 4, given.documents))
            # Flat: four times the documents may cost no more than noise.
            say(f"export {kind} memory", "bytes at 4 x the documents", large, small, "<= 1.1", large <= 1.1 * small)


if __name__ == "__main__":
    main()
