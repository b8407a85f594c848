"""What clustering knows of one insight: its words, its vector, and the fingerprint of the document it stands in."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np

from briefing.model import Insight, Kind, Source
from briefing.ports import Vectors
from briefing.stories.counted import Counted, Hashes, Words, counted, sorted_numbers
from briefing.stories.interlingual import shared_counts, tells_apart
from briefing.stories.similarity import REMEMBERED, claim_words, log_counts
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
    """An insight ready to be compared. `sketch` holds the smallest shingles of its document.

    `words` are those of its claim, `counts` are of the stems it is compared by, `shared` of what its words have in common with
    those of other languages, and `facts` are the names and figures among these.
    """

    insight: Insight
    source: Source
    vector: Vectors
    sketch: Hashes
    words: Words
    counts: Counted
    shared: Counted
    facts: Words
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
    common = shared_counts(parts, language)
    return Member(
        insight,
        source,
        vector,
        sketch(document_text),
        sorted_numbers(claim_words(insight.claim, language)),
        counted(log_counts(parts, language)),
        counted(common),
        sorted_numbers(filter(tells_apart, common)),
        _credits(document_text),
    )


def _parts(insight: Insight, source: Source, text: str) -> list[tuple[str, float]]:
    """A news item is about one event and is known by its title and opening; elsewhere only the words around a quote count."""
    if source.kind is Kind.NEWS:
        return [(source.title, TITLE_WEIGHT), (insight.claim, 1.0), (text[:OPENING], 1.0)]
    around = [text[max(0, quote.start - CONTEXT) : quote.end + CONTEXT] for quote in insight.quotes]
    return [(insight.claim, 2.0), *((stretch, 1.0) for stretch in around)]


@lru_cache(maxsize=REMEMBERED)
def sketch(text: str) -> Hashes:
    """The 512 smallest shingles of a text (bottom-k sketch, Broder 1997): enough to compare by, small enough to keep."""
    found = shingles(text[:FINGERPRINTED])
    return np.sort(np.fromiter(found, np.uint64, len(found)))[:SKETCH].copy()


@lru_cache(maxsize=REMEMBERED)
def _credits(text: str) -> str:
    return fold(" ".join(match.group(1) for match in CREDIT.finditer(text)))
