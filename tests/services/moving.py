"""Bring files in and out in a line: what an import stored and said, what an export wrote."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from workbench.domain.bundle import Bundle, Project
from workbench.formats.native_writer import write_jsonl
from workbench.services.clock import Clock, CountingClock
from workbench.services.exporting import ExportOptions, export
from workbench.services.import_report import ImportOptions, ImportReport, Listener
from workbench.services.importing import import_paths
from workbench.storage.engine import Database

CLOCK = CountingClock()
"""Stands still; its ids are never given twice in one run of the tests."""


class Brought(NamedTuple):
    """An import's report and every sentence it said."""

    report: ImportReport
    said: list[str]


def bring(
    database: Database,
    *paths: Path | str,
    cancelled: Callable[[], bool] = lambda: False,
    clock: Clock = CLOCK,
    **options: Any,
) -> Brought:
    """Import, with a clock that stands still; `options` are those of ImportOptions."""
    said: list[str] = []
    listener = Listener(said=lambda problem: said.append(str(problem)), cancelled=cancelled)
    report = import_paths(database, [str(path) for path in paths], ImportOptions(**options), listener, clock)
    return Brought(report, said)


def native(path: Path, project: Project, bundles: Sequence[Bundle]) -> Path:
    """Write a native file."""
    with path.open("wb") as out:
        write_jsonl(project, bundles, out)
    return path


def exported(database: Database, folder: Path, format_name: str = "jsonl", **options: Any) -> bytes:
    """Return the bytes of an export."""
    target = folder / f"exported.{format_name}"
    export(database, format_name, target, ExportOptions(**options))
    return target.read_bytes()


def documents(data: bytes) -> list[dict[str, Any]]:
    """Return the documents of a JSON export."""
    found: list[dict[str, Any]] = orjson.loads(data)["documents"]
    return found
