"""What may be picked at a moment: one column for each insight of each story, with all that ranking needs laid out in arrays."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np
import numpy.typing as npt

from briefing.model import Insight, Source, Story, Topic
from briefing.stories.clustering import publishers
from briefing.stories.events import told_by
from briefing.stories.news import Told
from briefing.stories.novelty import Earlier, nearest_before, novelty
from briefing.stories.similarity import Words, claim_words
from briefing.stories.topics import TopicFinder, main, searched
from briefing.stories.weights import Weights
from briefing.text import fold, primary

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]
PER_STORY = 8
NOTHING_EARLIER = Earlier()


@dataclass(frozen=True, slots=True)
class Column:
    """An insight as the lead of its story. `topics` maps topic id to how much the insight is about it, 0 to 1."""

    story: Story
    insight: Insight
    source: Source
    topics: Mapping[str, float]
    words: Words
    text: str

    @property
    def language(self) -> str:
        return primary(self.insight.language or self.source.language)

    @property
    def speaker(self) -> str:
        return fold(self.insight.quotes[0].speaker) if self.insight.quotes else ""

    @property
    def main_topic(self) -> str:
        return main(self.topics)

    @property
    def at(self) -> datetime:
        return self.source.published_at or self.source.collected_at or self.story.updated_at

    def led(self) -> Story:
        """The story with this insight in front."""
        if self.story.insights[0].id == self.insight.id:
            return self.story
        others = (one for one in self.story.insights if one.id != self.insight.id)
        return replace(self.story, insights=(self.insight, *others))


class Candidates:
    """The columns of some stories at `now`, by story id so that equals always stand in one order, and their base scores: 0 where
    a story is too old or too weak for anybody.
    """

    def __init__(
        self,
        stories: Sequence[Story],
        topics: Sequence[Topic],
        now: datetime,
        weights: Weights,
        earlier: Earlier = NOTHING_EARLIER,
    ) -> None:
        self.now = now
        self.weights = weights
        self.stories = sorted(stories, key=lambda story: story.id)
        nearest = nearest_before(self.stories, earlier)
        finder = TopicFinder(topics, weights)
        self._told: dict[int, Told] = {}
        self.columns: list[Column] = []
        self._story: list[int] = []
        for place, story in enumerate(self.stories):
            for insight, source in told_by(story)[:PER_STORY]:
                self.columns.append(_column(story, insight, source, finder))
                self._story.append(place)
        self.story = np.array(self._story, np.intp)
        self.nearest = nearest[self.story]
        self.novelty = novelty(self.nearest, weights)
        self.archive_reaches = earlier.reaches(now - weights.remembered)
        self.recency = np.array([recency(now - column.at, weights) for column in self.columns], np.float32)
        self.strength = np.array([column.insight.score * column.source.quality for column in self.columns], np.float32)

    def __len__(self) -> int:
        return len(self.columns)

    def told(self, place: int) -> Told:
        """What a column tells; worked out for the few that continue a story somebody had."""
        if place not in self._told:
            self._told[place] = Told.of(self.columns[place].insight, self.columns[place].source)
        return self._told[place]

    @cached_property
    def base(self) -> Floats:
        """Every factor but interest: insight x novelty x recency x independent sources x feed weight."""
        by_sources = np.array([corroboration(story, self.weights) for story in self.stories], np.float32)
        feed = np.array([column.source.weight for column in self.columns], np.float32)
        if not self.columns:
            return np.zeros(0, np.float32)
        score = self.strength * self.novelty * self.recency * by_sources[self.story] * feed
        return np.where(self.strong_enough, score, 0).astype(np.float32)

    @cached_property
    def strong_enough(self) -> Flags:
        scores = np.array([column.insight.score for column in self.columns], np.float32)
        return np.asarray(scores >= self.weights.floor)

    @cached_property
    def feed(self) -> Places:
        return _numbered(column.source.feed_url for column in self.columns)

    @cached_property
    def entry(self) -> Places:
        return _numbered(column.insight.entry_id for column in self.columns)

    @cached_property
    def speaker(self) -> Places:
        """Numbers of the speakers; those of nobody known are all different."""
        return _numbered(column.speaker or f"\0{place}" for place, column in enumerate(self.columns))

    @cached_property
    def topic(self) -> Places:
        """Numbers of the main topics; those of none are all different."""
        return _numbered(column.main_topic or f"\0{place}" for place, column in enumerate(self.columns))

    @cached_property
    def postings(self) -> Mapping[str, Places]:
        found: dict[str, list[int]] = defaultdict(list)
        for place, column in enumerate(self.columns):
            for word in column.words:
                found[word].append(place)
        return {word: np.array(places, np.intp) for word, places in found.items()}

    @cached_property
    def sizes(self) -> Places:
        return np.array([len(column.words) for column in self.columns], np.intp)

    def sharing(self, words: Words) -> Places:
        """Columns whose claims share half of the shorter one's content words with these."""
        common = np.zeros(len(self.columns), np.intp)
        for word in words:
            if (places := self.postings.get(word)) is not None:
                common[places] += 1
        smaller = np.maximum(1, np.minimum(self.sizes, len(words)))
        return np.flatnonzero(common >= self.weights.half * smaller)

    @cached_property
    def of_story(self) -> Mapping[str, tuple[int, ...]]:
        found: dict[str, list[int]] = defaultdict(list)
        for place, column in enumerate(self.columns):
            found[column.story.id].append(place)
        return {story: tuple(places) for story, places in found.items()}

    @cached_property
    def starts(self) -> Places:
        """The first column of each story that has one; its columns stand side by side."""
        return np.flatnonzero(np.diff(self.story, prepend=-1))

    def best_of_stories(self, among: Flags) -> Places:
        """For each of `starts` the column of the highest base among these; the first of equals, and any if there is none."""
        allowed = np.where(among[self._by_base], np.arange(len(self)), len(self) - 1)
        return self._by_base[np.minimum.reduceat(allowed, self.starts)]

    @cached_property
    def _by_base(self) -> Places:
        """Every column, story by story, the best of each first."""
        return np.lexsort((-self.base, self.story))

    @cached_property
    def of_insight(self) -> Mapping[str, int]:
        return {column.insight.id: place for place, column in enumerate(self.columns)}


def _column(story: Story, insight: Insight, source: Source, finder: TopicFinder) -> Column:
    folded = searched(insight, source)
    words = claim_words(insight.claim, insight.language or source.language)
    return Column(story, insight, source, finder.about(insight, source), words, folded)


def _numbered(names: Iterable[str]) -> Places:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], np.intp)


def recency(age: timedelta, weights: Weights) -> float:
    """1 for the first day, then halved every `half_life`; 0 beyond `oldest`."""
    if age > weights.oldest:
        return 0.0
    return float(0.5 ** (max(timedelta(0), age - weights.fresh) / weights.half_life))


def corroboration(story: Story, weights: Weights) -> float:
    """1 for a single publisher, more for each doubling of independent ones, up to `most_for_sources`."""
    count = max(1, publishers(story))
    return float(min(weights.most_for_sources, 1 + weights.per_doubling * np.log2(count)))
