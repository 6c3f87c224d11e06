"""The demo: a database made from the sample articles, with two annotators' work in it, and its exports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workbench.domain.bundle import AnnotatorRow, Project
from workbench.domain.labels import DEFAULT_LABEL_SET
from workbench.services import exporting, upkeep
from workbench.services.clock import Clock
from workbench.services.importing import store_bundles
from workbench.services.seeds import load_seeds, seeds_folder
from workbench.services.verifying import Verification, VerifyOptions
from workbench.storage.bulk_read import count_documents
from workbench.storage.engine import Database
from workbench.storage.faults import told_about

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


@dataclass(frozen=True, slots=True)
class DemoExports:
    """The demo's exports: where they are, what they hold, and what `verify` found wrong with them."""

    folder: Path
    paths: tuple[Path, ...]
    documents: int
    annotations: Mapping[str, int]
    findings: tuple[str, ...]


def make_demo(folder: Path, clock: Clock) -> Demo:
    """Make the demo's database in a folder, or leave the one that is there alone. Raises EnvironmentFault."""
    path = folder / DATABASE
    with told_about(folder):
        folder.mkdir(parents=True, exist_ok=True)
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


def export_demo(path: Path) -> DemoExports:
    """Export a demo's database beside it in every format, and verify what was written. Raises EnvironmentFault."""
    folder = path.parent / EXPORTS
    with told_about(folder):
        folder.mkdir(exist_ok=True)
    targets = {"jsonl": folder / "demo.jsonl", "json": folder / "demo.json", "csv": folder / "csv"}
    database = Database(path)
    try:
        for name, target in targets.items():
            exporting.export(database, name, target)
        totals = upkeep.status(database).totals
    finally:
        database.close()
    proof = Verification(tuple(targets.values()), VerifyOptions())
    findings = tuple(str(problem) for problem in proof.run() if problem.fails)
    return DemoExports(folder, tuple(targets.values()), totals.documents, totals.annotations, findings)


def _unfinished(path: Path) -> bool:
    """Say whether a demo was interrupted between making the file and filling it."""
    database = Database(path)
    try:
        with database.read() as connection:
            return count_documents(connection) == 0
    finally:
        database.close()
