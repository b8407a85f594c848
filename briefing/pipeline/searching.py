"""Search of the archive by words and by meaning: for the pages, the API and the command line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Generic, TypeVar

import numpy as np

from briefing.config import Config
from briefing.model import Insight, Source, Story, Topic
from briefing.pipeline import telling
from briefing.pipeline.citing import sources
from briefing.pipeline.relating import Archived
from briefing.ports import Embedder
from briefing.store import Session
from briefing.store.insights import Kept
from briefing.store.search import Hit, Indexed, Wanted
from briefing.store.terms import Phrase, phrases, speaker_marks, terms
from briefing.stories.topics import TopicFinder
from briefing.stories.weights import DEFAULT
from briefing.text import one_line

LONGEST, MOST_WORDS = 200, 8
"""Characters and words of a question that count."""
SPARE = 6
"""How many stretches of words are looked through for each entry that is shown: many stand in one entry."""
NEAREST, NEAR = 60, 0.3
"""Insights looked at for their meaning, and the cosine below which nothing is near, whatever the archive holds."""
ROOM = 140
"""Characters shown on either side of a word that was found."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is looked for; days are whole days in UTC. Without words, everything that the rest allows."""

    text: str = ""
    feed_url: str = ""
    topic: Topic | None = None
    speaker: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def phrases(self) -> list[Phrase]:
        return phrases(self.text.replace("\x00", "")[:LONGEST])[:MOST_WORDS]

    @property
    def is_empty(self) -> bool:
        """Whether it holds words, and none that could be looked for."""
        return bool(self.text.strip()) and not self.phrases


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """Newest first. `more` is where the next page begins, None at the end."""

    items: Sequence[T]
    more: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Words of an entry around what was asked for."""

    source: Source
    before: str
    word: str
    after: str
    at: float | None
    speaker: str


def insights(db: Session, config: Config, question: Question, limit: int, before: int | None = None) -> Found[Kept]:
    """Insights that hold all words in claim, headline or quotes; neither copies nor what turned out to be wrong."""
    hits, more = _page(db, config, Indexed.INSIGHT, question, limit, before)
    ids = [hit.ref for hit in hits]
    kept, wrong = db.insights.get(ids), {one.insight_id for one in db.corrections.of(ids)}
    return Found([kept[id_] for id_ in ids if id_ in kept and id_ not in wrong and not kept[id_].is_copy], more)


def stories(db: Session, config: Config, question: Question, limit: int, before: int | None = None) -> Found[Story]:
    """Stories that hold all words in headline or first claim."""
    hits, more = _page(db, config, Indexed.STORY, question, limit, before)
    rows = db.stories.get([hit.ref for hit in hits])
    return Found(telling.stories(db, config, [rows[hit.ref] for hit in hits if hit.ref in rows]), more)


def stretches(db: Session, config: Config, question: Question, limit: int) -> list[Stretch]:
    """Where all words stand close together in a transcript or an article: one place of each entry."""
    hits, _ = _page(db, config, Indexed.STRETCH, question, limit * SPARE, None)
    first: dict[str, Hit] = {}
    for hit in hits:
        first[hit.ref] = min(first.get(hit.ref, hit), hit, key=lambda one: one.start)
    shown = list(first.values())[:limit]
    cited = sources(db, config, [hit.ref for hit in shown])
    places = [(hit, db.documents.words(hit.ref, hit.start, hit.end)) for hit in shown if hit.ref in cited]
    return [_stretch(hit, words, cited[hit.ref], question.phrases) for hit, words in places]


def meant(db: Session, config: Config, question: Question, archived: Archived, embedder: Embedder, limit: int) -> list[Kept]:
    """Insights that are near in meaning, nearest first."""
    if not question.phrases:
        return []
    vector = embedder.embed([question.text[:LONGEST]])[0] - archived.middle
    vector /= max(float(np.linalg.norm(vector)), 1e-9)
    floor = max(NEAR, archived.strangers)
    near = [id_ for id_, nearness in archived.archive.nearest(vector, NEAREST) if nearness > floor]
    kept, wrong = db.insights.get(near), {one.insight_id for one in db.corrections.of(near)}
    told = [kept[id_] for id_ in near if id_ in kept and id_ not in wrong and not kept[id_].is_copy]
    return list(_fitting(db, config, question, told))[:limit]


def _page(
    db: Session, config: Config, kind: Indexed, question: Question, limit: int, before: int | None
) -> tuple[list[Hit], int | None]:
    if question.is_empty:
        return [], None
    hits = db.search.find(_wanted(config, kind, question, before), limit + 1)
    return hits[:limit], hits[limit - 1].number if len(hits) > limit else None


def _wanted(config: Config, kind: Indexed, question: Question, before: int | None) -> Wanted:
    topic = question.topic
    worded = (topic.id.replace("-", " "), topic.title, *topic.words) if topic else ()
    return Wanted(
        kind=kind,
        phrases=question.phrases,
        feed_url=question.feed_url,
        any_feeds=[feed.url for feed in config.feeds if topic and topic.id in feed.topics],
        any_phrases=[Phrase(tuple(found)) for words in worded if (found := terms(words))],
        speaker=question.speaker[:LONGEST],
        since=_midnight(question.since),
        until=_midnight(question.until + timedelta(days=1)) if question.until and question.until < date.max else None,
        before=before,
    )


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day else None


def _fitting(db: Session, config: Config, question: Question, told: Sequence[Kept]) -> Iterator[Kept]:
    cited = sources(db, config, sorted({one.insight.entry_id for one in told}))
    for one in told:
        if (source := cited.get(one.insight.entry_id)) and _fits(config, question, one, source):
            yield one


def _fits(config: Config, question: Question, kept: Kept, source: Source) -> bool:
    return (
        _is_told_by(question, kept.insight, source)
        and (question.since or date.min) <= kept.shown_at.date() <= (question.until or date.max)
        and (question.topic is None or _is_about(config, question.topic, kept.insight, source))
    )


def _is_told_by(question: Question, insight: Insight, source: Source) -> bool:
    said_by = {term for quote in insight.quotes for term in speaker_marks(quote.speaker)}
    return question.feed_url in ("", source.feed_url) and said_by.issuperset(speaker_marks(question.speaker[:LONGEST]))


def _is_about(config: Config, topic: Topic, insight: Insight, source: Source) -> bool:
    return topic.id in TopicFinder(config.topics, DEFAULT).about(insight, source)


def _stretch(hit: Hit, words: str, source: Source, asked: Sequence[Phrase]) -> Stretch:
    start, end = _place(words, asked)
    return Stretch(
        source=source,
        before=_ending(words[max(0, start - ROOM) : start], start > ROOM),
        word=words[start:end],
        after=_blank(words[end:]) + one_line(words[end:], ROOM),
        at=hit.at,
        speaker=hit.speaker,
    )


def _place(words: str, asked: Sequence[Phrase]) -> tuple[int, int]:
    """Where the first of the words stands that can be seen as it was typed; the beginning if none can."""
    folded = words.lower()
    for term in (term for phrase in asked for term in phrase.terms if len(folded) == len(words)):
        if (place := folded.find(term)) >= 0:
            return place, place + len(term)
    return 0, 0


def _ending(words: str, is_cut: bool) -> str:
    shown = one_line(words.partition(" ")[2] or words if is_cut else words, ROOM * 2) + _blank(words[-1:])
    return f"… {shown}" if is_cut else shown


def _blank(words: str) -> str:
    return " " if words[:1].isspace() else ""
