"""What an insight is about: the topics of its feed, and those whose words stand in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from briefing.model import Insight, Source, Topic
from briefing.stories.similarity import frequencies, stem
from briefing.stories.weights import DEFAULT, Weights
from briefing.text import content_words, fold

COMMON = 0.01
"""A word that more than one in a hundred stretches of ordinary prose holds ("policy", "energy") has other meanings too."""
ENOUGH = 2


@dataclass(frozen=True, slots=True)
class Phrase:
    """A word or several to look for in folded text, padded with blanks so that only whole words match."""

    text: str
    common: bool


class TopicFinder:
    """Finds declared topics in texts; a topic's own id and title count among its words.

    A common word counts if the title of the entry holds it, or if claim or quotes hold two of the topic's words or it twice.
    """

    def __init__(self, topics: Sequence[Topic], weights: Weights) -> None:
        self._weights = weights
        self._phrases = {topic.id: phrases(topic) for topic in topics}

    def about(self, insight: Insight, source: Source) -> Mapping[str, float]:
        """Topic id -> 0 to 1: declared by the feed, worded in the text, or both."""
        title = _padded(source.title)
        told = _padded(insight.claim), _padded(" ".join(quote.text for quote in insight.quotes))
        worded = {topic for topic, found in self._phrases.items() if _is_worded(found, title, told)}
        return {topic: self._match(topic in source.topics, topic in worded) for topic in sorted({*source.topics, *worded})}

    def _match(self, declared: bool, worded: bool) -> float:
        if declared and worded:
            return 1.0
        return self._weights.declared_topic if declared else self._weights.worded_topic


def _is_worded(found: Sequence[Phrase], title: str, told: Sequence[str]) -> bool:
    if any(phrase.text in title or (not phrase.common and any(phrase.text in text for text in told)) for phrase in found):
        return True
    return any(sum(text.count(phrase.text) for phrase in found) >= ENOUGH for text in told)


def searched(insight: Insight, source: Source) -> str:
    """The folded words of an insight in which muted words are looked for, padded with blanks."""
    text = " ".join((insight.claim, insight.headline, source.title, *(quote.text for quote in insight.quotes)))
    return _padded(text)


def _padded(text: str) -> str:
    return f" {fold(text)} "


def main(about: Mapping[str, float]) -> str:
    """The topic that matches most, "" if there is none."""
    return max(about, key=lambda topic: about[topic], default="")


def main_topic(insight: Insight, source: Source, topics: Sequence[Topic]) -> str:
    """Id of the topic an insight is most about."""
    return main(TopicFinder(topics, DEFAULT).about(insight, source))


@lru_cache(maxsize=1_024)
def phrases(topic: Topic) -> tuple[Phrase, ...]:
    """What shows that a text is about a topic."""
    named = {topic.id.replace("-", " ").replace("_", " "), topic.title, *topic.words}
    found = {fold(words): Phrase(_padded(words), _is_common(words)) for words in sorted(named)}
    return tuple(phrase for folded, phrase in sorted(found.items()) if folded)


def _is_common(words: str) -> bool:
    stems = [stem(word) for word in content_words(words)]
    return len(stems) == 1 and frequencies().share(stems[0]) >= COMMON
