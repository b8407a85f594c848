"""A set of passages, not a list of the best: different points of the episode, each of which can stand alone."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import NamedTuple

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

CROWDED, REACH = 0.5, 6
"""Log-odds that a passage loses beside a chosen one, and how many distances between two points away it loses 1/e of them.
Chosen on 84 held-out episodes, confirmed on 87 others."""

CERTAIN = 1e-6
"""How near to 0 and 1 a score is taken at its word: beyond, its odds have no end."""

Numbers = npt.NDArray[np.float32]
Precise = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Choice:
    """A chosen candidate, its score beside those chosen before it, and the content words by which others are told from it.

    `begin`, where its claim begins, is the sentence before it where that is needed to understand it, or a later one of its own
    where it is not needed itself.
    """

    candidate: Candidate
    score: float
    words: frozenset[str]
    begin: int


def choose(document: Document, spans: Sequence[Candidate], scores: Numbers, limit: int) -> list[Choice]:
    """At most `limit` candidates, best first, no two of one thought or neighbourhood; equal scores: the earlier one.

    `scores`: float32 [n], chances from 0 to 1. What stands around a chosen one counts for less, since the next point is more
    often made elsewhere.
    """
    chosen: list[Choice] = []
    apart, shown, left = _apart(document), _shown(document, spans, scores), _log_odds(scores)
    words = cache(lambda span: frozenset(text.content_words(document.text[span.start : span.end], document.language)))
    while len(chosen) < limit and np.isfinite(best := left.max(initial=-np.inf)):
        index = int(left.argmax())
        left[index] = -np.inf
        fit = None if _repeats(spans[index], chosen, words, apart) else shown(spans[index])
        if fit and not _repeats(fit.candidate, chosen, words, apart):
            chosen.append(Choice(fit.candidate, _chance(best), words(fit.candidate), fit.begin))
            left -= _crowding(spans, fit.candidate, apart)
    return chosen


def _log_odds(scores: Numbers) -> Precise:
    kept = np.clip(scores.astype(np.float64), CERTAIN, 1 - CERTAIN)
    return np.asarray(np.log(kept / (1 - kept)))


def _chance(log_odds: float) -> float:
    return float(1 / (1 + np.exp(-log_odds)))


def _crowding(spans: Sequence[Candidate], chosen: Candidate, apart: float) -> Precise:
    """float64 [n]: the log-odds that each span loses to a chosen one, by the characters between their middles."""
    middles = np.array([(span.start + span.end) / 2 for span in spans])
    away = np.abs(middles - (chosen.start + chosen.end) / 2)
    return np.asarray(CROWDED * np.exp(-away / (REACH * apart)))


class _Fit(NamedTuple):
    """A candidate that can be shown, and where its claim begins."""

    candidate: Candidate
    begin: int


def _shown(document: Document, spans: Sequence[Candidate], scores: Numbers) -> Callable[[Candidate], _Fit | None]:
    """How a passage is fit to be shown. One that leans on what was said before it is told with that or from where it no longer
    leans on it, or else gives way to the best that tells its point and stands alone, if there is one."""
    repeated = _repeated_later(document)
    places: dict[int, list[Candidate]] = defaultdict(list)
    for index in np.argsort(-scores, kind="stable"):
        places[spans[index].passage].append(spans[index])
    begin = cache(lambda span: None if repeated(span) else begin_of(document, span))

    def shown(span: Candidate) -> _Fit | None:
        told = (other for other in places[span.passage] if _tells(other, span))
        return next((_Fit(one, start) for one in chain([span], told) if (start := begin(one)) is not None), None)

    return shown


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


def _repeats(span: Candidate, chosen: Sequence[Choice], words: Callable[[Candidate], frozenset[str]], apart: float) -> bool:
    """Whether it stands near a chosen one, or says the same."""
    return any(_near(span, other.candidate, apart) or _same_thought(words(span), other.words) for other in chosen)


def _near(one: Candidate, other: Candidate, apart: float) -> bool:
    return one.start < other.end + apart and other.start < one.end + apart


def _same_thought(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= SAME_THOUGHT * max(1, min(len(one), len(other)))
