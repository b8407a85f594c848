"""What stood behind an edition: how much was read, which feeds did not answer, which fell silent."""

from datetime import datetime, timedelta

from briefing.config import Config
from briefing.model import Coverage, Feed, FeedState
from briefing.store import Session

WINDOW = timedelta(hours=24)
SILENT_AFTER = 5
"""A feed is silent when nothing came for so many of its usual gaps, and for two days at least."""
SHORTEST_SILENCE = timedelta(days=2)


def coverage(db: Session, config: Config, now: datetime) -> Coverage:
    """Items of the last day, feeds read, and the names of those that are unreachable or silent."""
    states = db.feeds.states()
    feeds = [(feed, states[feed.url]) for feed in config.feeds if feed.enabled and feed.url in states]
    return Coverage(
        items=sum(db.entries.counts(now - WINDOW, now).values()),
        sources=sum(state.last_success_at is not None for _, state in feeds),
        unreachable=tuple(_name(feed, state) for feed, state in feeds if state.failures),
        silent=tuple(_name(feed, state) for feed, state in feeds if not state.failures and is_silent(state, now)),
    )


def is_silent(state: FeedState, now: datetime) -> bool:
    """Whether nothing came for much longer than is usual for this feed."""
    if state.usual_gap is None or state.last_news_at is None:
        return False
    return now - state.last_news_at > max(SILENT_AFTER * state.usual_gap, SHORTEST_SILENCE)


def _name(feed: Feed, state: FeedState) -> str:
    return feed.title or state.title or feed.url
