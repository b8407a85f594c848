"""Addresses that nothing may be sent to: kept as digests that tell nobody whose they are, unless he has the signing secret."""

from datetime import datetime
from functools import lru_cache

from briefing.delivery.addresses import address_hash
from briefing.editions.links import Links
from briefing.store import Session

PURPOSE = "suppression"


def suppress(db: Session, links: Links, address: str, reason: str, now: datetime) -> None:
    db.subscribers.suppress(digests(links, address)[0], reason, now)


def holds(db: Session, links: Links, address: str) -> bool:
    """Whether nothing may be sent there."""
    return db.subscribers.is_suppressed(digests(links, address))


def release(db: Session, links: Links, address: str) -> None:
    db.subscribers.release(digests(links, address))


@lru_cache(maxsize=128)
def digests(links: Links, address: str) -> tuple[str, ...]:
    """All that may stand for an address: one for each secret, the current one first, and last the plain one of older stores.

    A sender asks twice within a batch: at the claim and before DATA.
    """
    return (*links.digests(PURPOSE, address.lower()), address_hash(address))
