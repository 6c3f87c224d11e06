"""Fixtures that every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def shared() -> Path:
    """Return the folder of shared samples beside the checkout; skip where it is absent."""
    folder = ROOT.parent / "shared"
    if not (folder / "interop" / "samples").is_dir():
        pytest.skip("the shared samples are not on this machine")
    return folder
