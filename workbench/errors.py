"""The one family of errors that users see.

An error tells what went wrong, with which thing, and the way out of it. How it is shown is decided by the
command line and the screens; the exit code is part of the error so that scripts can rely on it.
"""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of the command line."""

    OK = 0
    PROBLEMS = 1
    """The work was done and found problems (a bad file, a failed proof)."""
    USAGE = 2
    """The command was used wrongly."""
    ENVIRONMENT = 3
    """File locked, disk full, no permission, database needs an upgrade."""


class WorkbenchError(Exception):
    """Something a user can cause, with its remedy. `str()` gives one line: `where: what. remedy`."""

    exit_code: Exit = Exit.PROBLEMS

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        what = self.what if self.what.endswith((".", "?", "!")) or not self.remedy else self.what + "."
        head = f"{self.where}: {what}" if self.where else what
        return f"{head} {self.remedy}".rstrip()


class UsageError(WorkbenchError):
    """The command or call was given something that does not fit."""

    exit_code = Exit.USAGE


class NotFound(UsageError):
    """No document, annotator, label or annotation of that name."""


class EnvironmentFault(WorkbenchError):
    """The machine is in the way: locked, full, read-only, missing, not a database."""

    exit_code = Exit.ENVIRONMENT


class NeedsUpgrade(EnvironmentFault):
    """The database was made by an older release; `workbench upgrade` mends it."""


class TooNew(EnvironmentFault):
    """The database was made by a newer release; it is left alone."""


class OffsetError(WorkbenchError):
    """A place that is not in the text, or a quote that is not at its place."""


class Refused(WorkbenchError):
    """The change is not allowed in this state (finished set, duplicate, unknown end of a link)."""


class Clash(Refused):
    """Somebody else changed the same thing meanwhile; both versions are in the message."""
