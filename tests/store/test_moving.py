"""A store that moves from SQLite to PostgreSQL with everything in it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from briefing.errors import UsageError
from briefing.store import Store
from briefing.store.moving import move
from briefing.store.schema import metadata
from tests.databases import opened
from tests.pipeline.conftest import NOW, Desk, configured, desk_on

pytestmark = pytest.mark.slow


@pytest.fixture
def lived(tmp_path: Path) -> Iterator[Desk]:
    """An installation after a morning: every noun of the road is in it."""
    config = configured(tmp_path)
    store = opened(config.store.url)
    desk = desk_on(config, store)
    with store.write() as db:
        db.feeds.declare([feed.url for feed in config.feeds])
        db.subscribers.suppress("0" * 64, "left", datetime(2026, 11, 21, 3, 4, 5, 678901, tzinfo=UTC))
    desk.subscribe()
    desk.run(NOW)
    assert len(desk.mailer.sent) == 1
    yield desk
    store.close()


@pytest.fixture
def target(postgresql: str) -> Iterator[Store]:
    store = Store(postgresql)
    store.migrate()
    yield store
    store.close()


def counts(store: Store) -> dict[str, int]:
    with store.read() as db:
        return {t.name: db.connection.execute(select(func.count()).select_from(t)).scalar_one() for t in metadata.sorted_tables}


def test_everything_arrives_and_the_work_goes_on(lived: Desk, target: Store) -> None:
    told: dict[str, int] = {}
    move(lived.services.store, target, told.__setitem__)
    assert counts(target) == counts(lived.services.store) == told
    assert told["delivery_events"] > 0 and told["insights"] > 0
    there = desk_on(lived.services.config, target)
    there.run(NOW)
    assert there.mailer.sent == []


def test_a_row_that_arrives_otherwise_is_noticed(lived: Desk, target: Store) -> None:
    with target.write() as db:
        db.connection.exec_driver_sql(
            "CREATE FUNCTION spoil() RETURNS trigger AS $$ BEGIN NEW.title = 'another'; RETURN NEW; END $$ LANGUAGE plpgsql;"
            "CREATE TRIGGER spoil BEFORE INSERT ON documents FOR EACH ROW EXECUTE FUNCTION spoil()"
        )
    with pytest.raises(UsageError, match="hash"):
        move(lived.services.store, target, lambda *_: None)
    assert set(counts(target).values()) == {0}


def test_a_store_that_holds_rows_is_left_alone(lived: Desk, target: Store) -> None:
    with target.write() as db:
        db.meta.set("kept", "yes")
    with pytest.raises(UsageError, match="holds rows already"):
        move(lived.services.store, target, lambda *_: None)
