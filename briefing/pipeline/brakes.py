"""Breakers in the store, so that all senders leave a server or domain alone together."""

from datetime import datetime

from briefing.delivery.breaker import CLOSED, DOMAIN, SERVER, Breaker, domain_after, server_after
from briefing.errors import DeliveryError
from briefing.model import Delivery
from briefing.store import Session
from briefing.store.columns import pack, unpack

SERVER_KEY = "breaker: mail server"
PREFIX = "breaker of "


def server_pause(db: Session, now: datetime) -> datetime | None:
    """Until when no mail is to be sent at all; None: none is kept."""
    return _breaker(db.meta.setting(SERVER_KEY)).pause(now, SERVER)


def domain_pause(db: Session, delivery: Delivery, now: datetime) -> datetime | None:
    """Until when no mail is to be sent to this receiving domain."""
    return _breaker(db.meta.setting(PREFIX + domain(delivery))).pause(now, DOMAIN)


def learn(db: Session, delivery: Delivery, error: DeliveryError | None, now: datetime) -> None:
    """Let the outcome of a try open or close breakers; what waits for a domain that is left alone waits untried."""
    key = PREFIX + domain(delivery)
    kept = db.meta.pair(SERVER_KEY, key)
    if error or kept:
        db.meta.hold("breakers")
        kept = db.meta.pair(SERVER_KEY, key)
    server, receiver = _breaker(kept.get(SERVER_KEY)), _breaker(kept.get(key))
    _keep(db, SERVER_KEY, server, server_after(server, error, now))
    after = domain_after(receiver, error, now)
    _keep(db, key, receiver, after)
    if after.until and after.until != receiver.until:
        db.deliveries.postpone(domain(delivery), after.until)


def domain(delivery: Delivery) -> str:
    return delivery.address.rpartition("@")[2].lower()


def _breaker(kept: str | None) -> Breaker:
    return unpack(kept, Breaker) if kept else CLOSED


def _keep(db: Session, key: str, before: Breaker, after: Breaker) -> None:
    if after == before:
        return
    if after == CLOSED:
        db.meta.unset(key)
    else:
        db.meta.set(key, pack(after))
