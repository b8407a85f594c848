"""What polling has learnt of each feed, and when it is asked next."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from briefing.model import FeedState
from briefing.store.records import insert_new, record, rows_in, upsert, values
from briefing.store.schema import feeds

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)


_EVERY = select(feeds)


class Feeds:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def declare(self, urls: Sequence[str]) -> None:
        """Make these the feeds that are polled. A new one is due at once; one no longer named keeps its history.

        A feed that was retired is asked again once it was taken out of the list and put back.
        """
        fresh = [values(FeedState(url=url, next_poll_at=AT_ONCE), feeds, declared=True) for url in urls]
        insert_new(self._db, feeds, fresh)
        back = update(feeds).where(feeds.c.url.in_(urls), ~feeds.c.declared)
        self._db.execute(back.values(retired_at=None, gone_since=None))
        self._db.execute(update(feeds).where(feeds.c.url.in_(urls)).values(declared=True))
        self._db.execute(update(feeds).where(feeds.c.url.not_in(urls)).values(declared=False))

    def due(self, now: datetime) -> list[str]:
        rows = select(feeds.c.url).where(feeds.c.declared, feeds.c.retired_at.is_(None), feeds.c.next_poll_at <= now)
        return list(self._db.scalars(rows.order_by(feeds.c.next_poll_at)))

    def urls(self) -> list[str]:
        """Every feed ever polled."""
        return list(self._db.scalars(select(feeds.c.url)))

    def states(self, urls: Sequence[str] | None = None) -> dict[str, FeedState]:
        """These feeds, or every feed ever polled, by URL."""
        rows = self._db.execute(_EVERY) if urls is None else rows_in(self._db, _EVERY, feeds.c.url, urls)
        return {row.url: record(FeedState, row) for row in rows}

    def state(self, url: str) -> FeedState | None:
        return self.states([url]).get(url)

    def save(self, *states: FeedState, declared: bool = True) -> None:
        """Keep what was learnt; `declared` counts only for a feed that is new to the store."""
        upsert(self._db, feeds, [values(state, feeds, declared=declared) for state in states], keep=["declared"])
