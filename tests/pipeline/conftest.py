"""Services for the steps: a real database, fakes at the network, and a few feeds to begin with."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from briefing.config import Config
from briefing.config.loader import parse
from briefing.model import Status, Subscriber
from briefing.pipeline.services import Report, Services
from briefing.pipeline.steps import cycle
from briefing.store import Store
from briefing.testing import FakeFetcher, FakeMailer
from tests.databases import opened
from tests.services import faked

NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
TOML = """
[briefing]
timezone = "UTC"
[topics.energy]
[topics.cities]
[[feeds]]
url = "http://paper.example/feed"
kind = "news"
topics = ["energy"]
[[feeds]]
url = "http://town.example/feed"
kind = "news"
topics = ["cities"]
"""
ITEM = """<item><title>{title}</title><guid>{guid}</guid><link>http://{host}/{guid}</link><pubDate>{date}</pubDate>
<description>{text}</description></item>"""


def feed(host: str, *items: tuple[str, str, str], date: str = "Sat, 21 Nov 2026 05:00:00 GMT") -> bytes:
    """An RSS document of (guid, title, text)."""
    inner = "".join(ITEM.format(guid=guid, title=title, text=text, host=host, date=date) for guid, title, text in items)
    return f'<rss version="2.0"><channel><title>{host}</title><link>http://{host}/</link>{inner}</channel></rss>'.encode()


BATTERY = (
    "The town of Karsholm drew half of its electricity from an iron battery for 38 hours, because the wind was weak and the "
    "gas turbine stood still for the first time since 1998."
)
BUSES = (
    "Night buses in Halden carry three times as many passengers as planned, since the hospital moved its shift change to "
    "four in the morning and no other line runs then."
)
SHIPS = (
    "Container ships that sail at fourteen knots arrive four days later and burn a third less fuel, which is why two shipping "
    "lines have changed their timetables for the whole winter."
)


@dataclass
class Desk:
    """Services with their fakes at hand."""

    services: Services
    pages: dict[str, bytes]
    mailer: FakeMailer
    fetcher: FakeFetcher
    reports: list[Report] = field(default_factory=list)

    def run(self, now: datetime = NOW) -> dict[str, Report]:
        """One cycle; its reports by step."""
        self.reports = list(cycle(self.services, now))
        return {report.step: report for report in self.reports}

    def subscribe(self, name: str = "ana", *, topics: dict[str, float] | None = None) -> Subscriber:
        reader = Subscriber(
            id=name,
            email=f"{name}@example.org",
            status=Status.ACTIVE,
            zone="UTC",
            send_at=time(7, 0),
            topics=topics or {},
            created_at=NOW,
        )
        with self.services.store.write() as db:
            db.subscribers.add(reader)
        return reader


def configured(folder: Path, toml: str = TOML) -> Config:
    return parse(toml.encode(), path=folder / "feeds.toml", environ={})


@pytest.fixture
def make_desk(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    stores: list[Store] = []

    def make(toml: str = TOML) -> Desk:
        config = configured(tmp_path, toml)
        store = opened(config.store.url)
        stores.append(store)
        with store.write() as db:
            db.feeds.declare([f.url for f in config.feeds])
        return desk_on(config, store)

    yield make
    for store in stores:
        store.close()


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk()


def desk_on(config: Config, store: Store) -> Desk:
    pages = {
        "http://paper.example/feed": feed("paper.example", ("battery", "Iron battery", BATTERY)),
        "http://town.example/feed": feed("town.example", ("buses", "Night buses", BUSES)),
        "http://paper.example/battery": b"",
        "http://town.example/buses": b"",
    }
    fetcher, mailer = FakeFetcher(pages), FakeMailer()
    return Desk(faked(config, store, lambda: fetcher, mailer), pages, mailer, fetcher)
