"""The contents of a database file as plain values, to be compared."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any


def rows_of(path: Path, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return columns and rows of every table, sorted; `without` names columns to leave out, as `table.column`."""
    with closing(sqlite3.connect(path)) as connection:
        tables = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )
        ]
        return {table: _table(connection, table, without) for table in tables if table != "alembic_version"}


def _table(connection: sqlite3.Connection, table: str, without: tuple[str, ...]) -> list[tuple[object, ...]]:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    kept = ", ".join(f'"{column}"' for column in columns if f"{table}.{column}" not in without)
    return [tuple(kept.split(", ")), *sorted(connection.execute(f"SELECT {kept} FROM {table}"), key=repr)]


def schema_of(path: Path) -> dict[tuple[str, str], frozenset[str]]:
    """Return what each table and index consists of, as a set: the order of constraints may vary."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {(kind, name): _parts(sql) for kind, name, sql in found if name != "alembic_version"}


def _parts(sql: str) -> frozenset[str]:
    flat = re.sub(r"\s+", " ", sql).replace('"', "").strip()
    head, _, rest = flat.partition("(")
    body, _, tail = rest.rpartition(")")
    return frozenset([head.strip(), tail.strip(), *(part.strip() for part in _split(body))])


def _split(body: str) -> list[str]:
    parts, depth, begun = [], 0, 0
    for place, character in enumerate(body):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            parts.append(body[begun:place])
            begun = place + 1
    return [*parts, body[begun:]]
