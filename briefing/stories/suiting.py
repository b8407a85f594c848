"""Which of some insights a reader may be shown at all, apart from how well they rank."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from briefing.model import Insight, Source, Story, Topic
from briefing.stories.candidates import Candidates
from briefing.stories.desk import Desk, Reader, Tastes, tastes
from briefing.stories.interests import chosen
from briefing.stories.weights import Weights


class Suiting:
    """Insights by place (0, 1, ...), each as a story of its own; recency and novelty do not matter here."""

    def __init__(
        self, told: Sequence[tuple[Insight, Source]], topics: Sequence[Topic], *, now: datetime, weights: Weights
    ) -> None:
        candidates = Candidates([alone(place, *one, now) for place, one in enumerate(told)], topics, now, weights)
        self._desk, self._columns = Desk(candidates), candidates.columns
        self._strong = frozenset(np.flatnonzero(candidates.strong_enough).tolist())
        self._allowed: dict[Tastes, frozenset[int]] = {}

    def allowed(self, reader: Reader) -> frozenset[int]:
        """Places in a language that the reader ticked, without a word or feed that they muted."""
        alike = tastes(reader)
        if alike not in self._allowed:
            masked = (mask.tolist() for mask in self._desk.masks(reader).values())
            self._allowed[alike] = frozenset(range(len(self._columns))).difference(*masked)
        return self._allowed[alike]

    def wanted(self, reader: Reader) -> list[int]:
        """Allowed places that are strong enough, on a topic of the reader's if they have any; best first."""
        topics = chosen(reader.subscriber)
        strong = self.allowed(reader) & self._strong
        fit = [at for at in strong if not topics or topics.keys() & self._columns[at].topics.keys()]
        return sorted(fit, key=lambda at: (-self._columns[at].insight.score, at))


def alone(place: int, insight: Insight, source: Source, now: datetime) -> Story:
    """An insight as a story of its own; candidates stand in the order of their stories' ids, which is that of the places."""
    return Story(
        id=f"{place:012}",
        headline=insight.headline,
        insights=(insight,),
        sources=(source,),
        first_seen_at=now,
        updated_at=now,
    )
