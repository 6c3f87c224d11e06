"""What the screens remember about a database outside of it: order, columns, the article opened last.

One small JSON file a database, in the user's state folder. Nothing depends on it: a file that cannot be read counts
as empty, one that cannot be written is not written. It holds no article text.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import Any

MOST_BYTES = 1_000_000
"""A larger file is not ours and counts as empty."""


def state_folder() -> Path:
    """Return the folder for what is remembered."""
    import platformdirs

    return Path(platformdirs.user_state_dir("workbench", appauthor=False))


class Remembered:
    """What is remembered of one database. Reads the file when first asked; `save` writes it if something changed.

    Two windows may write it at once: the later one wins, and only convenience is lost.
    """

    def __init__(self, database: Path, folder: Path | None = None) -> None:
        self._database = str(database.absolute())
        self._folder = folder
        self._loaded: dict[str, Any] | None = None
        self._changed = False

    @property
    def path(self) -> Path:
        """The file; named after the database's path, so that databases of one name are told apart."""
        digest = hashlib.sha256(self._database.encode("utf-8", "surrogateescape")).hexdigest()[:16]
        return (self._folder or state_folder()) / f"{digest}.json"

    def get(self, key: str, otherwise: Any = None) -> Any:
        """Return what is remembered under a key; plain JSON values."""
        return self._values().get(key, otherwise)

    def put(self, key: str, value: Any) -> None:
        """Remember a plain JSON value under a key."""
        if self._values().get(key) != value:
            self._values()[key] = value
            self._changed = True

    def save(self) -> bool:
        """Write what changed, readable by its owner only; say whether it is on the disk."""
        if not self._changed or self._loaded is None:
            return True
        text = json.dumps({"database": self._database, **self._loaded}, ensure_ascii=True)
        try:
            _write(self.path, text)
        except OSError:
            return False
        self._changed = False
        return True

    def _values(self) -> dict[str, Any]:
        if self._loaded is None:
            self._loaded = _read(self.path)
            self._loaded.pop("database", None)
        return self._loaded


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > MOST_BYTES:
            return {}
        found = json.loads(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
        temporary.replace(path)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
