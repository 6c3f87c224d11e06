"""What there is to import: paths, folders, patterns and standard input, as a list of files in a fixed order."""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import EnvironmentFault, UsageError

STANDARD_INPUT = "-"
STANDARD_INPUT_NAME = "standard input"
_PATTERN = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Source:
    """A file to import. `path` is None for standard input; `name` is how messages call it; `size` is in bytes."""

    path: Path | None
    name: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class Sources:
    """The files found, what could not be looked into, and how many files of folders are of kinds not read."""

    files: tuple[Source, ...]
    faults: tuple[EnvironmentFault, ...] = ()
    passed_over: tuple[str, ...] = ()


def find_sources(paths: Iterable[str], suffixes: Iterable[str]) -> Sources:
    """Look into paths in the order given, folders by name; hidden files and folders inside them are passed over.

    In folders and patterns only files with one of the suffixes count; a file that is named is always taken. No
    file comes twice. A path that is not there is among the faults. Raises UsageError when nothing is named.
    """
    finder = _Finder(frozenset(suffixes))
    given = list(paths)
    if not given:
        raise UsageError("nothing to import was named", remedy="Name files or folders, or - for standard input.")
    for path in given:
        finder.take(path)
    return Sources(tuple(finder.files), tuple(finder.faults), tuple(finder.passed_over))


class _Finder:
    def __init__(self, suffixes: frozenset[str]) -> None:
        self._suffixes = suffixes
        self._seen: set[Path] = set()
        self.files: list[Source] = []
        self.faults: list[EnvironmentFault] = []
        self.passed_over: list[str] = []

    def take(self, given: str) -> None:
        """Add what one argument stands for."""
        path = Path(given)
        if not given:
            # Path("") is the current folder, which an unset variable of a script does not mean.
            self.faults.append(EnvironmentFault("an empty path names no file", remedy="Name files or folders."))
        elif given == STANDARD_INPUT:
            self.files.append(Source(None, STANDARD_INPUT_NAME))
        elif path.is_dir():
            self._take_folder(path)
        elif path.exists() or not _PATTERN & set(given):
            self._add(path)
        else:
            self._take_pattern(given)

    def _take_pattern(self, pattern: str) -> None:
        # Path.glob takes no absolute pattern.
        found = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207
        if not found:
            self.faults.append(
                EnvironmentFault("no file fits this pattern", where=pattern, remedy="Check the spelling.")
            )
        for name in found:
            path = Path(name)
            if path.is_dir():
                # With ** the folder's files are found by themselves.
                if "**" not in pattern:
                    self._take_folder(path)
            else:
                self._take_found(path)

    def _take_folder(self, folder: Path) -> None:
        before = len(self.files) + len(self.passed_over)
        for path in self._walk(folder):
            self._take_found(path)
        if before == len(self.files) + len(self.passed_over) and not self.faults:
            self.passed_over.append(f"{folder} (an empty folder)")

    def _take_found(self, path: Path) -> None:
        if path.suffix.lower() in self._suffixes:
            self._add(path)
        else:
            self.passed_over.append(str(path))

    def _walk(self, folder: Path) -> Iterator[Path]:
        def fault(error: OSError) -> None:
            self.faults.append(_fault_of(error, str(error.filename or folder)))

        for here, folders, names in os.walk(folder, onerror=fault):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                if not name.startswith("."):
                    yield Path(here) / name

    def _add(self, path: Path) -> None:
        try:
            real, found = path.resolve(strict=True), path.stat()
        except (OSError, RuntimeError) as error:
            self.faults.append(_fault_of(error, str(path)))
            return
        if not stat.S_ISREG(found.st_mode):
            # Opening a pipe that nobody writes to would wait for ever.
            self.faults.append(
                EnvironmentFault("not a regular file", where=str(path), remedy="Give what it says as standard input.")
            )
        elif real not in self._seen:
            self._seen.add(real)
            self.files.append(Source(path, str(path), found.st_size))


def _fault_of(error: BaseException, where: str) -> EnvironmentFault:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return EnvironmentFault("no such file or folder", where=where, remedy="Check the spelling.")
    if isinstance(error, PermissionError):
        return EnvironmentFault("no permission", where=where, remedy="Change its permissions.")
    reason = getattr(error, "strerror", None) or str(error)
    return EnvironmentFault(f"cannot be read: {reason.lower()}", where=where, remedy="Check the disk or the link.")
