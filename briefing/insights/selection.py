"""A set of passages, not a list of the best: different points of the episode, each of which can stand alone."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice

import numpy as np
import numpy.typing as npt

from briefing import text
from briefing.insights.candidates import Candidate
from briefing.insights.standing import may_be_told, stands_alone
from briefing.insights.wording import CUT, trim
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


TOLD = 0.5
"""Share of a passage that a claim must have room for beside the sentence before it."""

SHORTEST_SET_UP = 5
"""Words; less cannot be quoted."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A chosen candidate, its score, and the content words by which others are told from it.

    `begin` lies before the candidate where the sentence before it is needed to understand it.
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
    """Passages fit to be shown, best first. One that leans on the sentence before it is shown with it if a claim has
    room for both, or else gives way to the best that tells its point and stands alone, if there is one."""
    repeated = _repeated_later(document)
    order = sorted(range(len(spans)), key=lambda i: (-float(scores[i]), spans[i].start, spans[i].end))
    places: dict[int, list[Candidate]] = defaultdict(list)
    for index in order:
        places[spans[index].passage].append(spans[index])
    begin = cache(lambda span: None if repeated(span) else _begin(document, span))
    for index in order:
        told = (other for other in places[spans[index].passage] if _tells(other, spans[index]))
        shown = ((span, start) for span in chain([spans[index]], told) if (start := begin(span)) is not None)
        for span, start in islice(shown, 1):
            words = frozenset(text.content_words(document.text[span.start : span.end], document.language))
            yield Choice(span, float(scores[index]), words, start)


def _begin(document: Document, span: Candidate) -> int | None:
    """Where to begin so that a span can be understood: at its start, or a sentence earlier; None if nowhere."""
    speaker, passage = document.passages[span.passage].speaker, document.text[span.start : span.end]
    if stands_alone(passage, speaker, document.language):
        return span.start
    return _set_up(document, span) if may_be_told(passage, speaker, document.language) else None


def _set_up(document: Document, span: Candidate) -> int | None:
    """Where the sentence before a span begins, if it stands alone and leaves room for enough of the span in a claim."""
    passage = document.passages[span.passage]
    if span.first == 0:
        return None
    start = passage.sentences[span.first - 1].start
    before = document.text[start : span.start].strip()
    understood = text.word_count(before) >= SHORTEST_SET_UP and stands_alone(before, passage.speaker, document.language)
    return start if understood and _leaves_room(before, document.text[start : span.end], document.language) else None


def _leaves_room(before: str, whole: str, language: str) -> bool:
    claim, first = trim(whole, language), text.word_count(before)
    return not claim.endswith(CUT) and text.word_count(claim) - first >= TOLD * (text.word_count(whole) - first)


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
