"""How one insight stands to another, said only where their words show it."""

import re
from datetime import timedelta

from briefing.model import Insight, Relation, Source
from briefing.stories.disagreements import between
from briefing.stories.measures import measures
from briefing.stories.similarity import Words, claim_words, ordinary, shared
from briefing.text import primary, sentence_spans

SAME_CLAIM = 0.6
SAME_SUBJECT = 0.45
"""Share of the shorter one's words, the rarer the heavier, that both have: at a quarter most pairs have but everyday words of one
trade in common, from here on they speak of one thing."""
SUPPORTED = 0.3
"""The same beside a common figure, which is evidence itself."""
FEWEST_WORDS = 4
EARLIER = timedelta(days=1)
BACKGROUND = timedelta(days=14)
"""News this much older than the insight is what led to it rather than part of it."""
NEGATION = re.compile(
    r"\b(?:not|never|cannot|no longer|denie[sd]|deny|denying|"
    r"nicht|kein\w*|niemals|bestreite\w*|ne|pas|jamais|nunca|niega\w*)\b|n['’]t\b",
    re.IGNORECASE,
)


def relation(insight: Insight, source: Source, other: Insight, other_source: Source) -> Relation:
    """The strongest label that the words and dates of both support; `RELATED` if none does or it is in doubt."""
    if between(insight, source, [(other, other_source)]):
        return Relation.CONTRASTS
    mine, theirs = _words(insight, source), _words(other, other_source)
    if len(mine & theirs) < FEWEST_WORDS:
        return Relation.RELATED
    alike = shared(mine, theirs) >= SAME_CLAIM
    if _denies(insight) != _denies(other):
        return Relation.CONTRASTS if alike and opposed(insight, other) else Relation.RELATED
    if alike:
        return Relation.SAME_CLAIM
    subject = _subject(mine, theirs)
    if subject >= SUPPORTED and _common_measures(insight, other):
        return Relation.SUPPORTS
    return _by_time(source, other_source) if subject >= SAME_SUBJECT else Relation.RELATED


def _words(insight: Insight, source: Source) -> Words:
    """Content words without single Chinese or Japanese characters, which are no words."""
    found = claim_words(insight.claim, insight.language or source.language)
    return frozenset(word for word in found if len(word) > 1)


def _subject(a: Words, b: Words) -> float:
    rarity = ordinary()
    least = min(sum(map(rarity.of, words)) for words in (a, b))
    return sum(map(rarity.of, a & b)) / least if least else 0.0


def opposed(a: Insight, b: Insight) -> bool:
    """Whether one of two claims denies what the other says and the other denies nothing; never said across languages."""
    if primary(a.language) != primary(b.language) or _denies(a) == _denies(b):
        return False
    denial, claim = (a, b) if _denies(a) else (b, a)
    said = claim_words(claim.claim, claim.language)
    return any(shared(claim_words(sentence, denial.language), said) >= SAME_CLAIM for sentence in _denials(denial))


def _denies(insight: Insight) -> bool:
    return bool(NEGATION.search(insight.claim))


def _denials(insight: Insight) -> list[str]:
    text = insight.claim
    found = [text[start:end] for start, end in sentence_spans(text, insight.language)]
    return [sentence for sentence in found if NEGATION.search(sentence)]


def _common_measures(a: Insight, b: Insight) -> bool:
    """Whether both claims give one figure for one thing; the number of a year or an issue supports nothing."""
    mine, theirs = ({(one.kind, one.amount) for one in measures(each.claim) if one.kind != "year"} for each in (a, b))
    return bool(mine & theirs)


def _by_time(source: Source, other: Source) -> Relation:
    mine, theirs = source.published_at, other.published_at
    if mine is None or theirs is None or mine - theirs < EARLIER:
        return Relation.RELATED
    return Relation.BACKGROUND if mine - theirs >= BACKGROUND else Relation.EARLIER
