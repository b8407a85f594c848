"""Fetches what an entry needs before it can be read: its transcript, its chapters, or its page as far as robots.txt allows."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from briefing.errors import FetchError, UnreadableError
from briefing.model import Kind
from briefing.pipeline.reading import ReadTask
from briefing.pipeline.services import Services
from briefing.ports import Fetched, Fetcher
from briefing.sources import chapters, documents, robots, transcripts
from briefing.sources.encodings import decode
from briefing.store import Store
from briefing.store.columns import pack, unpack
from briefing.text import visible, word_count

ENOUGH = 40
"""Words of a feed's own that are worth reading when the page behind them does not come."""
RULES_LAST = timedelta(hours=24)
"""How long a robots.txt is remembered (RFC 9309, section 2.4)."""
Gathered = tuple[ReadTask, FetchError | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What stood in a robots.txt, and when it was asked."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Gatherer:
    """Fetches for entries that are read together; what two of them share is fetched once."""

    fetcher: Fetcher
    store: Store
    now: datetime
    running: dict[str, asyncio.Task[Fetched]] = field(default_factory=dict)

    async def fetch(self, url: str) -> Fetched:
        """The answer at a URL, asked once. Raises `FetchError`."""
        if url not in self.running:
            self.running[url] = asyncio.ensure_future(self.fetcher.fetch(url))
        return await self.running[url]

    async def is_allowed(self, url: str) -> bool:
        """Whether robots.txt lets us have a page. Raises `FetchError` where that cannot be found out now."""
        place = robots.address(url)
        with self.store.read() as db:
            found = db.meta.memo(place)
        known = unpack(found, Rules) if found else None
        if known is None or not known.at <= self.now < known.at + RULES_LAST:
            known = Rules(text=await self._rules(place), at=self.now)
            with self.store.write() as db:
                db.meta.remember(place, pack(known), self.now)
        return robots.allows(known.text, url)

    async def _rules(self, place: str) -> str:
        """The rules at an address; none where there is no such file (4xx)."""
        try:
            answer = await self.fetch(place)
        except FetchError as error:
            if 400 <= error.status < 500 and error.status != 429:
                return ""
            raise
        return decode(answer.body[: robots.LARGEST], answer.charset)[0]


async def gather(services: Services, tasks: Sequence[ReadTask], now: datetime) -> list[Gathered]:
    """Each task with what was fetched for it; the error where something did not come that may yet."""
    fetcher = services.fetcher()
    gatherer = Gatherer(fetcher=fetcher, store=services.store, now=now)
    try:
        return await asyncio.gather(*(_filled(gatherer, task) for task in tasks))
    finally:
        await fetcher.close()


async def _filled(gatherer: Gatherer, task: ReadTask) -> Gathered:
    task = await _with_chapters(gatherer, task)
    links = [] if task.transcript else transcripts.choose(task.entry.transcript_links, task.language)
    error: FetchError | None = None
    for link in links:
        try:
            return replace(task, transcript=await gatherer.fetch(link.url)), None
        except FetchError as failed:
            error = failed
    if not task.transcript and not links and _is_teaser(task):
        return await _with_page(gatherer, task)
    return task, error


async def _with_chapters(gatherer: Gatherer, task: ReadTask) -> ReadTask:
    """The task with the chapters that lie beside the feed; an entry can be read without them."""
    entry = task.entry
    if entry.chapters or not entry.chapters_url:
        return task
    try:
        answer = await gatherer.fetch(entry.chapters_url)
        found = chapters.parse(answer.body, url=answer.url, charset=answer.charset)
    except (FetchError, UnreadableError):
        return task
    return replace(task, entry=replace(entry, chapters=found))


async def _with_page(gatherer: Gatherer, task: ReadTask) -> Gathered:
    """The task with its page; without one, what the feed itself says will do if it is more than a line or two."""
    try:
        if not await gatherer.is_allowed(task.entry.url):
            return replace(task, warnings=(*task.warnings, "its page is not fetched: robots.txt does not allow it")), None
        page = await gatherer.fetch(task.entry.url)
    except FetchError as failed:
        own = word_count(visible(task.entry.html or task.entry.summary))
        return task, failed if own < ENOUGH else None
    return (replace(task, article=page) if _is_html(page) else task), None


def _is_teaser(task: ReadTask) -> bool:
    entry = task.entry
    has_page = task.kind is not Kind.PODCAST and entry.url.startswith(("http://", "https://"))
    return has_page and not documents.is_full(entry)


def _is_html(page: Fetched) -> bool:
    return "html" in page.content_type or page.body.lstrip()[:1] == b"<"
