"""What a feed reader found, cleaned, bounded and given its identity: raw items -> entries."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lxml.html import defs

from briefing.model import Enclosure, Entry, Kind
from briefing.sources import dates
from briefing.sources.language import stated
from briefing.sources.links import web_link
from briefing.sources.podcast_namespace import Extras
from briefing.text import one_line, stable_id, visible

MAX_BODY, MAX_TITLE, MAX_NAME, MAX_AUTHORS, MAX_ENCLOSURES = 500_000, 300, 200, 20, 20

_SCRIPT = re.compile(r"<(script|style)\b[^>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)(?:\s[^<>]*|/)?>")
_NEWSLETTER = re.compile(r"newsletter|substack|beehiiv|buttondown|mailchimp|convertkit|周刊", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item as a reader of some feed format hands it over: nothing is cleaned yet."""

    guid: str = ""
    link: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()
    language: str = ""
    published_at: datetime | None = None
    summary: str = ""
    html: str = ""
    duration: float | None = None
    enclosures: tuple[Enclosure, ...] = ()
    extras: Extras = field(default_factory=Extras)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A feed document. `interval` is how long the feed asks to be left alone, `warnings` what had to be mended, in words.

    `fingerprints` stand for all items that the document holds; `entries` leaves out those that were said to be known.
    """

    title: str
    site: str
    kind: Kind
    language: str
    entries: tuple[Entry, ...]
    podcast_guid: str = ""
    texts: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    interval: timedelta | None = None
    fingerprints: frozenset[int] = frozenset()


def build(
    items: Sequence[Item], *, feed_url: str, base: str, collected_at: datetime, channel: Extras, trust_guids: bool
) -> tuple[Entry, ...]:
    """Entries in the order of the items; two items that the feed gives one identity keep it."""
    return tuple(_entry(item, feed_url, base, collected_at, channel, trust_guid=trust_guids) for item in items)


def plain(text: str) -> str:
    """A title or name without HTML; angle brackets that are no HTML tag stay, as in `Vec<T>`."""
    without = _TAG.sub(_unless_html, _SCRIPT.sub("", text)) if "<" in text else text
    return html.unescape(without)


def has_markup(text: str) -> bool:
    """Whether there is an HTML tag in a text."""
    return any(tag[1].lower() in defs.tags for tag in _TAG.finditer(text))


def guess_kind(audio_share: float, channel: Extras, described: str) -> Kind:
    """Podcast if half of the items carry audio, newsletter if the feed, its title or the service that made it says so."""
    if channel.medium == "newsletter":
        return Kind.NEWSLETTER
    if audio_share >= 0.5 or channel.medium == "podcast":
        return Kind.PODCAST
    return Kind.NEWSLETTER if _NEWSLETTER.search(described) else Kind.NEWS


def _entry(item: Item, feed_url: str, base: str, collected_at: datetime, channel: Extras, *, trust_guid: bool) -> Entry:
    guid = one_line(item.guid, 1_000) if trust_guid else ""
    url = web_link(item.link, base)
    title = one_line(plain(item.title), MAX_TITLE)
    enclosures = tuple(_enclosures(item.enclosures, base))
    body, summary = visible(item.html)[:MAX_BODY], visible(item.summary)[:MAX_BODY]
    content_hash = stable_id(title, body or summary)
    extras = item.extras
    return Entry(
        id=_identity(feed_url, guid, enclosures, (url, title), content_hash),
        feed_url=feed_url,
        guid=guid,
        url=url,
        title=title,
        collected_at=collected_at,
        published_at=dates.first(iter((item.published_at,)), collected_at=collected_at),
        authors=_names(item.authors),
        language=stated(item.language),
        summary=summary,
        html=body,
        duration=item.duration,
        enclosures=enclosures,
        transcript_links=extras.transcripts,
        chapters=extras.chapters,
        chapters_url=extras.chapters_url,
        persons=extras.persons or channel.persons,
        soundbites=extras.soundbites,
        content_hash=content_hash,
        season=extras.season,
        episode=extras.episode,
        episode_type=extras.episode_type,
        explicit=channel.explicit if extras.explicit is None else extras.explicit,
    )


def _identity(feed_url: str, guid: str, enclosures: Sequence[Enclosure], named: tuple[str, str], content_hash: str) -> str:
    """Guid and enclosure; without a guid link and title; without those the content."""
    enclosure = enclosures[0].url if enclosures else ""
    if guid:
        return stable_id(feed_url, "guid", guid, enclosure)
    if any(named):
        return stable_id(feed_url, "link", *named, enclosure)
    return stable_id(feed_url, "content", content_hash, enclosure)


def _enclosures(found: Sequence[Enclosure], base: str) -> list[Enclosure]:
    linked = ((web_link(enclosure.url, base), enclosure) for enclosure in found[:MAX_ENCLOSURES])
    return [Enclosure(url=url, type=one_line(one.type, 80).lower(), length=max(one.length, 0)) for url, one in linked if url]


def _names(names: Sequence[str]) -> tuple[str, ...]:
    cleaned = (one_line(plain(name), MAX_NAME) for name in names[:MAX_AUTHORS])
    return tuple(dict.fromkeys(name for name in cleaned if name))


def _unless_html(tag: re.Match[str]) -> str:
    return " " if tag[1].lower() in _BREAKS else "" if tag[1].lower() in defs.tags else tag[0]


_BREAKS = frozenset({"br", "p", "div", "li"})
