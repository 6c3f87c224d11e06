"""The life of a database file: made, upgraded, taken back, copied, put back, and described.

Each function works on a path, since most of them run before anybody may open the file.
"""

from __future__ import annotations

import glob
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.domain.labels import DEFAULT_LABEL_SET
from workbench.errors import EnvironmentFault, UsageError
from workbench.services.clock import Clock
from workbench.storage import catalogue, files, leftovers, migrate, totals
from workbench.storage.engine import Database, check_schema, must_exist, schema_revision
from workbench.storage.faults import told_about
from workbench.storage.schema import REVISIONS

NEWEST = REVISIONS[-1]


@dataclass(frozen=True, slots=True)
class Migrated:
    """A change of schema: the revisions before and after, and the backup (None: nothing was to do)."""

    path: Path
    before: str
    after: str
    backup: Path | None


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup put in place: its revision, and where the replaced file and its logs are kept (None: there was none)."""

    path: Path
    revision: str
    kept: Path | None


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup beside the database: its path and its time as `YYYY-MM-DDThh:mm:ssZ`."""

    path: Path
    made: str


@dataclass(frozen=True, slots=True)
class Status:
    """What a database holds and how its file is."""

    path: Path
    bytes: int
    log_bytes: int
    journal_mode: str
    revision: str
    project: str
    annotators: tuple[str, ...]
    totals: totals.Totals
    last_backup: Backup | None

    def to_json(self) -> dict[str, Any]:
        """Return the status as plain JSON values; the keys are part of the command line's contract."""
        last = self.last_backup
        return {
            "path": str(self.path),
            "bytes": self.bytes,
            "log_bytes": self.log_bytes,
            "journal_mode": self.journal_mode,
            "schema": {"revision": self.revision, "newest": NEWEST},
            "project": self.project,
            "annotators": list(self.annotators),
            **self.totals._asdict(),
            "last_backup": {"path": str(last.path), "made": last.made} if last else None,
        }


def init(path: Path, *, name: str = "untitled", make_folder: bool = False, if_missing: bool = False) -> bool:
    """Make an empty database with the default labels, readable by its owner only; say whether it was made.

    `make_folder` makes missing folders too. With `if_missing` a database that is there and at the newest schema is
    fine. Raises UsageError when the name is taken, EnvironmentFault when the place is of no use.
    """
    if path.exists() or path.is_symlink():
        if if_missing:
            check_schema(path)
            return False
        raise _in_use(path)
    with told_about(path):
        if make_folder:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        migrate.create(path, lambda connection: catalogue.create_project(connection, name, DEFAULT_LABEL_SET))
    except UsageError:
        # Somebody else may have made it meanwhile.
        if not (if_missing and path.exists()):
            raise
        check_schema(path)
        return False
    return True


def _in_use(path: Path) -> UsageError:
    try:
        schema_revision(path)
    except EnvironmentFault:
        return files.taken(path)
    return UsageError(
        "is a database already and is left alone", where=str(path), remedy="Use it as it is, or choose another name."
    )


def upgrade(path: Path, clock: Clock) -> Migrated:
    """Bring a database to the newest schema, after a backup beside it. Raises EnvironmentFault, TooNew."""
    present = schema_revision(path)
    if present not in REVISIONS:
        check_schema(path)
    return _migrate(path, present, NEWEST, clock)


def downgrade(path: Path, clock: Clock, to: str | None = None) -> Migrated:
    """Take a database back to an older revision, one step unless `to` names it, after a backup beside it.

    Raises UsageError when there is no such older revision, EnvironmentFault, TooNew.
    """
    present = schema_revision(path)
    if present not in REVISIONS:
        check_schema(path)
    older = REVISIONS[: REVISIONS.index(present)]
    if not older:
        raise UsageError(f"is at the first schema, {present}; there is none before it", where=str(path))
    if to is not None and to not in older:
        raise UsageError(
            f"cannot be taken from schema {present} to {to}",
            where=str(path),
            remedy=f"Older ones are {', '.join(older)}.",
        )
    return _migrate(path, present, to or older[-1], clock)


def _migrate(path: Path, present: str, target: str, clock: Clock) -> Migrated:
    if present == target:
        return Migrated(path, present, target, None)
    backup_path = _dated(path, f"backup-{present}", clock)
    done = migrate.migrate(path, target, backup_path)
    return Migrated(path, present, target, backup_path if done else None)


