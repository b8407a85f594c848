"""Feeds -> new entries. One broken feed never stops the others, and is named with its reason."""

import asyncio
import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from briefing.errors import BriefingError, FetchError
from briefing.model import Entry, Feed, FeedState
from briefing.pipeline.citing import declared
from briefing.pipeline.mailboxes import collect, is_mailbox
from briefing.pipeline.services import Failure, Report, Services
from briefing.ports import Fetched, Fetcher, Validators
from briefing.sources.changes import compare, remembered
from briefing.sources.entries import ParsedFeed
from briefing.sources.feeds import parse
from briefing.sources.rhythm import next_poll, usual_gap
from briefing.store import Session
from briefing.store.entries import LISTEN, READ

REMEMBERED = 500
"""Entries of a feed that a new reading is compared with; a document is cut at as many."""
ASKS_FOR_TIME = (429, 503)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one poll brought: an answer, or the reason that there is none."""

    state: FeedState
    answer: Fetched | None = None
    parsed: ParsedFeed | None = None
    error: BriefingError | None = None


def due(services: Services, now: datetime) -> list[str]:
    with services.store.read() as db:
        return db.feeds.due(now)


def run(services: Services, ids: tuple[str, ...], now: datetime) -> Report:
    """Ask the feeds and mail folders with these URLs and keep what is new."""
    with services.store.read() as db:
        states = list(db.feeds.states(ids).values())
    folders = [collect(services, state, now) for state in states if is_mailbox(state.url)]
    outcomes = asyncio.run(_ask_all(services, [state for state in states if not is_mailbox(state.url)], now))
    new = sum(keep(services, outcome, now) for outcome in outcomes) + sum(folder.new for folder in folders)
    failures = [Failure(subject=o.state.url, reason=o.error.reason) for o in outcomes if o.error]
    failures += [failure for folder in folders for failure in folder.failures]
    return Report(step="poll", done=len(states), failures=tuple(failures), counts={"new entries": new})


async def _ask_all(services: Services, states: list[FeedState], now: datetime) -> list[Outcome]:
    """Ask all at once: the fetcher itself holds back what a host or this machine should not bear."""
    fetcher = services.fetcher()
    try:
        running = [asyncio.ensure_future(_ask(fetcher, state, now)) for state in states]
        shown = services.progress(asyncio.as_completed(running), "asking feeds", len(running))
        return [await outcome for outcome in shown]
    finally:
        await fetcher.close()


async def _ask(fetcher: Fetcher, state: FeedState, now: datetime) -> Outcome:
    try:
        answer = await fetcher.fetch(state.moved_to or state.url, Validators(etag=state.etag, modified=state.modified))
        if answer.not_modified or body_hash(answer.body) == state.body_hash:
            return Outcome(state=state, answer=answer)
        return Outcome(state=state, answer=answer, parsed=_parsed(state, answer, now))
    except BriefingError as error:
        return Outcome(state=state, error=error)


def _parsed(state: FeedState, answer: Fetched, now: datetime) -> ParsedFeed:
    return parse(answer.body, url=state.url, collected_at=now, content_type=answer.content_type, charset=answer.charset)


def body_hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def keep(services: Services, outcome: Outcome, now: datetime) -> int:
    """Save an outcome in one transaction; the number of new entries."""
    feed = declared(services.config, outcome.state.url)
    every = feed.every or services.config.poll.every
    with services.store.write() as db:
        if outcome.error:
            state = failed(outcome.state, outcome.error, now, every)
            db.feeds.save(state)
            _spare_host(db, state, outcome.error)
            return 0
        new = _keep_entries(db, feed, outcome.parsed, listens=services.speech is not None) if outcome.parsed else 0
        db.feeds.save(_succeeded(db, outcome, now, every, news=new > 0))
        return new


def failed(state: FeedState, error: BriefingError, now: datetime, every: timedelta) -> FeedState:
    wish = error.retry_after if isinstance(error, FetchError) else None
    again = next_poll(state.url, now, every, failures=state.failures + 1, retry_after=wish)
    return replace(state, failures=state.failures + 1, last_error=error.reason, next_poll_at=again)


def _spare_host(db: Session, state: FeedState, error: BriefingError) -> None:
    """A host that asks for time gets it from all its feeds."""
    if not isinstance(error, FetchError) or error.status not in ASKS_FOR_TIME:
        return
    host = urlsplit(state.url).netloc
    for other in db.feeds.states().values():
        if urlsplit(other.url).netloc == host and other.next_poll_at < state.next_poll_at:
            db.feeds.save(replace(other, next_poll_at=state.next_poll_at))


def _succeeded(db: Session, outcome: Outcome, now: datetime, every: timedelta, *, news: bool) -> FeedState:
    state, answer, parsed = outcome.state, outcome.answer or Fetched(url=outcome.state.url), outcome.parsed
    again = next_poll(state.url, now, every, max_age=answer.max_age)
    state = replace(state, failures=0, last_error="", last_success_at=now, next_poll_at=again)
    if parsed is None:
        return state
    return replace(
        state,
        etag=answer.validators.etag,
        modified=answer.validators.modified,
        body_hash=body_hash(answer.body),
        kind=parsed.kind,
        title=parsed.title,
        site=parsed.site,
        language=parsed.language,
        last_news_at=now if news else state.last_news_at,
        usual_gap=usual_gap(db.entries.times(state.url)),
    )


def _keep_entries(db: Session, feed: Feed, parsed: ParsedFeed, *, listens: bool) -> int:
    """Keep what is new and what was edited; items that a feed only renamed are neither."""
    known = [remembered(entry) for entry in db.entries.latest(feed.url, REMEMBERED)]
    found = compare(parsed.entries, known)
    for entry in found.edited:
        db.entries.edit(entry)
    for entry in found.new:
        db.entries.add([entry], LISTEN if listens and feed.transcribe and _only_audio(entry) else READ)
    return len(found.new)


def _only_audio(entry: Entry) -> bool:
    return bool(entry.enclosures) and not entry.transcript_links
