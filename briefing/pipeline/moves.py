"""Moves of a mail in the ledger, with what follows from them."""

from datetime import datetime

from briefing.editions.links import Links
from briefing.model import FINAL, Delivery, DeliveryState
from briefing.pipeline.suppression import digests
from briefing.store import Session

LOST = frozenset({DeliveryState.REJECTED, DeliveryState.CANCELLED, DeliveryState.EXPIRED})
"""Ends in which the reader never saw the edition: what it told may be told again."""


def move(db: Session, before: Delivery, after: Delivery, now: datetime, note: str = "") -> bool:
    """Store a move; False if another sender has made one meanwhile. An edition that will never arrive frees its insights."""
    if after == before:
        return True
    moved = db.deliveries.move(before, after, now, note or after.error)
    if moved and after.state in LOST and after.edition_id and after.subscriber_id:
        db.ledger.free(after.edition_id)
    if moved and after.state in FINAL and after.attempts:
        db.contents.drop(after.id)
    return moved


def still_wanted(db: Session, links: Links, delivery: Delivery) -> bool:
    """Whether its reader takes mail; who is no reader is asked nothing, and a notice goes to whoever asked for it."""
    if delivery.subscriber_id is None or delivery.notice_id is not None:
        return True
    return db.subscribers.takes_mail(delivery.subscriber_id, digests(links, delivery.address))
