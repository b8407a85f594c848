"""An installation on PostgreSQL and a queue: feeds on loopback hosts, a mail server that counts, workers as processes."""

import multiprocessing
import os
import struct
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from typing import ClassVar

from sqlalchemy import text

from briefing import app
from briefing.config.loader import load
from briefing.demo import InboxServer
from briefing.jobs.queue import QueueEngine
from briefing.jobs.queue_tables import prepare
from briefing.model import Status, Subscriber
from briefing.pipeline.compose import due as editions_due
from briefing.pipeline.services import Services
from briefing.store import Store
from tests import postgresql

START = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
FEEDS, ITEMS, TOPICS = 20, 3, ("energy", "cities", "health", "space", "trade")
DELIVERED_ANYHOW = ("accepted", "unknown")
TOML = """
[briefing]
timezone = "UTC"
send_at = "07:00"
[poll]
allow_addresses = ["127.0.0.0/8"]
host_gap = "0s"
[mail]
transport = "smtp"
from = "The Daily Brief <brief@brief.example>"
host = "127.0.0.1"
port = {port}
security = "none"
per_second = 0
[store]
url = "{url}"
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
WORDS = (
    "In {place} the {thing} number {n} has cut its costs by {share} percent since {year}, because {reason} and nobody in the "
    "council of {place} had expected that {count} households would take part in the first {months} months. "
)
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


def work(folder: Path, queues: Sequence[str], rate: float) -> None:
    """What a worker's process does."""
    log = (folder / "workers.log").open("ab")
    os.dup2(log.fileno(), 1)
    os.dup2(log.fileno(), 2)
    config = load(folder / "feeds.toml", os.environ)
    with app.opened(config) as services:
        QueueEngine(services, queues=queues, clock=Clock(folder / "clock", rate), beat=timedelta(seconds=1)).run_forever()


@dataclass
class Site:
    folder: Path
    readers: int
    rate: float
    stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> "Site":
        os.environ["BRIEFING_SECRET"] = "k" * 32
        self.clock = Clock(self.folder / "clock", self.rate)
        self.clock.set(START)
        self.inbox = self.stack.enter_context(InboxServer())
        web = self.stack.enter_context(_papers(self.clock))
        self.url = postgresql.database(self.stack.enter_context(postgresql.server()), "briefing_bench")
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
        process = PROCESSES.Process(target=work, args=(self.folder, tuple(queues), self.rate), daemon=True)
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


@contextmanager
def _papers(clock: Clock) -> Iterator[int]:
    class Paper(BaseHTTPRequestHandler):
        protocol_version: ClassVar[str] = "HTTP/1.1"

        def do_GET(self) -> None:
            name = self.path.strip("/")
            body = _feed(int(name), clock()).encode() if name.isdigit() else b""
            self.send_response(200 if body else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("0.0.0.0", 0), Paper)
    Thread(target=server.serve_forever, daemon=True).start()
    yield int(server.server_address[1])
    server.shutdown()


def _feed(paper: int, now: datetime) -> str:
    """Three items a day of the last three days; each says something of its own."""
    items = [_item(paper, now.date().toordinal() - back, k) for back in range(3) for k in range(ITEMS)]
    return f'<rss version="2.0"><channel><title>Paper {paper}</title>{"".join(items)}</channel></rss>'


def _item(paper: int, day: int, place: int) -> str:
    seed = day * 7919 + paper * 104_729 + place * 1_299_709
    words = " ".join(
        WORDS.format(
            place=f"{_name(seed + k)}",
            thing=("battery", "tram line", "hospital", "satellite", "port", "school", "bakery", "mill")[(seed + k * 3) % 8],
            n=seed % 977 + k,
            share=(seed // 7 + k) % 60 + 5,
            year=1990 + (seed // 11 + k) % 34,
            reason=("the wind was weak", "fuel had become dear", "two firms went bankrupt", "a new law came")[(seed + k) % 4],
            count=(seed // 13) % 9_000 + 100,
            months=(seed + k) % 20 + 3,
        )
        for k in range(4)
    )
    moment = datetime.fromordinal(day).replace(hour=5, tzinfo=UTC)
    return (
        f"<item><title>{_name(seed)} {seed % 977}</title><guid>{paper}-{day}-{place}</guid>"
        f"<pubDate>{moment:%a, %d %b %Y %H:%M:%S} GMT</pubDate><description>{words}</description></item>"
    )


def _name(seed: int) -> str:
    syllables = [("Ka", "lo", "mi", "ru", "ste", "vo")[seed // 6**k % 6] for k in range(2)]
    return "".join(syllables).title() + ("holm", "burg", "by")[seed % 3]
