"""An installation on PostgreSQL and a queue: feeds on loopback hosts, a mail server that counts, workers as processes."""

import multiprocessing
import os
import struct
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from functools import cache, partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from xml.sax.saxutils import escape

from sqlalchemy import text

from bench.papers import papers
from bench.settings import MAIL, READING, SECRET
from bench.texts import stretches
from briefing import app
from briefing.cli.stopping import stoppable
from briefing.config.loader import load
from briefing.demo import InboxServer
from briefing.jobs import queue
from briefing.jobs.queue import QueueEngine
from briefing.jobs.queue_tables import prepare
from briefing.model import Status, Subscriber
from briefing.pipeline.compose import due as editions_due
from briefing.pipeline.services import Report, Services
from briefing.pipeline.steps import run_step
from briefing.store import Store
from tests import postgresql

START = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
FEEDS, TOPICS = 20, ("energy", "cities", "health", "space", "trade")
TOML = f"""{READING}host_gap = "0s"
{MAIL}per_second = 0
[store]
url = "{{url}}"
[jobs]
engine = "queue"
"""
FEED = """
[[feeds]]
url = "http://127.0.0.{host}:{port}/{n}"
kind = "news"
title = "Paper {n}"
topics = ["{topic}"]
every = "1h"
"""
WORDS = 150
"""Of an item: how long reading takes is measured elsewhere."""
BUSY = "SELECT count(*) FROM deliveries WHERE state IN ('claimed', 'sending')"
NEXT_TRY = "SELECT min(next_attempt_at) FROM deliveries WHERE state IN ('queued', 'deferred', 'unknown')"
STEPS_LOG = "steps.log"
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["bench.queue_site", "briefing.app", "briefing.pipeline.steps"])


class Clock:
    """A clock that several processes read and one sets; it goes `rate` times as fast as the wall's."""

    def __init__(self, file: Path, rate: float) -> None:
        self._file, self._rate = file, rate

    def set(self, moment: datetime) -> None:
        temporary = self._file.with_suffix(".new")
        temporary.write_bytes(struct.pack("dd", moment.timestamp(), time.time()))
        temporary.rename(self._file)

    def __call__(self) -> datetime:
        shown, at = struct.unpack("dd", self._file.read_bytes())
        return datetime.fromtimestamp(shown + (time.time() - at) * self._rate, UTC)


def work(folder: Path, queues: Sequence[str], rate: float, beat: timedelta) -> None:
    """What a worker's process does."""
    log = (folder / "workers.log").open("ab")
    os.dup2(log.fileno(), 1)
    os.dup2(log.fileno(), 2)
    config = load(folder / "feeds.toml", os.environ)
    queue.run_step = _timed(folder / STEPS_LOG)
    with app.opened(config) as services, stoppable(services.stopping):
        QueueEngine(services, queues=queues, clock=Clock(folder / "clock", rate), beat=beat).run_forever()


def _timed(log: Path) -> Callable[[Services, str, list[str], datetime], Report]:
    """`run_step` that writes down how long the processor was busy with it."""
    file = log.open("a", buffering=1)

    def timed(services: Services, name: str, ids: list[str], now: datetime) -> Report:
        began = time.thread_time()
        try:
            return run_step(services, name, ids, now)
        finally:
            file.write(f"{name} {time.thread_time() - began:.4f}\n")

    return timed


