"""Ninety days of readers all over the world: `python -m bench.delivery.quarter [--readers 500] [--days 90] [--seed 1]`.

The real steps compose and deliver over a real store, beat by beat, by a clock that is handed to them. The program is down at
random, and dies at random: between two editions, before a mail goes out, and after it went out but before that was written down.
Then every slot of every reader is compared with what `bench.delivery.promise` works out on its own.
"""

import argparse
import random
import sys
import tempfile
import time as clock
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from pathlib import Path

from bench.delivery.promise import Promised, Wish, promised
from briefing.config.loader import parse
from briefing.delivery.wire import Prepared
from briefing.editions.links import Links
from briefing.model import Delivery, DeliveryState, Edition, Notice, Status, Subscriber
from briefing.pipeline import compose, deliver
from briefing.pipeline.mailroom import T
from briefing.pipeline.reading import Reader
from briefing.pipeline.services import Services
from briefing.store import Store
from briefing.testing import FakeEmbedder, FakeFetcher, FakeWriter

START = datetime(2026, 8, 28, tzinfo=UTC)
"""Ninety days from here hold the spring change of the south and the autumn changes of the north."""
BEAT = timedelta(minutes=10)
LATE = timedelta(hours=6)
DOWN, KILLED = 0.004, 0.02
"""Chance of a downtime at a beat; chance of a death at a mail."""
LONGEST_DOWN = timedelta(hours=40)
HOURS = (time(0, 0), time(1, 30), time(2, 0), time(2, 30), time(6, 30), time(7, 0), time(18, 0), time(23, 55))
DAYS = (tuple(range(7)), tuple(range(7)), tuple(range(5)), (0, 3), (5, 6))
ZONES = (
    "Africa/Cairo", "Africa/Casablanca", "Africa/Lagos", "America/Anchorage", "America/Bogota", "America/Chicago",
    "America/Denver", "America/Halifax", "America/Havana", "America/Los_Angeles", "America/Mexico_City", "America/New_York",
    "America/Nuuk", "America/Santiago", "America/Sao_Paulo", "America/St_Johns", "America/Toronto", "Antarctica/Troll",
    "Asia/Beirut", "Asia/Dhaka", "Asia/Dubai", "Asia/Gaza", "Asia/Jerusalem", "Asia/Kathmandu", "Asia/Kolkata",
    "Asia/Shanghai", "Asia/Tehran", "Asia/Tokyo", "Atlantic/Azores", "Australia/Adelaide", "Australia/Lord_Howe",
    "Australia/Sydney", "Europe/Berlin", "Europe/Dublin", "Europe/Lisbon", "Europe/London", "Pacific/Apia",
    "Pacific/Auckland", "Pacific/Chatham", "Pacific/Kiritimati",
)  # fmt: skip


class KilledError(BaseException):
    """The process ends here, whatever it was about to write down."""


@dataclass
class Inbox:
    """Takes mail, and kills its sender at random, before or after it took one."""

    chance: random.Random
    copies: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)

    def send(self, message: EmailMessage, *, envelope_to: str, before_data: Callable[[], None] = lambda: None) -> None:
        self.perhaps("before DATA")
        before_data()
        self.perhaps("after DATA")
        self.copies[str(message["Message-ID"])] += 1
        self.perhaps("after the answer")

    def perhaps(self, where: str) -> None:
        if self.chance.random() < KILLED / 3:
            self.kills[where] += 1
            raise KilledError

    def close(self) -> None:
        """Nothing is held open."""


class Postcards:
    """Mails that carry no more than what they are known by."""

    domain = "brief.example"

    def edition(self, edition: Edition, subscriber: Subscriber, delivery: Delivery) -> EmailMessage:
        return Prepared(f"Message-ID: {delivery.message_id}\r\nSubject: {edition.slot}\r\n\r\n".encode())

    def notice(self, notice: Notice, delivery: Delivery) -> EmailMessage:
        return Prepared(f"Message-ID: {delivery.message_id}\r\n\r\n".encode())


@dataclass
class World:
    """The readers, the program between two deaths, and the beats at which it did its work."""

    services: Services
    inbox: Inbox
    chance: random.Random
    readers: list[Subscriber]
    owner: int = 0
    beats: list[datetime] = field(default_factory=list)
    downtime: timedelta = timedelta()

    def live(self, days: int) -> None:
        now, end = START, START + timedelta(days=days)
        while now < end:
            pause = BEAT
            if self.chance.random() < DOWN:
                pause = timedelta(hours=self.chance.uniform(0.2, LONGEST_DOWN / timedelta(hours=1)))
                self.downtime += pause
            now += pause
            self.beat(now)
        self.settle(now)

    def settle(self, now: datetime) -> None:
        """Long enough for what is still on its way."""
        for _ in range(40):
            now += timedelta(minutes=30)
            self.mail(now)

    def beat(self, now: datetime) -> None:
        try:
            if ids := compose.due(self.services, now):
                compose.run(self.services, tuple(ids), now)
            self.beats.append(now)
        except KilledError:
            self.restart()
        self.mail(now)

    def mail(self, now: datetime) -> None:
        try:
            deliver.everything(self.services, now)
        except KilledError:
            self.restart()

    def restart(self) -> None:
        """Another process takes over; the machine knows that the one before is dead."""
        self.owner += 1
        name = f"run {self.owner}"
        self.services = replace(self.services, owner=name, alive=lambda owner: owner == name)


