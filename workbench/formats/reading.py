"""What all readers share: options and limits, opening a file, lines of bytes, and the reader's interface."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, Self

from workbench.domain.bundle import Project
from workbench.errors import EnvironmentFault
from workbench.formats.problems import FormatError, Item, Problem

BOM = b"\xef\xbb\xbf"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read files; sizes are in bytes, `max_points` in code points of one document.

    `encoding` is for text that is not UTF-8. The field names are those of article tables; None means the usual
    one. `path` is what `origin.path` says instead of the file's bare name.
    """

    encoding: str | None = None
    text_field: str | None = None
    id_field: str | None = None
    title_field: str | None = None
    path: str | None = None
    max_bytes: int = 50_000_000
    max_points: int = 20_000_000


class Reader(Protocol):
    """A file being read, a document at a time. Use as a context manager; iterate once.

    `project` is known from the start for native files and None for articles; `complete` says that it comes from a
    database, so that what it leaves out is not there either. `problems` are those of the file as a whole (its
    header) known at the start. Iterating raises FormatError when the rest of the file cannot be read.
    """

    name: str
    complete: bool
    problems: list[Problem]

    @property
    def project(self) -> Project | None:
        """What the file says of its project, None for articles."""
        ...

    @property
    def done(self) -> int:
        """Bytes of the file dealt with so far."""
        ...

    def __iter__(self) -> Iterator[Item]: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


def open_binary(path: Path) -> BinaryIO:
    """Open a file for reading. Raises FormatError or EnvironmentFault, with a remedy."""
    if path.is_fifo():
        # Opening it would wait for ever when nobody writes to it.
        raise FormatError("a pipe, not a file", where=str(path), remedy="Save what it says in a file.")
    try:
        return path.open("rb")
    except OSError as error:
        raise fault_of(error, str(path)) from error


def fault_of(error: OSError, where: str) -> EnvironmentFault | FormatError:
    """Turn an error of the operating system into one of ours."""
    known = {
        errno.ENOENT: ("no such file or folder", "Check the spelling and that it is still there."),
        errno.ENOTDIR: ("no such file or folder", "Check the spelling and that it is still there."),
        errno.EISDIR: ("this is a folder, not a file", "Name a file."),
        errno.EACCES: ("no permission", "Change its permissions or choose another place."),
        errno.EPERM: ("no permission", "Change its permissions or choose another place."),
        errno.EROFS: ("the file system is read-only", "Choose another place."),
        errno.ENOSPC: ("the disk is full", "Make room, then try again. Nothing was written."),
        errno.EDQUOT: ("the disk quota is used up", "Make room, then try again. Nothing was written."),
        errno.ENAMETOOLONG: ("the name is too long", "Choose a shorter one."),
    }
    what, remedy = known.get(error.errno or 0, (error.strerror or str(error), "Try again or choose another place."))
    return EnvironmentFault(what, where=where, remedy=remedy)


def read_limited(stream: BinaryIO, name: str, limit: int) -> bytes:
    """Return all bytes of a stream. Raises FormatError when there are more than `limit`."""
    blocks: list[bytes] = []
    size = 0
    try:
        # In blocks, since a single read of the limit would reserve that much memory for every small file.
        while size <= limit and (block := stream.read(_BLOCK)):
            blocks.append(block)
            size += len(block)
    except OSError as error:
        raise fault_of(error, name) from error
    if size > limit:
        raise FormatError(
            f"larger than {limit:,} bytes",
            where=name,
            remedy="Split it, or raise the limit with --max-bytes.",
        )
    return b"".join(blocks)


class ByteLines:
    """The lines of a binary stream, cut at LF alone, without their LF; `number` counts from 1, `done` in bytes.

    A UTF-8 byte order mark at the very start is dropped. Raises FormatError for a line of more than `limit` bytes.
    """

    # JSON may hold U+2028 and its like raw inside a text, and splitlines() would end a record there.

    def __init__(self, stream: BinaryIO, name: str, limit: int) -> None:
        self._stream = stream
        self._name = name
        self._limit = limit
        self.number = 0
        self.done = 0

    def __iter__(self) -> Iterator[bytes]:
        rest: list[bytes] = []
        held = 0
        while block := self._block():
            first, *others = block.split(b"\n")
            rest.append(first)
            held += len(first)
            if held > self._limit:
                self._refuse()
            if not others:
                continue
            yield from self._numbered([b"".join(rest), *others[:-1]])
            rest, held = [others[-1]], len(others[-1])
        if held:
            yield from self._numbered([b"".join(rest)])

    def _numbered(self, lines: list[bytes]) -> Iterator[bytes]:
        for line in lines:
            self.number += 1
            yield line

    def _block(self) -> bytes:
        try:
            block = self._stream.read(_BLOCK)
        except OSError as error:
            raise fault_of(error, self._name) from error
        start = len(BOM) if self.done == 0 and block.startswith(BOM) else 0
        self.done += len(block)
        # A block of a mark alone must not look like the end of the file.
        return block[start:] or (b"\n" if start else b"")

    def _refuse(self) -> None:
        raise FormatError(
            f"line is longer than {self._limit:,} bytes",
            where=f"{self._name} line {self.number + 1}",
            remedy="Split the document, or raise the limit with --max-bytes.",
        )
