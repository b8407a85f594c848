"""When a feed is asked next."""

from datetime import datetime, timedelta

import pytest

from briefing.sources.rhythm import next_poll, usual_gap

EVERY, HOUR, DAY = timedelta(minutes=30), timedelta(hours=1), timedelta(days=1)


def pause(now: datetime, **given: object) -> timedelta:
    return next_poll("http://a/feed", now, EVERY, **given) - now  # type: ignore[arg-type]


def test_a_healthy_feed_is_asked_at_its_interval_a_little_spread(now: datetime) -> None:
    assert 0.9 * EVERY <= pause(now) <= EVERY
    assert next_poll("http://a/feed", now, EVERY) != next_poll("http://b/feed", now, EVERY)


@pytest.mark.parametrize(("failures", "longest"), [(1, HOUR), (2, 2 * HOUR), (5, 16 * HOUR), (6, DAY), (1000, DAY)])
def test_failures_double_the_pause_up_to_a_day_and_never_end_it(now: datetime, failures: int, longest: timedelta) -> None:
    assert 0.9 * longest <= pause(now, failures=failures) <= longest


def test_a_server_may_only_ask_for_more_time(now: datetime) -> None:
    assert pause(now, retry_after=timedelta(seconds=1)) >= EVERY
    assert pause(now, retry_after=3 * DAY) == 3 * DAY
    assert pause(now, retry_after=timedelta(days=3650)) == timedelta(days=31)
    assert pause(now, max_age=timedelta(days=30)) <= DAY


def test_the_usual_gap_is_the_median_and_wants_four_entries(now: datetime) -> None:
    weekly = [now - 7 * n * DAY for n in range(5)]
    assert usual_gap(weekly) == 7 * DAY
    assert usual_gap([*weekly, now - HOUR]) == 7 * DAY
    assert usual_gap(weekly[:3]) is None
