"""What an insight is about: the topics of its feed, and those whose words stand in it."""

from collections.abc import Mapping, Sequence

from briefing.model import Insight, Source, Topic
from briefing.stories.weights import DEFAULT, Weights
from briefing.text import fold


class TopicFinder:
    """Finds declared topics in folded text; a topic's own id and title count among its words."""

    def __init__(self, topics: Sequence[Topic], weights: Weights) -> None:
        self._weights = weights
        self._phrases = {topic.id: phrases(topic) for topic in topics}

    def about(self, source: Source, folded: str) -> Mapping[str, float]:
        """Topic id -> 0 to 1: declared by the feed, worded in the text (` padded with blanks `), or both."""
        worded = {topic for topic, found in self._phrases.items() if any(phrase in folded for phrase in found)}
        return {topic: self._match(topic in source.topics, topic in worded) for topic in sorted({*source.topics, *worded})}

    def _match(self, declared: bool, worded: bool) -> float:
        if declared and worded:
            return 1.0
        return self._weights.declared_topic if declared else self._weights.worded_topic


def searched(insight: Insight, source: Source) -> str:
    """The folded words of an insight in which topics and muted words are looked for, padded with blanks."""
    text = " ".join((insight.claim, insight.headline, source.title, *(quote.text for quote in insight.quotes)))
    return f" {fold(text)} "


def main(about: Mapping[str, float]) -> str:
    """The topic that matches most, "" if there is none."""
    return max(about, key=lambda topic: about[topic], default="")


def main_topic(insight: Insight, source: Source, topics: Sequence[Topic]) -> str:
    """Id of the topic an insight is most about."""
    return main(TopicFinder(topics, DEFAULT).about(source, searched(insight, source)))


def phrases(topic: Topic) -> tuple[str, ...]:
    """Folded words to look for, padded so that only whole words match."""
    folded = {fold(word) for word in (topic.id.replace("-", " ").replace("_", " "), topic.title, *topic.words)}
    return tuple(f" {phrase} " for phrase in sorted(folded) if phrase)
