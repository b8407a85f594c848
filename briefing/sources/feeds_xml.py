"""RSS, Atom and RDF: feedparser reads the fields, from a tree that was mended and bounded first."""

import html
import io
import re
from collections.abc import Container, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import feedparser
from lxml import etree

from briefing.model import Enclosure
from briefing.sources import dates, entries, feed_tree, podcast_namespace
from briefing.sources.entries import Item, ParsedFeed
from briefing.sources.links import web_link
from briefing.sources.xmltree import local_name
from briefing.text import one_line, primary, word_count

FULL_TEXT_WORDS = 250
"""A description of at least this many words is the full text, a shorter one a teaser or show notes."""

_NUMBER = "{urn:briefing}item"
_NUMBER_KEY = "b_item"
_TAG = re.compile(r"<[^<>]*>")
_PERIODS = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 720, "yearly": 8760}


_Fields = Mapping[str, Any]
"""feedparser's dictionary: every key is optional, and only its documentation knows the types."""


def read(text: str, *, url: str, collected_at: datetime, known: Container[str]) -> ParsedFeed:
    """One feed document. Raises UnreadableError if it is none; what can be mended is mended and told in `warnings`."""
    tree = feed_tree.parse(text, url, known)
    parsed = _feedparser(tree.root, tree.items, url)
    feed = parsed.feed
    base = web_link(_text(feed, "link"), url) or url
    channel = podcast_namespace.read(_channel(tree.root), base)
    literal = parsed.version.startswith("atom")
    items = [_item(fields, tree.items, base, literal=literal) for fields in parsed.entries]
    return ParsedFeed(
        title=one_line(entries.plain(_text(feed, "title"))),
        site=web_link(_text(feed, "link"), url),
        kind=entries.guess_kind(tree.audio_share, channel, " ".join((_text(feed, "generator"), _text(feed, "title"), base))),
        language=primary(_text(feed, "language"))[:20],
        publisher=one_line(entries.plain(_publisher(feed)), 200),
        entries=entries.build(
            items, feed_url=url, base=base, collected_at=collected_at, channel=channel, trust_guids=not tree.one_guid
        ),
        warnings=tree.warnings,
        interval=_interval(feed),
        fingerprints=tree.fingerprints,
    )


def _channel(root: etree._Element) -> etree._Element:
    """The element that holds what is said of the whole feed: `channel`, or the root in Atom."""
    return next((child for child in root if local_name(child) == "channel"), root)


def _feedparser(root: etree._Element, elements: list[etree._Element], url: str) -> feedparser.FeedParserDict:
    """Each item carries its number through feedparser, so that what it loses can be read from the tree.

    Given as a stream: feedparser opens files and addresses if the bytes themselves look like one.
    """
    for number, element in enumerate(elements):
        etree.SubElement(element, _NUMBER, nsmap={"b": "urn:briefing"}).text = str(number)
    return feedparser.parse(
        io.BytesIO(etree.tostring(root, encoding="utf-8")),
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _item(fields: _Fields, elements: list[etree._Element], base: str, *, literal: bool) -> Item:
    """`literal`: the format says what is plain text, as Atom does; in RSS anything may hold HTML."""
    summary, content = _bodies(fields, literal=literal)
    element = _element(fields, elements)
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


def _element(fields: _Fields, elements: list[etree._Element]) -> etree._Element:
    """What feedparser made this item from; an empty element should it have lost the number."""
    number = _text(fields, _NUMBER_KEY)
    known = number.isdecimal() and int(number) < len(elements)
    return elements[int(number)] if known else etree.Element("item")


def _text(fields: _Fields, key: str) -> str:
    value = fields.get(key)
    return value.removeprefix("<![CDATA[").removesuffix("]]>") if isinstance(value, str) else ""


def _list(fields: _Fields, key: str) -> list[_Fields]:
    value = fields.get(key)
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _authors(fields: _Fields) -> Iterator[str]:
    named = [_text(author, "name") or _text(author, "email") for author in _list(fields, "authors")]
    yield from (name for name in named if name) if any(named) else iter((_text(fields, "author"),))


def _dates(fields: _Fields) -> Iterator[datetime | None]:
    return (dates.parse(_text(fields, key)) for key in ("published", "updated", "created") if key in fields)


def _enclosures(fields: _Fields) -> Iterator[Enclosure]:
    for found in (*_list(fields, "enclosures"), *_list(fields, "media_content")):
        address = _text(found, "href") or _text(found, "url")
        length = _text(found, "length") or _text(found, "filesize")
        kind = _text(found, "type")
        if address and ("href" in found or kind.startswith(("audio/", "video/"))):
            yield Enclosure(url=address, type=kind, length=int(length) if length.isdecimal() and len(length) < 16 else 0)


def _bodies(fields: _Fields, *, literal: bool) -> tuple[str, str]:
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


def _html(detail: _Fields, *, literal: bool) -> str:
    """Plain text as HTML, its lines kept. What RSS holds is plain if it has no tag, whatever feedparser took it for."""
    value = _text(detail, "value")
    if _text(detail, "type") != "text/plain" if literal else entries.has_markup(value):
        return value
    escaped = html.escape(value, quote=False) if literal else value.replace("<", "&lt;")
    return escaped.replace("\n", "<br>\n")


def _publisher(feed: _Fields) -> str:
    detail = feed.get("publisher_detail")
    return (_text(detail, "name") if isinstance(detail, Mapping) else "") or next(_authors(feed), "") or _text(feed, "publisher")


def _interval(feed: _Fields) -> timedelta | None:
    """The longest of `ttl` (minutes) and the syndication module's period; None if the feed asks for nothing."""
    ttl = _text(feed, "ttl").strip()
    minutes = int(ttl) if ttl.isdecimal() and len(ttl) < 6 else 0
    frequency = _text(feed, "sy_updatefrequency").strip()
    often = int(frequency) if frequency.isdecimal() and int(frequency[:6]) > 0 else 1
    hours = _PERIODS.get(_text(feed, "sy_updateperiod").strip().lower(), 0) / often
    longest = max(timedelta(minutes=minutes), timedelta(hours=hours))
    return longest or None
