"""Predictions that state their day: found in an insight, and chosen for a reader when that day has come."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from briefing.model import Foretold, Insight, Source, Topic
from briefing.stories.desk import Reader
from briefing.stories.events import last_day
from briefing.stories.suiting import Suiting
from briefing.stories.weights import Weights
from briefing.text import stable_id

OPEN = timedelta(days=7)
"""How long after its day a prediction may still come: who gets one mail a week misses none."""
APART = timedelta(days=3)
"""What is foretold for so few days ahead is still fresh in mind when they are over."""
MOST = 3
YEAR = 4
"""Characters of a date stated to the year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A prediction with the insight and the source that made it."""

    foretold: Foretold
    insight: Insight
    source: Source


def foretold(insight: Insight) -> list[Foretold]:
    """The predictions of an insight that state a day, a month or a year."""
    return [
        Foretold(id=stable_id("prediction", insight.id, one.what), insight_id=insight.id, due=day, prediction=one)
        for one in insight.facets.predictions
        if (day := due_day(one.until))
    ]


def due_day(stated: str) -> date | None:
    """The last day of a stated ISO day, month or year; None for words."""
    if len(stated) == YEAR and stated.isdecimal() and int(stated):
        return date(int(stated), 12, 31)
    return last_day(stated)


class DueList:
    """What falls due, to be chosen from for every reader of a shard."""

    def __init__(self, offered: Sequence[Due], topics: Sequence[Topic], *, now: datetime, weights: Weights) -> None:
        self._offered = offered
        self._suiting = Suiting([(one.insight, one.source) for one in offered], topics, now=now, weights=weights)

    def choose(self, reader: Reader, *, reminded: Collection[str], shown: Collection[str]) -> list[Due]:
        """At most `MOST` that are due on the reader's slot, best first, one of an insight: none of which they were
        `reminded`, and none whose insight is `shown` in the same edition anyway.
        """
        found: dict[str, Due] = {}
        for place in self._suiting.wanted(reader):
            one = self._offered[place]
            if is_due(one, reader.slot) and one.foretold.id not in reminded and one.insight.id not in shown:
                found.setdefault(one.insight.id, one)
        return list(found.values())[:MOST]


def is_due(one: Due, slot: date) -> bool:
    """Whether its day has come, not long ago, and it was said some days before that."""
    said = one.source.published_at or one.source.collected_at
    return timedelta() <= slot - one.foretold.due < OPEN and (said is None or one.foretold.due - said.date() >= APART)
