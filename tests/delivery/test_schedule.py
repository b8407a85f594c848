"""When a slot is due, over changes of the clocks, and what late starts leave of it."""

import json
import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefing.delivery.schedule import DAY, due, plan

LIMIT = timedelta(hours=6)
DAILY = tuple(range(7))
ZONES = sorted(zoneinfo.available_timezones() - {"localtime"})


def test_every_listed_day_is_due_to_the_second(shared_data: Path) -> None:
    cases = json.loads((shared_data / "hostile" / "schedule" / "dst.json").read_text("utf-8"))["cases"]
    for case in cases:
        for day in case["days"]:
            wanted = day["due_utc"] and datetime.fromisoformat(day["due_utc"])
            found = due(date.fromisoformat(day["local_day"]), time.fromisoformat(case["send_at"]), case["timezone"])
            assert found == wanted, (case["id"], day)


@pytest.mark.parametrize(
    ("day", "send_at", "zone", "expected"),
    [
        ("2026-03-29", "02:30", "Europe/Berlin", "2026-03-29T01:00:00+00:00"),
        ("2026-10-25", "02:30", "Europe/Berlin", "2026-10-25T00:30:00+00:00"),
        ("2026-04-24", "00:30", "Africa/Cairo", "2026-04-23T22:00:00+00:00"),
        ("2011-12-30", "07:00", "Pacific/Apia", None),
        ("1919-03-30", "23:45", "America/Toronto", "1919-03-31T04:30:00+00:00"),
    ],
)
def test_gaps_folds_and_days_that_never_were(day: str, send_at: str, zone: str, expected: str | None) -> None:
    found = due(date.fromisoformat(day), time.fromisoformat(send_at), zone)
    assert found == (expected and datetime.fromisoformat(expected))


def check_zone(zone: str, first: date, hours: tuple[int, ...]) -> None:
    """One moment for each local date that exists, strictly later each day, on that date by the zone's own clocks."""
    tz = zoneinfo.ZoneInfo(zone)
    for hour in hours:
        before = None
        for offset in range(400):
            day = first + offset * DAY
            moment = due(day, time(hour, 30), zone)
            assert moment is not None, (zone, day)
            assert before is None or moment > before
            assert moment.astimezone(tz).date() == day
            before = moment


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(ZONES), st.dates(date(2015, 1, 1), date(2040, 1, 1)), st.integers(0, 23))
def test_each_day_of_a_zone_is_due_once(zone: str, first: date, hour: int) -> None:
    check_zone(zone, first, (hour,))


@pytest.mark.slow
@pytest.mark.parametrize("zone", ZONES)
def test_each_day_of_every_zone_is_due_once(zone: str) -> None:
    check_zone(zone, date(2026, 1, 1), (0, 2, 7))


def test_a_slot_is_due_from_its_moment_on() -> None:
    moment = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
    early, there = (
        plan(date(2026, 11, 20), now, time(7), "UTC", DAILY, LIMIT) for now in (moment - timedelta(seconds=1), moment)
    )
    assert (early.due, early.next and early.next.due_at) == (None, moment)
    assert there.due and there.due.due_at == moment


def simulate(event: dict[str, object], late_limit: timedelta) -> dict[date, int]:
    """Slots made when a beat looks every 30 seconds while the program runs; the newest one made is all that is kept."""
    made: dict[date, int] = {}
    after = date(2026, 1, 4)
    for now in beats(event["clock"]):  # type: ignore[arg-type]
        found = plan(after, now, time.fromisoformat(str(event["send_at"])), str(event["timezone"]), DAILY, late_limit)
        if found.skipped:
            after = max(after, *found.skipped)
        if found.due:
            after = found.due.day
            made[after] = made.get(after, 0) + 1
    return made


