"""What clustering knows of one insight: its words, its vector, and the fingerprint of the document it stands in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from heapq import nsmallest

from briefing.model import Insight, Kind, Source
from briefing.ports import Vectors
from briefing.stories.interlingual import shared_counts
from briefing.stories.similarity import Words, claim_words, log_counts
from briefing.text import fold, primary, shingles

CONTEXT = 600
OPENING = 800
TITLE_WEIGHT = 4.0
FINGERPRINTED = 120_000
SKETCH = 512
CREDIT = re.compile(
    r"(?:originally (?:published|appeared|posted) (?:at|on|in|by)|first (?:published|appeared) (?:at|on|in|by)|"
    r"this (?:article|story) (?:was|is) (?:republished|reprinted) from|reprinted from|source:|courtesy of|"
    r"zuerst erschienen (?:bei|in|auf)|quelle:|publié (?:initialement )?(?:par|sur)|fuente:)\s*([^\n.;|]{2,60})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """An insight ready to be compared. `shingles` are a sketch of its document's, `counts` are of the stems it is compared by.

    `shared` are of what its words have in common with those of other languages.
    """

    insight: Insight
    source: Source
    vector: Vectors
    shingles: frozenset[int]
    words: Words
    counts: Mapping[str, float]
    shared: Mapping[str, float]
    credits: str = ""

    @property
    def language(self) -> str:
        return primary(self.insight.language or self.source.language) or "en"

    @property
    def at(self) -> datetime | None:
        return self.source.published_at or self.source.collected_at

    @property
    def order(self) -> tuple[bool, float, str]:
        """Oldest first, undated last: the order in which members are assigned, whatever order they came in."""
        return (self.at is None, self.at.timestamp() if self.at else 0.0, self.insight.id)


def member(insight: Insight, source: Source, vector: Vectors, document_text: str) -> Member:
    """Prepare an insight. `document_text` is the whole cleaned text of its entry, at whose offsets the quotes stand."""
    language = insight.language or source.language
    parts = _parts(insight, source, document_text)
    return Member(
        insight,
        source,
        vector,
        fingerprint(document_text),
        claim_words(insight.claim, language),
        log_counts(parts, language),
        shared_counts(parts, language),
        _credits(document_text),
    )


def _parts(insight: Insight, source: Source, text: str) -> list[tuple[str, float]]:
    """A news item is about one event and is known by its title and opening; elsewhere only the words around a quote count."""
    if source.kind is Kind.NEWS:
        return [(source.title, TITLE_WEIGHT), (insight.claim, 1.0), (text[:OPENING], 1.0)]
    around = [text[max(0, quote.start - CONTEXT) : quote.end + CONTEXT] for quote in insight.quotes]
    return [(insight.claim, 2.0), *((stretch, 1.0) for stretch in around)]


@lru_cache(maxsize=256)
def fingerprint(text: str) -> frozenset[int]:
    """The 512 smallest shingles of a text (bottom-k sketch, Broder 1997): enough to compare by, small enough to keep."""
    return frozenset(nsmallest(SKETCH, shingles(text[:FINGERPRINTED])))


@lru_cache(maxsize=256)
def _credits(text: str) -> str:
    return fold(" ".join(match.group(1) for match in CREDIT.finditer(text)))
