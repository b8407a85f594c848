"""A reader's week again: the most important of the stories they were sent, and what came to each since."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from briefing.model import Disagreement, Insight, Source, Story, Topic
from briefing.stories.candidates import corroboration
from briefing.stories.clustering import publishers
from briefing.stories.desk import Reader
from briefing.stories.disagreements import disagreements
from briefing.stories.events import told_by
from briefing.stories.news import Sent, Told, everything
from briefing.stories.suiting import Suiting
from briefing.stories.weights import Weights

WEEK = timedelta(days=7)
MOST, FEWEST = 5, 3
"""Stories in a recap; of fewer a week needs no reminding."""


@dataclass(frozen=True, slots=True)
class Since:
    """The insight with the most news for a reader since they were told its story; not `fresh` if only its publisher is new."""

    insight: Insight
    source: Source
    fresh: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """A story as its reader was told it on `told_on`, and how it stands now."""

    story: Story
    insight: Insight
    source: Source
    told_on: date
    importance: float
    publishers: int
    disagreements: tuple[Disagreement, ...] = ()
    since: Since | None = None
    most_corroborated: bool = False
    most_contested: bool = False


class Week:
    """The stories of a week as they stand now, to be recalled for every reader of a shard."""

    def __init__(self, stories: Sequence[Story], topics: Sequence[Topic], *, now: datetime, weights: Weights) -> None:
        self._weights = weights
        told = [(story, *one) for story in stories for one in told_by(story)]
        self._places = {insight.id: place for place, (_, insight, _) in enumerate(told)}
        self._told = told
        self._suiting = Suiting([(insight, source) for _, insight, source in told], topics, now=now, weights=weights)
        self._disagreements: dict[str, tuple[Disagreement, ...]] = {}
        self._facts: dict[str, Told] = {}

    def recall(self, reader: Reader, *, shown: Collection[str]) -> list[Recalled]:
        """The best of the week before the reader's slot, most important first; none if there are fewer than `FEWEST`.

        Stories among `shown` stand in the same edition anyway. What the reader muted meanwhile does not come again.
        """
        week = {one.story_id: one for one in reader.sent if reader.slot - WEEK <= one.slot < reader.slot}
        allowed = self._suiting.allowed(reader)
        places = [(one, self._places.get(one.insight_ids[0], -1)) for id_, one in week.items() if id_ not in shown]
        found = [self._recalled(one, place) for one, place in places if place in allowed]
        return self._finish(found, reader.sent) if len(found) >= FEWEST else []

    def _recalled(self, sent: Sent, place: int) -> Recalled:
        story, insight, source = self._told[place]
        if story.id not in self._disagreements:
            self._disagreements[story.id] = disagreements(story)
        return Recalled(
            story=story,
            insight=insight,
            source=source,
            told_on=sent.slot,
            importance=insight.score * source.quality * source.weight * corroboration(story, self._weights),
            publishers=publishers(story),
            disagreements=self._disagreements[story.id],
        )

    def _finish(self, found: Sequence[Recalled], sent: Sequence[Sent]) -> list[Recalled]:
        ranked = sorted(found, key=lambda one: (-one.importance, one.story.id))
        widest = max(ranked, key=lambda one: one.publishers)
        hottest = max(ranked, key=lambda one: len(one.disagreements))
        first = [one for one, holds in ((widest, widest.publishers > 1), (hottest, hottest.disagreements)) if holds]
        kept = {one.story.id: one for one in (*first, *ranked)}
        chosen = sorted(list(kept.values())[:MOST], key=ranked.index)
        return [
            replace(
                one,
                since=self._since(one.story, [past for past in sent if past.story_id == one.story.id]),
                most_corroborated=one is widest and one.publishers > 1,
                most_contested=one is hottest and bool(one.disagreements),
            )
            for one in chosen
        ]

    def _since(self, story: Story, sent: Sequence[Sent]) -> Since | None:
        """What tells the most facts that were in no pick of this story, or is told by a publisher new to it."""
        known, had = everything(sent), {id_ for one in sent for id_ in one.insight_ids}
        later = [one for one in told_by(story) if one[0].id not in had]
        news = {one: self._fact(*one).news(known, known) for one in later}
        most = max(later, key=lambda one: len(news[one]), default=None)
        if most is None or not news[most]:
            return None
        return Since(*most, fresh=any(word != self._fact(*most).publisher[1] for word in news[most]))

    def _fact(self, insight: Insight, source: Source) -> Told:
        if insight.id not in self._facts:
            self._facts[insight.id] = Told.of(insight, source)
        return self._facts[insight.id]


def is_recap_day(slot: date, recap: int | None, days: Collection[int]) -> bool:
    """Whether a slot is the week's first, counted from the day of the recap, of the days (0 Monday) that a reader chose."""
    return recap is not None and bool(days) and min(days, key=lambda day: (day - recap) % 7) == slot.weekday()
