"""Why a column was picked, as reason codes: the three that say most."""

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np

from briefing.model import Reason, Story, Update
from briefing.stories.candidates import Candidates, Column
from briefing.stories.clustering import publishers
from briefing.stories.facts import BARE, figures

MOST = 3


class Explainer:
    """Reasons and led stories, worked out once for a column and shared by all its readers."""

    def __init__(self, candidates: Candidates) -> None:
        self._candidates = candidates
        self._led: list[Story | None] = [None] * len(candidates)
        self._reasons: list[dict[tuple[int, bool], tuple[Reason, ...]]] = [{} for _ in candidates.columns]
        self._bits = {topic: 1 << place for place, topic in enumerate(_topics(candidates))}
        self._topics = [self.mark(column.topics) for column in candidates.columns]
        self.feeds = [column.source.feed_url for column in candidates.columns]

    def mark(self, topics: Iterable[str]) -> int:
        """A set of topics as the bits of one number."""
        return sum([self._bits.get(topic, 0) for topic in topics])

    def led(self, place: int) -> Story:
        story = self._led[place]
        if story is None:
            story = self._led[place] = self._candidates.columns[place].led()
        return story

    def reasons(self, place: int, marked: int, liked: bool, update: Update | None) -> tuple[Reason, ...]:
        """At most three, strongest first. `marked` are the topics the reader chose; they asked more of a feed that is `liked`."""
        key = (self._topics[place] & marked, liked)
        found = self._reasons[place].get(key) or self._of(place, *key)
        return _as_update(found, update) if update else found

    def _of(self, place: int, matched: int, liked: bool) -> tuple[Reason, ...]:
        column = self._candidates.columns[place]
        topics = tuple(topic for topic in column.topics if self._bits[topic] & matched)
        first = [Reason(code="topics", values=topics[:3])] if topics else []
        if liked or column.source.weight > 1:
            first.append(Reason(code="feed", values=(column.source.feed,)))
        found = tuple([*first, *self._found(place, column)][:MOST]) or (Reason(code="general"),)
        self._reasons[place][matched, liked] = found
        return found

    def _found(self, place: int, column: Column) -> list[Reason]:
        count = publishers(column.story)
        number = next((figure for figure in figures(column.insight.claim) if not BARE.fullmatch(figure)), "")
        due = self._due(column)
        return [
            *([Reason(code="sources", values=(str(count),))] if count > 1 else ()),
            *([Reason(code="figure", values=(number,))] if number else ()),
            *([Reason(code="due", values=(due,))] if due else ()),
            *([Reason(code="strong")] if column.insight.score >= self._strong else ()),
            *([Reason(code="new")] if self._candidates.nearest[place] <= self._unlike else ()),
        ]

    @cached_property
    def _strong(self) -> float:
        """The best tenth of what may be picked."""
        scores = [column.insight.score for column in self._candidates.columns]
        return float(np.quantile(scores, 0.9)) if scores else 1.0

    @cached_property
    def _unlike(self) -> float:
        """The quarter that is farthest from all that was told before, if far enough; a young archive shows nothing."""
        nearest = self._candidates.nearest
        if not self._candidates.archive_reaches or not len(nearest):
            return -1.0
        return min(self._candidates.weights.unlike, float(np.quantile(nearest, 0.25)))

    def _due(self, column: Column) -> str:
        today = self._candidates.now.date()
        last = (today + self._candidates.weights.due_within).isoformat()
        stated = [event.date for event in column.insight.facets.events] + [one.until for one in column.insight.facets.predictions]
        return min((day for day in stated if len(day) == 10 and today.isoformat() <= day <= last), default="")


def _as_update(reasons: Sequence[Reason], update: Update) -> tuple[Reason, ...]:
    told_before = Reason(code="update", values=(update.since.isoformat(),))
    return (told_before, *(one for one in reasons if one.code not in ("new", "general")))[:MOST]


def _topics(candidates: Candidates) -> list[str]:
    return sorted({topic for column in candidates.columns for topic in column.topics})
