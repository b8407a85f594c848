"""The default writer: the speaker's own words, chosen by the scorer, trimmed by deletion. No network, no key, deterministic."""

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from briefing import text
from briefing.insights import cues
from briefing.insights.candidates import Candidate, candidates
from briefing.insights.ending import end_of
from briefing.insights.headline import headline
from briefing.insights.highlights import raised
from briefing.insights.runon import Place, before, sentence_at
from briefing.insights.selection import Choice, choose
from briefing.insights.wording import trim
from briefing.model import Document, Draft, Quote

SHORTEST_CLAIM = 8
SHORT_TEXT = 12
"""Words from which on a sentence of a text too short for a full candidate may be quoted."""

KINDS = ("prediction", "advice", "number", "finding", "story")
_CUES = {"prediction": "prediction", "advice": "advice", "number": "number", "finding": "evidence", "story": "story"}
_NEEDED = {"prediction": 2, "advice": 2, "number": 3, "finding": 2, "story": 2}


class Scorer(Protocol):
    def score(self, document: Document, spans: Sequence[Candidate]) -> npt.NDArray[np.float32]:
        """float32 [n], 0 to 1."""
        ...


class ExtractiveWriter:
    """An `InsightWriter` whose claims are quotations."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer

    def write(self, document: Document, limit: int) -> list[Draft]:
        """At most `limit` drafts of different points, best first, those below the floor included."""
        spans = candidates(document) or candidates(document, shortest=SHORT_TEXT)
        scores = raised(document, spans, self._scorer.score(document, spans))
        chosen = choose(document, spans, scores, limit)
        drafts = [_draft(document, choice) for choice in chosen]
        return [draft for draft in drafts if text.word_count(draft.claim) >= SHORTEST_CLAIM]


def quote(document: Document, first: Place, start: int, end: int) -> Quote:
    """The words from `start` to `end` with the speaker and the time of the sentence that they begin with."""
    passage, at = document.passages[first.passage], sentence_at(document, first).at
    return Quote(
        entry_id=document.entry_id,
        start=start,
        end=end,
        text=document.text[start:end],
        speaker=passage.speaker,
        at=passage.at if at is None else at,
    )


def _draft(document: Document, choice: Choice) -> Draft:
    candidate, end = choice.candidate, end_of(document, choice.candidate) or choice.candidate.end
    claim = trim(document.text[choice.begin : end], document.language)
    return Draft(
        claim=claim,
        quotes=tuple(_quotes(document, choice, max(end, candidate.end))),
        headline=headline(claim, document.language),
        kind=kind(claim, document.language),
        score=choice.score,
    )


def _quotes(document: Document, choice: Choice, end: int) -> Iterator[Quote]:
    """The candidate with what it goes on with, then the sentence before it where the claim begins with that."""
    candidate = choice.candidate
    first = Place(candidate.passage, candidate.first)
    yield quote(document, first, candidate.start, end)
    set_up = before(document, first)
    if choice.begin < candidate.start and set_up:
        yield quote(document, set_up, choice.begin, sentence_at(document, set_up).end)


def kind(claim: str, language: str) -> str:
    """What sort of insight it is, by the cues in it: prediction, advice, number, finding, story, else claim."""
    found = cues.load(language)
    counts = {name: found.count(_CUES[name], claim) - _NEEDED[name] for name in KINDS}
    best = max(KINDS, key=lambda name: counts[name])
    return best if counts[best] >= 0 else "claim"
