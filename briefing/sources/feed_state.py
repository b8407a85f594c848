"""What polling knows of a feed -> what it knows after one more answer, or after none."""

from dataclasses import replace
from datetime import datetime, timedelta

from briefing.errors import BriefingError, FetchError
from briefing.model import FeedState
from briefing.ports import Fetched, Validators
from briefing.sources.entries import ParsedFeed
from briefing.sources.rhythm import LONGEST, next_poll

GONE = 410
BELIEVED = timedelta(hours=24)
"""So long must a feed be gone, or redirect, until that is believed."""
REDIRECTS = 3
"""Permanent redirects to one place, until a feed is asked there."""
VALIDATORS_LAST = timedelta(days=30)
"""After so long a feed is read whole again: validators may lie."""
POISONINGS = 3
"""A document that ended its reader so often is not read again until it changes."""


def validators(state: FeedState, now: datetime) -> Validators:
    """What to ask conditionally with: nothing, unless the feed was read whole not long ago."""
    if state.validators_at is None or now - state.validators_at > VALIDATORS_LAST:
        return Validators()
    return Validators(etag=state.etag, modified=state.modified)


def is_poison(state: FeedState, body_hash: str) -> bool:
    return state.poisonings >= POISONINGS and state.poison_hash == body_hash


def failed(state: FeedState, error: BriefingError, now: datetime, every: timedelta, *, poison_hash: str = "") -> FeedState:
    """After a poll that brought nothing; the next one asks the feed's own address, wherever it had moved.

    `poison_hash` is that of a document that ended its reader.
    """
    wish = error.retry_after if isinstance(error, FetchError) else None
    if isinstance(error, FetchError) and error.status == GONE:
        state, wish = _gone(state, now), LONGEST
    if poison_hash:
        again = state.poisonings if state.poison_hash == poison_hash else 0
        state = replace(state, poison_hash=poison_hash, poisonings=again + 1)
    failures = state.failures + 1
    next_poll_at = next_poll(state.url, now, every, failures=failures, retry_after=wish)
    return replace(state, failures=failures, last_error=error.reason, next_poll_at=next_poll_at, moved_to="")


def unchanged(state: FeedState, answer: Fetched, now: datetime, every: timedelta) -> FeedState:
    """After an answer that held nothing new."""
    again = next_poll(state.url, now, every, max_age=answer.max_age, interval=state.interval, usual_gap=state.usual_gap)
    state = replace(state, failures=0, last_error="", last_success_at=now, next_poll_at=again, gone_since=None)
    return _moved(state, answer.permanent_url, now)


def read(state: FeedState, answer: Fetched, parsed: ParsedFeed, now: datetime, every: timedelta, *, body_hash: str) -> FeedState:
    """After a document that was read and whose entries are kept."""
    state = replace(
        state,
        etag=answer.validators.etag,
        modified=answer.validators.modified,
        validators_at=now,
        body_hash=body_hash,
        kind=parsed.kind,
        title=parsed.title,
        site=parsed.site,
        language=parsed.language,
        interval=parsed.interval,
        fingerprints=parsed.fingerprints,
        poison_hash="",
        poisonings=0,
    )
    return unchanged(state, answer, now, every)


def _gone(state: FeedState, now: datetime) -> FeedState:
    since = state.gone_since or now
    return replace(state, gone_since=since, retired_at=now if now - since >= BELIEVED else None)


def _moved(state: FeedState, permanent_url: str, now: datetime) -> FeedState:
    """A feed is asked elsewhere when permanent redirects have led there several times, for a day at least."""
    if permanent_url != state.moving_to:
        return replace(state, moving_to=permanent_url, moving_since=now, moving_times=int(bool(permanent_url)))
    if not permanent_url:
        return state
    state = replace(state, moving_times=state.moving_times + 1)
    if state.moving_times < REDIRECTS or now - (state.moving_since or now) < BELIEVED:
        return state
    return replace(state, moved_to=permanent_url, moving_to="", moving_since=None, moving_times=0)
