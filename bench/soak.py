"""Seven days on end: `python -m bench soak [--days 7] [--readers 2000] [--feeds 1000] [--beats 24]`, in one process on SQLite.

Every hour of the clock the steps do what is due: papers on loopback bring an item every other day, a twentieth of all requests
fail, mails go to smtp-sink. Prints at the end of each day processor time, memory, open files, what the store holds, how much more
that is, beside how much it should be by the costs of a unit, and in the end how each grows.
"""

import argparse
import os
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path
from statistics import linear_regression

from bench.capacity import SECRET, Day, configuration, item, size, subscribe
from bench.delivery.throughput import sink
from bench.papers import papers
from bench.texts import sentences, stretches
from briefing import app
from briefing.config import load
from briefing.pipeline.services import Services
from briefing.pipeline.steps import cycle

START = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
WORDS = 120
FAILING = 20
"""Of so many requests one fails."""
SETTLED = 2
"""Days until caches are full and the first archive is read: growth counts from there."""
AN_INSIGHT, AN_EDITION = 8.7, 8.8
"""kB in the store: an insight with its share of the entry, its words and the search index, and an edition with its mail's rows
and what is remembered of it, as `bench capacity` has them (docs/capacity.md)."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How things stand at the end of a day."""

    busy: float
    resident: float
    files: int
    store: float
    insights: int
    editions: int

    @classmethod
    def now(cls, services: Services) -> "Mark":
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        files = sum(1 for _ in Path("/proc/self/fd").iterdir())
        with services.store.read() as db:
            tables = ("insights", "editions")
            insights, editions = (db.connection.exec_driver_sql(f"SELECT count(*) FROM {one}").scalar_one() for one in tables)
        resident = pages * os.sysconf("SC_PAGE_SIZE") / 1e6
        return cls(time.process_time(), resident, files, size(services) / 1e6, insights, editions)

    @property
    def modelled(self) -> float:
        """MB that the insights and editions should take."""
        return (self.insights * AN_INSIGHT + self.editions * AN_EDITION) / 1000

    def line(self, before: "Mark") -> str:
        kept = f"{self.store:9.1f} MB kept, {self.store - before.store:+.1f}, modelled {self.modelled - before.modelled:+.1f}"
        return f"{self.busy:8.0f} s of the processor{self.resident:8.0f} MB{self.files:5} files{kept}"


class Clock:
    def __init__(self) -> None:
        self.now = START


def answer(clock: Clock, name: str) -> tuple[int, bytes]:
    body = document(int(name), clock.now.date().toordinal()).encode() if name.isdigit() else b""
    fails = (hash(name) + int(clock.now.timestamp()) // 3600) % FAILING == 0
    return 503 if fails else 200 if body else 404, body


@lru_cache(maxsize=1_000)
def document(paper: int, day: int) -> str:
    """Half of the papers have an item each day."""
    items = "".join(text(paper, day - back) for back in range(2) if (paper + day - back) % 2)
    return f'<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>{paper}</title>{items}</channel></rss>'


def text(paper: int, day: int) -> str:
    """The item of a day, published as it begins."""
    at = datetime.combine(date.fromordinal(day), datetime.min.time(), UTC)
    return item(f"{paper}-{day}", next(stretches(WORDS, seed=day * 10_000 + paper)), at)


def live(services: Services, clock: Clock, day: int, beats: int) -> int:
    """One day of so many beats; the mails that went out."""
    mails = 0
    for beat in range(beats):
        clock.now = START + timedelta(days=day, hours=24 / beats * beat)
        mails += sum(report.done for report in cycle(services, clock.now) if report.step == "deliver")
    return mails


def growth(values: list[float]) -> float:
    """A day, by least squares."""
    return linear_regression(range(len(values)), values).slope if len(values) > 1 else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in {"days": 7, "readers": 2_000, "feeds": 1_000, "beats": 24}.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    sentences()
    day, clock = Day(asked.readers, asked.feeds, 1), Clock()
    with tempfile.TemporaryDirectory(prefix="soak-") as scratch, papers(partial(answer, clock)) as web, sink() as smtp:
        path = Path(scratch) / "feeds.toml"
        path.write_text(configuration(web, smtp, day), "utf-8")
        with app.opened(load(path, SECRET)) as services:
            subscribe(services, day)
            marks = [Mark.now(services)]
            for number in range(asked.days):
                mails = live(services, clock, number, asked.beats)
                marks.append(Mark.now(services))
                print(f"day {number + 1}: {mails:6} mails{marks[-1].line(marks[-2])}", flush=True)
    late = marks[1 + SETTLED :]
    print(f"memory {growth([mark.resident for mark in late]) / 24:+.2f} MB an hour of the clock,", end=" ")
    kept, modelled = growth([mark.store for mark in late]), growth([mark.modelled for mark in late])
    print(f"files {growth([mark.files for mark in late]):+.1f}, store {kept:+.1f} MB a day, modelled {modelled:+.1f}")


if __name__ == "__main__":
    main()
