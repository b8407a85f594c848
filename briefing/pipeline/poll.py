"""Feeds -> new entries. One broken feed never stops the others, and is named with its reason."""

import asyncio
import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from briefing.errors import BriefingError, FetchError
from briefing.model import Entry, Feed, FeedState
from briefing.pipeline.citing import declared
from briefing.pipeline.mailboxes import collect, is_mailbox
from briefing.pipeline.services import Failure, Report, Services
from briefing.ports import Fetched, Fetcher, Validators
from briefing.sources.entries import ParsedFeed
from briefing.sources.feeds import parse
from briefing.sources.rhythm import next_poll, usual_gap
from briefing.store import Session
from briefing.store.entries import LISTEN, READ

AT_ONCE = 32
"""Connections in all; each host has its own, lower limit."""


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
        states = [state for url, state in db.feeds.states().items() if url in set(ids)]
    folders = [collect(services, state, now) for state in states if is_mailbox(state.url)]
    outcomes = asyncio.run(_ask_all(services, [state for state in states if not is_mailbox(state.url)], now))
    new = sum(_keep(services, outcome, now) for outcome in outcomes) + sum(folder.new for folder in folders)
    failures = [Failure(subject=o.state.url, reason=o.error.reason) for o in outcomes if o.error]
    failures += [failure for folder in folders for failure in folder.failures]
    return Report(step="poll", done=len(states), failures=tuple(failures), counts={"new entries": new})


async def _ask_all(services: Services, states: list[FeedState], now: datetime) -> list[Outcome]:
    fetcher, gate = services.fetcher(), asyncio.Semaphore(AT_ONCE)

    async def ask(state: FeedState) -> Outcome:
        async with gate:
            return await _ask(fetcher, state, now)

    try:
        running = [asyncio.ensure_future(ask(state)) for state in states]
        shown = services.progress(asyncio.as_completed(running), "asking feeds", len(running))
        return [await outcome for outcome in shown]
    finally:
        await fetcher.close()


async def _ask(fetcher: Fetcher, state: FeedState, now: datetime) -> Outcome:
    try:
        answer = await fetcher.fetch(state.moved_to or state.url, Validators(etag=state.etag, modified=state.modified))
        if answer.not_modified or body_hash(answer.body) == state.body_hash:
            return Outcome(state=state, answer=answer)
        parsed = parse(answer.body, url=state.url, collected_at=now, content_type=answer.content_type, charset=answer.charset)
        return Outcome(state=state, answer=answer, parsed=parsed)
    except BriefingError as error:
        return Outcome(state=state, error=error)


def body_hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _keep(services: Services, outcome: Outcome, now: datetime) -> int:
    """Save an outcome in one transaction; the number of new entries."""
    feed = declared(services.config, outcome.state.url)
    every = feed.every or services.config.poll.every
    with services.store.write() as db:
        if outcome.error:
            db.feeds.save(failed(outcome.state, outcome.error, now, every))
            return 0
        new = _keep_entries(db, feed, outcome.parsed, listens=services.speech is not None) if outcome.parsed else 0
        db.feeds.save(_succeeded(db, outcome, now, every, news=new > 0))
        return new


def failed(state: FeedState, error: BriefingError, now: datetime, every: timedelta) -> FeedState:
    wish = error.retry_after if isinstance(error, FetchError) else None
    again = next_poll(state.url, now, every, failures=state.failures + 1, retry_after=wish)
    return replace(state, failures=state.failures + 1, last_error=error.reason, next_poll_at=again)


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
    known = db.entries.hashes([entry.id for entry in parsed.entries])
    new = [entry for entry in parsed.entries if entry.id not in known]
    for entry in parsed.entries:
        if entry.id in known and known[entry.id] != entry.content_hash:
            db.entries.edit(entry)
    for entry in new:
        db.entries.add([entry], LISTEN if listens and feed.transcribe and _only_audio(entry) else READ)
    return len(new)


def _only_audio(entry: Entry) -> bool:
    return bool(entry.enclosures) and not entry.transcript_links