def backup(path: Path, clock: Clock, target: Path | None = None) -> Path:
    """Write a checked copy of a database, also while others write to it; return where it is.

    `target` is a new file's name or a folder; without one the copy goes beside the database. Raises UsageError when
    the name is taken, EnvironmentFault.
    """
    revision = schema_revision(path)
    if target is None or target.is_dir():
        target = _dated((target or path.parent) / path.name, f"backup-{revision}", clock)
    if target.exists():
        raise files.taken(target)
    with files.private_part(target) as part:
        files.copy_into(path, part)
        _refuse_damaged(part, path)
        files.place_new(part, target)
    return target


def restore(path: Path, source: Path, clock: Clock) -> Restored:
    """Put a copy of a backup in a database's place, after checking it; the replaced file is kept.

    Raises EnvironmentFault when the backup is not ours, damaged or newer than this release, or when another
    program has the database open; then nothing has changed. Raises UsageError for a file restored onto itself.
    """
    must_exist(source)
    # A link stays a link: what it leads to is replaced.
    path = Path(os.path.realpath(path))
    if path.exists() and path.samefile(source):
        raise UsageError("is the database itself", where=str(source), remedy="Name a backup of it.")
    revision = schema_revision(source)
    if revision not in REVISIONS:
        check_schema(source)
    with files.private_part(path) as part:
        files.copy_into(source, part)
        _refuse_damaged(part, source)
        with told_about(path):
            migrate.choose_journal_mode(part, path)
        return Restored(path, revision, _put_in_place(part, path, clock))


def _put_in_place(part: Path, path: Path, clock: Clock) -> Path | None:
    kept = _dated(path, "replaced", clock)
    if not path.exists():
        files.move_logs(path, kept)
        files.place_new(part, path)
        return None
    files.fold_log(path)
    files.move_logs(path, kept)
    files.place_over(part, path, kept)
    return kept


def _refuse_damaged(part: Path, source: Path) -> None:
    problems = files.problems_in(part)
    if problems:
        raise EnvironmentFault(
            f"is damaged: {'; '.join(problems)}", where=str(source), remedy="Run `workbench doctor` for the whole list."
        )


def _dated(path: Path, word: str, clock: Clock) -> Path:
    stamp = clock.now().replace("-", "").replace(":", "")
    name = f"{path.stem}.{word}-{stamp}"
    taken = {entry.name for entry in path.parent.glob(glob.escape(name) + "*")}
    candidates = [name, *(f"{name}-{number}" for number in range(2, len(taken) + 3))]
    return path.with_name(next(f"{each}{path.suffix}" for each in candidates if f"{each}{path.suffix}" not in taken))


def backups(path: Path) -> list[Backup]:
    """Return the backups beside a database that this program made, oldest first."""
    pattern = f"{glob.escape(path.stem)}.backup-*-*Z*{glob.escape(path.suffix)}"
    found = [Backup(entry, _time_in(entry.name)) for entry in path.parent.glob(pattern)]
    return sorted((each for each in found if each.made), key=_age)


def _age(each: Backup) -> tuple[str, int, str]:
    # Names tell whole seconds; of two made in one second the file system knows which came first.
    try:
        written = each.path.stat().st_mtime_ns
    except OSError:
        written = 0
    return each.made, written, each.path.name


def _time_in(name: str) -> str:
    _, _, rest = name.partition(".backup-")
    stamp = rest.partition("-")[2][:16]
    if len(stamp) != 16 or not stamp[:8].isdigit() or stamp[8] != "T" or stamp[15] != "Z":
        return ""
    day, time = stamp[:8], stamp[9:15]
    return f"{day[:4]}-{day[4:6]}-{day[6:]}T{time[:2]}:{time[2:4]}:{time[4:]}Z"


def status(database: Database) -> Status:
    """Describe a database at the newest schema, seen at one moment; writes nothing."""
    with database.read() as connection:
        project = catalogue.load_project(connection)
        people = catalogue.list_annotators(connection, catalogue.PERSON)
        counted = totals.count_all(connection)
        mode, revision = totals.journal_mode(connection), totals.revision(connection)
    kept = backups(database.path)
    return Status(
        path=database.path.absolute(),
        bytes=_size(database.path),
        log_bytes=_size(leftovers.log_of(database.path, "-wal")),
        journal_mode=mode,
        revision=revision,
        project=project.name,
        annotators=tuple(person.name for person in people),
        totals=counted,
        last_backup=kept[-1] if kept else None,
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
