"""Why a column was picked, as reason codes: the three that say most."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from briefing.model import Reason, Story, Update
from briefing.stories.candidates import Candidates, Column
from briefing.stories.clustering import publishers
from briefing.stories.facts import figures

MOST = 3
BARE = re.compile(r"[\d.,]+")
"""A number without what it counts says nothing out of its sentence."""


class Explainer:
    """Reasons and led stories, worked out once for a column and shared by all its readers."""

    def __init__(self, candidates: Candidates) -> None:
        self._candidates = candidates
        self._led: dict[int, Story] = {}
        self._own: dict[int, tuple[Reason, ...]] = {}
        self._reasons: list[dict[tuple[tuple[str, ...], bool], tuple[Reason, ...]]] = [{} for _ in candidates.columns]
        self._topics = [tuple(column.topics) for column in candidates.columns]
        self._feeds = [column.source.feed_url for column in candidates.columns]

    def led(self, place: int) -> Story:
        if place not in self._led:
            self._led[place] = self._candidates.columns[place].led()
        return self._led[place]

    def reasons(
        self, place: int, topics: Mapping[str, float], learnt: Mapping[str, float], update: Update | None
    ) -> tuple[Reason, ...]:
        """At most three, strongest first; `topics` are those the reader chose, `learnt` what they asked more or less of."""
        matched = tuple([topic for topic in self._topics[place] if topic in topics])
        liked = bool(learnt) and learnt.get(self._feeds[place], 0) > 0
        found = self._reasons[place].get((matched, liked)) or self._of(place, matched, liked)
        return _as_update(found, update) if update else found

    def _of(self, place: int, matched: tuple[str, ...], liked: bool) -> tuple[Reason, ...]:
        column = self._candidates.columns[place]
        first = [Reason(code="topics", values=matched[:3])] if matched else []
        if liked or column.source.weight > 1:
            first.append(Reason(code="feed", values=(column.source.feed,)))
        found = tuple([*first, *self._of_column(place, column)][:MOST]) or (Reason(code="general"),)
        self._reasons[place][matched, liked] = found
        return found

    def _of_column(self, place: int, column: Column) -> tuple[Reason, ...]:
        if place not in self._own:
            self._own[place] = tuple(self._found(place, column))
        return self._own[place]

    def _found(self, place: int, column: Column) -> list[Reason]:
        count = publishers(column.story)
        number = next((figure for figure in figures(column.insight.claim) if not BARE.fullmatch(figure)), "")
        due = self._due(column)
        return [
            *([Reason(code="sources", values=(str(count),))] if count > 1 else ()),
            *([Reason(code="figure", values=(number,))] if number else ()),
            *([Reason(code="due", values=(due,))] if due else ()),
            *([Reason(code="strong")] if column.insight.score >= self._strong else ()),
            *([Reason(code="new")] if self._candidates.novelty[place] == 1 else ()),
        ]

    @cached_property
    def _strong(self) -> float:
        """The best tenth of what may be picked."""
        scores = [column.insight.score for column in self._candidates.columns]
        return float(np.quantile(scores, 0.9)) if scores else 1.0

    def _due(self, column: Column) -> str:
        today = self._candidates.now.date()
        last = (today + self._candidates.weights.due_within).isoformat()
        stated = [event.date for event in column.insight.facets.events] + [one.until for one in column.insight.facets.predictions]
        return min((day for day in stated if len(day) == 10 and today.isoformat() <= day <= last), default="")


def _as_update(reasons: Sequence[Reason], update: Update) -> tuple[Reason, ...]:
    told_before = Reason(code="update", values=(update.since.isoformat(),))
    return (told_before, *(one for one in reasons if one.code != "new"))[:MOST]
