"""A set of passages, not a list of the best: different points of the episode, each of which can stand alone."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from briefing import text
from briefing.insights.candidates import Candidate
from briefing.insights.standing import stands_alone
from briefing.model import Document

SAME_THOUGHT = 0.5
"""Share of content words of the shorter of two passages from which on they say the same."""

NEIGHBOURHOOD = 150
"""Characters between two passages up to which they belong to one train of thought."""

COLD_OPEN = 0.1
"""Share of a text that may hold a clip or a summary of what comes later."""

REPEATED = 0.6
"""Share of five-word runs from which on an early passage is a copy of a later one."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A chosen candidate, its score, and the content words by which others are told from it."""

    candidate: Candidate
    score: float
    words: frozenset[str]


def choose(document: Document, spans: Sequence[Candidate], scores: npt.NDArray[np.float32], limit: int) -> list[Choice]:
    """At most `limit` candidates, best first, no two of one thought or neighbourhood; equal scores: the earlier one."""
    chosen: list[Choice] = []
    for choice in _fit(document, spans, scores):
        if len(chosen) >= limit:
            break
        if not any(_near(choice, other) or _same_thought(choice, other) for other in chosen):
            chosen.append(choice)
    return chosen


def _fit(document: Document, spans: Sequence[Candidate], scores: npt.NDArray[np.float32]) -> Iterator[Choice]:
    repeated = _repeated_later(document)
    for index in sorted(range(len(spans)), key=lambda i: (-float(scores[i]), spans[i].start, spans[i].end)):
        span = spans[index]
        passage = document.text[span.start : span.end]
        speaker = document.passages[span.passage].speaker
        if stands_alone(passage, speaker, document.language) and not repeated(span):
            yield Choice(span, float(scores[index]), frozenset(text.content_words(passage, document.language)))


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


def _near(one: Choice, other: Choice) -> bool:
    a, b = one.candidate, other.candidate
    return a.start < b.end + NEIGHBOURHOOD and b.start < a.end + NEIGHBOURHOOD


def _same_thought(one: Choice, other: Choice) -> bool:
    shorter = min(len(one.words), len(other.words))
    return len(one.words & other.words) >= SAME_THOUGHT * max(1, shorter)
