"""Entries as readers see them cited: what the admin declared, else what the feed says of itself."""

from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from courlan import extract_domain

from briefing.config import Config
from briefing.model import Feed, FeedState, Kind, Source
from briefing.store import Session
from briefing.store.citations import Cited, Masthead, Outline, cited

Named = FeedState | Masthead | None


def by_url(config: Config) -> dict[str, Feed]:
    """The feeds as the admin wrote them; one that feeds.toml no longer names, or a sender of newsletters, is not among them."""
    return {feed.url: feed for feed in config.feeds}


def sources(db: Session, config: Config, entry_ids: Sequence[str]) -> dict[str, Source]:
    """The source of each entry."""
    feeds, found = by_url(config), cited(db.connection, entry_ids)
    return {one.entry.id: _source(one, feeds.get(one.entry.feed_url) or Feed(url=one.entry.feed_url)) for one in found}


def _source(found: Cited, feed: Feed) -> Source:
    entry, state = found.entry, found.masthead
    outline = found.outline or Outline(title=entry.title)
    return Source(
        entry_id=entry.id,
        feed_url=feed.url,
        feed=feed.title or (state.title if state else "") or _host(feed.url),
        publisher=feed.publisher or publisher(feed, state),
        title=outline.title,
        url=entry.url or (entry.enclosures[0].url if entry.enclosures else ""),
        kind=kind(feed, state),
        published_at=entry.published_at,
        collected_at=entry.collected_at,
        language=outline.language or feed.language or entry.language,
        country=feed.country,
        topics=feed.topics,
        weight=feed.weight,
        quality=outline.quality,
        enclosure=entry.enclosures[0].url if entry.enclosures else "",
        duration=entry.duration,
    )


def kind(feed: Feed, state: Named) -> Kind:
    return feed.kind or (state.kind if state else None) or Kind.NEWS


def publisher(feed: Feed, state: Named) -> str:
    """Who owns a feed: its site's registrable domain, so that two feeds of one house count as one source.

    A site without one (a bare address, a mailbox) is told by its title.
    """
    site = state.site if state and state.site else feed.url
    return _domain(site) or feed.title or (state.title if state else "") or feed.url


@lru_cache(maxsize=4_096)
def _domain(site: str) -> str | None:
    return extract_domain(site)


def _host(url: str) -> str:
    return urlsplit(url).hostname or url
