"""The token bucket as a value: limits hold, and a clock that is set back stalls nothing."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from briefing.delivery.pacing import NO_WAIT, TokenBucket, per_hour, per_second

START = datetime(2026, 11, 21, tzinfo=UTC)


def taken(bucket: TokenBucket, steps: list[float]) -> list[datetime]:
    now, times = START, list[datetime]()
    for step in steps:
        now += timedelta(seconds=step)
        bucket, wait = bucket.take(now)
        if wait == NO_WAIT:
            times.append(now)
    return times


@given(st.floats(1, 50), st.lists(st.floats(0, 0.5), max_size=200))
def test_never_more_than_rate_and_burst_in_a_second(rate: float, steps: list[float]) -> None:
    times = taken(per_second(rate, START), steps)
    for at in times:
        assert sum(at <= other < at + timedelta(seconds=1) for other in times) <= rate + max(1.0, rate / 10) + 1e-6


def test_waiting_as_told_is_enough() -> None:
    bucket, now = per_second(10, START), START
    for _ in range(100):
        bucket, wait = bucket.take(now)
        now += wait
    assert now - START < timedelta(seconds=10)
    assert bucket.take(now + timedelta(milliseconds=101))[1] == NO_WAIT


def test_a_clock_set_back_neither_gives_nor_stalls() -> None:
    bucket, _ = per_second(1, START).take(START)
    bucket, wait = bucket.take(START - timedelta(hours=1))
    assert NO_WAIT < wait <= timedelta(seconds=1)
    assert bucket.take(START - timedelta(hours=1) + timedelta(seconds=1))[1] == NO_WAIT


def test_no_limit_never_waits() -> None:
    bucket = per_hour(0, START)
    assert all(bucket.take(START)[1] == NO_WAIT for _ in range(100))


def test_an_hour_holds_its_count_and_a_minutes_burst() -> None:
    assert len(taken(per_hour(3600, START), [0.25] * 4 * 3600)) <= 3600 + 60
