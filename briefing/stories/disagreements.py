"""Figures on which independent sources of one story disagree, with the words of both."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, product

from briefing.model import Disagreement, Insight, Quote, Source, Story
from briefing.stories.facts import figures, key, publisher
from briefing.stories.measures import SCALES, Measure, measures
from briefing.stories.similarity import Words, claim_words, shared
from briefing.text import content_words, fold, sentence_spans

SAME_SUBJECT = 0.6
FEWEST_WORDS = 3
"""Words that two sentences must have in common beside their figures: a unit and a "three" make no subject."""
SUBJECT_WORDS = 6


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of a quote that states figures; `subject` is its content words without them."""

    quote: Quote
    publisher: str
    text: str
    figures: frozenset[str]
    measures: tuple[Measure, ...]
    subject: Words


def disagreements(story: Story) -> tuple[Disagreement, ...]:
    """Pairs of quotes of different publishers that say the same but for their figures, at most one for a pair of quotes."""
    publishers = {source.entry_id: fold(publisher(source)) for source in story.sources}
    told = [one for insight in story.insights for one in _statements(insight, publishers.get(insight.entry_id, ""))]
    return _pairs(combinations(told, 2))


def between(insight: Insight, source: Source, others: Iterable[tuple[Insight, Source]]) -> tuple[Disagreement, ...]:
    """The same of an insight and each of some others, whether or not they are of one story; its own quote comes first."""
    mine = list(_statements(insight, fold(publisher(source))))
    theirs = (_statements(other, fold(publisher(by))) for other, by in (others if mine else ()))
    return _pairs(chain.from_iterable(product(mine, each) for each in theirs))


def _pairs(pairs: Iterable[tuple[Statement, Statement]]) -> tuple[Disagreement, ...]:
    found: dict[tuple[Quote, Quote], Disagreement] = {}
    for first, second in pairs:
        if _disagree(first, second):
            pair = Disagreement(subject=_subject(first, second), first=first.quote, second=second.quote)
            found.setdefault((first.quote, second.quote), pair)
    return tuple(found.values())


def _statements(insight: Insight, told_by: str) -> Iterator[Statement]:
    for quote in insight.quotes:
        for start, end in sentence_spans(quote.text, insight.language):
            text = quote.text[start:end]
            if numbers := figures(text):
                keys = frozenset(key(number) for number in numbers)
                yield Statement(quote, told_by, text, keys, measures(text), _without(text, keys))


def _without(text: str, numbers: frozenset[str]) -> Words:
    spoken = {part for number in numbers for part in number.split()}
    return frozenset(word for word in claim_words(text) if word not in spoken and word not in SCALES and not word[0].isdigit())


def _disagree(a: Statement, b: Statement) -> bool:
    if a.publisher == b.publisher or a.figures & b.figures or not _contradict(a.measures, b.measures):
        return False
    return len(a.subject & b.subject) >= FEWEST_WORDS and shared(a.subject, b.subject) >= SAME_SUBJECT


def _contradict(mine: Sequence[Measure], theirs: Sequence[Measure]) -> bool:
    """Both measure one thing, and no figure of one side fits one of the other."""
    pairs = [(one, other) for one in mine for other in theirs if one.kind == other.kind]
    return bool(pairs) and all(one.contradicts(other) for one, other in pairs)


def _subject(a: Statement, b: Statement) -> str:
    """What both speak of: the words of the first that the second has too, in order."""
    common = a.subject & b.subject
    words = dict.fromkeys(word for word in content_words(a.text) if claim_words(word) & common)
    return " ".join(list(words)[:SUBJECT_WORDS])
