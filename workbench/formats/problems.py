"""What a reader or a proof has to say about a file: one value a finding, never an exception a record."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from workbench.domain.bundle import Bundle
from workbench.errors import WorkbenchError


class FormatError(WorkbenchError):
    """A file that cannot be read at all, or a document that cannot be written."""


class Severity(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    """The thing named is not taken."""
    WARNING = "warning"
    """The thing named is taken, perhaps with a change that is said."""
    NOTE = "note"
    """Worth knowing; nothing is wrong."""


_FAILING_WARNINGS = frozenset({"duplicate", "context"})


class Problem(NamedTuple):
    """A finding about one thing in one file. `code` is a stable word for programs, `message` a sentence for people.

    `line` counts from 1 where the format has lines; `kind` is document, set, annotation, link, decision or header.
    """

    severity: Severity
    code: str
    message: str
    file: str = ""
    line: int | None = None
    document: str | None = None
    kind: str | None = None
    id: str | None = None

    @property
    def fails(self) -> bool:
        """Say whether a command that met this ends with exit status 1."""
        return self.severity is Severity.ERROR or (self.severity is Severity.WARNING and self.code in _FAILING_WARNINGS)

    @property
    def where(self) -> str:
        """File and line, such as `export.jsonl line 14`."""
        return self.file if self.line is None else f"{self.file} line {self.line}".lstrip()

    @property
    def thing(self) -> str:
        """Document and part, such as `document "harbour", annotation a02`."""
        parts = [] if self.document is None else [f'document "{self.document}"']
        if self.kind and self.kind != "document":
            parts.append(self.kind if self.id is None else f"{self.kind} {self.id}")
        return ", ".join(parts)

    def __str__(self) -> str:
        return ": ".join(part for part in (self.where, self.thing, self.message) if part)


class Item(NamedTuple):
    """One document as read: what is good of it, and what is to be said. `bundle` is None when nothing can be taken."""

    bundle: Bundle | None
    problems: list[Problem]


def failing(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems that end a command with exit status 1."""
    return [problem for problem in problems if problem.fails]
