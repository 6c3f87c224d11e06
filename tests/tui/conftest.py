"""What every test of the screens needs."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def remembered_in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep what the screens remember out of the user's folders, and return where it is instead."""
    folder = tmp_path / "remembered"
    monkeypatch.setattr("workbench.services.remembered.state_folder", lambda: folder)
    return folder
