"""What rooms may remember and spend, kept in the store: implements `ports.Memo` and `ports.Budget`."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from briefing.store.database import Store

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    return datetime.now(UTC)


class StoredMemo:
    """Answers that need not be asked for again, each under a key that begins with `room`."""

    def __init__(self, store: Store, room: str) -> None:
        self._store, self._room = store, room

    def get(self, key: str) -> str | None:
        with self._store.read() as db:
            return db.meta.memo(f"{self._room}:{key}")

    def put(self, key: str, value: str) -> None:
        with self._store.write() as db:
            db.meta.remember(f"{self._room}:{key}", value, wall_clock())


class StoredBudget:
    """Daily allowances by kind; a kind without one has nothing to spend. Spent before use, so a crash never overspends."""

    def __init__(self, store: Store, allowances: Mapping[str, int], clock: Clock = wall_clock) -> None:
        self._store, self._allowances, self._clock = store, allowances, clock

    def take(self, kind: str, amount: int) -> bool:
        with self._store.write() as db:
            return db.meta.spend(kind, self._clock().date(), amount, self._allowances.get(kind, 0))
