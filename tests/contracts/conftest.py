"""Every database that a store must be the same on: the one chosen for the run, and PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from briefing.store import Store
from tests.databases import emptied, opened, url
from tests.postgresql import database


@pytest.fixture(scope="session")
def postgresql_store(postgresql_server: str) -> Iterator[Store]:
    """Migrated once, emptied after every test."""
    store = Store(database(postgresql_server, "briefing_contract"))
    store.migrate()
    yield store
    store.close()


@pytest.fixture(params=["chosen", pytest.param("postgresql", marks=pytest.mark.slow)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "postgresql":
        found: Store = request.getfixturevalue("postgresql_store")
        yield found
        with found.write() as db:
            emptied(db)
        return
    store = opened(url(tmp_path / "briefing.db"))
    yield store
    store.close()
