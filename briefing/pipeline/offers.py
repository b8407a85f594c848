"""What a feed offers, asked once and not stored: for an admin who is about to read it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
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
    podcast_guid: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What the entries hold, in words."""
        if self.full_text:
            return "full text"
        return "show notes" if self.kind is Kind.PODCAST else "teasers"


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
        return _told_of_doubles([task.result() for task in running])
    finally:
        await fetcher.close()


async def _behind(url: str, make: Callable[[], Fetcher], now: datetime) -> list[Offer]:
    fetcher = make()
    try:
        answer = await fetcher.fetch(url)
        try:
            return [_offer(answer, url, now)]
        except UnreadableError as error:
            return await _announced(fetcher, answer, url, now) or _nothing(error)
    finally:
        await fetcher.close()


async def _announced(fetcher: Fetcher, page: Fetched, url: str, now: datetime) -> list[Offer]:
    """What the page announces; without that what its address and data name, then what its buttons lead to, then a guess."""
    text = decode(page.body, page.charset)[0]
    if found := await _working(fetcher, discovery.announced(text, page.url), now):
        return found
    named = [*discovery.in_data(text, page.url), *await _looked_up(fetcher, url)]
    for links in (named, discovery.on_buttons(text, page.url), discovery.usual(page.url)):
        for link in dict.fromkeys(links[:CANDIDATES]):
            if found := await _working(fetcher, [link], now):
                return found
    return []


async def _working(fetcher: Fetcher, links: Sequence[str], now: datetime) -> list[Offer]:
    asked = [await _asked(fetcher, link, now) for link in links[:CANDIDATES]]
    return [offer for offer in asked if not offer.error]


async def _looked_up(fetcher: Fetcher, url: str) -> list[str]:
    """Feeds that the address of a page gives away, directory entries opened."""
    found: list[str] = []
    for link in discovery.by_address(url):
        if not link.startswith(discovery.APPLE_LOOKUP):
            found.append(link)
            continue
        try:
            answer = await fetcher.fetch(link)
        except FetchError:
            continue
        found += discovery.in_data(decode(answer.body, answer.charset)[0], link)
    return found


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
        podcast_guid=parsed.podcast_guid,
        warnings=parsed.warnings,
    )


def _told_of_doubles(found: Sequence[Offer]) -> list[Offer]:
    """The offers; one whose `podcast:guid` another had before says so."""
    first = {offer.podcast_guid: offer.url for offer in reversed(found)}
    return [
        replace(offer, warnings=(*offer.warnings, f"the same podcast as {first[offer.podcast_guid]}"))
        if offer.podcast_guid and first[offer.podcast_guid] != offer.url
        else offer
        for offer in found
    ]


def _a_week(times: Sequence[datetime]) -> float | None:
    if len(times) < 2:
        return None
    return round((len(times) - 1) * WEEK / max(times[-1] - times[0], timedelta(hours=1)), 1)


def _has_full_text(parsed: ParsedFeed) -> bool:
    """Whether most entries need not be looked up on their pages."""
    return 2 * sum(map(is_full, parsed.entries)) > len(parsed.entries)
