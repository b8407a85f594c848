"""What polls brought -> the store: new and edited entries, and what was learnt of each feed, a batch at a time."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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
    """What an outcome comes to: the feed's state from now on, its entries, or why nothing could be had.

    Entries from before `since` are archive, not news.
    """

    feed: Feed
    state: FeedState
    changes: Changes = field(default_factory=Changes)
    since: datetime | None = None
    error: BriefingError | None = None

    def brought(self) -> Brought:
        failures = (Failure(subject=self.state.url, reason=self.error.reason),) if self.error else ()
        return Brought(new=len(self.changes.new), failures=failures)


def keep(services: Services, outcomes: Sequence[Outcome], now: datetime) -> list[Brought]:
    """Save outcomes in one transaction: entries and the validators that say they were taken are kept together or not at all."""
    feeds = by_url(services.config)
    with services.store.write() as db:
        known = db.entries.hashes([entry.id for one in outcomes if one.parsed for entry in one.parsed.entries])
        learnt = [_learn(db, services, feeds.get(one.state.url) or Feed(url=one.state.url), one, known, now) for one in outcomes]
        _keep_entries(db, learnt, listens=services.speech is not None)
        db.feeds.save(*_with_rhythm(db, learnt, now))
        for one in learnt:
            if isinstance(one.error, FetchError) and one.error.status in ASKS_FOR_TIME:
                _spare_host(db, one.state)
    return [one.brought() for one in learnt]


def body_hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _learn(db: Session, services: Services, feed: Feed, outcome: Outcome, known: Mapping[str, str], now: datetime) -> _Learnt:
    """Of a feed that seems to have changed hands nothing is taken. `known`: content hashes of entries that are kept, by id."""
    every = feed.every or services.config.poll.every
    if outcome.answer is None or outcome.error:
        return _failed(feed, outcome, outcome.error or UnreadableError(feed.url, "no answer"), now, every)
    if outcome.parsed is None:
        return _Learnt(feed=feed, state=feed_state.unchanged(outcome.state, outcome.answer, now, every))
    changes = _changes(db, feed, outcome.state, outcome.parsed, known)
    if changes.held:
        return _failed(feed, outcome, UnreadableError(feed.url, f"{changes.held}; {ACCEPT}"), now, every)
    hashed = body_hash(outcome.answer.body)
    state = feed_state.read(outcome.state, outcome.answer, outcome.parsed, now, every, body_hash=hashed)
    return _Learnt(feed=feed, state=state, changes=changes, since=now - NEWS if outcome.state.last_success_at else None)


def _failed(feed: Feed, outcome: Outcome, error: BriefingError, now: datetime, every: timedelta) -> _Learnt:
    poison = body_hash(outcome.answer.body) if outcome.answer and isinstance(error, PoisonedError) else ""
    state = feed_state.failed(outcome.state, error, now, every, poison_hash=poison)
    return _Learnt(feed=feed, state=state, error=error)


def _with_rhythm(db: Session, learnt: Sequence[_Learnt], now: datetime) -> list[FeedState]:
    """The states, with the new rhythm of those feeds that brought something; their entries are kept already."""
    times = db.entries.times([one.state.url for one in learnt if one.changes.new])
    return [
        replace(one.state, last_news_at=now, usual_gap=usual_gap(times[one.state.url])) if one.changes.new else one.state
        for one in learnt
    ]


def _spare_host(db: Session, state: FeedState) -> None:
    """A host that asks for time gets it from all its feeds."""
    host = urlsplit(state.url).netloc
    others = [
        replace(other, next_poll_at=state.next_poll_at)
        for other in db.feeds.states().values()
        if urlsplit(other.url).netloc == host and other.next_poll_at < state.next_poll_at
    ]
    db.feeds.save(*others)


def _changes(db: Session, feed: Feed, state: FeedState, parsed: ParsedFeed, known: Mapping[str, str]) -> Changes:
    """What is new in a feed; a title that the admin wrote into feeds.toml is one they have looked at."""
    entries, total = parsed.entries, max(len(parsed.fingerprints), len(parsed.entries))
    strangers = sum(entry.id not in known for entry in entries)
    if state.last_success_at is None or strangers <= total * STORM_SHARE:
        return _plain_changes(entries, known)
    accepted = not state.title or fold(feed.title) == fold(parsed.title)
    before = [remembered(entry) for entry in db.entries.latest(feed.url, REMEMBERED)]
    known_title = parsed.title if accepted else state.title
    return compare(entries, before, total=total, title=parsed.title, known_title=known_title)


def _plain_changes(entries: Sequence[Entry], known: Mapping[str, str]) -> Changes:
    """Where most items are as they were, or none were known, nothing but identity and content tells what is new."""
    return Changes(
        new=tuple(entry for entry in entries if entry.id not in known),
        edited=tuple(entry for entry in entries if known.get(entry.id, entry.content_hash) != entry.content_hash),
    )


def _keep_entries(db: Session, learnt: Sequence[_Learnt], *, listens: bool) -> None:
    """Keep what is new and what was edited; items that a feed only renamed are neither."""
    waiting: dict[str, list[Entry]] = {LISTEN: [], READ: [], DONE: []}
    for one in learnt:
        for entry in one.changes.edited:
            db.entries.edit(entry)
        newest = sorted(one.changes.new, key=shown_at, reverse=True)
        news = [entry for entry in newest[:CANDIDATES] if one.since is None or shown_at(entry) >= one.since]
        for entry in news:
            waiting[LISTEN if listens and one.feed.transcribe and _only_audio(entry) else READ].append(entry)
        waiting[DONE] += newest[len(news) :]
    for stage, entries in waiting.items():
        db.entries.add(entries, stage)


def _only_audio(entry: Entry) -> bool:
    return bool(entry.enclosures) and not entry.transcript_links
