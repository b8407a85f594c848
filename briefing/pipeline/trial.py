"""Trying feeds that nobody has read yet: in a copy of the store that is thrown away, so that nothing of it stays."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from briefing.pipeline import cluster, poll, read
from briefing.pipeline.services import Failure, Services
from briefing.store import Store
from briefing.store.backup import copy, file_of
from briefing.store.moving import move


@contextmanager
def aside(services: Services) -> Iterator[Services]:
    """The same services over a copy of their store."""
    with TemporaryDirectory(prefix="briefing-plan-") as folder:
        store = _copied(services.store, Path(folder) / "aside.db")
        try:
            yield replace(services, store=store)
        finally:
            store.close()


def bring_in(services: Services, urls: Sequence[str], now: datetime) -> tuple[Failure, ...]:
    """Fetch, read and cluster these feeds; those that could not be read."""
    with services.store.write() as db:
        db.feeds.declare([feed.url for feed in services.config.feeds if feed.enabled])
    failures = poll.run(services, tuple(urls), now).failures
    read.run(services, tuple(read.due(services, now)), now)
    cluster.run(services, tuple(cluster.due(services, now)), now)
    return failures


def _copied(source: Store, file: Path) -> Store:
    made = Store(f"sqlite:///{file}")
    if source.url.startswith("sqlite"):
        copy(file_of(source.url), file)
    else:
        made.migrate()
        move(source, made, lambda table, rows: None)
    return made
