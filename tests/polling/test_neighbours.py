"""Feeds beside one that is slow, poisonous, flooding or renamed."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from sources.servers import reply

from briefing.sources.feed_pool import FeedPool

from .conftest import NOW, Poller, in_background

ITEM = "<item><guid>{n}</guid><title>Title {n}</title><pubDate>{date}</pubDate><description>{words}</description></item>"
HEALTHY = 99


def feed(*numbers: int, words: str = "Words.", date: str = "Sat, 21 Nov 2026 05:00:00 GMT", title: str = "T") -> bytes:
    items = "".join(ITEM.format(n=n, words=words, date=date) for n in numbers)
    return reply(f"<rss><channel><title>{title}</title>{items}</channel></rss>".encode())


@pytest.mark.parametrize("healthy", [HEALTHY, pytest.param(999, marks=pytest.mark.slow)])
def test_feeds_beside_one_that_hangs_are_kept_while_it_hangs(poller: Callable[..., Poller], healthy: int) -> None:
    pages = {f"/{n}": feed(1, 2) for n in range(healthy)} | {"/slow": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"}
    with in_background(pages, hang=frozenset({"/slow"})) as site:
        made = poller(f"{site.url}/slow", *(f"{site.url}/{n}" for n in range(healthy)), per_host=4, total=600)
        poll = threading.Thread(target=made.poll)
        poll.start()
        until = time.monotonic() + 25 + healthy / 5
        while made.count() < 2 * healthy and time.monotonic() < until:
            time.sleep(0.05)
        assert made.count() == 2 * healthy
        assert poll.is_alive()
        made.services.stopping.set()
        poll.join(5)
        assert not poll.is_alive()


@pytest.mark.slow
def test_feeds_beside_a_poisoned_one_are_kept_and_it_is_named(poller: Callable[..., Poller]) -> None:
    pages = {f"/{n}": feed(1, 2) for n in range(HEALTHY)} | {"/poison": feed(*range(5_000), words="word " * 600)}
    pool = FeedPool(seconds=1)
    with in_background(pages) as site:
        urls = [f"{site.url}/poison", *(f"{site.url}/{n}" for n in range(HEALTHY))]
        made = poller(*urls, per_host=4, parser=pool, max_bytes=40_000_000)
        for day in range(4):
            report = made.poll(NOW + timedelta(days=2 * day))
            assert [failure.subject for failure in report.failures] == [f"{site.url}/poison"]
    pool.close()
    assert made.count() == 2 * HEALTHY
    assert "failed 3 times" in made.state(f"{site.url}/poison").last_error


def test_a_flood_brings_fifty_candidates_and_the_rest_is_archive(poller: Callable[..., Poller]) -> None:
    with in_background({"/feed": [feed(*range(10)), feed(*range(400))]}) as site:
        made = poller(f"{site.url}/feed")
        assert made.poll().counts == {"new entries": 10}
        assert made.poll(NOW + timedelta(days=1)).counts == {"new entries": 390}
    stages = [stage for stage, _ in made.stages(f"{site.url}/feed")]
    assert (stages.count("read"), stages.count("done")) == (60, 340)


@pytest.mark.parametrize("count", [1_000, pytest.param(5_000, marks=pytest.mark.slow)])
def test_thousands_of_old_items_that_come_at_once_are_archive(poller: Callable[..., Poller], count: int) -> None:
    old = feed(*range(10, 10 + count), date="Sat, 07 Nov 2026 05:00:00 GMT")
    with in_background({"/feed": [feed(*range(10)), old]}) as site:
        made = poller(f"{site.url}/feed")
        made.poll()
        report = made.poll(NOW + timedelta(days=1))
    stages = [stage for stage, _ in made.stages(f"{site.url}/feed")]
    assert not report.failures
    assert (stages.count("read"), len(stages)) == (10, 10 + count)


def test_one_new_item_of_many_is_all_that_is_taken(poller: Callable[..., Poller]) -> None:
    versions = [feed(*range(20)), feed(*range(21)), feed(*range(1, 22), title="Another title")]
    with in_background({"/feed": versions}) as site:
        made = poller(f"{site.url}/feed")
        counts = [made.poll(NOW + timedelta(days=day)).counts["new entries"] for day in range(3)]
    assert counts == [20, 1, 1]
    assert len(made.state(f"{site.url}/feed").fingerprints or ()) == 21
