"""Every database that a store must be the same on."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from briefing.store import Store
from briefing.store.schema import metadata


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path}/briefing.db" if request.param == "sqlite" else os.environ.get("BRIEFING_TEST_POSTGRESQL", "")
    if not url:
        pytest.skip("no PostgreSQL: set BRIEFING_TEST_POSTGRESQL to the URL of an empty database")
    store = Store(url)
    store.migrate()
    yield store
    _emptied(store)
    store.close()


def _emptied(store: Store) -> None:
    with store.write() as db:
        for table in reversed(metadata.sorted_tables):
            db.connection.execute(table.delete())
