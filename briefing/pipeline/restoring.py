"""A backup in the place of the database, so that nothing that was sent since goes out again."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from briefing.config import Config
from briefing.delivery.outbox import resume
from briefing.delivery.schedule import plan
from briefing.model import DeliveryState, Subscriber
from briefing.store import Session, Store, backup, migrated

UNDER_WAY = (DeliveryState.QUEUED, DeliveryState.DEFERRED, DeliveryState.CLAIMED, DeliveryState.SENDING, DeliveryState.UNKNOWN)
HELD = "held by a restore: may have been sent after the backup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """`held` mails wait for a person's word; `former` is where the database before lies."""

    held: int
    former: Path | None


def restore(config: Config, file: Path, now: datetime) -> Restored:
    """Exchange the database for a backup. Raises `StoreError` if it is in use or the backup is damaged; then nothing changed.

    Mails that were under way in the backup are held, and slots that are due by now are passed over: what happened between
    the backup and now is not known any more.
    """
    database = backup.file_of(config.store.url)
    backup.check(file)
    copied = database.with_name(f"{database.name}.restoring")
    backup.copy(file, copied)
    with migrated(f"sqlite:///{copied}") as store, store.write() as db:
        held = _hold(db, now)
        for subscriber in db.subscribers.all():
            _pass_over(db, config, subscriber, now)
    return Restored(held=held, former=backup.exchange(database, copied))


def release(store: Store, now: datetime) -> int:
    """Send what a restore held after all; the number of mails."""
    with store.write() as db:
        held = [each for each in db.deliveries.held() if each.error == HELD]
        return sum(db.deliveries.move(each, resume(each, now), now, "released") for each in held)


def _hold(db: Session, now: datetime) -> int:
    """Unknown, and without a next attempt: no policy sends them again by itself."""
    found = db.deliveries.in_states(UNDER_WAY)
    for each in found:
        held = replace(
            each,
            state=DeliveryState.UNKNOWN,
            unknowns=each.unknowns + 1,
            owner="",
            lease_until=None,
            next_attempt_at=None,
            error=HELD,
        )
        db.deliveries.move(each, held, now, HELD)
    return len(found)


def _pass_over(db: Session, config: Config, reader: Subscriber, now: datetime) -> None:
    last = db.subscribers.last_slots([reader.id])[reader.id]
    coming = plan(last, now, reader.send_at, reader.zone, reader.days, config.briefing.late_limit)
    db.subscribers.schedule((reader.id, coming.next.due_at if coming.next else None, coming.passed or last))
