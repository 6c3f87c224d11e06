"""Writes files so that they are there whole or not at all, also when the program is killed half-way."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from workbench.errors import UsageError
from workbench.formats.reading import fault_of

_DATABASE = b"SQLite format 3\x00"
_UNNAMED = getattr(os, "O_TMPFILE", 0)


class AtomicFile:
    """A file being written beside its target; `commit` puts it in place, `discard` leaves nothing.

    Where the system can, it has no name until then, so that not even a kill leaves it behind. A target that is
    not a regular file (a pipe, a device) is written to directly. Mode is 0666 less the umask.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        # A link stays a link: the file it points to is replaced.
        self._target = Path(os.path.realpath(path))
        self._temporary: Path | None = None
        self._direct = False
        try:
            self.stream: BinaryIO = self._open()
        except OSError as error:
            raise fault_of(error, str(path)) from error

    def _open(self) -> BinaryIO:
        if self._target.is_dir():
            raise UsageError("this is a folder", where=str(self.path), remedy="Name a file to write.")
        if _is_database(self._target):
            raise UsageError(
                "this is a database, which is never written over", where=str(self.path), remedy="Choose another name."
            )
        # Asked of the path as given: /dev/stdout of a pipe leads to no path that could be opened.
        if self.path.exists() and not stat.S_ISREG(self.path.stat().st_mode):
            self._direct = True
            return self.path.open("wb")
        if _UNNAMED:
            with suppress(OSError):
                return os.fdopen(os.open(self._target.parent, _UNNAMED | os.O_RDWR, 0o666), "wb")
        name = self._new_name()
        descriptor = os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
        self._temporary = name
        return os.fdopen(descriptor, "wb")

    def _new_name(self) -> Path:
        # Short, since the target's own name may be as long as names can be.
        return self._target.parent / f".wb-{os.getpid()}-{secrets.token_hex(4)}.tmp"

    def flush(self) -> None:
        """Bring everything written so far to the disk. Raises EnvironmentFault."""
        try:
            self.stream.flush()
            if not self._direct:
                os.fsync(self.stream.fileno())
        except OSError as error:
            raise fault_of(error, str(self.path)) from error

    def commit(self) -> None:
        """Put the file in the target's place. Raises EnvironmentFault; the target is then as it was."""
        self.flush()
        try:
            if not self._direct:
                if self._temporary is None:
                    self._temporary = self._named()
                self._temporary.replace(self._target)
                self._temporary = None
            self.stream.close()
        except OSError as error:
            self.discard()
            raise fault_of(error, str(self.path)) from error
        _sync_folder(self._target.parent)

    def _named(self) -> Path:
        """Give the unnamed file a name beside the target, or copy it where the system cannot."""
        name = self._new_name()
        folder = os.open(name.parent, os.O_RDONLY)
        try:
            # Only with a folder's descriptor does Python follow the link to the file behind it.
            os.link(f"/proc/self/fd/{self.stream.fileno()}", name.name, dst_dir_fd=folder, follow_symlinks=True)
        except OSError:
            self._copy_to(name)
        finally:
            os.close(folder)
        return name

    def _copy_to(self, name: Path) -> None:
        descriptor = os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
        self._temporary = name
        with os.fdopen(os.dup(self.stream.fileno()), "rb") as source, os.fdopen(descriptor, "wb") as copy:
            source.seek(0)
            shutil.copyfileobj(source, copy, 1 << 20)
            copy.flush()
            os.fsync(copy.fileno())

    def discard(self) -> None:
        """Leave nothing behind; the target is as it was."""
        with suppress(OSError):
            self.stream.close()
        if self._temporary is not None:
            with suppress(OSError):
                self._temporary.unlink()
            self._temporary = None


def _is_database(path: Path) -> bool:
    """Say whether a path is a SQLite database or one of the files that SQLite keeps beside it."""
    for beside in ("-wal", "-shm", "-journal"):
        if path.name.endswith(beside):
            path = path.with_name(path.name.removesuffix(beside))
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return stream.read(len(_DATABASE)) == _DATABASE


def _sync_folder(folder: Path) -> None:
    # Not every file system lets a folder be synced; the rename itself has happened.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def atomic_writer(path: Path | str | None) -> Iterator[BinaryIO]:
    """Give a binary stream whose content appears at `path` when the block ends well, and not at all otherwise.

    None and `-` mean standard output. Raises EnvironmentFault for what the disk refuses.
    """
    if path is None or str(path) == "-":
        with _disk_faults("standard output"):
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        return
    file = AtomicFile(Path(path))
    try:
        with _disk_faults(str(path)):
            yield file.stream
        file.commit()
    except BaseException:
        file.discard()
        raise


@contextmanager
def _disk_faults(where: str) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise fault_of(error, where) from error


class AtomicFolder:
    """Several files of one folder that appear together at the end of a block, or not at all.

    The folder is made when it is missing, and unmade on failure. `remove` takes away files of an earlier export.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._files: list[AtomicFile] = []
        self._gone: list[Path] = []
        self._made = False

    def __enter__(self) -> AtomicFolder:
        try:
            self._made = not self.path.exists()
            self.path.mkdir(exist_ok=True)
        except FileExistsError as error:
            raise UsageError(
                "this is a file, and the tables need a folder", where=str(self.path), remedy="Name another folder."
            ) from error
        except OSError as error:
            raise fault_of(error, str(self.path)) from error
        return self

    def open(self, name: str) -> BinaryIO:
        """Give the stream of a new file of the folder."""
        file = AtomicFile(self.path / name)
        self._files.append(file)
        return file.stream

    def remove(self, name: str) -> None:
        """Take a file of the folder away when the others appear; it need not exist."""
        self._gone.append(self.path / name)

    @property
    def names(self) -> list[str]:
        """Names of the files opened, in that order."""
        return [file.path.name for file in self._files]

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        try:
            if kind is None:
                self._commit()
                return
        except BaseException:
            self._discard()
            raise
        self._discard()
        if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
            raise fault_of(error, str(self.path)) from error

    def _commit(self) -> None:
        for file in self._files:
            file.flush()
        for file in self._files:
            file.commit()
        for path in self._gone:
            path.unlink(missing_ok=True)

    def _discard(self) -> None:
        for file in self._files:
            file.discard()
        if self._made:
            with suppress(OSError):
                self.path.rmdir()
