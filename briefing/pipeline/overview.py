"""The installation in figures: what was read, who gets mail, what waits, and what comes next."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from briefing.model import DeliveryState, Status
from briefing.pipeline import edits, health
from briefing.pipeline.health import FeedHealth
from briefing.pipeline.services import Services
from briefing.pipeline.steps import STEPS
from briefing.pipeline.timings import Timing, timings
from briefing.store import Session
from briefing.store.entries import LISTEN, READ

HEARTBEAT, LAST_BACKUP = "heartbeat", "last backup"
"""Names in the store: the lease of whoever asks what is due, and when a backup was last made."""
BECAME = {
    "queued": (DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.SENDING),
    "deferred": (DeliveryState.DEFERRED,),
    "sent": (DeliveryState.ACCEPTED,),
    "unknown": (DeliveryState.UNKNOWN,),
    "refused": (DeliveryState.REJECTED,),
    "expired": (DeliveryState.EXPIRED,),
    "cancelled": (DeliveryState.CANCELLED,),
}


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
    oldest_due_seconds: float | None
    """For how long the mail that waits longest has been due; None: none is."""
    heartbeat_until: datetime | None
    last_backup: datetime | None
    timings: Mapping[str, Timing]
    feed_health: Sequence[FeedHealth]

    @property
    def mail(self) -> dict[str, int]:
        """Mails by what has become of them, in the words of people."""
        counted = {words: sum(self.deliveries.get(state.value, 0) for state in states) for words, states in BECAME.items()}
        return counted | {"bounced": self.subscribers.get(Status.BOUNCED.value, 0)}


def overview(services: Services, now: datetime) -> Overview:
    with services.store.read() as db:
        feeds = health.feeds(db, services.config, now)
        readers = db.subscribers.all()
        slots = db.editions.slots(None)
        edited, oldest = edits.standing(db), db.deliveries.oldest_due()
        return Overview(
            configuration=edited.words if edited else "in order",
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
            oldest_waiting_mail=oldest,
            oldest_due_seconds=(now - oldest).total_seconds() if oldest and oldest <= now else None,
            heartbeat_until=db.meta.lease_until(HEARTBEAT),
            last_backup=_moment(db.meta.setting(LAST_BACKUP)),
            timings=timings(db, STEPS),
            feed_health=feeds,
        )


def _waiting(db: Session, now: datetime) -> int:
    return sum(len(db.entries.waiting(stage, now)) for stage in (LISTEN, READ))


def _moment(kept: str | None) -> datetime | None:
    return datetime.fromisoformat(kept) if kept else None
