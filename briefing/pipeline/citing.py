"""Entries as readers see them cited: what the admin declared, else what the feed says of itself."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from courlan import extract_domain

from briefing.config import Config
from briefing.model import Entry, Feed, FeedState, Kind, Source
from briefing.store import Session
from briefing.store.documents import Outline


def by_url(config: Config) -> dict[str, Feed]:
    """The feeds as the admin wrote them; one that feeds.toml no longer names, or a sender of newsletters, is not among them."""
    return {feed.url: feed for feed in config.feeds}


def declared(config: Config, url: str) -> Feed:
    """One feed as the admin wrote it, else with defaults."""
    return by_url(config).get(url) or Feed(url=url)


def sources(db: Session, config: Config, entry_ids: Sequence[str]) -> dict[str, Source]:
    """The source of each entry."""
    entries, outlines, feeds = db.entries.get(entry_ids), db.documents.outlines(entry_ids), by_url(config)
    states = db.feeds.states(sorted({entry.feed_url for entry in entries}))

    def cited(entry: Entry) -> Source:
        feed = feeds.get(entry.feed_url) or Feed(url=entry.feed_url)
        return _source(entry, feed, states.get(entry.feed_url), outlines.get(entry.id, Outline(title=entry.title)))

    return {entry.id: cited(entry) for entry in entries}


def _source(entry: Entry, feed: Feed, state: FeedState | None, outline: Outline) -> Source:
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


def kind(feed: Feed, state: FeedState | None) -> Kind:
    return feed.kind or (state.kind if state else None) or Kind.NEWS


def publisher(feed: Feed, state: FeedState | None) -> str:
    """Who owns a feed: its site's registrable domain, so that two feeds of one house count as one source.

    A site without one (a bare address, a mailbox) is told by its title.
    """
    site = state.site if state and state.site else feed.url
    return extract_domain(site) or feed.title or (state.title if state else "") or feed.url


def _host(url: str) -> str:
    return urlsplit(url).hostname or url
