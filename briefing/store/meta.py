"""Settings, memos, daily budgets and leases: small rows that belong to no noun."""

from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.engine import Connection

from briefing.store.fixed import Fixed
from briefing.store.records import insert_new, upsert
from briefing.store.schema import budgets, leases, memos, settings

SETTING = Fixed(select(settings.c.value).where(settings.c.key == bindparam("one")))
PAIR = Fixed(
    select(settings.c.key, settings.c.value).where((settings.c.key == bindparam("one")) | (settings.c.key == bindparam("other")))
)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Meta:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def setting(self, key: str) -> str | None:
        row: tuple[str] | None = SETTING.run(self._db, {"one": key}).fetchone()
        return row and row[0]

    def set(self, key: str, value: str) -> None:
        upsert(self._db, settings, [{"key": key, "value": value}])

    def pair(self, one: str, other: str) -> dict[str, str]:
        """Those of two settings that are there."""
        return dict(PAIR.run(self._db, {"one": one, "other": other}).fetchall())

    def known(self, keys: Collection[str]) -> dict[str, str]:
        """Those of these settings that are there."""
        found = select(settings.c.key, settings.c.value).where(settings.c.key.in_(keys))
        return {row.key: row.value for row in self._db.execute(found)}

    def unset(self, key: str) -> None:
        self._db.execute(delete(settings).where(settings.c.key == key))

    def hold(self, name: str) -> None:
        """Let no other transaction hold this name until this one ends. SQLite has one writer at a time anyhow."""
        if self._db.dialect.name == "postgresql":
            self._db.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))

    def memo(self, key: str) -> str | None:
        return self._db.execute(select(memos.c.value).where(memos.c.key == key)).scalar()

    def remember(self, key: str, value: str, now: datetime) -> None:
        upsert(self._db, memos, [{"key": key, "value": value, "at": now}])

    def spend(self, kind: str, day: date, amount: int, allowance: int) -> bool:
        """Take `amount` of a day's allowance; False, and nothing spent, if it is not there."""
        insert_new(self._db, budgets, [{"kind": kind, "day": day, "spent": 0}])
        mine = (budgets.c.kind == kind) & (budgets.c.day == day) & (budgets.c.spent + amount <= allowance)
        return self._db.execute(update(budgets).where(mine).values(spent=budgets.c.spent + amount)).rowcount == 1

    def spent(self, kind: str, day: date) -> int:
        return self._db.execute(select(budgets.c.spent).where(budgets.c.kind == kind, budgets.c.day == day)).scalar() or 0

    def lease(
        self, name: str, owner: str, now: datetime, length: timedelta, alive: Callable[[str], bool] = lambda owner: True
    ) -> int | None:
        """Take or renew a lease: its fencing number, or None while another owner that may be `alive` holds it."""
        insert_new(self._db, leases, [{"name": name, "owner": "", "fence": 0, "until": LONG_AGO}])
        row = self._db.execute(select(leases).where(leases.c.name == name).with_for_update()).one()
        if row.owner != owner and row.until > now and alive(row.owner):
            return None
        fence: int = row.fence if row.owner == owner else row.fence + 1
        upsert(self._db, leases, [{"name": name, "owner": owner, "fence": fence, "until": now + length}])
        return fence

    def lease_until(self, name: str) -> datetime | None:
        return self._db.execute(select(leases.c.until).where(leases.c.name == name)).scalar()

    def holder(self, name: str) -> str | None:
        return self._db.execute(select(leases.c.owner).where(leases.c.name == name)).scalar() or None

    def release(self, name: str, owner: str) -> None:
        """Give a lease back. Its fence stays, so that no later holder gets the same."""
        mine = (leases.c.name == name) & (leases.c.owner == owner)
        self._db.execute(update(leases).where(mine).values(owner="", until=LONG_AGO))
