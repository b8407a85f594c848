"""What every test may ask for."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """A folder of real feeds and transcripts kept outside the project; tests that want it skip without it."""
    folder = Path(os.environ.get("BRIEFING_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no test data at {folder} (set BRIEFING_DATA)")
    return folder


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
