"""How a feed is, in words."""

from datetime import UTC, datetime, timedelta

import pytest

from briefing.model import Feed, FeedState
from briefing.pipeline.health import judge, spell

NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
DAY = timedelta(days=1)
FEED = Feed(url="https://example.org/feed")


def state(**fields: object) -> FeedState:
    known = {"last_success_at": NOW, "last_news_at": NOW, "usual_gap": DAY} | fields
    return FeedState(url=FEED.url, next_poll_at=NOW, **known)  # type: ignore[arg-type]  # a test names what differs


@pytest.mark.parametrize(
    ("feed", "state", "status", "remark"),
    [
        (FEED, None, "new", "not asked yet"),
        (FEED, state(), "ok", ""),
        (FEED, state(last_news_at=NOW - 4.9 * DAY), "ok", ""),
        (FEED, state(last_news_at=NOW - 5 * DAY), "silent", "usually daily, quiet for 5 days"),
        (FEED, state(last_news_at=NOW - 12 * DAY, usual_gap=2 * DAY), "silent", "usually every 2 days, quiet for 12 days"),
        (FEED, state(last_error="answered 410 Gone", retired_at=NOW), "failing", "gone: answered 410 Gone; not asked any more"),
        (
            FEED,
            state(failures=1, last_error="answered 404", last_success_at=NOW - 3 * DAY),
            "failing",
            "answered 404 (once, last read 3 days ago)",
        ),
        (
            FEED,
            state(failures=4, last_error="timed out", last_success_at=None),
            "failing",
            "timed out (4 times in a row, never read yet)",
        ),
        (Feed(url=FEED.url, enabled=False), state(failures=9), "resting", "enabled = false: not asked"),
    ],
)
def test_a_feed_has_one_status_and_says_why(feed: Feed, state: FeedState | None, status: str, remark: str) -> None:
    assert judge(feed, state, NOW) == (status, remark)


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (timedelta(days=5, hours=3), "5 days"),
        (DAY, "1 day"),
        (timedelta(minutes=90), "1 hour"),
        (timedelta(seconds=3), "moments"),
    ],
)
def test_spans_are_spelt_in_their_largest_unit(gap: timedelta, words: str) -> None:
    assert spell(gap) == words
