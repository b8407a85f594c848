"""The pages over a real database with two days of news, some of it hostile; the network is faked, the clock stands still."""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from httpx2 import Response
from sqlalchemy import select
from starlette.testclient import TestClient

from briefing.config.loader import parse
from briefing.model import Status, Subscriber
from briefing.pipeline.services import Services
from briefing.pipeline.steps import STEPS, cycle
from briefing.store import Store
from briefing.store.schema import metadata
from briefing.testing import FakeEmbedder, FakeFetcher, FakeMailer
from briefing.web.app import create_app
from tests.databases import copy
from tests.services import faked

NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
DATABASE = "briefing.db"
PUBLIC = "https://brief.example"
TOML = """
[briefing]
timezone = "UTC"
title = "Brief"
[topics.energy]
title = "Energy"
[topics.cities]
[[feeds]]
url = "http://paper.example/feed?key=private"
kind = "news"
title = "The Paper"
topics = ["energy"]
[[feeds]]
url = "http://town.example/feed"
kind = "news"
topics = ["cities"]
language = "de"
[mail]
from = "Brief <brief@brief.example>"
[web]
public_url = "https://brief.example"
"""
ITEM = """<item><title>{title}</title><guid>{guid}</guid><link>{link}</link><pubDate>{date}</pubDate>
<description>{text}</description></item>"""
HOSTILE = "&lt;script&gt;alert(1)&lt;/script&gt; &quot;&gt;&lt;img src=x onerror=alert(2)&gt; {{7*7}} Night buses"
BATTERY = (
    "The town of Karsholm drew half of its electricity from an iron battery for 38 hours, because the wind was weak and the "
    "gas turbine stood still for the first time since 1998. Nobody had expected the cells to last beyond the second evening."
)
BUSES = (
    "Night buses in Halden carry three times as many passengers as planned, since the hospital moved its shift change to "
    "four in the morning and no other line runs then."
)
SHIPS = (
    "Container ships that sail at fourteen knots arrive four days later and burn a third less fuel, which is why two shipping "
    "lines have changed their timetables for the whole winter."
)


def feed(title: str, *items: tuple[str, str, str, str], date: str) -> bytes:
    """An RSS document of (guid, link, title, text), all of them escaped already."""
    inner = "".join(ITEM.format(guid=g, link=link, title=t, text=text, date=date) for g, link, t, text in items)
    return f'<rss version="2.0"><channel><title>{title}</title><link>http://{title}/</link>{inner}</channel></rss>'.encode()


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign-ups are answered when they are done."""
    monkeypatch.setattr("briefing.web.joining.LEAST_SECONDS", 0.0)


@dataclass
class Pages:
    """An installation and a browser; `now` may be moved."""

    services: Services
    mailer: FakeMailer
    now: datetime = NOW
    client: TestClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = TestClient(create_app(self.services, clock=lambda: self.now), base_url=PUBLIC, follow_redirects=False)

    def get(self, path: str) -> Response:
        return self.client.get(path.removeprefix(PUBLIC))

    def post(self, path: str, data: dict[str, str | list[str]] | None = None, **more: dict[str, str]) -> Response:
        return self.client.post(path.removeprefix(PUBLIC), data=data or {}, **more)

    def form(self, email: str, **fields: str) -> dict[str, str | list[str]]:
        """A sign-up form as a person sends it: half a minute after it was shown."""
        started = self.services.links.token("form", "signup", self.now - timedelta(seconds=30))
        return {"email": email, "started": started, "website": "", **fields}

    def sign_up(self, email: str, **fields: str) -> Response:
        return self.post("/signup", self.form(email, **fields))

    def mails(self, to: str = "") -> list[str]:
        """Subjects of all mails to an address, after everything queued was delivered."""
        deliver = STEPS["deliver"]
        deliver.run(self.services, tuple(deliver.due(self.services, self.now)), self.now)
        return [str(message["Subject"]) for address, message in self.mailer.sent if address == to or not to]

    def link(self, to: str, purpose: str) -> str:
        """The newest link of a kind in the mails to an address."""
        self.mails()
        texts = [m.get_body(("plain",)).get_content() for address, m in self.mailer.sent if address == to]
        return str(re.findall(rf"{PUBLIC}/{purpose}/\S+", "\n".join(texts))[-1])

    def reader(self, email: str) -> Subscriber | None:
        with self.services.store.read() as db:
            return db.subscribers.by_email(email)

    def subscribe(self, name: str = "ana", status: Status = Status.ACTIVE) -> Subscriber:
        made = Subscriber(
            id=name,
            email=f"{name}@example.org",
            status=status,
            zone="UTC",
            send_at=time(7),
            created_at=NOW,
            topics={"energy": 2.0},
        )
        with self.services.store.write() as db:
            db.subscribers.add(made)
        return made

    def insight_ids(self) -> list[str]:
        with self.services.store.read() as db:
            return db.insights.archive(FakeEmbedder().name)[0]

    def fingerprint(self) -> str:
        """A digest of every row there is."""
        with self.services.store.read() as db:
            rows = [db.connection.execute(select(table)).all() for table in metadata.sorted_tables]
        return hashlib.sha256(repr(rows).encode()).hexdigest()


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A database with nothing read yet, and one with two editions in its archive; tests work on copies."""
    folder = tmp_path_factory.mktemp("pages")
    made = _opened(folder, TOML)
    made.services.store.migrate()
    with made.services.store.write() as db:
        db.feeds.declare([each.url for each in made.services.config.feeds])
    made.services.store.close()
    copy(folder / DATABASE, folder / "empty.db")
    _fill(made)
    made.services.store.close()
    return {"empty": folder / "empty.db", "filled": folder / DATABASE}


@pytest.fixture
def make_pages(tmp_path: Path, databases: dict[str, Path]) -> Iterator[Callable[..., Pages]]:
    with ExitStack() as stack:

        def make(toml: str = TOML, database: str = "filled") -> Pages:
            copy(databases[database], tmp_path / DATABASE)
            made = _opened(tmp_path, toml)
            stack.callback(made.services.store.close)
            stack.enter_context(made.client)
            return made

        yield make


@pytest.fixture
def empty(make_pages: Callable[..., Pages]) -> Pages:
    """Nothing has been read yet."""
    return make_pages(database="empty")


@pytest.fixture
def pages(make_pages: Callable[..., Pages]) -> Pages:
    """Two editions lie in the archive."""
    return make_pages()


def _fill(made: Pages) -> None:
    fetcher = made.services.fetcher()
    assert isinstance(fetcher, FakeFetcher)
    for days_ago, name, text in ((1, "ships", SHIPS), (0, "battery", BATTERY)):
        moment = NOW - timedelta(days=days_ago)
        date = f"{moment - timedelta(hours=2):%a, %d %b %Y %H:%M:%S} GMT"
        link = f"http://paper.example/{name}"
        news, gossip = (name, link, name.title(), text), ("buses", "javascript:alert(3)", HOSTILE, BUSES)
        fetcher.pages["http://paper.example/feed?key=private"] = feed("paper.example", news, date=date)
        fetcher.pages["http://town.example/feed"] = feed("town.example", gossip, date=date)
        fetcher.pages[link] = b""
        list(cycle(made.services, moment))


def _opened(folder: Path, toml: str) -> Pages:
    config = parse(toml.encode(), path=folder / "feeds.toml", environ={})
    fetcher, mailer = FakeFetcher({}), FakeMailer()
    return Pages(faked(config, Store(config.store.url), lambda: fetcher, mailer), mailer)
