"""Sentences that a feed says in every issue: counted by key, and left out of the passages."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from briefing.model import Passage, Role, Sentence
from briefing.text import stable_id, word_count, words

HABIT = 2
"""A sentence that stood in this many other entries of the feed is a habit, not news."""
_FEWEST_WORDS = 6
_MOST_KEYS = 3_000


def key(text: str) -> str:
    """A key that case, white space and punctuation do not change."""
    return stable_id(" ".join(words(text)))[:16]


def sentence_key(sentence: str) -> str:
    """The key of a sentence that is long enough to be a habit, else ""."""
    return key(sentence) if word_count(sentence) >= _FEWEST_WORDS else ""


def keys(passages: Sequence[Passage], text: str) -> frozenset[str]:
    """Keys of all sentences outside headings."""
    spoken = (passage for passage in passages if passage.role is not Role.HEADING)
    found = {sentence_key(text[one.start : one.end]) for passage in spoken for one in passage.sentences}
    return frozenset(sorted(found - {""})[:_MOST_KEYS])


def without(passages: Sequence[Passage], text: str, counts: Mapping[str, int]) -> tuple[Passage, ...]:
    """The passages cut at each habitual sentence, so that no quote holds one or reaches across it."""
    if not counts:
        return tuple(passages)
    return tuple(part for passage in passages for part in _parts(passage, text, counts))


def _parts(passage: Passage, text: str, counts: Mapping[str, int]) -> Iterator[Passage]:
    if passage.role is Role.HEADING:
        yield passage
        return
    for habitual, run in groupby(passage.sentences, key=lambda one: _is_habit(one, text, counts)):
        if not habitual:
            kept = tuple(run)
            yield replace(passage, start=kept[0].start, end=kept[-1].end, at=kept[0].at, sentences=kept)


def _is_habit(sentence: Sentence, text: str, counts: Mapping[str, int]) -> bool:
    return counts.get(sentence_key(text[sentence.start : sentence.end]), 0) >= HABIT
