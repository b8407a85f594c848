"""Feeds -> new entries. One broken feed never stops the others, and is named with its reason."""

import asyncio
import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from briefing.errors import BriefingError, FetchError, UnreadableError
from briefing.model import Entry, Feed, FeedState
from briefing.pipeline.citing import declared
from briefing.pipeline.mailboxes import Brought, collect, is_mailbox
from briefing.pipeline.services import Failure, Report, Services
from briefing.ports import Fetched, Fetcher, Validators
from briefing.sources.changes import Changes, compare, remembered
from briefing.sources.entries import ParsedFeed
from briefing.sources.feeds import parse
from briefing.sources.rhythm import next_poll, usual_gap
from briefing.store import Session
from briefing.store.entries import LISTEN, READ
from briefing.text import fold

REMEMBERED = 500
"""Entries of a feed that a new reading is compared with; a document is cut at as many."""
ASKS_FOR_TIME = (429, 503)
ACCEPT = "write its new title into feeds.toml if it is still the feed you want"


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
    brought = [collect(services, state, now) for state in states if is_mailbox(state.url)]
    outcomes = asyncio.run(_ask_all(services, [state for state in states if not is_mailbox(state.url)], now))
    brought += [keep(services, outcome, now) for outcome in outcomes]
    failures = tuple(failure for each in brought for failure in each.failures)
    return Report(step="poll", done=len(states), failures=failures, counts={"new entries": sum(each.new for each in brought)})


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


def keep(services: Services, outcome: Outcome, now: datetime) -> Brought:
    """Save an outcome in one transaction; of a feed that seems to have changed hands nothing is taken."""
    feed = declared(services.config, outcome.state.url)
    every = feed.every or services.config.poll.every
    with services.store.write() as db:
        changes = _changes(db, feed, outcome.state, outcome.parsed) if outcome.parsed else Changes()
        error = outcome.error or (UnreadableError(feed.url, f"{changes.held}; {ACCEPT}") if changes.held else None)
        if error:
            state = failed(outcome.state, error, now, every)
            db.feeds.save(state)
            _spare_host(db, state, error)
            return Brought(failures=(Failure(subject=state.url, reason=error.reason),))
        _keep_entries(db, feed, changes, listens=services.speech is not None)
        db.feeds.save(_succeeded(db, outcome, now, every, news=bool(changes.new)))
        return Brought(new=len(changes.new))


def failed(state: FeedState, error: BriefingError, now: datetime, every: timedelta) -> FeedState:
    """The state after a poll that brought nothing; the next one asks the feed's own address, wherever it had moved."""
    wish = error.retry_after if isinstance(error, FetchError) else None
    again = next_poll(state.url, now, every, failures=state.failures + 1, retry_after=wish)
    return replace(state, failures=state.failures + 1, last_error=error.reason, next_poll_at=again, moved_to="")


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
    moved_to = answer.permanent_url or state.moved_to
    state = replace(state, failures=0, last_error="", last_success_at=now, next_poll_at=again, moved_to=moved_to)
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


def _changes(db: Session, feed: Feed, state: FeedState, parsed: ParsedFeed) -> Changes:
    """What is new in a feed; a title that the admin wrote into feeds.toml is one they have looked at."""
    known = [remembered(entry) for entry in db.entries.latest(feed.url, REMEMBERED)]
    accepted = not state.title or fold(feed.title) == fold(parsed.title)
    return compare(parsed.entries, known, title=parsed.title, known_title=parsed.title if accepted else state.title)


def _keep_entries(db: Session, feed: Feed, changes: Changes, *, listens: bool) -> None:
    """Keep what is new and what was edited; items that a feed only renamed are neither."""
    for entry in changes.edited:
        db.entries.edit(entry)
    for entry in changes.new:
        db.entries.add([entry], LISTEN if listens and feed.transcribe and _only_audio(entry) else READ)


def _only_audio(entry: Entry) -> bool:
    return bool(entry.enclosures) and not entry.transcript_links
