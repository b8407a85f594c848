"""Mails on their way: each marked just before DATA, and settled by what the server said."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from functools import partial

from briefing.delivery.doors import is_channel
from briefing.delivery.outbox import NotAllowedError, cancel, sending, settle
from briefing.delivery.wire import Prepared, return_path, wire_bytes
from briefing.errors import DeliveryError
from briefing.model import Delivery, Status
from briefing.pipeline.brakes import learn
from briefing.pipeline.claims import Clock, Parcel
from briefing.pipeline.insisting import insist
from briefing.pipeline.mailroom import Mailroom
from briefing.pipeline.moves import move, still_wanted
from briefing.ports import ForesightedMailer, Letter
from briefing.store import Session
from briefing.store.contents import Content

BRISK = 0.1
"""Seconds from one mark to the next within which an answer may wait for the next mark, and be written down with it."""

log = logging.getLogger(__name__)


class LeftError(Exception):
    """The reader left, or another sender took over, between the claim and DATA."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the server said of a mail; no error: it took it."""

    held: Delivery
    error: DeliveryError | None = None


class Sender:
    """Sends one mail after the other.

    While mails follow each other briskly, that one was accepted is written down by the commit that marks the next as `sending`:
    one transaction a mail, and never more than one mail marked. Whoever uses this calls `settle` before it waits for anything.
    """

    def __init__(self, room: Mailroom, clock: Clock) -> None:
        self._room, self._clock = room, clock
        self._foresighted = room.mailer if isinstance(room.mailer, ForesightedMailer) else None
        self._owed: tuple[Outcome, ...] = ()
        self._ahead: dict[str, EmailMessage] = {}
        self._marked, self._brisk = 0.0, False

    def send(self, parcel: Parcel, following: Parcel | None = None) -> bool:
        """Send and settle one mail; False if it was not to be sent. Raises the `DeliveryError` that kept it, settled.

        `following` is what will probably be sent next: it is made ahead, for a mailer that is faster when it knows.
        """
        held = parcel.delivery

        def before_data() -> None:
            nonlocal held
            held = self._mark(parcel.delivery, message)

        try:
            message = self._ahead.pop(parcel.delivery.id, None) or _message(self._room, parcel)
            self._ahead.clear()
            if following is not None and self._foresighted:
                self._foresighted.expect(partial(self._made_ahead, following))
            self._room.mailer.send(message, envelope_to=held.address, before_data=before_data)
        except (LeftError, NotAllowedError):
            return False
        except DeliveryError as error:
            self.settle(Outcome(held, error))
            raise
        self._accepted(held)
        return True

    def _made_ahead(self, following: Parcel) -> Letter:
        message = self._ahead[following.delivery.id] = _message(self._room, following)
        return message, following.delivery.address

    def settle(self, *more: Outcome) -> None:
        """Write down what is not written yet. A store that is full or locked is asked again: we alone know the answers."""
        outcomes = (*self._owed, *more)
        if not outcomes:
            return
        insist(self._room.stopping, lambda: _write_down(self._room, outcomes, self._clock()))
        self._owed = ()

    def _accepted(self, held: Delivery) -> None:
        self._owed = (Outcome(held),)
        if not (self._brisk and time.monotonic() - self._marked < BRISK):
            self.settle()

    def _mark(self, claimed: Delivery, message: EmailMessage) -> Delivery:
        """The last moment at which a mail can be called back: read the reader's will once more, then commit `sending`.

        From here on the mail may have arrived, so that a later try has to have the same bytes.
        """
        now, began = self._clock(), time.monotonic()
        with self._room.store.write() as db:
            for outcome in self._owed:
                _note(db, outcome, now)
            marked = self._marked_in(db, claimed, message, now)
        _log(self._owed)
        self._owed = ()
        self._brisk, self._marked = began - self._marked < BRISK, began
        if marked is None:
            raise LeftError
        return marked

    def _marked_in(self, db: Session, claimed: Delivery, message: EmailMessage, now: datetime) -> Delivery | None:
        if not still_wanted(db, self._room.links, claimed):
            move(db, claimed, cancel(claimed, "the reader left"), now)
            return None
        marked = sending(claimed, now)
        if not move(db, claimed, marked, now):
            return None
        db.contents.keep(claimed.id, Content(wire_bytes(message), return_path(message)))
        return marked


def _message(room: Mailroom, parcel: Parcel) -> EmailMessage:
    if parcel.kept:
        return Prepared(parcel.kept.content, parcel.kept.return_path)
    delivery = parcel.delivery
    try:
        if parcel.edition and parcel.subscriber:
            return room.postman.edition(parcel.edition, parcel.subscriber, delivery)
        if parcel.edition and is_channel(delivery.address):
            return room.postman.note(parcel.edition, delivery)
        if parcel.notice:
            return room.postman.notice(parcel.notice, delivery)
    except Exception as error:  # one mail that cannot be made must not keep the others
        raise DeliveryError(delivery.address, f"the mail could not be made: {type(error).__name__}: {error}") from error
    raise DeliveryError(delivery.address, "what this mail should carry is gone from the store", permanent=True)


def _write_down(room: Mailroom, outcomes: Sequence[Outcome], now: datetime) -> None:
    with room.store.write() as db:
        for outcome in outcomes:
            _note(db, outcome, now)
    _log(outcomes)


def _note(db: Session, outcome: Outcome, now: datetime) -> None:
    held, error = outcome.held, outcome.error
    if not move(db, held, settle(held, error, now), now, error.reason if error else ""):
        said = error.reason if error else "accepted"
        db.deliveries.drop(held, now, f"came too late, another sender has taken over: {said}")
        return
    if error and error.hard and held.subscriber_id:
        db.subscribers.set_status(held.subscriber_id, Status.BOUNCED)
    learn(db, held, error, now)


def _log(outcomes: Sequence[Outcome]) -> None:
    """By ids: addresses stay out of logs."""
    for held, error in ((each.held, each.error) for each in outcomes):
        ids = {"edition": held.edition_id, "notice": held.notice_id, "subscriber": held.subscriber_id}
        said = (error.reason if error else "").replace(held.address, "(the address)")
        level = logging.WARNING if error else logging.INFO
        log.log(level, "mail refused: %s" if error else "mail accepted%s", said, extra={**ids, "message_id": held.message_id})
