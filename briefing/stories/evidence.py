"""How one insight stands to another, said only where their words show it."""

import re
from datetime import timedelta

from briefing.model import Insight, Relation, Source
from briefing.stories.facts import figures, key
from briefing.stories.similarity import claim_words, shared

SAME_CLAIM = 0.6
SAME_SUBJECT = 0.25
EARLIER = timedelta(days=1)
BACKGROUND = timedelta(days=14)
"""News this much older than the insight is what led to it rather than part of it."""
NEGATION = re.compile(
    r"\b(?:not|no|never|n't|cannot|without|fails?|failed|wrong|myth|unlikely|nicht|kein\w*|nie|falsch|ne|pas|jamais|nunca|no|sin)\b|n['’]t\b|不|没|沒",
    re.IGNORECASE,
)
CONTRAST = re.compile(
    r"\b(?:however|contrary|disagree\w*|den(?:y|ies|ied)|disput\w+|reject\w*|overestimat\w*|exaggerat\w*|jedoch|widersprich\w*|bestreite\w*|"
    r"cependant|contrairement|sin embargo|contrario)\b",
    re.IGNORECASE,
)


def relation(insight: Insight, source: Source, other: Insight, other_source: Source) -> Relation:
    """The strongest label that the words and dates of both support; `RELATED` if none does."""
    overlap = shared(_words(insight, source), _words(other, other_source))
    if overlap >= SAME_CLAIM:
        return Relation.CONTRASTS if opposed(insight.claim, other.claim) else Relation.SAME_CLAIM
    if overlap < SAME_SUBJECT:
        return Relation.RELATED
    if opposed(insight.claim, other.claim) or CONTRAST.search(other.claim):
        return Relation.CONTRASTS
    return Relation.SUPPORTS if _common_figures(insight, other) else _by_time(source, other_source)


def _words(insight: Insight, source: Source) -> frozenset[str]:
    return claim_words(insight.claim, insight.language or source.language)


def opposed(a: str, b: str) -> bool:
    """Whether one of two claims about one subject denies and the other does not."""
    return bool(NEGATION.search(a)) != bool(NEGATION.search(b))


def _common_figures(a: Insight, b: Insight) -> bool:
    return bool({key(figure) for figure in figures(a.claim)} & {key(figure) for figure in figures(b.claim)})


def _by_time(source: Source, other: Source) -> Relation:
    mine, theirs = source.published_at, other.published_at
    if mine is None or theirs is None or mine - theirs < EARLIER:
        return Relation.RELATED
    return Relation.BACKGROUND if mine - theirs >= BACKGROUND else Relation.EARLIER
