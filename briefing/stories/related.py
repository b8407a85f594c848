"""Related insights: the nearest in the whole archive by rank, none of them a copy and no two saying the same."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from briefing.model import Insight, Related, Relation, Source
from briefing.ports import Vectors
from briefing.stories.archive import Archive
from briefing.stories.evidence import opposed, relation
from briefing.stories.similarity import Words, claim_words, cosine, shared

__all__ = ["Archive", "choose"]

Found = tuple[Insight, Source, Vectors]

HALF = 0.45
"""Somewhat under half, so that it is under half by any way of counting content words."""
SAME = 0.8
SAME_ENTRY = 0.7
"""How alike two insights of one entry count at the least, so that a list draws on several."""
BALANCE = 0.7
"""Weight of nearness against difference from what is chosen already (maximal marginal relevance, Carbonell & Goldstein 1998)."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    insight: Insight
    source: Source
    vector: Vectors
    words: Words
    nearness: float


def choose(insight: Insight, source: Source, found: Sequence[Found], limit: int, nearness: Sequence[float] = ()) -> list[Related]:
    """At most `limit` of the insights `found` (nearest first), each labelled with how it stands to `insight`.

    Left out: the same entry, versions of the same words, and whatever shares half of the shorter one's content words with
    one that is chosen already. `nearness` is that of each found; without it the order stands for it.
    """
    mine = claim_words(insight.claim, insight.language or source.language)
    pool = [one for one in _candidates(found, nearness) if not _same_words(insight, mine, one)]
    chosen = list(islice(_diverse(pool), limit))
    return [Related(insight=one.insight, source=one.source, relation=_label(insight, source, one)) for one in chosen]


def _diverse(pool: list[_Candidate]) -> Iterator[_Candidate]:
    """The candidate that gains most, again and again; those that share too much with it are out."""
    likeness = dict[str, float]()

    def gain(one: _Candidate) -> tuple[float, float]:
        return BALANCE * one.nearness - (1 - BALANCE) * likeness.get(one.insight.id, 0.0), one.nearness

    while pool:
        best = max(pool, key=gain)
        yield best
        pool = [one for one in pool if one is not best and shared(one.words, best.words) < HALF]
        likeness = {one.insight.id: max(likeness.get(one.insight.id, -1.0), _alike(one, best)) for one in pool}


def _candidates(found: Sequence[Found], nearness: Sequence[float]) -> Iterable[_Candidate]:
    known = nearness or [1 - place / (2 * len(found)) for place in range(len(found))]
    for (insight, source, row), near in zip(found, known, strict=True):
        yield _Candidate(insight, source, row, claim_words(insight.claim, insight.language or source.language), near)


def _same_words(insight: Insight, words: Words, other: _Candidate) -> bool:
    """Of the same entry, or the same words printed elsewhere; what denies them is another matter."""
    if other.insight.entry_id == insight.entry_id:
        return True
    return shared(words, other.words) >= SAME and not opposed(insight, other.insight)


def _alike(one: _Candidate, other: _Candidate) -> float:
    return max(cosine(one.vector, other.vector), SAME_ENTRY if one.insight.entry_id == other.insight.entry_id else 0.0)


def _label(insight: Insight, source: Source, other: _Candidate) -> Relation:
    return relation(insight, source, other.insight, other.source)
