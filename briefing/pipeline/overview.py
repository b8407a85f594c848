"""The installation in figures: what was read, who gets mail, what waits, and what comes next."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from briefing.model import Status
from briefing.pipeline import edits, health
from briefing.pipeline.services import Services
from briefing.store import Session
from briefing.store.entries import LISTEN, READ


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Counts by state, and the next moments at which something is due."""

    configuration: str
    feeds: dict[str, int]
    waiting_entries: int
    insights: int
    stories: int
    subscribers: dict[str, int]
    deliveries: dict[str, int]
    editions: int
    latest_edition: str
    next_poll: datetime | None
    next_edition: datetime | None
    oldest_waiting_mail: datetime | None


def overview(services: Services, now: datetime) -> Overview:
    with services.store.read() as db:
        feeds = health.feeds(db, services.config, now)
        readers = db.subscribers.all()
        slots = db.editions.slots(None)
        edited = edits.standing(db)
        return Overview(
            configuration=edited.words if edited else "as it was at the start",
            feeds=dict(Counter(feed.status for feed in feeds)),
            waiting_entries=_waiting(db, now),
            insights=db.insights.count(),
            stories=db.stories.count(),
            subscribers=dict(Counter(reader.status.value for reader in readers)),
            deliveries=db.deliveries.counts(),
            editions=len(slots),
            latest_edition=slots[0].isoformat() if slots else "",
            next_poll=min((feed.next_poll for feed in feeds if feed.next_poll), default=None),
            next_edition=min(
                (r.next_edition_at for r in readers if r.status is Status.ACTIVE and r.next_edition_at), default=None
            ),
            oldest_waiting_mail=db.deliveries.oldest_due(),
        )


def _waiting(db: Session, now: datetime) -> int:
    return sum(len(db.entries.waiting(stage, now)) for stage in (LISTEN, READ))
