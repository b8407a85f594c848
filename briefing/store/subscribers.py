"""Readers: who they are, what they want, and when their next edition is due."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache

from sqlalchemy import BindParameter, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.engine import Connection

from briefing.model import Status, Subscriber
from briefing.store.fixed import Fixed
from briefing.store.records import insert_new, record, rows_in, values
from briefing.store.schema import subscribers, suppressions

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""When the next edition is due of a reader who gets one as soon as may be."""
TAKING_MAIL = (Status.ACTIVE.value, Status.PAUSED.value)


_SCHEDULE = (
    update(subscribers)
    .where(subscribers.c.id == bindparam("reader"))
    .values(next_edition_at=bindparam("next"), last_slot=bindparam("last"))
)


class Subscribers:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, subscriber: Subscriber) -> None:
        self._db.execute(insert(subscribers), [values(subscriber, subscribers)])

    def save(self, subscriber: Subscriber) -> None:
        row = values(subscriber, subscribers)
        self._db.execute(update(subscribers).where(subscribers.c.id == subscriber.id).values(**row))

    def all(self) -> list[Subscriber]:
        return [record(Subscriber, row) for row in self._db.execute(select(subscribers).order_by(subscribers.c.email))]

    def get(self, ids: Sequence[str]) -> dict[str, Subscriber]:
        return {row.id: record(Subscriber, row) for row in rows_in(self._db, select(subscribers), subscribers.c.id, ids)}

    def by_email(self, email: str) -> Subscriber | None:
        row = self._db.execute(select(subscribers).where(subscribers.c.email == email)).first()
        return record(Subscriber, row) if row else None

    def due(self, now: datetime, limit: int = 1_000) -> list[str]:
        """Ids whose edition is due, or whose next one has never been set."""
        wanted = subscribers.c.status.in_((Status.ACTIVE, Status.PAUSED))
        when = subscribers.c.next_edition_at
        rows = select(subscribers.c.id).where(wanted, (when <= now) | when.is_(None)).order_by(when).limit(limit)
        return list(self._db.scalars(rows))

    def first_due(self) -> datetime | None:
        """When the first edition is due that was promised for an hour."""
        when = subscribers.c.next_edition_at
        first: datetime | None = self._db.scalar(
            select(func.min(when)).where(subscribers.c.status == Status.ACTIVE, when > AT_ONCE)
        )
        return first

    def last_slots(self, ids: Sequence[str]) -> dict[str, date | None]:
        """The newest slot that was made or skipped for each reader."""
        rows = rows_in(self._db, select(subscribers.c.id, subscribers.c.last_slot), subscribers.c.id, ids)
        return {row.id: row.last_slot for row in rows}

    def schedule(self, *when: tuple[str, datetime | None, date | None]) -> None:
        """For each id when the next edition is due, and the newest slot that was made or skipped."""
        if when:
            rows = [{"reader": id_, "next": next_edition_at, "last": last_slot} for id_, next_edition_at, last_slot in when]
            self._db.execute(_SCHEDULE, rows)

    def hasten(self, id_: str) -> None:
        """Let the reader's next edition be made at once, whatever the hour."""
        self._db.execute(update(subscribers).where(subscribers.c.id == id_).values(next_edition_at=AT_ONCE))

    def set_status(self, id_: str, status: Status) -> None:
        self._db.execute(update(subscribers).where(subscribers.c.id == id_).values(status=status))

    def remove(self, id_: str) -> None:
        self._db.execute(delete(subscribers).where(subscribers.c.id == id_))

    def takes_mail(self, id_: str, digests: Sequence[str]) -> bool:
        """Whether that reader has not left, and nothing keeps the address from mail."""
        given = {"reader": id_} | {f"digest{number}": digest for number, digest in enumerate(digests)}
        row = _takes_mail(len(digests)).run(self._db, given).fetchone()
        return row is not None and row[0] in TAKING_MAIL

    def suppress(self, digest: str, reason: str, at: datetime) -> None:
        """Remember, without the address, that nothing is to be sent there."""
        insert_new(self._db, suppressions, [{"address_hash": digest, "reason": reason, "at": at}])

    def is_suppressed(self, digests: Sequence[str]) -> bool:
        found = select(suppressions.c.at).where(suppressions.c.address_hash.in_(digests))
        return self._db.execute(found).first() is not None

    def release(self, digests: Sequence[str]) -> None:
        self._db.execute(delete(suppressions).where(suppressions.c.address_hash.in_(digests)))


@cache
def _takes_mail(count: int) -> Fixed:
    """Whether a reader gets mail whose address has so many digests."""
    digests: list[BindParameter[str]] = [bindparam(f"digest{number}") for number in range(count)]
    return Fixed(
        select(subscribers.c.status).where(
            subscribers.c.id == bindparam("reader"),
            ~select(suppressions.c.at).where(or_(*(suppressions.c.address_hash == digest for digest in digests))).exists(),
        )
    )
