"""Fixtures for all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says more about the machine than about the code.
settings.register_profile("checker", deadline=None)
settings.load_profile("checker")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference files that are too foreign to be part of this repository.

    ``CHECKER_SHARED`` names it; otherwise it is a folder ``shared`` beside the repository. Tests that need
    it are skipped where it is absent, and have literals to stand on as well.
    """
    folder = Path(os.environ.get("CHECKER_SHARED") or Path(__file__).resolve().parents[2] / "shared")
    if not folder.is_dir():
        pytest.skip(f"no reference files at {folder}: set CHECKER_SHARED to the folder that holds them")
    return folder
