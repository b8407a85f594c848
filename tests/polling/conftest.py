"""Polls of real servers on loopback, with a real store: a desk for any list of feeds, and the fault server."""

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from pipeline.conftest import configured
from sources.servers import Site, serving
from sqlalchemy import select

from briefing.model import FeedState
from briefing.pipeline.services import Report, Services
from briefing.pipeline.steps import run_step
from briefing.sources.guard import Guard
from briefing.sources.http import HttpFetcher
from briefing.store import Store
from briefing.store.schema import entries
from briefing.testing import FakeMailer
from tests.databases import opened
from tests.services import faked

FETCHABLE = '[poll]\nallow_addresses = ["127.0.0.0/8"]\n'
NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)


@dataclass
class Poller:
    """Feeds by URL, polled at moments of one's choice."""

    services: Services

    def poll(self, now: datetime = NOW) -> Report:
        with self.services.store.read() as db:
            due = db.feeds.due(now)
        return run_step(self.services, "poll", due, now)

    def state(self, url: str) -> FeedState:
        with self.services.store.read() as db:
            return db.feeds.states([url])[url]

    def count(self) -> int:
        with self.services.store.read() as db:
            return int(db.connection.exec_driver_sql("SELECT count(*) FROM entries").scalar_one())

    def stages(self, url: str) -> list[tuple[str, datetime]]:
        """Stage and time of each entry of a feed."""
        with self.services.store.read() as db:
            rows = db.connection.execute(select(entries.c.stage, entries.c.shown_at).where(entries.c.feed_url == url))
            return [(stage, at) for stage, at in rows]


@pytest.fixture
def poller(tmp_path: Path) -> Iterator[Callable[..., Poller]]:
    """Makes a poller of feeds; further words are those of the fetcher."""
    stores: list[Store] = []

    def make(*urls: str, folder: str = "", total: float = 30, parser: object = None, **fetching: object) -> Poller:
        home = tmp_path / (folder or str(len(stores)))
        home.mkdir(exist_ok=True)
        config = configured(home, FETCHABLE + "".join(f'[[feeds]]\nurl = "{url}"\n' for url in urls))
        store = opened(config.store.url)
        stores.append(store)
        with store.write() as db:
            db.feeds.declare([feed.url for feed in config.feeds])
        options = {"host_gap": timedelta(0), **fetching}
        guard = Guard(("127.0.0.2/32",))
        fetcher = partial(HttpFetcher, guard=guard, total=timedelta(seconds=total), **options)
        services = faked(config, store, fetcher, FakeMailer())
        return Poller(replace(services, parser=parser) if parser else services)  # type: ignore[type-var]

    yield make
    for store in stores:
        store.close()


@contextmanager
def in_background(pages: Mapping[str, bytes | list[bytes]], **options: object) -> Iterator[Site]:
    """A site served by another thread, since a poll runs an event loop of its own."""
    started, ended = threading.Event(), asyncio.Event()
    made: list[tuple[Site, asyncio.AbstractEventLoop]] = []

    async def run() -> None:
        async with serving(pages, host="127.0.0.2", **options) as site:  # type: ignore[arg-type]
            made.append((site, asyncio.get_running_loop()))
            started.set()
            await ended.wait()

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    started.wait()
    site, loop = made[0]
    try:
        yield site
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()


@pytest.fixture(scope="session")
def faults(shared_data: Path) -> Iterator[str]:
    """The address of a server that answers as badly as servers can."""
    program = Path(os.environ.get("BRIEFING_FAULTSERVER", shared_data.parent / "tools" / "faultserver.py"))
    if not program.is_file():
        pytest.skip(f"no fault server at {program} (set BRIEFING_FAULTSERVER)")
    command = [sys.executable, "-u", str(program), "--port", "0", "--host", "127.0.0.2"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert server.stdout
    yield f"http://127.0.0.2:{json.loads(server.stdout.readline())['port']}"
    server.kill()
    server.wait()
