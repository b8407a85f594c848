"""A day of so many readers and feeds: `python -m bench.capacity [--readers 1000] [--feeds 100] [--items 5] [--url URL]`.

Generated feeds (items of real sentences, their whole text in the feed) come over HTTP from this machine, mails go to smtp-sink,
and the day's work is done at once. Prints for each step seconds, processor time and what a unit costs; then memory and bytes.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from email.utils import format_datetime
from pathlib import Path
from xml.sax.saxutils import escape

from bench.data import ROOT
from bench.delivery.throughput import sink
from bench.settings import MAIL, READING, SECRET
from bench.texts import stretches
from briefing import app
from briefing.config import load
from briefing.model import Status, Subscriber
from briefing.pipeline import deliver
from briefing.pipeline.services import Services
from briefing.pipeline.steps import STEPS, run_step
from briefing.store.records import chunks

NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
WORDS = 700
"""Of an item: an article or a letter. An episode's transcript has fifteen times as many."""
TOPICS = tuple(f"t{number}" for number in range(12))
TOML = f"{READING}{MAIL}per_second = 0\n"


@dataclass(frozen=True, slots=True)
class Day:
    readers: int
    feeds: int
    items: int

    @property
    def entries(self) -> int:
        return self.feeds * self.items


def write_feeds(folder: Path, day: Day) -> None:
    texts = stretches(WORDS)
    for feed in range(day.feeds):
        items = "".join(
            item(f"{feed}-{number}", next(texts), NOW - timedelta(hours=1 + number % 20)) for number in range(day.items)
        )
        head = f"<title>Feed {feed}</title><link>http://f{feed}.example/</link><language>en</language>"
        rss = '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        (folder / f"{feed:07}.xml").write_text(f"{rss}{head}{items}</channel></rss>", "utf-8")


def item(name: str, text: str, at: datetime) -> str:
    title, link, published = escape(text[:60]), f"http://f.example/{name}", format_datetime(at)
    body = f"<content:encoded>{escape(f'<p>{escape(text)}</p>')}</content:encoded>"
    return f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid><pubDate>{published}</pubDate>{body}</item>"


@contextmanager
def served(folder: Path) -> Iterator[int]:
    command = [sys.executable, "-m", "bench.polling.server", str(folder), "0.01"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
    try:
        assert process.stdout
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def configuration(web: int, smtp: int, day: Day) -> str:
    topics = "".join(f'[topics.{topic}]\ntitle = "{topic}"\n' for topic in TOPICS)
    feeds = (
        f'[[feeds]]\nurl = "http://127.1.{number // 250}.{number % 250 + 1}:{web}/{number}/feed"\nkind = "news"\n'
        f'topics = ["{TOPICS[number % len(TOPICS)]}"]\n'
        for number in range(day.feeds)
    )
    return TOML.format(port=smtp) + topics + "".join(feeds)


def reader(number: int) -> Subscriber:
    return Subscriber(
        id=f"r{number}", email=f"u{number}@d{number % 40}.example", status=Status.ACTIVE, zone="UTC", send_at=clock(7),
        topics={TOPICS[number % 12]: 1.0, TOPICS[number * 7 % 12]: 1.5}, created_at=NOW - timedelta(days=9),
        next_edition_at=NOW,
    )  # fmt: skip


def subscribe(services: Services, day: Day) -> None:
    for some in chunks(range(day.readers), 1000):
        with services.store.write() as db:
            for number in some:
                db.subscribers.add(reader(number))


def step(services: Services, name: str) -> int:
    """Run a step until nothing is due; how much it did."""
    done = 0
    while ids := STEPS[name].due(services, NOW):
        report = run_step(services, name, ids, NOW)
        done += report.done
        if not report.done:
            break
    return done


def timed(name: str, unit: str, work: Callable[[], int]) -> None:
    begun, busy = time.perf_counter(), time.process_time()
    done = work()
    took, spent = time.perf_counter() - begun, time.process_time() - busy
    each, most = 1000 * spent / max(done, 1), peak()
    words = f"{took:9.1f} s{spent:9.1f} s of the processor{done:9} {unit:10}{each:9.2f} ms each{most:7.0f} MB at most so far"
    print(f"{name:10}{words}", flush=True)


def peak() -> float:
    """MB that this process had at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(services: Services, day: Day) -> None:
    subscribe(services, day)
    before = size(services)
    timed("poll", "entries", lambda: step(services, "poll") * day.items)
    timed("read", "entries", lambda: step(services, "read"))
    timed("cluster", "insights", lambda: step(services, "cluster"))
    read = size(services)
    timed("compose", "readers", lambda: step(services, "compose"))
    timed("deliver", "mails", lambda: deliver.everything(services, NOW).done)
    after = size(services)
    print(f"largest process {peak():.0f} MB; store {after / 1e6:.1f} MB")
    if after:
        an_entry, an_edition = (read - before) / day.entries / 1000, (after - read) / day.readers / 1000
        print(f"an entry takes {an_entry:.1f} kB, an edition {an_edition:.1f} kB")


def size(services: Services) -> int:
    """Bytes of an SQLite store, without its log, which grows to 50 MB whatever there is; 0 elsewhere."""
    if not services.store.url.startswith("sqlite"):
        return 0
    with services.store.read() as db:
        pages, each = (db.connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("page_count", "page_size"))
    return int(pages * each)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--readers", type=int, default=1000)
    options.add_argument("--feeds", type=int, default=100)
    options.add_argument("--items", type=int, default=5)
    options.add_argument("--url", default="")
    asked = options.parse_args()
    day = Day(asked.readers, asked.feeds, asked.items)
    with tempfile.TemporaryDirectory() as scratch:
        folder, path = Path(scratch) / "feeds", Path(scratch) / "feeds.toml"
        folder.mkdir()
        write_feeds(folder, day)
        with served(folder) as web, sink() as smtp:
            path.write_text(configuration(web, smtp, day), "utf-8")
            environ = SECRET | ({"BRIEFING_STORE_URL": asked.url} if asked.url else {})
            with app.opened(load(path, environ)) as services:
                print(f"{day.readers} readers, {day.feeds} feeds, {day.entries} entries of {WORDS} words")
                run(services, day)


if __name__ == "__main__":
    main()
