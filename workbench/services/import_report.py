"""What an import is asked to do, what it reports while it runs, and what it says at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from workbench.errors import Exit
from workbench.formats.articles import EncodingUnknown
from workbench.formats.problems import Problem
from workbench.formats.reading import ReadOptions

KEPT_PROBLEMS = 1_000
"""Findings that a report keeps; all of them go to `Listener.said`, one by one."""
MAX_DOCUMENTS = 100_000


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How to import. `skip_bad` keeps what is sound in a faulty file; `strict` takes all files or none.

    `as_source` brings every annotation set in as that named source's, `max_documents` limits documents of one import.
    """

    read: ReadOptions = field(default_factory=ReadOptions)
    skip_bad: bool = False
    strict: bool = False
    as_source: str | None = None
    max_documents: int = MAX_DOCUMENTS


class Outcome(StrEnum):
    """What became of a file."""

    STORED = "stored"
    REFUSED = "refused"
    """Errors in it; nothing of it is stored."""
    UNREADABLE = "unreadable"
    """The machine was in the way; nothing of it is stored."""
    CANCELLED = "cancelled"
    """Stopped on request; nothing of it is stored."""


@dataclass(slots=True)
class Counts:
    """What was stored, and what was there before."""

    documents: int = 0
    known_documents: int = 0
    sets: int = 0
    known_sets: int = 0
    annotations: int = 0
    links: int = 0
    decisions: int = 0

    def add(self, other: Counts) -> None:
        """Add another's numbers to these."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class FileReport:
    """One file: what became of it, and how many errors and other failing findings it has."""

    name: str
    outcome: Outcome = Outcome.STORED
    counts: Counts = field(default_factory=Counts)
    failing: int = 0
    errors: int = 0


@dataclass(slots=True)
class ImportReport:
    """The whole import. `counts` are of stored files only; `problems` holds the first findings."""

    files: list[FileReport] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    problems: list[Problem] = field(default_factory=list)
    cancelled: bool = False
    undone: bool = False
    """`strict`, and some file was not good: nothing at all is stored."""

    @property
    def exit_code(self) -> Exit:
        """Return the command's exit status."""
        if self.cancelled or any(file.failing and file.outcome is not Outcome.UNREADABLE for file in self.files):
            return Exit.PROBLEMS
        if any(file.outcome is Outcome.UNREADABLE for file in self.files):
            return Exit.ENVIRONMENT
        return Exit.OK


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is: files finished of all, the one being read, its bytes, documents stored so far."""

    files_done: int
    files: int
    name: str
    bytes_done: int
    bytes: int
    documents: int


def _nothing(*_: object) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Listener:
    """Who follows an import. `said` gets every finding at once, `finished` a file once it is safely stored or not.

    `cancelled` is asked between documents. `ask_encoding` gets what was found and returns the encoding to read
    with, or None to refuse the file; without it every such file is refused.
    """

    progress: Callable[[Progress], None] = _nothing
    said: Callable[[Problem], None] = _nothing
    finished: Callable[[FileReport], None] = _nothing
    cancelled: Callable[[], bool] = lambda: False
    ask_encoding: Callable[[EncodingUnknown], str | None] | None = None
