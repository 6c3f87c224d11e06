"""What a check of the database found."""

from __future__ import annotations

from typing import NamedTuple

PROBLEM = "problem"
NOTE = "note"

Statement = tuple[str, tuple[object, ...]]


class Finding(NamedTuple):
    """Something that is not as it should be: which check, which row, what is wrong, what to do.

    `level` is PROBLEM or NOTE; `repair` is the statement that mends it, None when only a person can say what is right.
    """

    check: str
    where: str
    what: str
    remedy: str = ""
    level: str = PROBLEM
    repair: Statement | None = None

    def __str__(self) -> str:
        """Return one line for people."""
        mark = "" if self.level == PROBLEM else "note: "
        remedy = f" {self.remedy}" if self.remedy else ""
        return f"{mark}{self.where}: {self.what}.{remedy}"
