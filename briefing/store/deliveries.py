"""One row a recipient, and an event for every move it makes."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from briefing.model import Delivery, DeliveryState
from briefing.store.records import insert_new, record, rows_in, values
from briefing.store.schema import deliveries, delivery_events

WAITING = (DeliveryState.QUEUED, DeliveryState.DEFERRED)
IN_HAND = (DeliveryState.CLAIMED, DeliveryState.SENDING)


class Deliveries:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, new: Sequence[Delivery]) -> None:
        """Queue mails; one that stands there already is left as it is."""
        insert_new(self._db, deliveries, [values(d, deliveries) for d in new])

    def due(self, now: datetime, limit: int = 1_000) -> list[str]:
        ready = deliveries.c.state.in_(WAITING) & (deliveries.c.next_attempt_at <= now)
        return list(self._db.scalars(select(deliveries.c.id).where(ready).order_by(deliveries.c.next_attempt_at).limit(limit)))

    def unsettled(self, now: datetime) -> list[Delivery]:
        """Mails that a sender held past its lease, and those of which nobody knows whether they arrived."""
        held = deliveries.c.state.in_(IN_HAND) & (deliveries.c.lease_until < now)
        unknown = (deliveries.c.state == DeliveryState.UNKNOWN) & (deliveries.c.next_attempt_at <= now)
        return [record(Delivery, row) for row in self._db.execute(select(deliveries).where(held | unknown))]

    def in_states(self, states: Collection[DeliveryState]) -> list[Delivery]:
        rows = select(deliveries).where(deliveries.c.state.in_(states)).order_by(deliveries.c.id)
        return [record(Delivery, row) for row in self._db.execute(rows)]

    def get(self, ids: Sequence[str]) -> list[Delivery]:
        return [record(Delivery, row) for row in rows_in(self._db, select(deliveries), deliveries.c.id, ids)]

    def of_subscriber(self, subscriber_id: str) -> list[Delivery]:
        rows = select(deliveries).where(deliveries.c.subscriber_id == subscriber_id)
        return [record(Delivery, row) for row in self._db.execute(rows)]

    def move(self, before: Delivery, after: Delivery, at: datetime, note: str = "") -> bool:
        """Go from one state to the next, only if the row still is as `before`; False if another took it meanwhile."""
        same = (deliveries.c.id == before.id) & (deliveries.c.state == before.state) & (deliveries.c.fence == before.fence)
        moved = self._db.execute(update(deliveries).where(same).values(**values(after, deliveries))).rowcount == 1
        if moved:
            self._log(before, after, at, note)
        return moved

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

    def _log(self, before: Delivery, after: Delivery, at: datetime, note: str) -> None:
        event = {"delivery_id": after.id, "at": at, "from_state": before.state, "to_state": after.state}
        self._db.execute(insert(delivery_events), [event | {"owner": after.owner or before.owner, "note": note}])
