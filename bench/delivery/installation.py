"""An installation with readers whose mail is queued: what a sender finds in the morning."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from bench.settings import MAIL, READING
from briefing.delivery.outbox import message_id
from briefing.model import (
    Card,
    Citation,
    Coverage,
    Delivery,
    DeliveryState,
    Edition,
    EditionPick,
    Fragment,
    Phase,
    Status,
    Subscriber,
)
from briefing.store import Store

NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
SLOT = date(2026, 11, 21)
LATE = timedelta(hours=6)
DOMAINS = ("example.com", "example.net", "example.org")
TOML = f"""{READING}{MAIL}per_second = {{per_second}}
when_unknown = "{{when_unknown}}"
[store]
url = "{{url}}"
[[feeds]]
url = "http://127.0.0.1:9/feed"
"""
CLAIM = (
    "The town drew half of its electricity from an iron battery for {n} hours, because the wind was weak and the gas turbine "
    "stood still for the first time since 1998, which nobody in the council had thought possible before the autumn."
)


@dataclass(frozen=True, slots=True)
class Installation:
    """`url` is its store; empty is a file of SQLite in the folder."""

    folder: Path
    url: str = ""

    @property
    def config(self) -> Path:
        return self.folder / "feeds.toml"

    @property
    def database(self) -> Path:
        return self.folder / "briefing.db"

    def store(self) -> Store:
        return Store(self.url or f"sqlite:///{self.database}")


def install(
    folder: Path,
    port: int,
    addresses: list[str],
    *,
    when_unknown: str = "resend",
    per_second: float = 0,
    url: str = "",
    late: timedelta = LATE,
) -> Installation:
    """Readers with these addresses, each with an edition and a queued mail that may wait until it is so `late`."""
    made = Installation(folder, url)
    folder.mkdir(parents=True, exist_ok=True)
    store_url = url or "sqlite:///briefing.db"
    made.config.write_text(TOML.format(port=port, when_unknown=when_unknown, per_second=per_second, url=store_url))
    store = made.store()
    store.migrate()
    with store.write() as db:
        db.meta.set("secret", "k" * 32)
        for number, address in enumerate(addresses):
            db.subscribers.add(reader(number, address))
            db.editions.add(edition(number))
        mails = [delivery(number, address) for number, address in enumerate(addresses)]
        db.deliveries.add([replace(mail, not_after=NOW + late) for mail in mails])
    store.close()
    return made


def address(number: int) -> str:
    return f"u{number:04}@{DOMAINS[number % len(DOMAINS)]}"


def reader(number: int, address: str) -> Subscriber:
    return Subscriber(id=f"r{number}", email=address, status=Status.ACTIVE, zone="UTC", send_at=time(7), created_at=NOW)


def delivery(number: int, address: str) -> Delivery:
    return Delivery(
        id=f"d{number:04}",
        edition_id=f"e{number}",
        subscriber_id=f"r{number}",
        address=address,
        message_id=message_id(b"k" * 32, f"e{number}", "mail", "brief.example"),
        state=DeliveryState.QUEUED,
        next_attempt_at=NOW,
        not_after=NOW + LATE,
    )


def edition(number: int) -> Edition:
    return Edition(
        id=f"e{number}",
        subscriber_id=f"r{number}",
        slot=SLOT,
        title="The Daily Brief",
        language="en",
        subject="Iron battery fed a town for 38 hours, and four more",
        preheader="Five insights",
        picks=tuple(EditionPick(rank=rank, fragment=fragment(rank)) for rank in range(1, 6)),
        coverage=Coverage(items=40, sources=12),
        created_at=NOW,
    )


def fragment(rank: int) -> Fragment:
    claim = CLAIM.format(n=30 + rank)
    return Fragment(
        hash=f"f{rank}",
        claim=claim,
        headline=claim[:60],
        kind="claim",
        writer="extractive",
        quotes=(Citation(text=claim, url="https://paper.example/battery"),),
        insight_id=f"i{rank}",
        insight_url=f"http://localhost:8000/i/i{rank}",
        story_id=f"s{rank}",
        story_headline=claim[:60],
        story_url=f"http://localhost:8000/s/s{rank}",
        phase=Phase.NEW,
        card=Card(hook=claim, what_changed=claim, why_it_matters=claim),
        sources=(),
    )
