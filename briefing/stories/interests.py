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
        names = {f"topic:{topic}" for column in candidates.columns for topic in column.topics}
        names |= {f"feed:{column.source.feed_url}" for column in candidates.columns}
        self.place = {name: place for place, name in enumerate(sorted(names), GENERAL + 1)}
        self.features = self._features(candidates)

    def _features(self, candidates: Candidates) -> Floats:
        features = np.zeros((len(self.place) + 1, len(candidates)), np.float32)
        features[GENERAL] = 1
        for at, column in enumerate(candidates.columns):
            features[self.place[f"feed:{column.source.feed_url}"], at] = 1
            for topic, match in column.topics.items():
                features[self.place[f"topic:{topic}"], at] = match / len(column.topics) ** 0.5
        return features * candidates.base

    def rows(self, subscribers: Sequence[Subscriber | None]) -> Floats:
        """float32 [readers, features]."""
        rows = np.zeros((len(subscribers), len(self.place) + 1), np.float32)
        for row, subscriber in zip(rows, subscribers, strict=True):
            self._fill(row, subscriber)
        return rows

    def _fill(self, row: Floats, subscriber: Subscriber | None) -> None:
        topics = chosen(subscriber)
        row[GENERAL] = self._weights.general if topics else 1.0
        for topic, weight in topics.items():
            if (place := self.place.get(f"topic:{topic}")) is not None:
                row[place] = weight
        for name, learnt in subscriber.learnt.items() if subscriber else ():
            self._learn(row, name, learnt)

    def _learn(self, row: Floats, name: str, learnt: float) -> None:
        if (place := self.place.get(f"feed:{name}")) is not None:
            row[place] = max(-1.0, min(1.0, learnt)) * self._weights.learnt_feed
        elif (place := self.place.get(f"topic:{name}")) is not None:
            row[place] = max(0.0, row[place] + max(-1.0, min(1.0, learnt)) * self._weights.learnt_topic)


def chosen(subscriber: Subscriber | None) -> Mapping[str, float]:
    """The topics a reader asked for, with weights above 0."""
    return {topic: weight for topic, weight in subscriber.topics.items() if weight > 0} if subscriber else {}
