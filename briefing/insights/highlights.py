"""What a publisher marked as worth hearing (soundbites) raises the score of the passages said there."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from briefing.insights.candidates import Candidate
from briefing.model import Document, Passage

RAISE = 0.2
"""Share of what a score lacks to 1 that a highlight adds: no mark alone lifts a passage of less than 0.125 over the floor."""
OVERLAP = 0.5
"""Share of the shorter of passage and highlight from which on they are about the same."""
WORDS_A_SECOND = 2.5
"""The usual pace of talk, for a passage after which no time is known."""
Stretch = tuple[float, float]


def raised(document: Document, spans: Sequence[Candidate], scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The scores [n] of the candidates, higher for those inside a highlight of the document."""
    marked = [(one.at, one.at + one.duration) for one in document.highlights if one.duration > 0]
    if not marked or not spans:
        return scores
    inside = np.array([_is_marked(document, span, marked) for span in spans])
    return np.where(inside, scores + RAISE * (1 - scores), scores).astype(np.float32)


def _is_marked(document: Document, span: Candidate, marked: Sequence[Stretch]) -> bool:
    said = _stretch(document, span)
    return said is not None and any(_overlap(said, mark) for mark in marked)


def _overlap(one: Stretch, other: Stretch) -> bool:
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return shared >= OVERLAP * min(one[1] - one[0], other[1] - other[0])


def _stretch(document: Document, span: Candidate) -> Stretch | None:
    """When a candidate is said, in seconds; None without a time."""
    passage = document.passages[span.passage]
    first = passage.sentences[span.first].at
    start = passage.at if first is None and span.first == 0 else first
    if start is None:
        return None
    usual = start + max(1.0, span.words / WORDS_A_SECOND)
    later = next((at for at in _times_after(document.passages, span) if at > start), usual)
    return start, min(later, 2 * usual - start)


def _times_after(passages: Sequence[Passage], span: Candidate) -> Iterator[float]:
    for sentence in passages[span.passage].sentences[span.last + 1 :]:
        if sentence.at is not None:
            yield sentence.at
    for passage in passages[span.passage + 1 : span.passage + 2]:
        if passage.at is not None:
            yield passage.at
