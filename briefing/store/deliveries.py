"""One row a recipient, and an event for every move it makes."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from operator import attrgetter

from sqlalchemy import ColumnElement, bindparam, case, func, insert, select, update
from sqlalchemy.engine import Connection

from briefing.model import IN_HAND, WAITING, Delivery, DeliveryState
from briefing.store.fixed import Fixed
from briefing.store.records import insert_new, record, rows_in, values
from briefing.store.schema import deliveries, delivery_events

CHANGING = ("state", "attempts", "unknowns", "owner", "fence", "lease_until", "next_attempt_at", "not_after", "error")
"""What a move may change: never whose mail it is."""
ALL = attrgetter(*CHANGING)
AS_BEFORE = (
    (deliveries.c.id == bindparam("before_id"))
    & (deliveries.c.state == bindparam("before_state"))
    & (deliveries.c.owner == bindparam("before_owner"))
    & (deliveries.c.fence == bindparam("before_fence"))
)
RIPE = deliveries.c.next_attempt_at <= bindparam("at")
LOG = Fixed(insert(delivery_events).inline(), ("delivery_id", "at", "from_state", "to_state", "owner", "note"))


class Deliveries:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, new: Sequence[Delivery]) -> None:
        """Queue mails; one that stands there already is left as it is."""
        insert_new(self._db, deliveries, [values(d, deliveries) for d in new])

    def due(self, now: datetime, limit: int = 1_000) -> list[str]:
        """Ids of what waits and whose time has come; notices first, for somebody sits before an empty inbox.

        Of equals, those that were tried before come first.
        """
        ready = deliveries.c.state.in_(WAITING) & (deliveries.c.next_attempt_at <= now)
        order = (deliveries.c.notice_id.is_(None), deliveries.c.next_attempt_at, deliveries.c.attempts.desc())
        return list(self._db.scalars(select(deliveries.c.id).where(ready).order_by(*order).limit(limit)))

    def in_question(self, now: datetime) -> list[Delivery]:
        """Mails that some sender has in hand, alive or not, and unknown ones that a policy may send again."""
        unknown = (deliveries.c.state == DeliveryState.UNKNOWN) & (deliveries.c.next_attempt_at <= now)
        rows = select(deliveries).where(deliveries.c.state.in_(IN_HAND) | unknown).order_by(deliveries.c.id)
        return [record(Delivery, row) for row in self._db.execute(rows)]

    def held(self) -> list[Delivery]:
        """Unknown mails about which a person decides."""
        held = (deliveries.c.state == DeliveryState.UNKNOWN) & deliveries.c.next_attempt_at.is_(None)
        return [record(Delivery, row) for row in self._db.execute(select(deliveries).where(held).order_by(deliveries.c.id))]

    def postpone(self, domain: str, until: datetime) -> int:
        """Leave what waits for a domain untried until then, or until its time is over; the number of mails."""
        there = deliveries.c.state.in_(WAITING) & deliveries.c.address.endswith(f"@{domain}", autoescape=True)
        late = deliveries.c.not_after < until
        return self._db.execute(
            update(deliveries)
            .where(there, deliveries.c.next_attempt_at < until)
            .values(next_attempt_at=case((late, deliveries.c.not_after), else_=until))
        ).rowcount

    def in_states(self, states: Collection[DeliveryState]) -> list[Delivery]:
        rows = select(deliveries).where(deliveries.c.state.in_(states)).order_by(deliveries.c.id)
        return [record(Delivery, row) for row in self._db.execute(rows)]

    def get(self, ids: Sequence[str]) -> list[Delivery]:
        return [record(Delivery, row) for row in rows_in(self._db, select(deliveries), deliveries.c.id, ids)]

    def of_subscriber(self, subscriber_id: str) -> list[Delivery]:
        rows = select(deliveries).where(deliveries.c.subscriber_id == subscriber_id)
        return [record(Delivery, row) for row in self._db.execute(rows)]

    def claim(self, before: Delivery, after: Delivery, at: datetime) -> bool:
        """A move that nobody makes before the row's time, whenever `before` was read."""
        return self._move(before, after, at, "", RIPE)

    def move(self, before: Delivery, after: Delivery, at: datetime, note: str = "") -> bool:
        """Go from one state to the next, only if the row still is as `before`; False if another took it meanwhile."""
        return self._move(before, after, at, note)

    def drop(self, held: Delivery, at: datetime, note: str) -> None:
        """Write down what a sender had to say of a mail that was no longer its own; the mail stays as it is."""
        for now_is in self.get([held.id]):
            self._log(now_is, now_is, at, note, held.owner)

    def counts(self) -> dict[str, int]:
        rows = self._db.execute(select(deliveries.c.state, func.count()).group_by(deliveries.c.state))
        return {state.value: n for state, n in rows}

    def oldest_due(self) -> datetime | None:
        waiting = select(func.min(deliveries.c.next_attempt_at)).where(deliveries.c.state.in_(WAITING))
        return self._db.execute(waiting).scalar()

    def events(self, delivery_id: str) -> list[tuple[datetime, str, str, str]]:
        """(at, from, to, note) of every move of one mail, in order."""
        rows = select(delivery_events).where(delivery_events.c.delivery_id == delivery_id).order_by(delivery_events.c.id)
        return [(row.at, row.from_state, row.to_state, row.note) for row in self._db.execute(rows)]

    def _move(self, before: Delivery, after: Delivery, at: datetime, note: str, *conditions: ColumnElement[bool]) -> bool:
        was = {"before_id": before.id, "before_state": before.state, "before_owner": before.owner, "before_fence": before.fence}
        becomes = {name: value for name, value, old in zip(CHANGING, ALL(after), ALL(before), strict=True) if value != old}
        moved = _moving(tuple(becomes), conditions).run(self._db, {**was, **becomes, "at": at}).rowcount == 1
        if moved:
            self._log(before, after, at, note, after.owner or before.owner)
        return moved

    def _log(self, before: Delivery, after: Delivery, at: datetime, note: str, owner: str) -> None:
        event = {"delivery_id": after.id, "at": at, "from_state": before.state.value, "to_state": after.state.value}
        LOG.run(self._db, event | {"owner": owner, "note": note})


@cache
def _moving(columns: tuple[str, ...], conditions: tuple[ColumnElement[bool], ...]) -> Fixed:
    """A move that changes these columns."""
    return Fixed(update(deliveries).where(AS_BEFORE, *conditions), columns)
