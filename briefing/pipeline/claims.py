"""What a sender has in hand: mails that it leased together, each given out once, the rest put back."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from briefing.delivery.outbox import LEASE, cancel, claim, claimable, expire, postpone, put_back, renew
from briefing.model import WAITING, Delivery, DeliveryState, Edition, Notice, Subscriber
from briefing.pipeline.brakes import domain_pause
from briefing.pipeline.insisting import insist
from briefing.pipeline.mailroom import Mailroom
from briefing.pipeline.moves import move, still_wanted
from briefing.pipeline.turns import Turns
from briefing.store import Session
from briefing.store.contents import Content

TOGETHER = 100
"""Mails that are leased in one transaction; one at a time under a limit, where nothing is in a hurry."""
LEAST_LEASE = LEASE - timedelta(minutes=2)
"""What must be left of a lease when a mail is begun: it has to outlast DATA."""

N = TypeVar("N")
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Parcel:
    """A mail in this sender's hands, as it waited before, and what it carries."""

    delivery: Delivery
    waited: Delivery
    subscriber: Subscriber | None = None
    edition: Edition | None = None
    notice: Notice | None = None
    kept: Content | None = None
    """Its bytes, if they may have gone out before."""


class Claims:
    def __init__(self, room: Mailroom, turns: Turns, clock: Clock) -> None:
        self._room, self._turns, self.clock = room, turns, clock
        self._together = 1 if room.pace and room.pace.limited else TOGETHER
        self._held: dict[str, Parcel] = {}
        self._asked: set[str] = set()
        self._open: dict[str, Delivery] = {}
        """What may be leased to us, as it waited before."""

    def holds(self, delivery: Delivery) -> bool:
        """Whether that mail is leased already."""
        return delivery.id in self._held

    def take(self, delivery: Delivery) -> Parcel | None:
        """The mail whose turn it is; None if it is not to be sent now, or another sender has it."""
        if delivery.id not in self._asked:
            self._claim([delivery, *self._turns.coming(self._together - 1)])
        parcel = self._held.pop(delivery.id, None)
        return parcel and self._renewed(parcel)

    def following(self) -> Parcel | None:
        """The mail whose turn comes next, if it is in hand and as far as can be said now."""
        return next((self._held[each.id] for each in self._turns.coming(1) if each.id in self._held), None)

    def review(self) -> None:
        """Put back what is in hand for domains that are left alone since it was leased."""
        now = self.clock()
        with self._room.store.write() as db:
            for parcel in list(self._held.values()):
                if until := domain_pause(db, parcel.delivery, now):
                    self._put_back(db, parcel, now, postpone(_waiting(parcel), until))

    def close(self) -> None:
        """Put back what was not begun, untried, and what a transaction that failed may have leased: nobody else may touch it
        before its lease is over.
        """
        if self._open:
            insist(self._room.stopping, self._put_all_back)

    def _put_all_back(self) -> None:
        with self._room.store.write() as db:
            for each in db.deliveries.get(list(self._open)):
                if each.state is DeliveryState.CLAIMED and each.owner == self._room.owner:
                    move(db, each, put_back(each, self._open[each.id]), self.clock(), "put back, untried")
        self._held.clear()

    def _put_back(self, db: Session, parcel: Parcel, now: datetime, after: Delivery) -> None:
        move(db, parcel.delivery, after, now, "put back, untried")
        del self._held[parcel.delivery.id]

    def _claim(self, wanted: Sequence[Delivery]) -> None:
        now, fresh = self.clock(), [each for each in wanted if each.id not in self._asked]
        self._asked.update(each.id for each in fresh)
        self._open = {id_: held.waited for id_, held in self._held.items()} | {each.id: each for each in fresh}
        with self._room.store.write() as db:
            claimed = [(each, mine) for each in fresh if (mine := _claimed(db, self._room, each, now))]
            self._held |= {parcel.delivery.id: parcel for parcel in _filled(db, claimed)}

    def _renewed(self, parcel: Parcel) -> Parcel | None:
        """With a lease that is long enough to begin; None if it ran out."""
        now, held = self.clock(), parcel.delivery
        if held.lease_until is None or held.lease_until - now >= LEAST_LEASE:
            return parcel
        if held.lease_until <= now:
            return None
        after = renew(held, now)
        with self._room.store.write() as db:
            return replace(parcel, delivery=after) if move(db, held, after, now, "lease renewed") else None


def _waiting(parcel: Parcel) -> Delivery:
    return put_back(parcel.delivery, parcel.waited)


def _claimed(db: Session, room: Mailroom, delivery: Delivery, now: datetime) -> Delivery | None:
    if delivery.state not in WAITING:
        return None
    if not still_wanted(db, room.links, delivery):
        move(db, delivery, cancel(delivery, "the reader left"), now)
    elif not claimable(delivery, now):
        move(db, delivery, expire(delivery, now), now)
    elif until := domain_pause(db, delivery, now):
        move(db, delivery, postpone(delivery, until), now, "its domain is left alone for a while")
    else:
        mine = claim(delivery, room.owner, now)
        return mine if db.deliveries.claim(delivery, mine, now) else None
    return None


def _filled(db: Session, claimed: Sequence[tuple[Delivery, Delivery]]) -> Iterable[Parcel]:
    """Each with what it carries, asked of the store for all of them at once."""
    mine = [delivery for _, delivery in claimed]
    subscribers = _named(db.subscribers.get, [each.subscriber_id for each in mine])
    editions = _named(db.editions.get, [each.edition_id for each in mine])
    notices = _named(db.notices.get, [each.notice_id for each in mine])
    kept = _named(db.contents.get, [each.id for each in mine if each.attempts > 1])
    for waited, delivery in claimed:
        yield Parcel(
            delivery,
            waited,
            subscribers.get(delivery.subscriber_id or ""),
            editions.get(delivery.edition_id or ""),
            notices.get(delivery.notice_id or ""),
            kept.get(delivery.id),
        )


def _named(get: Callable[[list[str]], Mapping[str, N]], ids: Sequence[str | None]) -> Mapping[str, N]:
    """What has these ids; nothing is asked where none is named."""
    named = [id_ for id_ in ids if id_]
    return get(named) if named else {}
