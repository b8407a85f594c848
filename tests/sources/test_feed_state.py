"""What polling learns of a feed from one answer after another."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from briefing.errors import FetchError
from briefing.model import FeedState, Kind
from briefing.ports import Fetched, Validators
from briefing.sources import feed_state
from briefing.sources.entries import ParsedFeed
from briefing.sources.feed_pool import PoisonedError

NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EVERY = timedelta(minutes=30)
URL, ELSEWHERE = "http://a.example/feed", "http://b.example/feed"
FEED = FeedState(url=URL, next_poll_at=NOW)
GONE = FetchError(URL, "answered 410 Gone", status=410, permanent=True)


def answers(state: FeedState, *hours: int, to: str = ELSEWHERE) -> FeedState:
    for hour in hours:
        state = feed_state.unchanged(state, Fetched(url=to or URL, permanent_url=to), NOW + hour * HOUR, EVERY)
    return state


MOVES = [((0,), ""), ((0, 30), ""), ((0, 1, 2), ""), ((0, 12, 24), ELSEWHERE), ((0, 1, 2, 25), ELSEWHERE)]


@pytest.mark.parametrize(("hours", "place"), MOVES)
def test_a_feed_has_moved_when_three_answers_over_a_day_say_so(hours: tuple[int, ...], place: str) -> None:
    assert answers(FEED, *hours).moved_to == place


def test_an_answer_from_the_old_place_begins_the_count_anew() -> None:
    back = answers(answers(FEED, 0, 12), 13, to="")
    assert answers(back, 26, 39).moved_to == ""
    assert answers(answers(FEED, 0, 12), 24, to="http://c.example/").moved_to == ""


def gone(state: FeedState, *hours: int) -> FeedState:
    for hour in hours:
        state = feed_state.failed(state, GONE, NOW + hour * HOUR, EVERY)
    return state


def test_a_feed_is_retired_when_it_is_still_gone_a_day_later() -> None:
    assert gone(FEED, 0).retired_at is None
    assert gone(FEED, 0).next_poll_at == NOW + DAY
    assert gone(FEED, 0, 23).retired_at is None
    assert gone(FEED, 0, 23, 25).retired_at == NOW + 25 * HOUR
    assert gone(answers(gone(FEED, 0), 24, to=""), 48).retired_at is None


def test_what_cannot_be_found_for_a_month_is_asked_every_day() -> None:
    state, now = FEED, NOW
    error = FetchError(URL, "answered 404 Not Found", status=404)
    while now < NOW + 30 * DAY:
        state = feed_state.failed(state, error, now, EVERY)
        assert now < state.next_poll_at <= now + DAY
        now = state.next_poll_at
    assert state.retired_at is None


def test_validators_are_sent_only_for_what_was_read_and_not_for_ever() -> None:
    tagged = replace(FEED, etag='"1"')
    assert feed_state.validators(tagged, NOW) == Validators()
    read = replace(tagged, validators_at=NOW)
    assert feed_state.validators(read, NOW + 29 * DAY) == Validators(etag='"1"')
    assert feed_state.validators(read, NOW + 31 * DAY) == Validators()


def test_a_failed_reading_leaves_the_validators_as_they_were() -> None:
    state = feed_state.failed(replace(FEED, etag='"1"', validators_at=NOW), FetchError(URL, "cut off"), NOW, EVERY)
    assert (state.etag, state.validators_at) == ('"1"', NOW)


def test_a_document_that_ends_its_reader_three_times_is_left_alone_until_it_changes() -> None:
    state, error = FEED, PoisonedError(URL, "it takes more than 10 s")
    for _ in range(3):
        assert not feed_state.is_poison(state, "bad")
        state = feed_state.failed(state, error, NOW, EVERY, poison_hash="bad")
    assert feed_state.is_poison(state, "bad")
    assert not feed_state.is_poison(state, "other")
    parsed = ParsedFeed(title="", site="", kind=Kind.NEWS, language="", entries=())
    read = feed_state.read(state, Fetched(url=URL), parsed, NOW, EVERY, body_hash="other")
    assert not feed_state.is_poison(read, "bad")


def test_what_a_feed_asks_for_and_its_rhythm_set_the_next_poll_within_bounds() -> None:
    def pause(**known: timedelta | None) -> timedelta:
        return answers(replace(FEED, **known), 0, to="").next_poll_at - NOW  # type: ignore[arg-type]

    assert EVERY * 0.9 <= pause() <= EVERY
    assert 5 * HOUR < pause(interval=6 * HOUR) <= 6 * HOUR
    assert 21 * HOUR < pause(interval=30 * DAY) <= DAY
    assert EVERY * 0.9 <= pause(usual_gap=HOUR) <= EVERY
    assert 1.8 * HOUR <= pause(usual_gap=14 * DAY) <= 2 * HOUR
