"""What every command is started with: where the database is. Nothing is opened before a command asks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from workbench.storage.engine import Database


@dataclass(frozen=True, slots=True)
class Session:
    """One run of the program. `given` is the path of `--db`, None where it was left out."""

    given: Path | None = None

    @property
    def path(self) -> Path:
        """The database: `--db`, else WORKBENCH_DB, else the configuration, else the user's data folder."""
        if self.given is not None:
            return self.given
        from workbench import config

        return config.load().db

    @property
    def is_default(self) -> bool:
        """Say whether nobody named the database, so that it is the one in the user's data folder."""
        from workbench import config

        return self.given is None and self.path == config.data_path()

    def database(self) -> Database:
        """Return the database after a look at its schema.

        Raises EnvironmentFault (none there, not ours, damaged), NeedsUpgrade or TooNew.
        """
        from workbench.storage.engine import Database, check_schema

        check_schema(self.path)
        database = Database(self.path)
        context = click.get_current_context(silent=True)
        if context is not None:
            # The last one to close folds the log into the file.
            context.call_on_close(database.close)
        return database


pass_session = click.make_pass_decorator(Session, ensure=True)
