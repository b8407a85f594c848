"""What an admin decides on the pages: a feed asked at once, a mail tried at once, sent again or given up, a reader taken back."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from briefing.delivery.outbox import acknowledge, cancel, postpone, resume
from briefing.errors import UsageError
from briefing.model import WAITING, Delivery, DeliveryState, Subscriber
from briefing.pipeline import people, suppression
from briefing.pipeline.services import Services

BY_ADMIN = "the admin decided so"
DECISIONS: Mapping[str, Callable[[Delivery, datetime], Delivery]] = {
    "now": postpone,
    "send": resume,
    "accept": lambda mail, now: acknowledge(mail),
    "cancel": lambda mail, now: cancel(mail, BY_ADMIN),
}
"""What may be done with a mail: try it now, send a held one again, take it for accepted, give it up."""


def open_to(mail: Delivery) -> tuple[str, ...]:
    """The decisions that a mail leaves to the admin."""
    if mail.state is DeliveryState.UNKNOWN:
        return ("send", "accept")
    return ("now", "cancel") if mail.state in WAITING else ()


def decide(services: Services, mail_id: str, decision: str, now: datetime) -> None:
    """Raises `UsageError` for a mail that does not leave this decision open, or that a sender has in hand."""
    with services.store.write(durable=True) as db:
        mail = next(iter(db.deliveries.get([mail_id])), None)
        if mail is None or decision not in open_to(mail):
            raise UsageError("the mail", "is in other hands by now", remedy="look again")
        db.deliveries.move(mail, DECISIONS[decision](mail, now), now, BY_ADMIN)


def ask(services: Services, url: str, now: datetime) -> None:
    """Let a feed be asked at the next heartbeat, however long it was to rest. Raises `UsageError` for an unknown one."""
    with services.store.write() as db:
        state = db.feeds.state(url)
        if state is None or state.retired_at:
            raise UsageError("the feed", "is not asked any more", remedy="take it out of feeds.toml, and put it back")
        db.feeds.save(replace(state, next_poll_at=now))


def take_back(services: Services, subscriber_id: str) -> Subscriber:
    """A reader who bounced, waits or paused is active again. Raises `UsageError` for one who left."""
    with services.store.write(durable=True) as db:
        moved = people.move(db, people.find(db, subscriber_id), "activate")
        suppression.release(db, services.links, moved.email)
        return moved


def remove(services: Services, subscriber_id: str, now: datetime) -> None:
    """Forget a reader, as `briefing subscribers remove` does. Raises `UsageError`."""
    with services.store.read() as db:
        email = people.find(db, subscriber_id).email
    people.remove(services, email, now)
