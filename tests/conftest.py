"""What every test may ask for."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from tests.postgresql import database, server

settings.register_profile("quick", max_examples=50, deadline=None, derandomize=True)
settings.register_profile("thorough", max_examples=500, deadline=None)
ROOT = Path(__file__).resolve().parent.parent


def pytest_configure(config: pytest.Config) -> None:
    """Properties get a few examples, always the same, where slow tests are left out, and many new ones where they run."""
    settings.load_profile("quick" if config.option.markexpr == "not slow" else "thorough")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """A folder of real feeds and transcripts kept outside the project; tests that want it skip without it."""
    folder = Path(os.environ.get("BRIEFING_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no test data at {folder} (set BRIEFING_DATA)")
    return folder


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server; tests that want one skip where there is none."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(server())
        except LookupError as error:
            pytest.skip(str(error))
        yield url


@pytest.fixture
def postgresql(postgresql_server: str) -> str:
    """The URL of a database of this test's own."""
    return database(postgresql_server, "briefing_test")


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
