"""Every database that a store must be the same on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from briefing.store import Store
from briefing.store.schema import metadata
from tests.databases import opened
from tests.postgresql import database


@pytest.fixture(scope="session")
def postgresql_store(postgresql_server: str) -> Iterator[Store]:
    """Migrated once, emptied after every test."""
    store = Store(database(postgresql_server, "briefing_contract"))
    store.migrate()
    yield store
    store.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "postgresql":
        found: Store = request.getfixturevalue("postgresql_store")
        yield found
        _emptied(found)
        return
    store = opened(f"sqlite:///{tmp_path}/briefing.db")
    yield store
    store.close()


def _emptied(store: Store) -> None:
    with store.write() as db:
        for table in reversed(metadata.sorted_tables):
            db.connection.execute(table.delete())
