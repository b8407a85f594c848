"""One mail on its way: claimed, marked just before DATA, and settled by what the server said."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import TypeVar

from briefing.delivery.doors import is_channel
from briefing.delivery.outbox import NotAllowedError, cancel, claim, claimable, expire, postpone, sending, settle
from briefing.delivery.wire import Prepared, wire_bytes
from briefing.editions.links import Links
from briefing.errors import DeliveryError, StoreError
from briefing.model import FINAL, Delivery, DeliveryState, Edition, Notice, Status, Subscriber
from briefing.pipeline.brakes import domain_pause, learn
from briefing.pipeline.mailroom import Mailroom
from briefing.pipeline.suppression import digests
from briefing.store import Session
from briefing.store.contents import Content

LOST = frozenset({DeliveryState.REJECTED, DeliveryState.CANCELLED, DeliveryState.EXPIRED})
"""Ends in which the reader never saw the edition: what it told may be told again."""
INSISTENCE = (0.2, 1.0, 5.0, *[15.0] * 40)
"""Seconds between attempts to write down what the server said: ten minutes in all, less than a lease."""

log = logging.getLogger(__name__)

N = TypeVar("N")
Clock = Callable[[], datetime]


class LeftError(Exception):
    """The reader left, or another sender took over, between the claim and DATA."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a delivery carries."""

    subscriber: Subscriber | None
    edition: Edition | None
    notice: Notice | None


def send(room: Mailroom, delivery: Delivery, clock: Clock) -> bool:
    """Claim, send and settle one mail; False if it was not to be sent. Raises the `DeliveryError` that kept it, settled."""
    claimed = _claim(room, delivery, clock())
    if claimed is None:
        return False
    held = claimed

    def before_data() -> None:
        nonlocal held
        held = _mark_sending(room, claimed, message, clock())

    try:
        message = _message(room, claimed)
        room.mailer.send(message, envelope_to=claimed.address, before_data=before_data)
    except (LeftError, NotAllowedError):
        return False
    except DeliveryError as error:
        _settle(room, held, error, clock)
        raise
    _settle(room, held, None, clock)
    return True


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


def _claim(room: Mailroom, delivery: Delivery, now: datetime) -> Delivery | None:
    """The delivery in this sender's hands; None if it is not to be sent now, or another has it."""
    with room.store.write() as db:
        if not _still_wanted(db, room.links, delivery):
            move(db, delivery, cancel(delivery, "the reader left"), now)
        elif not claimable(delivery, now):
            move(db, delivery, expire(delivery, now), now)
        elif until := domain_pause(db, delivery, now):
            move(db, delivery, postpone(delivery, until), now, "its domain is left alone for a while")
        else:
            claimed = claim(delivery, room.owner, now)
            return claimed if db.deliveries.claim(delivery, claimed, now) else None
    return None


def _mark_sending(room: Mailroom, claimed: Delivery, message: EmailMessage, now: datetime) -> Delivery:
    """The last moment at which a mail can be called back: read the reader's will once more, then commit `sending`.

    From here on the mail may have arrived, so that a later try has to have the same bytes.
    """
    with room.store.write() as db:
        wanted = _still_wanted(db, room.links, claimed)
        after = sending(claimed, now) if wanted else cancel(claimed, "the reader left")
        moved = move(db, claimed, after, now)
        if wanted and moved:
            db.contents.keep(claimed.id, Content(wire_bytes(message), str(message.get("Return-Path", ""))))
            return after
    raise LeftError


def _still_wanted(db: Session, links: Links, delivery: Delivery) -> bool:
    if delivery.subscriber_id is None or delivery.notice_id is not None:
        return True
    return db.subscribers.takes_mail(delivery.subscriber_id, digests(links, delivery.address))


def _message(room: Mailroom, delivery: Delivery) -> EmailMessage:
    with room.store.read() as db:
        if kept := db.contents.get(delivery.id) if delivery.attempts > 1 else None:
            return Prepared(kept.content, kept.return_path)
        letter = _letter(db, delivery)
    try:
        if letter.edition and letter.subscriber:
            return room.postman.edition(letter.edition, letter.subscriber, delivery)
        if letter.edition and is_channel(delivery.address):
            return room.postman.note(letter.edition, delivery)
        if letter.notice:
            return room.postman.notice(letter.notice, delivery)
    except Exception as error:  # one mail that cannot be made must not keep the others
        raise DeliveryError(delivery.address, f"the mail could not be made: {type(error).__name__}: {error}") from error
    raise DeliveryError(delivery.address, "what this mail should carry is gone from the store", permanent=True)


def _letter(db: Session, delivery: Delivery) -> Letter:
    return Letter(
        subscriber=_one(db.subscribers.get, delivery.subscriber_id),
        edition=_one(db.editions.get, delivery.edition_id),
        notice=_one(db.notices.get, delivery.notice_id),
    )


def _one(get: Callable[[list[str]], Mapping[str, N]], id_: str | None) -> N | None:
    """What has this id; nothing is asked where none is named."""
    return get([id_]).get(id_) if id_ else None


def _settle(room: Mailroom, held: Delivery, error: DeliveryError | None, clock: Clock) -> None:
    """Write down what the server said. A store that is full or locked is asked again: this sender alone knows the answer."""
    for pause in INSISTENCE:
        try:
            return _write_down(room, held, error, clock())
        except StoreError:
            if room.stopping.wait(pause):
                break
    return _write_down(room, held, error, clock())


def _write_down(room: Mailroom, held: Delivery, error: DeliveryError | None, now: datetime) -> None:
    with room.store.write() as db:
        if not move(db, held, settle(held, error, now), now, error.reason if error else ""):
            said = error.reason if error else "accepted"
            db.deliveries.drop(held, now, f"came too late, another sender has taken over: {said}")
            return
        if error and error.hard and held.subscriber_id:
            db.subscribers.set_status(held.subscriber_id, Status.BOUNCED)
        learn(db, held, error, now)
    _log(held, error)


def _log(held: Delivery, error: DeliveryError | None) -> None:
    """By ids: addresses stay out of logs."""
    ids = {"edition": held.edition_id, "notice": held.notice_id, "subscriber": held.subscriber_id}
    said = (error.reason if error else "").replace(held.address, "(the address)")
    level = logging.WARNING if error else logging.INFO
    log.log(level, "mail refused: %s" if error else "mail accepted%s", said, extra={**ids, "message_id": held.message_id})
