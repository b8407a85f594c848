"""Queues mails that are no edition: each key once, delivered like any other mail."""

from collections.abc import Mapping
from datetime import datetime

from briefing.delivery.outbox import message_id
from briefing.model import Delivery, DeliveryState, Notice
from briefing.pipeline.services import Services
from briefing.store import Session
from briefing.text import stable_id


def queue(
    db: Session, services: Services, *, kind: str, address: str, key: str, values: Mapping[str, str], now: datetime
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
    )
    db.deliveries.add([delivery])
    return True
