"""How much a reader cares, as one row of a matrix; what a column offers to care about, as one column of another."""

from collections.abc import Mapping, Sequence

import numpy as np

from briefing.model import Subscriber
from briefing.stories.candidates import Candidates, Floats

GENERAL = 0


class Interests:
    """`rows(readers) @ features` is interest x base for every reader and column.

    Row 0 of `features` stands for every story, one row for each topic, one for each feed.
    """

    def __init__(self, candidates: Candidates) -> None:
        self._weights = candidates.weights
        topics = sorted({topic for column in candidates.columns for topic in column.topics})
        feeds = sorted({column.source.feed_url for column in candidates.columns})
        self.topics = {topic: place for place, topic in enumerate(topics, GENERAL + 1)}
        self.feeds = {feed: place for place, feed in enumerate(feeds, GENERAL + 1 + len(topics))}
        self.size = GENERAL + 1 + len(topics) + len(feeds)
        self.features = self._features(candidates)

    def _features(self, candidates: Candidates) -> Floats:
        features = np.zeros((self.size, len(candidates)), np.float32)
        features[GENERAL] = 1
        for at, column in enumerate(candidates.columns):
            features[self.feeds[column.source.feed_url], at] = 1
            for topic, match in column.topics.items():
                features[self.topics[topic], at] = match / len(column.topics) ** 0.5
        return features * candidates.base

    def rows(self, subscribers: Sequence[Subscriber | None]) -> Floats:
        """float32 [readers, features]."""
        rows = np.zeros((len(subscribers), self.size), np.float32)
        for row, subscriber in zip(rows, subscribers, strict=True):
            self._fill(row, subscriber)
        return rows

    def _fill(self, row: Floats, subscriber: Subscriber | None) -> None:
        topics = chosen(subscriber)
        row[GENERAL] = self._weights.general if topics else 1.0
        for topic, weight in topics.items():
            if (place := self.topics.get(topic)) is not None:
                row[place] = weight
        for name, learnt in subscriber.learnt.items() if subscriber else ():
            self._learn(row, name, max(-1.0, min(1.0, learnt)))

    def _learn(self, row: Floats, name: str, learnt: float) -> None:
        if (place := self.feeds.get(name)) is not None:
            row[place] = learnt * self._weights.learnt_feed
        elif (place := self.topics.get(name)) is not None:
            row[place] = max(0.0, row[place] + learnt * self._weights.learnt_topic)


def chosen(subscriber: Subscriber | None) -> Mapping[str, float]:
    """The topics a reader asked for, with weights above 0."""
    return {topic: weight for topic, weight in subscriber.topics.items() if weight > 0} if subscriber else {}