def world(folder: Path, count: int, seed: int) -> World:
    chance = random.Random(seed)
    toml = f'[briefing]\ntimezone = "UTC"\non_empty = "send"\nlate_limit = "{LATE // timedelta(hours=1)}h"\n'
    feed = '[mail]\nper_second = 0\n[[feeds]]\nurl = "https://paper.example/feed"\n'
    config = parse((toml + feed).encode(), path=folder / "feeds.toml", environ={})
    store = Store(config.store.url)
    store.migrate()
    inbox = Inbox(chance)

    def killing(items: Iterable[T], what: str, total: int) -> Iterator[T]:
        for item in items:
            if what == "composing":
                inbox.perhaps("composing")
            yield item

    services = Services(
        config=config,
        store=store,
        links=Links("https://brief.example", [b"k" * 32]),
        fetcher=lambda: FakeFetcher({}),
        reader=lambda: Reader(writer=FakeWriter(), embedder=FakeEmbedder()),
        embedder=FakeEmbedder,
        mailer=inbox,
        postman=Postcards(),
        progress=killing,
        message_key=b"k",
        owner="run 0",
    )
    readers = [reader(number, chance) for number in range(count)]
    with store.write() as db:
        for one in readers:
            db.subscribers.add(one)
            db.subscribers.schedule((one.id, None, START.date() - timedelta(days=2)))
    made = World(services, inbox, chance, readers)
    made.restart()
    return made


def reader(number: int, chance: random.Random) -> Subscriber:
    return Subscriber(
        id=f"r{number:03}",
        email=f"r{number:03}@example.org",
        status=Status.ACTIVE,
        zone=ZONES[number % len(ZONES)],
        send_at=chance.choice(HOURS),
        days=chance.choice(DAYS),
        on_empty="send",
        created_at=START,
    )


@dataclass
class Verdict:
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def compare(self, one: Subscriber, due: Promised, made: dict[date, Delivery], copies: Counter[str]) -> None:
        self.counts["slots promised"] += len(due.made)
        self.counts.update(f"skipped: {reason}" for reason in due.skipped.values())
        self.wrong += [f"{one.id} {day}: promised, not made" for day in due.made.keys() - made.keys()]
        self.wrong += [f"{one.id} {day}: made, not promised" for day in made.keys() - due.made.keys()]
        for day, row in made.items():
            self._arrived(f"{one.id} {day}", row, copies[row.message_id])

    def _arrived(self, name: str, row: Delivery, copies: int) -> None:
        self.counts["slots made"] += 1
        self.counts[f"mails {row.state}"] += 1
        self.counts["copies taken"] += copies
        self.counts["doubles"] += max(copies - 1, 0)
        self.counts["doubles reported as unknown"] += max(copies - 1, 0) if row.unknowns else 0
        if copies > 1 + row.unknowns:
            self.wrong.append(f"{name}: {copies} copies after {row.unknowns} times unknown")
        if copies == 0 and row.state not in (DeliveryState.EXPIRED, DeliveryState.UNKNOWN):
            self.wrong.append(f"{name}: no copy, and it is {row.state}")


def verdict(lived: World) -> Verdict:
    found, first = Verdict(), START.date() - timedelta(days=1)
    with lived.services.store.read() as db:
        for one in lived.readers:
            rows = {row.edition_id: row for row in db.deliveries.of_subscriber(one.id)}
            slots = {edition.slot: rows[edition.id] for edition in db.editions.get([i for i in rows if i]).values()}
            due = promised(Wish(one.zone, one.send_at, one.days), first, lived.beats, LATE)
            found.compare(one, due, slots, lived.inbox.copies)
    found.counts.update({f"killed {where}": count for where, count in lived.inbox.kills.items()})
    found.counts["beats"] = len(lived.beats)
    found.counts["hours down"] = lived.downtime // timedelta(hours=1)
    return found


def simulate(folder: Path, readers: int, days: int, seed: int) -> Verdict:
    lived = world(folder, readers, seed)
    try:
        lived.live(days)
        return verdict(lived)
    finally:
        lived.services.store.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=500)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--seed", type=int, default=1)
    wanted, started = parser.parse_args(), clock.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        found = simulate(Path(folder), wanted.readers, wanted.days, wanted.seed)
    print(f"{wanted.readers} readers in {len(ZONES)} zones, {wanted.days} days, seed {wanted.seed}:")
    for name, count in sorted(found.counts.items()):
        print(f"  {name:40}{count:>8}")
    print("\n".join(found.wrong[:20]) or "every slot as promised", f"({clock.monotonic() - started:.0f} s)")
    return int(bool(found.wrong))


if __name__ == "__main__":
    sys.exit(main())
