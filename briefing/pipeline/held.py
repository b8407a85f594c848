"""Mails of which nobody knows whether they arrived, and that no policy sends again: a person decides."""

from datetime import datetime

from briefing.delivery.outbox import acknowledge, resume
from briefing.model import Delivery
from briefing.store import Store


def held(store: Store) -> list[Delivery]:
    with store.read() as db:
        return db.deliveries.held()


def send_again(store: Store, now: datetime) -> int:
    """Queue them all, with the Message-IDs they had; how many."""
    with store.write(durable=True) as db:
        return sum(
            db.deliveries.move(each, resume(each, now), now, "a person had it sent again") for each in db.deliveries.held()
        )


def take_for_accepted(store: Store, now: datetime) -> int:
    """Leave it at that: they arrived; how many."""
    with store.write(durable=True) as db:
        return sum(db.deliveries.move(each, acknowledge(each), now, "a person knows it arrived") for each in db.deliveries.held())
