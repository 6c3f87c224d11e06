"""`doctor`: every row checked, and the file around them; nothing changes unless it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.services import upkeep
from workbench.services.clock import Clock
from workbench.storage import checks, files, leftovers
from workbench.storage.engine import Database, check_schema
from workbench.storage.faults import Damaged
from workbench.storage.finding import NOTE, PROBLEM, Finding
from workbench.storage.mounts import on_network_file_system

LARGE_LOG_BYTES = 256 * 1024 * 1024
"""A log larger than this is worth a note: another program keeps it from being folded in."""


@dataclass
class Report:
    """What an examination found. `problems` decide the exit status; `notes` are only worth knowing."""

    path: Path
    problems: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)

    def take(self, finding: Finding) -> None:
        """Add a finding."""
        (self.problems if finding.level == PROBLEM else self.notes).append(finding)

    @property
    def repairable(self) -> int:
        """Number of problems that `repair` can mend."""
        return sum(finding.repair is not None for finding in self.problems)

    @property
    def summary(self) -> str:
        """One sentence for people."""
        if not self.problems:
            return f"{self.path}: nothing is wrong"
        count = f"{len(self.problems):,} problem{'s' if len(self.problems) > 1 else ''}"
        mend = f"; `workbench doctor --repair` can mend {self.repairable:,}" if self.repairable else ""
        return f"{self.path}: {count}{mend}"

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain JSON values; the keys are part of the command line's contract."""
        return {
            "path": str(self.path),
            "ok": not self.problems,
            "repairable": self.repairable,
            "problems": [_to_json(finding) for finding in self.problems],
            "notes": [_to_json(finding) for finding in self.notes],
        }


@dataclass(frozen=True, slots=True)
class Mended:
    """What `repair` did: how many rows it mended, and the backup from before (None: nothing was to mend)."""

    rows: int
    backup: Path | None


def _to_json(finding: Finding) -> dict[str, Any]:
    return {
        "check": finding.check,
        "where": finding.where,
        "what": finding.what,
        "remedy": finding.remedy,
        "repairable": finding.repair is not None,
    }


def examine(path: Path) -> Iterator[Finding]:
    """Check everything in a database and around it; yield each finding as it is met. Changes nothing.

    Raises EnvironmentFault when the file cannot be opened or is not ours, NeedsUpgrade, TooNew.
    """
    database = Database(path)
    try:
        check_schema(path)
        with database.read() as connection:
            yield from checks.findings(connection)
    except Damaged as error:
        yield Finding("structure", str(path), error.what, _way_out(path))
    finally:
        database.close()
    yield from _around(path)


def report(path: Path) -> Report:
    """Check everything and return all findings together. Raises as `examine` does."""
    found = Report(path)
    for finding in examine(path):
        found.take(finding)
    return found


def repair(path: Path, clock: Clock) -> Mended:
    """Mend what the rest of the data proves, after a backup: lengths, quotes, covers and times of last touch.

    A quote is left alone where the journal says something else of its annotation. Raises EnvironmentFault.
    """
    if not report(path).repairable:
        return Mended(0, None)
    backup = upkeep.backup(path, clock)
    database = Database(path)
    try:
        with database.write() as connection:
            found = list(checks.findings(connection))
            doubtful = {finding.where for finding in found if finding.check == "rows"}
            mended = 0
            for finding in found:
                if finding.repair is not None and finding.where not in doubtful:
                    mended += checks.mend(connection, finding.repair)
    finally:
        database.close()
    return Mended(mended, backup)


def _way_out(path: Path) -> str:
    kept = upkeep.backups(path)
    if kept:
        return f"The latest backup beside it is {kept[-1].path.name}: `workbench restore {kept[-1].path.name}`."
    return "Put a backup back with `workbench restore`."


def _around(path: Path) -> Iterator[Finding]:
    """Look at the file and its folder. Nothing here is wrong with the data, so that all are notes."""
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        yield Finding(
            "file", path.name, f"can be used by others on this machine (mode {mode:04o})", "chmod 600 it.", NOTE
        )
    if on_network_file_system(path):
        yield Finding(
            "file",
            path.name,
            "lies on a network file system, so that it is written without a shared log (journal mode DELETE)",
            "Use it from one machine at a time.",
            NOTE,
        )
    log = leftovers.log_of(path, "-wal")
    if log.exists() and log.stat().st_size > LARGE_LOG_BYTES:
        yield Finding(
            "file", log.name, f"has grown to {log.stat().st_size:,} bytes", "Close every program that uses it.", NOTE
        )
    for part in files.parts_beside(path):
        yield Finding("file", part.name, "was left by a program that was killed", "It can be deleted.", NOTE)
