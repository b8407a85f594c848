"""What a feed offers, asked once and not stored: for an admin who is about to read it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from briefing.errors import FetchError, UnreadableError
from briefing.model import Feed, Kind
from briefing.pipeline.services import Progress, quietly
from briefing.ports import Fetched, Fetcher
from briefing.sources import discovery
from briefing.sources.documents import is_full
from briefing.sources.encodings import decode
from briefing.sources.entries import ParsedFeed
from briefing.sources.feeds import parse

WEEK = timedelta(days=7)
CANDIDATES = 8
"""Addresses that are tried to find the feed behind a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One feed as it stands; with an `error` the rest is empty. `transcripts` counts entries that name one."""

    url: str
    error: str = ""
    title: str = ""
    kind: Kind | None = None
    language: str = ""
    entries: int = 0
    a_week: float | None = None
    transcripts: int = 0
    full_text: bool = False
    newest: datetime | None = None
    warnings: tuple[str, ...] = ()


def offers(feeds: Sequence[Feed], fetcher: Callable[[], Fetcher], now: datetime, progress: Progress = quietly) -> list[Offer]:
    """Ask each feed once, side by side; the answers in the order of the feeds."""
    return asyncio.run(_offers([feed.url for feed in feeds], fetcher, now, progress))


def behind(url: str, fetcher: Callable[[], Fetcher], now: datetime) -> list[Offer]:
    """The feed at `url`, or those that the page there announces, best first. Raises `FetchError`, `UnreadableError`."""
    return asyncio.run(_behind(url, fetcher, now))


async def _offers(urls: Sequence[str], make: Callable[[], Fetcher], now: datetime, progress: Progress) -> list[Offer]:
    fetcher = make()
    try:
        running = [asyncio.ensure_future(_asked(fetcher, url, now)) for url in urls]
        for done in progress(asyncio.as_completed(running), "asking feeds", len(running)):
            await done
        return [task.result() for task in running]
    finally:
        await fetcher.close()


async def _behind(url: str, make: Callable[[], Fetcher], now: datetime) -> list[Offer]:
    fetcher = make()
    try:
        answer = await fetcher.fetch(url)
        try:
            return [_offer(answer, url, now)]
        except UnreadableError as error:
            return await _announced(fetcher, answer, now) or _nothing(error)
    finally:
        await fetcher.close()


async def _announced(fetcher: Fetcher, page: Fetched, now: datetime) -> list[Offer]:
    links = discovery.announced(decode(page.body, page.charset)[0], page.url)
    named = [await _asked(fetcher, link, now) for link in links[:CANDIDATES]]
    found = [offer for offer in named if not offer.error]
    return found or await _guessed(fetcher, page.url, now)


async def _guessed(fetcher: Fetcher, url: str, now: datetime) -> list[Offer]:
    for link in discovery.usual(url):
        offer = await _asked(fetcher, link, now)
        if not offer.error:
            return [offer]
    return []


def _nothing(error: UnreadableError) -> list[Offer]:
    raise UnreadableError(error.subject, f"{error.reason}, and the page announces no feed", remedy="give the feed's own address")


async def _asked(fetcher: Fetcher, url: str, now: datetime) -> Offer:
    try:
        return _offer(await fetcher.fetch(url), url, now)
    except (FetchError, UnreadableError) as error:
        return Offer(url=url, error=error.reason)


def _offer(answer: Fetched, url: str, now: datetime) -> Offer:
    address = answer.permanent_url or url
    parsed = parse(answer.body, url=address, collected_at=now, content_type=answer.content_type, charset=answer.charset)
    times = sorted(entry.published_at for entry in parsed.entries if entry.published_at)
    return Offer(
        url=address,
        title=parsed.title,
        kind=parsed.kind,
        language=parsed.language,
        entries=len(parsed.entries),
        a_week=_a_week(times),
        transcripts=sum(bool(entry.transcript_links) for entry in parsed.entries),
        full_text=_has_full_text(parsed),
        newest=times[-1] if times else None,
        warnings=parsed.warnings,
    )


def _a_week(times: Sequence[datetime]) -> float | None:
    if len(times) < 2:
        return None
    return round((len(times) - 1) * WEEK / max(times[-1] - times[0], timedelta(hours=1)), 1)


def _has_full_text(parsed: ParsedFeed) -> bool:
    """Whether most entries need not be looked up on their pages."""
    return 2 * sum(map(is_full, parsed.entries)) > len(parsed.entries)
