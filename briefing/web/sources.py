"""Feeds as the pages name them: by an id, since a feed's own address may hold a paying reader's secret."""

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from briefing.config import Config
from briefing.model import Feed, FeedState, Kind
from briefing.pipeline import citing
from briefing.store import Session
from briefing.text import stable_id


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceShown:
    """A feed as readers see it; `site` is where its publisher lives, "" if nobody knows."""

    id: str
    url: str
    title: str
    publisher: str
    kind: Kind
    site: str
    language: str
    country: str
    topics: tuple[str, ...]


@lru_cache(maxsize=16_384)
def source_id(feed_url: str) -> str:
    return stable_id("source", feed_url)


def shown_sources(db: Session, config: Config) -> dict[str, SourceShown]:
    """Every feed by its id: those of the configuration in their order, then those that were read once or came by mail."""
    states = db.feeds.states()
    declared = {feed.url: feed for feed in config.feeds}
    feeds = [*declared.values(), *(Feed(url=url) for url in states if url not in declared)]
    return {source_id(feed.url): _shown(feed, states.get(feed.url)) for feed in feeds}


def shown_source(db: Session, config: Config, id_: str) -> SourceShown | None:
    """The feed with that id, of all those that `shown_sources` gives."""
    declared = {feed.url: feed for feed in config.feeds}
    url = next((url for url in (*declared, *db.feeds.urls()) if source_id(url) == id_), None)
    return _shown(declared.get(url) or Feed(url=url), db.feeds.state(url)) if url is not None else None


def _shown(feed: Feed, state: FeedState | None) -> SourceShown:
    return SourceShown(
        id=source_id(feed.url),
        url=feed.url,
        title=feed.title or (state.title if state else "") or urlsplit(feed.url).hostname or "Newsletter",
        publisher=feed.publisher or citing.publisher(feed, state),
        kind=citing.kind(feed, state),
        site=_web(state.site if state else ""),
        language=feed.language or (state.language if state else ""),
        country=feed.country,
        topics=feed.topics,
    )


def _web(url: str) -> str:
    return url if url.startswith(("http://", "https://")) else ""
