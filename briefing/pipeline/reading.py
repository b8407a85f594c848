"""One entry -> its document, insights and vectors: the work of the read step that needs a processor and no store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from briefing.errors import UnreadableError
from briefing.insights.grounding import ground
from briefing.model import Document, Entry, Insight, Kind, Transcript
from briefing.ports import Embedder, Fetched, InsightWriter, Vectors
from briefing.sources import articles, documents, transcripts
from briefing.sources.encodings import decode
from briefing.stories.signature import signature

TRAILER = "trailer"
"""An episode type that promotes and tells nothing."""
LIMIT = 8
"""Insights kept of one entry: a rich hour of talk seldom has more that are worth telling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTask:
    """An entry with everything that was fetched for it."""

    entry: Entry
    kind: Kind
    language: str = ""
    transcript: Fetched | Transcript | None = None
    article: Fetched | None = None
    habits: Mapping[int, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What became of an entry; `habits` are hashes of its sentences, `signature` weighs its rarest words."""

    entry: Entry
    document: Document
    habits: frozenset[int]
    signature: Mapping[int, float]
    insights: tuple[Insight, ...]
    vectors: Vectors
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads entries with one writer and one embedder."""

    writer: InsightWriter
    embedder: Embedder

    def read(self, task: ReadTask) -> Read:
        """The document of an entry, its grounded insights and a vector for each. Raises nothing that another entry need fear."""
        transcript, warnings = _transcript(task)
        reading = documents.build(
            task.entry,
            kind=task.kind,
            language=task.language,
            transcript=transcript,
            article=_article(task),
            habits={f"{key:016x}": count for key, count in task.habits.items()},
        )
        insights = () if task.entry.episode_type == TRAILER else write(reading.document, self.writer)
        return Read(
            entry=task.entry,
            document=reading.document,
            habits=frozenset(int(key, 16) for key in reading.habit_keys),
            signature=signature(reading.document.text, reading.document.language),
            insights=insights,
            vectors=embedded(self.embedder, insights),
            warnings=(*task.warnings, *warnings, *reading.warnings),
        )


def write(document: Document, writer: InsightWriter, limit: int = LIMIT) -> tuple[Insight, ...]:
    """What a writer found in a document, as far as it is grounded."""
    grounded = (ground(document, draft) for draft in writer.write(document, limit))
    return tuple(insight for insight in grounded if isinstance(insight, Insight))


def _transcript(task: ReadTask) -> tuple[Transcript | None, tuple[str, ...]]:
    if not isinstance(task.transcript, Fetched):
        return task.transcript, ()
    answer = task.transcript
    try:
        parsed = transcripts.parse(
            answer.body,
            content_type=answer.content_type,
            url=answer.url,
            charset=answer.charset,
            language=task.language,
        )
    except UnreadableError as error:
        return None, (f"transcript: {error.reason}",)
    return parsed, ()


def _article(task: ReadTask) -> str:
    if task.article is None:
        return ""
    html, _ = decode(task.article.body, task.article.charset)
    return articles.extract(html, task.article.url)


def embedded(embedder: Embedder, insights: Sequence[Insight]) -> Vectors:
    """A vector of each insight's claim and first quote, [n, d]."""
    if not insights:
        return np.zeros((0, embedder.dimensions), np.float32)
    return embedder.embed([f"{insight.claim} {insight.quotes[0].text}" for insight in insights])