@dataclass
class Site:
    """`server` is a PostgreSQL that runs already; without it one is started."""

    folder: Path
    readers: int
    rate: float
    server: str = ""
    beat: timedelta = timedelta(seconds=1)
    stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> "Site":
        os.environ |= SECRET
        self.clock = Clock(self.folder / "clock", self.rate)
        self.clock.set(START)
        self.inbox = self.stack.enter_context(InboxServer())
        web = self.stack.enter_context(papers(partial(_answer, self.clock)))
        server = self.server or self.stack.enter_context(postgresql.server())
        self.url = postgresql.database(server, "briefing_bench")
        feeds = [FEED.format(host=n + 2, port=web, n=n, topic=TOPICS[n % len(TOPICS)]) for n in range(FEEDS)]
        topics = [f"[topics.{name}]\n" for name in TOPICS]
        (self.folder / "feeds.toml").write_text(TOML.format(port=self.inbox.port, url=self.url) + "".join(topics + feeds))
        self.services: Services = self.stack.enter_context(app.opened(load(self.folder / "feeds.toml", os.environ)))
        self.store: Store = self.services.store
        prepare(self.url)
        with self.store.write() as db:
            for number in range(self.readers):
                db.subscribers.add(_reader(number))
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()

    def start(self, queues: Sequence[str]) -> BaseProcess:
        process = PROCESSES.Process(target=work, args=(self.folder, tuple(queues), self.rate, self.beat), daemon=True)
        process.start()
        return process

    def count(self, statement: str) -> int:
        with self.store.read() as db:
            return int(db.connection.execute(text(statement)).scalar() or 0)

    def reading_left(self) -> int:
        """Feeds that are due, entries that are not read, insights without a story."""
        now = self.clock()
        with self.store.read() as db:
            feeds = db.feeds.due(now)
        entries = self.count("SELECT count(*) FROM entries WHERE stage <> 'done'")
        return len(feeds) + entries + self.count("SELECT count(*) FROM insights WHERE story_id IS NULL")

    def editions_left(self) -> int:
        return len(editions_due(self.services, self.clock()))

    def mails_left(self) -> int:
        return self.count("SELECT count(*) FROM deliveries WHERE state IN ('queued', 'deferred', 'claimed', 'sending')") + (
            self.count("SELECT count(*) FROM deliveries WHERE state = 'unknown' AND next_attempt_at IS NOT NULL")
        )

    def skip_waiting(self) -> None:
        """Go on to the next try of mails that wait, if there is nothing to do before."""
        if self.count(BUSY) == 0 and self.editions_left() == 0:
            with self.store.read() as db:
                then = db.connection.execute(text(NEXT_TRY)).scalar()
            if then and then > self.clock():
                self.clock.set(then)

    def received(self) -> Counter[str]:
        """Copies that the mail server took, by Message-ID."""
        return Counter(str(message_from_bytes(mail.data[:8_000])["Message-ID"]) for mail in list(self.inbox.received))


def _reader(number: int) -> Subscriber:
    topics = {TOPICS[number % len(TOPICS)]: 1.0, TOPICS[number * 3 % len(TOPICS)]: 2.0}
    return Subscriber(
        id=f"r{number}",
        email=f"u{number}@example{number % 7}.org",
        status=Status.ACTIVE,
        zone="UTC",
        send_at=datetime(2026, 1, 1, 7).time(),  # noqa: DTZ001 - a time of day
        topics=topics,
        created_at=START - timedelta(days=30),
    )


def _answer(clock: Clock, name: str) -> tuple[int, bytes]:
    return (200, _feed(int(name), clock().date().toordinal()).encode()) if name.isdigit() else (404, b"")


@cache
def _feed(paper: int, day: int) -> str:
    """An item of that day and one of the day before; each says something of its own."""
    items = "".join(_item(paper, day - back) for back in range(2))
    return f'<rss version="2.0"><channel><title>Paper {paper}</title>{items}</channel></rss>'


@cache
def _item(paper: int, day: int) -> str:
    words = escape(next(stretches(WORDS, seed=day * 1_000 + paper)))
    moment = datetime.fromordinal(day).replace(hour=5, tzinfo=UTC)
    return (
        f"<item><title>{words[:60]}</title><guid>{paper}-{day}</guid>"
        f"<pubDate>{moment:%a, %d %b %Y %H:%M:%S} GMT</pubDate><description>{words}</description></item>"
    )
