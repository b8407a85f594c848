"""What stood behind an edition: how much was read, which feeds did not answer, which fell silent."""

from datetime import datetime, timedelta

from briefing.config import Config
from briefing.model import Coverage, Feed, FeedState
from briefing.pipeline.health import judge
from briefing.store import Session

WINDOW = timedelta(hours=24)


def coverage(db: Session, config: Config, now: datetime) -> Coverage:
    """Items of the last day, feeds read, and the names of those that are unreachable or silent."""
    states, newest, read = db.feeds.states(), db.entries.newest(), db.entries.counts(now - WINDOW, now)
    feeds = [(feed, states[feed.url]) for feed in config.feeds if feed.enabled and feed.url in states]
    judged = [(_name(feed, state), judge(feed, state, now, newest.get(feed.url))[0]) for feed, state in feeds]
    return Coverage(
        items=sum(read.values()),
        sources=len({feed.url for feed, state in feeds if state.last_success_at}.union(read)),
        unreachable=tuple(name for name, status in judged if status == "failing"),
        silent=tuple(name for name, status in judged if status == "silent"),
        model=config.llm.model if config.llm else "",
        model_tokens=sum(db.meta.spent("tokens", (now - ago).date()) for ago in (timedelta(0), WINDOW)),
    )


def _name(feed: Feed, state: FeedState) -> str:
    return feed.title or state.title or feed.url
