"""The database as the screens hold it: opened in a worker after the first frame, with one thread that writes."""

from __future__ import annotations

from pathlib import Path

from workbench.services.clock import Clock, SystemClock
from workbench.storage.engine import Database, check_schema
from workbench.storage.writer import Writer


class Backend:
    """An open database, its writer and a clock. Raises EnvironmentFault, NeedsUpgrade or TooNew at the start."""

    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        check_schema(path)
        self.database = Database(path)
        self.writer = Writer()
        self.clock: Clock = clock or SystemClock()

    def close(self) -> None:
        """Finish what was queued for writing, then close."""
        self.writer.close()
        self.database.close()
