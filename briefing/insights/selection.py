"""A set of passages, not a list of the best: different points of the episode, each of which can stand alone."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice

import numpy as np
import numpy.typing as npt

from briefing import text
from briefing.insights.beginning import begin_of
from briefing.insights.candidates import Candidate
from briefing.model import Document

SAME_THOUGHT = 0.5
"""Share of content words of the shorter of two passages from which on they say the same."""

WRITTEN, SPOKEN = 150, 400
"""Characters between two passages up to which they belong to one train of thought; talk takes longer over a point."""

SHORT_TALK = 0.02
"""Share of a talk's characters that keeps two of its points apart where that is less than `SPOKEN`."""

SAME_POINT = 0.75
"""Share of the shorter of two overlapping passages from which on they tell the same point."""

COLD_OPEN = 0.1
"""Share of a text that may hold a clip or a summary of what comes later."""

REPEATED = 0.6
"""Share of five-word runs from which on an early passage is a copy of a later one."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A chosen candidate, its score, and the content words by which others are told from it.

    `begin`, where its claim begins, is the sentence before it where that is needed to understand it, or a later one of its own
    where it is not needed itself.
    """

    candidate: Candidate
    score: float
    words: frozenset[str]
    begin: int


def choose(document: Document, spans: Sequence[Candidate], scores: npt.NDArray[np.float32], limit: int) -> list[Choice]:
    """At most `limit` candidates, best first, no two of one thought or neighbourhood; equal scores: the earlier one."""
    chosen: list[Choice] = []
    apart = _apart(document)
    for choice in _fit(document, spans, scores):
        if len(chosen) >= limit:
            break
        if not any(_near(choice, other, apart) or _same_thought(choice, other) for other in chosen):
            chosen.append(choice)
    return chosen


def _fit(document: Document, spans: Sequence[Candidate], scores: npt.NDArray[np.float32]) -> Iterator[Choice]:
    """Passages fit to be shown, best first. One that leans on what was said before it is told with that or from where it no
    longer leans on it, or else gives way to the best that tells its point and stands alone, if there is one."""
    repeated = _repeated_later(document)
    order = sorted(range(len(spans)), key=lambda i: (-float(scores[i]), spans[i].start, spans[i].end))
    places: dict[int, list[Candidate]] = defaultdict(list)
    for index in order:
        places[spans[index].passage].append(spans[index])
    begin = cache(lambda span: None if repeated(span) else begin_of(document, span))
    for index in order:
        told = (other for other in places[spans[index].passage] if _tells(other, spans[index]))
        shown = ((span, start) for span in chain([spans[index]], told) if (start := begin(span)) is not None)
        for span, start in islice(shown, 1):
            words = frozenset(text.content_words(document.text[span.start : span.end], document.language))
            yield Choice(span, float(scores[index]), words, start)


def _tells(other: Candidate, span: Candidate) -> bool:
    """Whether most of one of two spans stands in the other."""
    shared = min(other.end, span.end) - max(other.start, span.start)
    return shared >= SAME_POINT * min(other.end - other.start, span.end - span.start)


def _repeated_later(document: Document) -> Callable[[Candidate], bool]:
    """Tells cold opens and tables of contents: what stands at the beginning and once more, in its real place, later."""
    boundary = int(len(document.text) * COLD_OPEN)
    later = text.shingles(document.text[boundary:])

    def repeated(span: Candidate) -> bool:
        if span.end > boundary:
            return False
        own = text.shingles(document.text[span.start : span.end])
        return len(own & later) >= REPEATED * len(own)

    return repeated


def _apart(document: Document) -> float:
    spoken = any(passage.speaker for passage in document.passages)
    return min(SPOKEN, max(WRITTEN, len(document.text) * SHORT_TALK)) if spoken else WRITTEN


def _near(one: Choice, other: Choice, apart: float) -> bool:
    a, b = one.candidate, other.candidate
    return a.start < b.end + apart and b.start < a.end + apart


def _same_thought(one: Choice, other: Choice) -> bool:
    shorter = min(len(one.words), len(other.words))
    return len(one.words & other.words) >= SAME_THOUGHT * max(1, shorter)