def beats(clock: list[tuple[str, str | int]]) -> list[datetime]:
    """The moments at which the program looks: all the time between "run" or "start" and what follows, none while stopped."""
    looked: list[datetime] = []
    running_since: datetime | None = None
    for what, value in [*clock, ("end", 0)]:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if running_since and moment and what in {"run", "stop"}:
            looked += [
                running_since + timedelta(seconds=30 * n) for n in range(int((moment - running_since) / timedelta(seconds=30)))
            ]
        if what == "freeze_s" and looked:
            looked.append(looked[-1] + timedelta(seconds=int(value)))
        running_since = moment if what in {"run", "start", "jump"} else None
        if what == "start" and moment:
            looked += [moment + timedelta(seconds=30 * n) for n in range(120)]
        elif moment and what in {"run", "jump"}:
            looked.append(moment)
    return looked


def test_downtime_and_clocks_that_jump(shared_data: Path) -> None:
    data = json.loads((shared_data / "hostile" / "schedule" / "events.json").read_text("utf-8"))
    for event in data["events"]:
        made = simulate(event, timedelta(hours=data["late_limit_h"]))
        wanted = {date.fromisoformat(day): count for day, count in event["digests"].items() if count}
        assert made == wanted, event["name"]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_only_the_newest_missed_slot_is_made() -> None:
    found = plan(date(2026, 1, 1), at("2026-01-05T07:30"), time(7), "UTC", DAILY, LIMIT)
    assert found.due
    assert found.due.day == date(2026, 1, 5)
    assert found.skipped == (date(2026, 1, 2), date(2026, 1, 3), date(2026, 1, 4))
    assert found.next
    assert found.next.due_at == at("2026-01-06T07:00")


def test_a_slot_past_the_limit_is_skipped() -> None:
    assert plan(date(2026, 1, 4), at("2026-01-05T12:59"), time(7), "UTC", DAILY, LIMIT).due
    late = plan(date(2026, 1, 4), at("2026-01-05T13:00"), time(7), "UTC", DAILY, LIMIT)
    assert late.due is None
    assert late.skipped == (date(2026, 1, 5),)


def test_a_new_reader_begins_with_today() -> None:
    assert plan(None, at("2026-01-05T09:00"), time(7), "UTC", DAILY, LIMIT).due
    waiting = plan(None, at("2026-01-05T06:00"), time(7), "UTC", DAILY, LIMIT)
    assert waiting.due is None
    assert waiting.next
    assert waiting.next.day == date(2026, 1, 5)


def test_only_chosen_days_are_due() -> None:
    found = plan(date(2026, 1, 5), at("2026-01-06T12:00"), time(7), "UTC", (0, 3), LIMIT)
    assert found.due is None
    assert not found.skipped
    assert found.next
    assert found.next.day == date(2026, 1, 8)


def test_no_day_chosen_is_never_due() -> None:
    found = plan(None, at("2026-01-06T12:00"), time(7), "UTC", (), LIMIT)
    assert (found.due, found.skipped, found.next) == (None, (), None)


def test_a_clock_set_to_2200_makes_no_loop_over_what_it_jumped() -> None:
    found = plan(date(2026, 1, 5), at("2200-01-01T08:00"), time(7), "UTC", DAILY, LIMIT)
    assert found.due
    assert found.due.day == date(2200, 1, 1)
    assert len(found.skipped) <= 401


@given(
    st.lists(
        st.tuples(st.sampled_from(["Pacific/Auckland", "America/Los_Angeles", "Europe/London"]), st.integers(0, 23)), min_size=1
    )
)
def test_moving_and_changing_the_hour_never_doubles_a_day(changes: list[tuple[str, int]]) -> None:
    after, now, made = date(2026, 3, 1), at("2026-03-01T12:00"), list[date]()
    for zone, hour in changes:
        found = plan(after, now, time(hour), zone, DAILY, LIMIT)
        if found.due:
            made.append(found.due.day)
        after = max([after, *found.skipped, *(slot.day for slot in [found.due] if slot)])
        now += timedelta(hours=7)
    assert len(made) == len(set(made))
    assert made == sorted(made)
