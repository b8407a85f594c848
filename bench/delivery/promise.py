"""What a reader is promised, worked out anew: by looking at the clock minute by minute, without the code that is judged."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

MINUTES = timedelta(minutes=5)
"""Every zone's changes and every reader's hour lie on such a step."""


@dataclass(frozen=True, slots=True)
class Wish:
    """When a reader wants mail. `days` are weekdays, Monday is 0."""

    zone: str
    send_at: time
    days: tuple[int, ...]


@dataclass(slots=True)
class Promised:
    """Slots to be made with the beat that makes them, and slots to be skipped with the reason."""

    made: dict[date, datetime] = field(default_factory=dict)
    skipped: dict[date, str] = field(default_factory=dict)


@cache
def moment(day: date, send_at: time, zone: str) -> datetime | None:
    """The first moment at which the clocks of the zone show that date and at least that time."""
    at = datetime.combine(day, time(), UTC) - timedelta(hours=15)
    for _ in range(12 * 54):
        local = at.astimezone(ZoneInfo(zone))
        if local.date() == day and local.time() >= send_at:
            return at
        at += MINUTES
    return None


def promised(wish: Wish, first: date, beats: Sequence[datetime], late_limit: timedelta) -> Promised:
    """What must become of each slot from `first` to the last beat, given the moments at which the program was running."""
    found, waiting = Promised(), _slots(wish, first, beats[-1])
    for beat in beats:
        passed = [day for day, due in waiting.items() if due <= beat]
        for day in passed:
            due = waiting.pop(day)
            if day != passed[-1]:
                found.skipped[day] = "a newer one was due too"
            elif beat - due >= late_limit:
                found.skipped[day] = "later than the limit"
            else:
                found.made[day] = beat
    return found


def _slots(wish: Wish, first: date, end: datetime) -> dict[date, datetime]:
    days = (first + timedelta(days=n) for n in range((end.date() - first).days + 2))
    wanted = {day: moment(day, wish.send_at, wish.zone) for day in days if day.weekday() in wish.days}
    return {day: due for day, due in wanted.items() if due}
