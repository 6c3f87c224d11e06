"""The demo: a database made from the sample articles, with two annotators' work in it, and its exports."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workbench.domain.bundle import AnnotatorRow, Project
from workbench.domain.labels import DEFAULT_LABEL_SET
from workbench.errors import EnvironmentFault
from workbench.services import upkeep
from workbench.services.clock import Clock
from workbench.services.importing import store_bundles
from workbench.services.seeds import load_seeds, seeds_folder
from workbench.storage.bulk_read import count_documents
from workbench.storage.engine import Database

DATABASE = "demo.db"
EXPORTS = "exports"
ANNOTATORS = (AnnotatorRow("ana"), AnnotatorRow("ben"))
VISITOR = "ben"
"""Whose work the demo opens with: one article of his is half done and one untouched."""


@dataclass(frozen=True, slots=True)
class Demo:
    """Where a demo's database is, and whether this call made it (else it was there already)."""

    database: Path
    made: bool


def make_demo(folder: Path, clock: Clock) -> Demo:
    """Make the demo's database in a folder, or leave the one that is there alone. Raises EnvironmentFault."""
    path = folder / DATABASE
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentFault(
            f"cannot make the folder: {error.strerror}", where=str(folder), remedy="Choose another with --dir."
        ) from error
    if not upkeep.init(path, name="demo", if_missing=True) and not _unfinished(path):
        return Demo(path, made=False)
    fill(path, clock)
    return Demo(path, made=True)


def fill(path: Path, clock: Clock) -> None:
    """Put the sample articles with their annotations into an empty database, as one operation."""
    database = Database(path)
    try:
        bundles = load_seeds(seeds_folder())
        store_bundles(database, Project("demo", DEFAULT_LABEL_SET, ANNOTATORS), bundles, "the sample articles", clock)
    finally:
        database.close()


def _unfinished(path: Path) -> bool:
    """Say whether a demo was interrupted between making the file and filling it."""
    database = Database(path)
    try:
        with database.read() as connection:
            return count_documents(connection) == 0
    finally:
        database.close()
