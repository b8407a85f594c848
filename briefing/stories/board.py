"""The stories that are open for more, laid out so that one member is compared with all of them at once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt

from briefing.model import Kind
from briefing.stories.members import Member
from briefing.stories.similarity import Rarity, Terms, cosine, shared

Floats = npt.NDArray[np.float64]
CLOSEST = 12
FEWEST_WORDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """One frozen setting for every installation; `docs/stories.md` says how it was chosen.

    `join` is for items of different feeds, `same_feed` for episodes of one feed that is not news. Insights of one such episode
    are one story only if their claims have vectors as near as `same_entry`, or share `same_claim` of the shorter one's content
    words, which makes any two claims one.
    `vectors` is the weight of sentence vectors beside rare words. Similarity is halved every `half_life` that a story is
    older than `grace`, and is none after `window`; without dates it is times `undated`.
    """

    join: float = 0.28
    same_feed: float = 0.45
    same_entry: float = 0.85
    same_claim: float = 0.75
    vectors: float = 0.20
    undated: float = 0.85
    grace: timedelta = timedelta(days=2)
    half_life: timedelta = timedelta(days=1)
    window: timedelta = timedelta(days=7)


FROZEN = Thresholds()


class Board:
    """Stories by place (0, 1, ...); sums of their members' words and vectors give the average similarity in one pass."""

    def __init__(self, thresholds: Thresholds = FROZEN) -> None:
        self.thresholds = thresholds
        self.rarity = Rarity()
        self.members: list[list[Member]] = []
        self._words: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        self._vectors = np.zeros((0, 0), np.float32)
        self._spans = np.zeros((0, 2))
        self._entries: dict[str, set[int]] = defaultdict(set)
        self._feeds: dict[str, set[int]] = defaultdict(set)

    def restore(self, stories: Sequence[Sequence[Member]]) -> None:
        """Lay down stories at places 0, 1, ...; their members are seen in order of time, as when they were placed."""
        for _ in stories:
            self._begin()
        placed = [(one, place) for place, members in enumerate(stories) for one in members]
        for one, place in sorted(placed, key=lambda item: item[0].order):
            self._see(one)
            self._add(one, self.rarity.weigh(one.counts), place)
        for place, members in enumerate(stories):
            self.members[place] = list(members)

    def _begin(self) -> int:
        place = len(self.members)
        self.members.append([])
        self._grow(place)
        return place

    def _see(self, one: Member) -> None:
        self.rarity.see(one.source.entry_id, one.counts)

    def place(self, one: Member) -> int:
        """Add a member to the story it belongs to, or begin one with it; returns the place."""
        self._see(one)
        terms = self.rarity.weigh(one.counts)
        home = self._home(one, terms) if self.members else None
        place = self._begin() if home is None else home
        self._add(one, terms, place)
        return place

    def _grow(self, place: int) -> None:
        if place >= len(self._spans):
            more = max(64, place)
            self._vectors = np.pad(self._vectors, ((0, more), (0, 0)))
            self._spans = np.pad(self._spans, ((0, more), (0, 0)))
        self._spans[place] = np.nan

    def _add(self, one: Member, terms: Terms, place: int) -> None:
        self.members[place].append(one)
        for word, weight in terms.items():
            self._words[word][place] += weight
        self._add_vector(one, place)
        if one.at:
            at = one.at.timestamp()
            first, last = self._spans[place]
            self._spans[place] = np.fmin(first, at), np.fmax(last, at)
        if one.source.kind is not Kind.NEWS:
            self._entries[one.source.entry_id].add(place)
            self._feeds[one.source.feed_url].add(place)

    def _add_vector(self, one: Member, place: int) -> None:
        if self._vectors.shape[1] < len(one.vector):
            self._vectors = np.pad(self._vectors, ((0, 0), (0, len(one.vector) - self._vectors.shape[1])))
        self._vectors[place, : len(one.vector)] += one.vector

    def _home(self, one: Member, terms: Terms) -> int | None:
        """The story whose average similarity is most above what it demands, or the one that makes the same claim."""
        similarity = self.similarity(one, terms)
        closest = np.argsort(-similarity, kind="stable")[:CLOSEST]
        for place in closest:
            if similarity[place] > 0 and self._same_claim(one, self.members[place]):
                return int(place)
        margin = similarity - self._demanded(one)
        best = int(np.argmax(margin))
        return best if margin[best] >= 0 else None

    def similarity(self, one: Member, terms: Terms) -> Floats:
        """Average similarity of a member to every story, decayed by the time between them."""
        count = len(self.members)
        sizes = np.array([len(members) for members in self.members])
        lexical = np.zeros(count)
        for word, weight in terms.items():
            for place, total in self._words.get(word, {}).items():
                lexical[place] += weight * total
        near = self._vectors[:count, : len(one.vector)] @ one.vector if len(one.vector) else np.zeros(count)
        share = self.thresholds.vectors if len(one.vector) else 0.0
        return np.asarray(((1 - share) * lexical + share * near) / sizes * self._decay(one))

    def _decay(self, one: Member) -> Floats:
        limits = self.thresholds
        spans = self._spans[: len(self.members)]
        if one.at is None:
            return np.full(len(spans), limits.undated)
        at = one.at.timestamp()
        gap = np.maximum(0.0, np.maximum(at - spans[:, 1], spans[:, 0] - at))
        late = np.maximum(0.0, gap - limits.grace.total_seconds()) / limits.half_life.total_seconds()
        decay = np.where(gap > limits.window.total_seconds(), 0.0, 0.5**late)
        return np.where(np.isnan(gap), limits.undated, decay)

    def _demanded(self, one: Member) -> Floats:
        demanded = np.full(len(self.members), self.thresholds.join)
        if one.source.kind is not Kind.NEWS:
            demanded[list(self._feeds.get(one.source.feed_url, ()))] = self.thresholds.same_feed
            demanded[list(self._entries.get(one.source.entry_id, ()))] = np.inf
        return demanded

    def _same_claim(self, one: Member, members: Sequence[Member]) -> bool:
        return any(self._same_words(one, other) or self._same_thought(one, other) for other in members)

    def _same_words(self, one: Member, other: Member) -> bool:
        enough = min(len(one.words), len(other.words)) >= FEWEST_WORDS
        return enough and shared(one.words, other.words) >= self.thresholds.same_claim

    def _same_thought(self, one: Member, other: Member) -> bool:
        """Only between insights of one entry: its other words are the same, so that those of the claims must decide."""
        same_entry = one.source.entry_id == other.source.entry_id
        return same_entry and cosine(one.vector, other.vector) >= self.thresholds.same_entry
