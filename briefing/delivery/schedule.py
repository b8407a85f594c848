"""A reader's slots: which local date is due when, in their own zone, and what a late start leaves of it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
HORIZON = 400 * DAY
"""How far a plan looks back and ahead: a clock set to the year 2200 makes no loop over what it jumped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One edition that a reader was promised: a local date and the moment (UTC) it is due."""

    day: date
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`due` is to be made now; `skipped` are promised dates that nothing is made for any more; `next` comes after `now`."""

    due: Slot | None
    skipped: tuple[date, ...]
    next: Slot | None

    @property
    def passed(self) -> date | None:
        """The newest date that is made or skipped now; None if there is none."""
        return max([*self.skipped, *([self.due.day] if self.due else [])], default=None)


@lru_cache(maxsize=65_536)
def due(day: date, send_at: time, zone: str | ZoneInfo) -> datetime | None:
    """The moment (UTC) at which a local day's slot is due; None if the zone never had that day.

    An hour that daylight saving skips is due at the first moment after the gap, one that comes twice at the first time.
    """
    tz = zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone)
    wanted = datetime.combine(day, send_at, tz)
    if _exists(wanted):
        return wanted.astimezone(UTC)
    change = _end_of_gap(wanted)
    day_began = _exists(datetime.combine(day, time.min, tz))
    return change if change.astimezone(tz).date() == day or day_began else None


def _exists(local: datetime) -> bool:
    """Whether a zone's clocks ever showed this time: a skipped one does not come back from UTC as it went (PEP 495)."""
    return local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None, fold=0) == local.replace(tzinfo=None)


def _end_of_gap(skipped: datetime) -> datetime:
    """The moment at which the clocks jumped over a time, found by halving; zones change at whole seconds."""
    before, after = (int(skipped.replace(fold=fold).astimezone(UTC).timestamp()) for fold in (1, 0))
    old = _offset(before, skipped)
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (middle, after) if _offset(middle, skipped) == old else (before, middle)
    return datetime.fromtimestamp(after, UTC)


def _offset(timestamp: int, local: datetime) -> timedelta | None:
    return datetime.fromtimestamp(timestamp, local.tzinfo).utcoffset()


def plan(
    after: date | None,
    now: datetime,
    send_at: time,
    zone: str,
    days: tuple[int, ...],
    late_limit: timedelta,
) -> Plan:
    """What is due to a reader whose newest slot is `after` (None: had none yet).

    Of several missed slots only the newest is made, and only if it is due less than `late_limit` ago.
    """
    today = now.astimezone(ZoneInfo(zone)).date()
    first = today if after is None else max(after + DAY, today - HORIZON)
    slots = _slots(first, max(first, today) + HORIZON, send_at, zone, days)
    missed: list[Slot] = []
    for slot in slots:
        if slot.due_at > now:
            return _plan(missed, slot, now - late_limit)
        missed.append(slot)
    return _plan(missed, None, now - late_limit)


def _plan(missed: list[Slot], coming: Slot | None, oldest: datetime) -> Plan:
    chosen = missed[-1] if missed and missed[-1].due_at > oldest else None
    return Plan(due=chosen, skipped=tuple(slot.day for slot in missed if slot != chosen), next=coming)


def _slots(first: date, last: date, send_at: time, zone: str, days: tuple[int, ...]) -> Iterator[Slot]:
    day = first
    while day <= last:
        if day.weekday() in days and (due_at := due(day, send_at, zone)):
            yield Slot(day=day, due_at=due_at)
        day += DAY
