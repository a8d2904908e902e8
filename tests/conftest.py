"""Fixtures that every room's tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of samples."""
    return ROOT / "samples"


@pytest.fixture(scope="session")
def labelled_sets() -> Path:
    """Real responses with human codes, kept beside the project; the tests that use them skip where they are absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the labelled sets are not beside the project (../shared/data)")
    return folder
