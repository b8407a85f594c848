"""One file or URL, outside of the daily road: what is read in it, and the insights it holds. Nothing is stored."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from briefing.errors import UnreadableError, UsageError
from briefing.insights.candidates import candidates
from briefing.insights.extractive import SHORT_TEXT
from briefing.insights.scorer import Scorer
from briefing.model import Document, Entry, Insight, Kind, Segment
from briefing.pipeline.material import Form, Material
from briefing.pipeline.reading import write
from briefing.ports import InsightWriter
from briefing.sources import articles, documents, feeds, newsletters, opml, transcripts
from briefing.sources.encodings import decode
from briefing.text import stable_id

PAGE = re.compile(r"<(?:!doctype|html|head|body)[\s>]", re.IGNORECASE)
"""What tells a whole page from a piece of HTML, all of which is content."""
TEXTS = 200
"""Entries of a feed whose words are made into documents; the others come as they stand in the feed."""

SEALED = {b"%PDF-": "a PDF", b"{\\rtf": "rich text (RTF)"}
"""Beginnings of files whose words nothing here can take out, though their bytes may look like text."""
NEVER_TYPED = "\N{REPLACEMENT CHARACTER}" + "".join(map(chr, {*range(32)} - {*map(ord, "\t\n\r\f\x0b\x1b")}))
MOST_NEVER_TYPED = 0.02
"""Of a text's characters; in compressed data about a tenth are control characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What was made of some material. `texts` holds the cleaned words of `entries`, as far as they were read."""

    title: str = ""
    document: Document | None = None
    entries: tuple[Entry, ...] = ()
    texts: tuple[str, ...] = ()
    segments: tuple[Segment, ...] = ()
    feeds: tuple[opml.OpmlFeed, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The document's text, in which all offsets count; that of a feed is its entries' texts one after another."""
        return self.document.text if self.document else "\n\n".join(filter(None, self.texts))


def read(material: Material, form: Form, now: datetime) -> Account:
    """What `material` holds, taken as `form`. Raises `UnreadableError`."""
    if not material.body.strip():
        raise UnreadableError(material.name, f"is empty, so it is no {form}")
    if sealed := next((kind for sign, kind in SEALED.items() if material.body.startswith(sign)), ""):
        raise UnreadableError(material.name, f"is {sealed}", remedy="save it as plain text, or give the page that it came from")
    return READERS[form](material, now)


def insights(name: str, account: Account, writer: InsightWriter, limit: int) -> tuple[Insight, ...]:
    """The best insights of a document, best first, those below the floor too. Raises `UsageError` for a list of things."""
    if account.document is None:
        raise UsageError(name, "is a list and no text", remedy="name one article, transcript, letter or text")
    return write(account.document, writer, limit)


def reasons(account: Account, insight: Insight) -> dict[str, float]:
    """Feature -> what it adds to the uncalibrated score of an insight's first quote, the strongest first."""
    if account.document is None:
        return {}
    quote, document = insight.quotes[0], account.document
    spans = candidates(document) + candidates(document, shortest=SHORT_TEXT)
    span = next((each for each in spans if (each.start, each.end) == (quote.start, quote.end)), None)
    return Scorer().explain(document, span) if span else {}


def _feed(material: Material, now: datetime) -> Account:
    url = material.url or material.name
    parsed = feeds.parse(material.body, url=url, collected_at=now, content_type=material.content_type, charset=material.charset)
    texts = tuple(documents.build(entry, kind=parsed.kind).document.text for entry in parsed.entries[:TEXTS])
    return Account(title=parsed.title, entries=parsed.entries, texts=texts, warnings=parsed.warnings)


def _transcript(material: Material, now: datetime) -> Account:
    transcript = transcripts.parse(material.body, content_type=material.content_type, url=material.name, charset=material.charset)
    reading = documents.build(_entry(material, now), kind=Kind.PODCAST, transcript=transcript)
    return Account(document=reading.document, segments=transcript.segments, warnings=reading.warnings)


def _newsletter(material: Material, now: datetime) -> Account:
    if material.body.lstrip()[:1] == b"<":
        return _built(_entry(material, now, html=_decoded(material)), Kind.NEWSLETTER)
    return _built(newsletters.parse(material.body, collected_at=now, mailbox=""), Kind.NEWSLETTER)


def _article(material: Material, now: datetime) -> Account:
    html = _decoded(material)
    if not PAGE.search(html):
        return _built(_entry(material, now, html=html), Kind.NEWS)
    content = articles.extract(html, material.url)
    if not content:
        raise UnreadableError(material.name, "holds no main text that could be told from the rest of the page")
    reading = documents.build(_entry(material, now), kind=Kind.NEWS, article=content)
    return Account(document=reading.document, warnings=reading.warnings)


def _opml(material: Material, now: datetime) -> Account:
    listed = opml.parse(material.body, name=material.name)
    damaged = () if listed.whole else ("the list is not well-formed; what could be read is here",)
    return Account(feeds=listed.feeds, warnings=(*damaged, *(f"{text}: {reason}" for text, reason in listed.skipped)))


def _text(material: Material, now: datetime) -> Account:
    text = _decoded(material)
    if sum(map(text.count, NEVER_TYPED)) > len(text) * MOST_NEVER_TYPED:
        raise UnreadableError(material.name, "is no text: it is an image, an archive or another binary file")
    return Account(document=documents.from_text(text, entry_id=_entry(material, now).id))


def _built(entry: Entry, kind: Kind) -> Account:
    reading = documents.build(entry, kind=kind)
    return Account(
        title=entry.title, document=reading.document, entries=(entry,), texts=(reading.document.text,), warnings=reading.warnings
    )


def _entry(material: Material, now: datetime, html: str = "") -> Entry:
    return Entry(
        id=stable_id(material.name),
        feed_url=material.url,
        guid=material.name,
        url=material.url,
        title="",
        collected_at=now,
        html=html,
    )


def _decoded(material: Material) -> str:
    return decode(material.body, material.charset)[0]


READERS: Mapping[Form, Callable[[Material, datetime], Account]] = {
    Form.FEED: _feed,
    Form.TRANSCRIPT: _transcript,
    Form.NEWSLETTER: _newsletter,
    Form.ARTICLE: _article,
    Form.OPML: _opml,
    Form.TEXT: _text,
}
