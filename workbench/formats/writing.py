"""What all writers share: options, what becomes of unsound documents, and the account given at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

from workbench.domain.bundle import Bundle, Project
from workbench.formats.atomic import atomic_writer
from workbench.formats.problems import FormatError

OnFault = Callable[[FormatError], None]
"""Takes the error of a document that is left out; raising ends the export."""


def raise_fault(error: FormatError) -> None:
    """End the export at the first document that is not sound."""
    raise error


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """How to write. `strict` refuses any loss before anything is written; `csv_profile` is plain or excel.

    `stamp` is a time for the head of a file, None for none.
    """

    strict: bool = False
    csv_profile: str = "plain"
    stamp: str | None = None


@dataclass
class Written:
    """What an export did: files in place, documents left out, and what the format could not hold in one line."""

    files: list[Path] = field(default_factory=list)
    faults: list[FormatError] = field(default_factory=list)
    losses: str | None = None


class FileBody(Protocol):
    """Writes all documents to an open stream; unsound ones go to `on_fault`, a stamp into the head."""

    def __call__(
        self, project: Project, bundles: Iterable[Bundle], out: BinaryIO, on_fault: OnFault, stamp: str | None
    ) -> None: ...


def file_writer(body: FileBody) -> Callable[[Project, Iterable[Bundle], Path | None, WriteOptions], Written]:
    """Make a format's writer from what writes its single file: whole or not at all, None is standard output."""

    def write(project: Project, bundles: Iterable[Bundle], target: Path | None, options: WriteOptions) -> Written:
        written = Written()
        with atomic_writer(target) as out:
            body(project, bundles, out, written.faults.append, options.stamp)
        if target is not None:
            written.files.append(target)
        return written

    return write
