"""RSS, Atom and RDF: feedparser reads the fields, from a tree that was mended and bounded first."""

import html
import re
from collections.abc import Container, Iterator, Mapping
from datetime import datetime, timedelta

from lxml import etree

from briefing.model import Enclosure
from briefing.sources import dates, entries, feed_tree, podcast_namespace
from briefing.sources.entries import Item, ParsedFeed
from briefing.sources.feed_events import Fields, hear
from briefing.sources.language import stated
from briefing.sources.links import web_link
from briefing.sources.xmltree import local_name
from briefing.text import one_line, word_count

FULL_TEXT_WORDS = 250
"""A description of at least this many words is the full text, a shorter one a teaser or show notes."""

_TAG = re.compile(r"<[^<>]*>")
_PERIODS = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 720, "yearly": 8760}


def read(text: str, *, url: str, collected_at: datetime, known: Container[int]) -> ParsedFeed:
    """One feed document. Raises UnreadableError if it is none; what can be mended is mended and told in `warnings`."""
    tree = feed_tree.parse(text, url, known)
    heard = hear(tree.root, tree.items, url)
    feed = heard.feed
    base = web_link(_text(feed, "link"), url) or url
    channel = podcast_namespace.read(_channel(tree.root), base)
    literal = heard.version.startswith("atom")
    items = [_item(fields, element, base, literal=literal) for fields, element in heard.items]
    return ParsedFeed(
        title=one_line(entries.plain(_text(feed, "title"))),
        site=web_link(_text(feed, "link"), url),
        kind=entries.guess_kind(tree.audio_share, channel, " ".join((_text(feed, "generator"), _text(feed, "title"), base))),
        language=stated(_text(feed, "language")),
        entries=entries.build(
            items, feed_url=url, base=base, collected_at=collected_at, channel=channel, trust_guids=not tree.one_guid
        ),
        podcast_guid=channel.guid,
        texts=channel.texts,
        warnings=tree.warnings,
        interval=_interval(feed),
        fingerprints=tree.fingerprints,
    )


def _channel(root: etree._Element) -> etree._Element:
    """The element that holds what is said of the whole feed: `channel`, or the root in Atom."""
    return next((child for child in root if local_name(child) == "channel"), root)


def _item(fields: Fields, element: etree._Element, base: str, *, literal: bool) -> Item:
    """`literal`: the format says what is plain text, as Atom does; in RSS anything may hold HTML."""
    summary, content = _bodies(fields, literal=literal)
    return Item(
        guid=feed_tree.guid(element) or _text(fields, "id"),
        link=_text(fields, "link"),
        title=_html(fields.get("title_detail") or {}, literal=True) if literal else _text(fields, "title"),
        authors=tuple(_authors(fields)),
        language=_text(fields, "language"),
        published_at=next(filter(None, _dates(fields)), None),
        summary=summary,
        html=content,
        duration=dates.duration(_text(fields, "itunes_duration")),
        enclosures=tuple(_enclosures(fields)),
        extras=podcast_namespace.read(element, base),
    )


def _text(fields: Fields, key: str) -> str:
    value = fields.get(key)
    return value.removeprefix("<![CDATA[").removesuffix("]]>") if isinstance(value, str) else ""


def _list(fields: Fields, key: str) -> list[Fields]:
    value = fields.get(key)
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _authors(fields: Fields) -> Iterator[str]:
    named = [_text(author, "name") or _text(author, "email") for author in _list(fields, "authors")]
    yield from (name for name in named if name) if any(named) else iter((_text(fields, "author"),))


def _dates(fields: Fields) -> Iterator[datetime | None]:
    return (dates.parse(_text(fields, key)) for key in ("published", "updated", "created") if key in fields)


def _enclosures(fields: Fields) -> Iterator[Enclosure]:
    for found in (*_list(fields, "enclosures"), *_list(fields, "media_content")):
        address = _text(found, "href") or _text(found, "url")
        length = _text(found, "length") or _text(found, "filesize")
        kind = _text(found, "type")
        if address and ("href" in found or kind.startswith(("audio/", "video/"))):
            yield Enclosure(url=address, type=kind, length=int(length) if length.isdecimal() and len(length) < 16 else 0)


def _bodies(fields: Fields, *, literal: bool) -> tuple[str, str]:
    """Teaser and full text as HTML. A long description without other content is the full text."""
    contents = sorted((_html(content, literal=literal) for content in _list(fields, "content")), key=len)
    detail = fields.get("summary_detail")
    summary = _html(detail, literal=literal) if isinstance(detail, Mapping) else _text(fields, "summary")
    full = contents[-1] if contents else ""
    if len(full) > len(summary) or not summary:
        return ("" if summary == full else summary), full
    if not full and word_count(_TAG.sub(" ", summary)) < FULL_TEXT_WORDS:
        return summary, ""
    return ("" if full == summary else full), summary


def _html(detail: Fields, *, literal: bool) -> str:
    """Plain text as HTML, its lines kept. What RSS holds is plain if it has no tag, whatever feedparser took it for."""
    value = _text(detail, "value")
    if _text(detail, "type") != "text/plain" if literal else entries.has_markup(value):
        return value
    escaped = html.escape(value, quote=False) if literal else value.replace("<", "&lt;")
    return escaped.replace("\n", "<br>\n")


def _interval(feed: Fields) -> timedelta | None:
    """The longest of `ttl` (minutes) and the syndication module's period; None if the feed asks for nothing."""
    ttl = _text(feed, "ttl").strip()
    minutes = int(ttl) if ttl.isdecimal() and len(ttl) < 6 else 0
    frequency = _text(feed, "sy_updatefrequency").strip()
    often = int(frequency) if frequency.isdecimal() and int(frequency[:6]) > 0 else 1
    hours = _PERIODS.get(_text(feed, "sy_updateperiod").strip().lower(), 0) / often
    longest = max(timedelta(minutes=minutes), timedelta(hours=hours))
    return longest or None
