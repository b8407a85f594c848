"""How much a reader cares, as one row of a matrix; what a column offers to care about, as one column of another."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np

from briefing.model import Subscriber
from briefing.stories.candidates import Candidates, Floats, Places

GENERAL = 0
NONE: frozenset[str] = frozenset()


class Interests:
    """`scores(readers)` is interest x base for every reader and column.

    One matrix product over `features`, of which row 0 stands for every story and one row for each topic. What a reader asked
    more or less of by feed touches the few columns of that feed alone, and is added to these.
    """

    def __init__(self, candidates: Candidates) -> None:
        self._weights = candidates.weights
        self._base = candidates.base
        topics = sorted({topic for column in candidates.columns for topic in column.topics})
        self.topics = {topic: place for place, topic in enumerate(topics, GENERAL + 1)}
        self.size = GENERAL + 1 + len(topics)
        self.features = self._features(candidates)
        self._of_feed = _of_feed(candidates)

    def _features(self, candidates: Candidates) -> Floats:
        features = np.zeros((self.size, len(candidates)), np.float32)
        features[GENERAL] = 1
        for at, column in enumerate(candidates.columns):
            for topic, match in column.topics.items():
                features[self.topics[topic], at] = match / len(column.topics) ** 0.5
        return features * candidates.base

    def scores(self, subscribers: Sequence[Subscriber | None]) -> Floats:
        """float32 [readers, columns]."""
        scores = self.rows(subscribers) @ self.features
        self._add_learnt_feeds(scores, subscribers)
        return scores

    def rows(self, subscribers: Sequence[Subscriber | None]) -> Floats:
        """float32 [readers, features]."""
        weights = [self._weights_of(subscriber) for subscriber in subscribers]
        rows = np.zeros((len(subscribers), self.size), np.float32)
        at = np.repeat(np.arange(len(weights)), [len(each) for each in weights])
        rows[at, list(chain.from_iterable(weights))] = list(chain.from_iterable(each.values() for each in weights))
        return rows

    def _weights_of(self, subscriber: Subscriber | None) -> Mapping[int, float]:
        """A reader's row by its places, without the zeros."""
        if subscriber is None:
            return {GENERAL: 1.0}
        places = self.topics
        weights = {places[topic]: weight for topic, weight in subscriber.topics.items() if weight > 0 and topic in places}
        weights[GENERAL] = self._weights.general if asks_for_topics(subscriber) else 1.0
        for name, learnt in subscriber.learnt.items():
            if (place := places.get(name)) is not None:
                weights[place] = max(0.0, weights.get(place, 0.0) + bounded(learnt) * self._weights.learnt_topic)
        return weights

    def _add_learnt_feeds(self, scores: Floats, subscribers: Sequence[Subscriber | None]) -> None:
        learnt = [
            (row, self._of_feed[name], bounded(value) * self._weights.learnt_feed)
            for row, subscriber in enumerate(subscribers)
            if subscriber
            for name, value in subscriber.learnt.items()
            if name in self._of_feed
        ]
        if learnt:
            rows, columns, steps = zip(*learnt, strict=True)
            sizes = [len(each) for each in columns]
            places = np.concatenate(columns)
            scores[np.repeat(rows, sizes), places] += np.repeat(np.array(steps, np.float32), sizes) * self._base[places]


def _of_feed(candidates: Candidates) -> Mapping[str, Places]:
    found: dict[str, list[int]] = defaultdict(list)
    for place, column in enumerate(candidates.columns):
        found[column.source.feed_url].append(place)
    return {url: np.array(places, np.intp) for url, places in found.items()}


def bounded(learnt: float) -> float:
    return max(-1.0, min(1.0, learnt))


def asks_for_topics(subscriber: Subscriber) -> bool:
    return any(weight > 0 for weight in subscriber.topics.values())


def chosen(subscriber: Subscriber | None) -> Mapping[str, float]:
    """The topics a reader asked for, with weights above 0."""
    return {topic: weight for topic, weight in subscriber.topics.items() if weight > 0} if subscriber else {}


def asked_more(subscriber: Subscriber | None) -> frozenset[str]:
    """The feeds and topics a reader asked more of."""
    learnt = subscriber.learnt if subscriber else None
    return frozenset([name for name, value in learnt.items() if value > 0]) if learnt else NONE


def varies(subscriber: Subscriber | None) -> bool:
    """Whether a reader wants several topics: who chose a single one is not to be given others for the sake of variety."""
    return len(chosen(subscriber)) != 1
