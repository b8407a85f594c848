"""Feeds that move, and feeds that are not what they were."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from briefing.model import FeedState
from briefing.pipeline.services import Report
from briefing.testing import FakeFetcher

from .conftest import BATTERY, NOW, Desk, feed

PAPER, NEW_PLACE = "http://paper.example/feed", "http://new.example/feed"
SITE = [(f"item-{n}", f"Title {n}", f"{BATTERY} Part {n}.") for n in range(4)]
SPAM = [(f"pills-{n}", f"Pills {n}", f"Buy pill number {n} today.") for n in range(4)]


def state(desk: Desk) -> FeedState:
    with desk.services.store.read() as db:
        return db.feeds.states([PAPER])[PAPER]


def poll_again(desk: Desk) -> Report:
    return desk.run(state(desk).next_poll_at)["poll"]


def test_a_feed_that_moved_for_good_is_asked_there_until_that_fails(desk: Desk) -> None:
    moved = FakeFetcher(desk.pages | {NEW_PLACE: feed("paper.example", *SITE)}, moved={PAPER: NEW_PLACE})
    desk.services = replace(desk.services, fetcher=lambda: moved)
    for hours in (0, 13, 26):
        assert state(desk).moved_to == ""
        desk.run(NOW + timedelta(hours=hours))
    assert state(desk).moved_to == NEW_PLACE
    moved.asked.clear()
    poll_again(desk)
    assert NEW_PLACE in moved.asked and PAPER not in moved.asked
    moved.pages = {}
    poll_again(desk)
    assert (state(desk).moved_to, state(desk).failures) == ("", 1)


def test_nothing_is_taken_of_a_feed_that_changed_hands_until_its_title_is_accepted(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk()
    desk.pages[PAPER] = feed("paper.example", *SITE)
    desk.run()
    desk.pages[PAPER] = feed("pills.example", *SPAM)
    report = poll_again(desk)
    assert report.counts == {"new entries": 0}
    assert [failure.subject for failure in report.failures] == [PAPER]
    assert "'paper.example' is now 'pills.example'" in report.failures[0].reason
    accepted = [replace(one, title="Pills.example") if one.url == PAPER else one for one in desk.services.config.feeds]
    desk.services = replace(desk.services, config=replace(desk.services.config, feeds=tuple(accepted)))
    assert poll_again(desk).counts == {"new entries": 4}
    assert state(desk).failures == 0
