"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import html
import json
from collections.abc import Container, Iterator
from datetime import datetime
from hashlib import blake2b

from briefing.errors import UnreadableError
from briefing.model import Enclosure
from briefing.sources import dates, entries
from briefing.sources.entries import Item, ParsedFeed
from briefing.sources.feed_tree import MAX_ENTRIES
from briefing.sources.language import stated
from briefing.sources.links import is_audio, web_link
from briefing.sources.podcast_namespace import Extras
from briefing.text import one_line

Json = dict[str, object]


def read(text: str, *, url: str, collected_at: datetime, known: Container[int]) -> ParsedFeed:
    """One feed document. Raises UnreadableError if it is not JSON, or JSON of another kind."""
    feed = _document(text, url)
    found = _objects(feed, "items")
    kept = {_fingerprint(item): item for item in found[:MAX_ENTRIES]}
    site = web_link(_text(feed, "home_page_url"), url)
    items = [_item(item) for fingerprint, item in kept.items() if fingerprint not in known]
    return ParsedFeed(
        title=one_line(_text(feed, "title")),
        site=site,
        kind=entries.guess_kind(_audio_share(found), Extras(), f"{_text(feed, 'title')} {site}"),
        language=stated(_text(feed, "language")),
        entries=entries.build(
            items,
            feed_url=url,
            base=url,
            collected_at=collected_at,
            channel=Extras(),
            trust_guids=len(kept) == 1 or len({_text(item, "id") for item in kept.values()}) > 1,
        ),
        warnings=tuple(_warnings(feed, found)),
        fingerprints=frozenset(kept),
    )


def _fingerprint(item: Json) -> int:
    return int.from_bytes(blake2b(json.dumps(item, sort_keys=True).encode(), digest_size=8).digest())


def _audio_share(items: list[Json]) -> float:
    attached = ([(_text(one, "url"), _text(one, "mime_type")) for one in _objects(item, "attachments")] for item in items)
    return sum(any(is_audio(*one) for one in attachments) for attachments in attached) / max(len(items), 1)


def _document(text: str, subject: str) -> Json:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise UnreadableError(subject, "this is not a feed: it cannot be parsed as JSON") from None
    version = _text(document, "version") if isinstance(document, dict) else ""
    if not isinstance(document, dict) or not ("jsonfeed.org" in version or isinstance(document.get("items"), list)):
        raise UnreadableError(subject, "this is JSON, but not a JSON Feed: it has no items")
    return document


def _warnings(feed: Json, found: list[Json]) -> Iterator[str]:
    if not isinstance(feed.get("items"), list):
        yield "it has no list of items"
    if len(found) > MAX_ENTRIES:
        yield f"only the first {MAX_ENTRIES:,} of {len(found):,} entries are read"


def _item(item: Json) -> Item:
    plain = _text(item, "content_text")
    content = _text(item, "content_html") or html.escape(plain, quote=False).replace("\n", "<br>\n")
    attachments = _objects(item, "attachments")
    return Item(
        guid=_text(item, "id"),
        link=_text(item, "url") or _text(item, "external_url"),
        title=html.escape(_text(item, "title"), quote=False),
        authors=tuple(_authors(item)),
        language=_text(item, "language"),
        published_at=next(filter(None, (dates.parse(_text(item, key)) for key in ("date_published", "date_modified"))), None),
        summary=html.escape(_text(item, "summary"), quote=False),
        html=content,
        duration=next((length for one in attachments if (length := dates.duration(_text(one, "duration_in_seconds")))), None),
        enclosures=tuple(_enclosure(one) for one in attachments),
    )


def _enclosure(attachment: Json) -> Enclosure:
    size = attachment.get("size_in_bytes")
    length = int(size) if isinstance(size, int | float) and 0 <= size < 1e15 else 0
    return Enclosure(url=_text(attachment, "url"), type=_text(attachment, "mime_type"), length=length)


def _authors(thing: Json) -> Iterator[str]:
    """`authors` since version 1.1, `author` before."""
    for author in (*_objects(thing, "authors"), thing.get("author")):
        if isinstance(author, dict) and (name := _text(author, "name")):
            yield name


def _text(thing: Json, key: str) -> str:
    """Numbers are taken as text: identifiers are often written that way."""
    value = thing.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)


def _objects(thing: Json, key: str) -> list[Json]:
    value = thing.get(key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
