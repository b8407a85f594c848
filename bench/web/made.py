"""A made archive: insights of many feeds over two years, with documents, stories and editions, and vectors about subjects."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate

from bench.archive import scattered
from briefing.editions.compose import fragment
from briefing.editions.links import Links
from briefing.model import (
    Card,
    Coverage,
    Document,
    Edition,
    EditionPick,
    Entry,
    Facets,
    Insight,
    Kind,
    Passage,
    Pick,
    Quote,
    Sentence,
    Source,
    Story,
)
from briefing.store import Session, Store
from briefing.store.entries import DONE, READ
from briefing.stories.signature import signature
from briefing.text import stable_id

FEEDS, OF_ENTRY, OF_STORY, DAYS, SENTENCES, EDITIONS = 200, 8, 3, 700, 48, 60
NOW = datetime(2026, 11, 21, 7, tzinfo=UTC)
BATCH = 250
SYLLABLES = ("ka", "ro", "mi", "ten", "lu", "sor", "vel", "an", "dri", "po", "qua", "shi", "ber", "ost", "ne", "far", "gu", "lin")
HAN = "漢字検索東京電池船都市病院夜経済研究政府会社選挙気候水"


class Writer:
    """Words as in a language: few are frequent, most are rare."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._words = [
            "".join(self._chance.choices(SYLLABLES, k=1 + n // 4_000 + self._chance.randint(0, 1))) for n in range(20_000)
        ]
        self._weights = list(accumulate(1 / (rank + 3) for rank in range(20_000)))

    def sentence(self) -> str:
        words = self._chance.choices(self._words, cum_weights=self._weights, k=self._chance.randint(9, 22))
        if self._chance.random() < 0.05:
            words[3] = "".join(self._chance.choices(HAN, k=12))
        return f"{' '.join(words).capitalize()}."


def make(store: Store, embedder: str, dimensions: int, count: int) -> None:
    """Fill an empty store with `count` insights."""
    writer, vectors = Writer(7), scattered(count, dimensions, 1, 1.0)
    entries = count // OF_ENTRY
    for first in range(0, entries, BATCH):
        with store.write() as db:
            for place in range(first, min(first + BATCH, entries)):
                rows = vectors[place * OF_ENTRY : (place + 1) * OF_ENTRY]
                _tell(db, place, entries, writer, rows, embedder)
    with store.write() as db:
        for days in range(EDITIONS):
            db.editions.add(_edition(db, NOW.date() - timedelta(days=days), days))


def give_work(store: Store, count: int, now: datetime) -> None:
    """New entries that wait to be read: articles of some 30 kB, which nothing needs to be fetched for."""
    writer = Writer(now.microsecond)
    with store.write() as db:
        db.entries.add([_article(place, writer, now) for place in range(count)], READ)


def take_work(store: Store, now: datetime) -> int:
    """How many entries nobody has read; from now on they do not wait any more."""
    with store.write() as db:
        left = db.entries.waiting(READ, now)
        for id_ in left:
            db.entries.move(id_, DONE)
    return len(left)


def _article(place: int, writer: Writer, now: datetime) -> Entry:
    paragraphs = "".join(f"<p>{' '.join(writer.sentence() for _ in range(5))}</p>" for _ in range(70))
    return Entry(
        id=stable_id("article", now.isoformat(), str(place)), feed_url=f"https://feed{place % FEEDS}.example/rss",
        guid=f"{now} {place}", url="", title=f"Article {place}", collected_at=now, published_at=now, html=paragraphs,
    )  # fmt: skip


def _tell(db: Session, place: int, entries: int, writer: Writer, vectors: object, embedder: str) -> None:
    shown = NOW - timedelta(days=DAYS) * ((entries - place) / entries)
    entry = Entry(
        id=stable_id("entry", str(place)), feed_url=f"https://feed{place % FEEDS}.example/rss", guid=str(place),
        url=f"https://feed{place % FEEDS}.example/{place}", title=f"Item {place}", collected_at=shown, published_at=shown,
        html="<p>" + writer.sentence() * 20 + "</p>",
    )  # fmt: skip
    document = _document(entry, writer, shown)
    insights = [_insight(document, n) for n in range(OF_ENTRY)]
    db.entries.add([entry], DONE)
    about = signature(document.text, document.language)
    db.documents.save(document, feed_url=entry.feed_url, read_at=shown, habits=frozenset(), signature=about)
    db.insights.replace(entry.id, insights, vectors, embedder=embedder, shown_at=shown)
    for start in range(0, OF_ENTRY, OF_STORY):
        members = tuple(insights[start : start + OF_STORY])
        story = Story(
            id=stable_id("story", members[0].id), headline=members[0].headline, insights=members, sources=(),
            first_seen_at=shown, updated_at=shown,
        )  # fmt: skip
        db.stories.save(story)
        db.insights.place(story.id, [insight.id for insight in members])


def _document(entry: Entry, writer: Writer, shown: datetime) -> Document:
    said = [writer.sentence() for _ in range(SENTENCES)]
    ends = list(accumulate(len(sentence) + 1 for sentence in said))
    spans = [(end - len(words) - 1, end - 1) for words, end in zip(said, ends, strict=True)]
    sentences = [Sentence(start=start, end=end, at=float(n * 9)) for n, (start, end) in enumerate(spans)]
    passages = tuple(_passages(sentences))
    return Document(
        entry_id=entry.id, kind=Kind.PODCAST, title=entry.title, language="en", text=" ".join(said), passages=passages,
        published_at=shown,
    )  # fmt: skip


def _passages(sentences: list[Sentence]) -> Iterator[Passage]:
    for start in range(0, len(sentences), 4):
        part = tuple(sentences[start : start + 4])
        yield Passage(start=part[0].start, end=part[-1].end, sentences=part, speaker=f"Speaker {start % 8}", at=part[0].at)


def _insight(document: Document, number: int) -> Insight:
    passage = document.passages[number]
    sentence = passage.sentences[1]
    words = document.text[sentence.start : sentence.end]
    quote = Quote(
        entry_id=document.entry_id, start=sentence.start, end=sentence.end, text=words, speaker=passage.speaker, at=sentence.at
    )
    return Insight(
        id=stable_id("insight", document.entry_id, str(number)), entry_id=document.entry_id, claim=words,
        headline=words[:60], quotes=(quote,), kind="claim", score=0.7,
        writer="extractive", facets=Facets(sourcing="named sources"), language="en",
    )  # fmt: skip


def _edition(db: Session, slot: date, days: int) -> Edition:
    links = Links("http://localhost:8000", [b"k" * 32])
    rows = db.stories.since(NOW - timedelta(days=days + 1))[days * 5 : days * 5 + 5]
    kept = db.insights.of_stories([row.id for row in rows])
    picks = [_pick(rank, kept[row.id][0].insight, row.id, links) for rank, row in enumerate(rows, 1)]
    return Edition(
        id=stable_id("edition", slot.isoformat()), subscriber_id=None, slot=slot, title="Made", language="en", subject="Today",
        preheader="Five", picks=tuple(picks), coverage=Coverage(items=900, sources=200), created_at=NOW,
    )  # fmt: skip


def _pick(rank: int, insight: Insight, story_id: str, links: Links) -> EditionPick:
    source = Source(
        entry_id=insight.entry_id, feed_url="https://feed1.example/rss", feed="Feed", publisher="feed.example", title="Item",
        url="https://feed1.example/1", kind=Kind.NEWS, published_at=NOW,
    )  # fmt: skip
    story = Story(
        id=story_id, headline=insight.headline, insights=(insight,), sources=(source,), first_seen_at=NOW, updated_at=NOW
    )
    return EditionPick(rank=rank, fragment=fragment(Pick(story=story, score=0.7), Card(), links))
