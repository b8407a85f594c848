"""Feeds parsed in other processes: the same result, and nobody else's harm."""

import asyncio
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from briefing.errors import UnreadableError
from briefing.sources.feed_pool import FeedPool, PoisonedError
from briefing.sources.feeds import FeedDocument

NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
ITEM = "<item><guid>{0}</guid><title>Title {0}</title><description>&lt;p>{1}&lt;/p></description></item>"


def document(items: int = 3, words: int = 5, url: str = "http://a.example/feed") -> FeedDocument:
    inner = "".join(ITEM.format(number, "word " * words) for number in range(items))
    return FeedDocument(body=f"<rss><channel><title>T</title>{inner}</channel></rss>".encode(), url=url, collected_at=NOW)


@pytest.fixture
def pool() -> Iterator[FeedPool]:
    made = FeedPool(children=1)
    yield made
    made.close()


async def test_a_child_gives_what_this_process_would_and_the_same_reasons(pool: FeedPool) -> None:
    assert await pool.parse(document()) == document().read()
    page = FeedDocument(body=b"<!DOCTYPE html><html>", url="http://a.example/feed", collected_at=NOW)
    with pytest.raises(UnreadableError, match="web page"):
        await pool.parse(page)


@pytest.mark.slow
async def test_a_document_that_takes_too_long_ends_its_process_and_no_other_document() -> None:
    hurried = FeedPool(children=1, seconds=2)
    poison = document(5_000, 3_000, "http://poison.example/")
    results = await asyncio.gather(*map(hurried.parse, (document(), poison, document())), return_exceptions=True)
    assert results[0] == results[2] == document().read()
    assert isinstance(results[1], PoisonedError)
    assert (results[1].subject, "more than 2 s" in results[1].reason) == ("http://poison.example/", True)
    hurried.close()


@pytest.mark.slow
async def test_memory_is_limited() -> None:
    small = FeedPool(children=1, memory=130_000_000)
    with pytest.raises(UnreadableError, match=r"memory|ends the program"):
        await small.parse(document(5_000, 2_000))
    small.close()


async def test_a_pool_that_nothing_was_asked_of_has_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[object] = []
    monkeypatch.setattr(subprocess, "Popen", started.append)
    FeedPool().close()
    assert not started
