"""Queues mails that are no edition: each key once, delivered like any other mail."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from briefing.delivery.outbox import message_id
from briefing.model import Delivery, DeliveryState, Notice
from briefing.pipeline.mailroom import Mailroom
from briefing.store import Session
from briefing.text import stable_id

TIMES: Mapping[str, timedelta] = {"login": timedelta(minutes=15), "alert": timedelta(hours=48), "correction": timedelta(hours=48)}
"""For how long a notice of a kind may wait to be sent; a link to log in is worth nothing when it is over."""
USUAL_TIME = timedelta(hours=24)


def queue(
    db: Session, services: Mailroom, *, kind: str, address: str, key: str, values: Mapping[str, str], now: datetime
) -> bool:
    """Queue a notice to an address; False if one with this key was queued before."""
    notice = Notice(id=stable_id("notice", key), kind=kind, address=address, key=key, values=values, created_at=now)
    if not db.notices.add(notice):
        return False
    delivery = Delivery(
        id=stable_id("delivery", notice.id),
        notice_id=notice.id,
        address=address,
        message_id=message_id(services.message_key, notice.id, "mail", services.postman.domain),
        state=DeliveryState.QUEUED,
        next_attempt_at=now,
        not_after=now + TIMES.get(kind, USUAL_TIME),
    )
    db.deliveries.add([delivery])
    return True


def alert(db: Session, services: Mailroom, *, key: str, headline: str, text: str, remedy: str, now: datetime) -> bool:
    """Queue a notice to the admin; False without an address, or if one with this key was queued before."""
    address = services.config.admin.email
    values = {"headline": headline, "text": text, "remedy": remedy}
    return bool(address) and queue(db, services, kind="alert", address=address, key=key, values=values, now=now)
