"""Time and fresh ids, handed in so that tests and the example database can fix both."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What services ask for the time and for ids."""

    def now(self) -> str:
        """Return the time as `YYYY-MM-DDThh:mm:ssZ`."""
        ...

    def new_uid(self, prefix: str) -> str:
        """Return an id that was never given before; later ones sort after earlier ones."""
        ...


class SystemClock:
    """The machine's clock. Ids are time-ordered, which keeps the database's indexes small."""

    def now(self) -> str:
        """Return the present time in UTC, to the second."""
        return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def new_uid(self, prefix: str) -> str:
        """Return prefix, milliseconds since 1970 and 40 random bits in hex."""
        return f"{prefix}{time.time_ns() // 1_000_000:011x}{secrets.randbits(40):010x}"


class CountingClock:
    """A clock that stands still and counts ids: for tests and for what must come out the same every time."""

    def __init__(self, start: str = "2026-03-02T09:00:00Z") -> None:
        self._now = start
        self._count = 0

    def now(self) -> str:
        """Return the fixed time."""
        return self._now

    def new_uid(self, prefix: str) -> str:
        """Return the prefix and the next number, padded so that ids sort."""
        self._count += 1
        return f"{prefix}{self._count:08d}"
