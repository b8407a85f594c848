"""What polls brought -> the store: new and edited entries, and what was learnt of each feed, a batch at a time."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from briefing.errors import BriefingError, FetchError, UnreadableError
from briefing.model import Entry, Feed, FeedState
from briefing.pipeline.citing import by_url
from briefing.pipeline.mailboxes import Brought
from briefing.pipeline.services import Failure, Services
from briefing.ports import Fetched
from briefing.sources import feed_state
from briefing.sources.changes import STORM_SHARE, Changes, compare, remembered
from briefing.sources.entries import ParsedFeed
from briefing.sources.feed_pool import PoisonedError
from briefing.sources.rhythm import usual_gap
from briefing.store import Session
from briefing.store.entries import DONE, LISTEN, READ, shown_at
from briefing.text import fold

REMEMBERED = 500
"""Entries of a feed that a reading is compared with where many of its items are strangers."""
CANDIDATES = 50
"""Entries of a feed that one poll can bring as news, the newest; more are kept, but only for the archive."""
NEWS = timedelta(days=7)
"""Older items of a feed that is read already are archive, not news."""
ASKS_FOR_TIME = (429, 503)
ACCEPT = "write its new title into feeds.toml if it is still the feed you want"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one poll brought: an answer, or the reason that there is none. `parsed` is None where nothing had changed."""

    state: FeedState
    answer: Fetched | None = None
    parsed: ParsedFeed | None = None
    error: BriefingError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Learnt:
    """What an outcome comes to: the feed's state from now on, how much is new, why nothing could be had."""

    state: FeedState
    new: int = 0
    error: BriefingError | None = None

    def brought(self) -> Brought:
        failures = (Failure(subject=self.state.url, reason=self.error.reason),) if self.error else ()
        return Brought(new=self.new, failures=failures)


def keep(services: Services, outcomes: Sequence[Outcome], now: datetime) -> list[Brought]:
    """Save outcomes in one transaction: entries and the validators that say they were taken are kept together or not at all."""
    feeds = by_url(services.config)
    with services.store.write() as db:
        learnt = [_keep(db, services, feeds.get(one.state.url) or Feed(url=one.state.url), one, now) for one in outcomes]
        db.feeds.save(*(one.state for one in learnt))
        for one in learnt:
            if isinstance(one.error, FetchError) and one.error.status in ASKS_FOR_TIME:
                _spare_host(db, one.state)
    return [one.brought() for one in learnt]


def body_hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _keep(db: Session, services: Services, feed: Feed, outcome: Outcome, now: datetime) -> _Learnt:
    """Of a feed that seems to have changed hands nothing is taken."""
    every = feed.every or services.config.poll.every
    if outcome.answer is None or outcome.error:
        return _failed(outcome, outcome.error or UnreadableError(feed.url, "no answer"), now, every)
    if outcome.parsed is None:
        return _Learnt(state=feed_state.unchanged(outcome.state, outcome.answer, now, every))
    changes = _changes(db, feed, outcome.state, outcome.parsed)
    if changes.held:
        return _failed(outcome, UnreadableError(feed.url, f"{changes.held}; {ACCEPT}"), now, every)
    since = now - NEWS if outcome.state.last_success_at else None
    _keep_entries(db, feed, changes, since, listens=services.speech is not None)
    hashed = body_hash(outcome.answer.body)
    state = feed_state.read(outcome.state, outcome.answer, outcome.parsed, now, every, body_hash=hashed)
    if changes.new:
        state = replace(state, last_news_at=now, usual_gap=usual_gap(db.entries.times(state.url)))
    return _Learnt(state=state, new=len(changes.new))


def _failed(outcome: Outcome, error: BriefingError, now: datetime, every: timedelta) -> _Learnt:
    poison = body_hash(outcome.answer.body) if outcome.answer and isinstance(error, PoisonedError) else ""
    return _Learnt(state=feed_state.failed(outcome.state, error, now, every, poison_hash=poison), error=error)


def _spare_host(db: Session, state: FeedState) -> None:
    """A host that asks for time gets it from all its feeds."""
    host = urlsplit(state.url).netloc
    others = [
        replace(other, next_poll_at=state.next_poll_at)
        for other in db.feeds.states().values()
        if urlsplit(other.url).netloc == host and other.next_poll_at < state.next_poll_at
    ]
    db.feeds.save(*others)


def _changes(db: Session, feed: Feed, state: FeedState, parsed: ParsedFeed) -> Changes:
    """What is new in a feed; a title that the admin wrote into feeds.toml is one they have looked at."""
    entries, total = parsed.entries, max(len(parsed.fingerprints), len(parsed.entries))
    known = db.entries.hashes([entry.id for entry in entries])
    strangers = sum(entry.id not in known for entry in entries)
    if state.last_success_at is None or strangers <= total * STORM_SHARE:
        return _plain_changes(entries, known)
    accepted = not state.title or fold(feed.title) == fold(parsed.title)
    before = [remembered(entry) for entry in db.entries.latest(feed.url, REMEMBERED)]
    known_title = parsed.title if accepted else state.title
    return compare(entries, before, total=total, title=parsed.title, known_title=known_title)


def _plain_changes(entries: Sequence[Entry], known: dict[str, str]) -> Changes:
    """Where most items are as they were, or none were known, nothing but identity and content tells what is new."""
    return Changes(
        new=tuple(entry for entry in entries if entry.id not in known),
        edited=tuple(entry for entry in entries if known.get(entry.id, entry.content_hash) != entry.content_hash),
    )


def _keep_entries(db: Session, feed: Feed, changes: Changes, since: datetime | None, *, listens: bool) -> None:
    """Keep what is new and what was edited; items that a feed only renamed are neither. What is older than `since` is
    archive, not news."""
    for entry in changes.edited:
        db.entries.edit(entry)
    newest = sorted(changes.new, key=shown_at, reverse=True)
    news = [entry for entry in newest[:CANDIDATES] if since is None or shown_at(entry) >= since]
    audible = [entry for entry in news if listens and feed.transcribe and _only_audio(entry)]
    db.entries.add(audible, LISTEN)
    db.entries.add([entry for entry in news if entry not in audible], READ)
    db.entries.add(newest[len(news) :], DONE)


def _only_audio(entry: Entry) -> bool:
    return bool(entry.enclosures) and not entry.transcript_links
