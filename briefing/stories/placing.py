"""New members beside the stories that are open: what each has in common with each, what is demanded of it, and where it goes."""

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from briefing.model import Kind
from briefing.stories.linkage import Floats, Linkage, Spans
from briefing.stories.members import Member
from briefing.stories.nearness import Rarities, similarities
from briefing.stories.similarity import cosine, shared
from briefing.stories.thresholds import Thresholds

Flags = npt.NDArray[np.bool_]
CLOSEST = 12
"""Stories in which a member's claim is looked for in the same words."""
FEWEST_WORDS = 4
HUNDRED = 100


class Table:
    """New members (rows) beside all members (columns): those of known stories, story by story, then the new ones."""

    def __init__(
        self, new: Sequence[Member], stories: Sequence[Sequence[Member]], rarities: Rarities, limits: Thresholds
    ) -> None:
        self.new, self.limits = new, limits
        self.all = [one for story in stories for one in story] + list(new)
        self.columns: list[Sequence[Member]] = [*stories, *([one] for one in new)]
        self.starts = np.array([0, *accumulate(len(members) for members in self.columns)][:-1], np.intp)
        self.sizes = np.array([len(members) for members in self.columns], np.float32)
        self.spans = np.array([_span(members) for members in self.columns]).reshape(-1, 2)
        self.similarity = self._average(similarities(new, self.all, rarities, limits.vectors))

    def _average(self, cells: Floats) -> Floats:
        return np.asarray(np.add.reduceat(cells, self.starts, axis=1) / self.sizes, np.float32)

    def _any(self, cells: Flags) -> Flags:
        return np.asarray(np.logical_or.reduceat(cells, self.starts, axis=1), np.bool_)

    def decay(self, one: Spans, others: Spans) -> Floats:
        """How much time takes from the similarity of one span and each of the others."""
        gap = np.maximum(0.0, np.maximum(one[0] - others[:, 1], others[:, 0] - one[1]))
        late = np.maximum(0.0, gap - self.limits.grace.total_seconds()) / self.limits.half_life.total_seconds()
        decay = np.where(gap > self.limits.window.total_seconds(), 0.0, 0.5**late)
        return np.asarray(np.where(np.isnan(gap), self.limits.undated, decay), np.float32)

    def demanded(self) -> Floats:
        """What each new member demands of each column; infinity between two insights of one episode."""
        asked = self._asked()
        columns = np.concatenate([np.zeros(len(self.columns) - len(self.new)), asked])
        demanded = np.maximum(asked[:, None], columns[None])
        episode = np.array([one.source.kind is not Kind.NEWS for one in self.new], np.bool_)[:, None]
        demanded += self.limits.same_feed * (episode & self._alike([one.source.feed_url for one in self.all]))
        demanded[episode & self._alike([one.source.entry_id for one in self.all])] = np.inf
        return np.asarray(demanded, np.float32)

    def _alike(self, names: Sequence[str]) -> Flags:
        """Whether a column has a member of the same name as the row."""
        numbers = np.unique(np.array(names), return_inverse=True)[1]
        return self._any(numbers[len(self.all) - len(self.new) :][:, None] == numbers[None])

    def _asked(self) -> Floats:
        """The similarity each new member demands, by how many entries are open about its time."""
        limits, entries = self.limits, {one.source.entry_id: _span([one])[0] for one in self.all}
        times = np.sort(np.array(list(entries.values())))
        undated, window = np.isnan(times).sum(), limits.window.total_seconds()
        times = times[: len(times) - undated]
        at = np.array([_span([one])[0] for one in self.new])
        within = np.searchsorted(times, at + window, "right") - np.searchsorted(times, at - window)
        open_ = np.where(np.isnan(at), len(entries), within + undated)
        return np.asarray(limits.join + limits.crowd * np.log(np.maximum(open_, HUNDRED) / HUNDRED), np.float32)

    def same(self) -> list[tuple[int, int]]:
        """New members and columns that make the same claim."""
        decay = [self.decay(span, self.spans) for span in self.spans[-len(self.new) :]]
        faded = self.similarity * np.stack(decay)
        closest = np.argsort(-faded, axis=1, kind="stable")[:, : CLOSEST + 1]
        return [
            (row, int(column))
            for row, columns in enumerate(closest)
            for column in columns
            if faded[row, column] > 0 and self._same_claim(self.new[row], self.columns[column])
        ]

    def _same_claim(self, one: Member, members: Sequence[Member]) -> bool:
        return any(one is not other and (self._same_words(one, other) or self._same_thought(one, other)) for other in members)

    def _same_words(self, one: Member, other: Member) -> bool:
        enough = min(len(one.words), len(other.words)) >= FEWEST_WORDS
        return enough and shared(one.words, other.words) >= self.limits.same_claim

    def _same_thought(self, one: Member, other: Member) -> bool:
        """Only between insights of one entry: its other words are the same, so that those of the claims must decide."""
        same_entry = one.source.entry_id == other.source.entry_id
        return same_entry and cosine(one.vector, other.vector) >= self.limits.same_entry


def _span(members: Sequence[Member]) -> tuple[float, float]:
    """First and last time in seconds; NaN without any."""
    times = [one.at.timestamp() for one in members if one.at]
    return (min(times), max(times)) if times else (np.nan, np.nan)


def place(new: Sequence[Member], stories: Sequence[Sequence[Member]], rarities: Rarities, limits: Thresholds) -> list[int]:
    """For each new member the number of its story: of `stories`, or beyond them of a new one that it shares with others."""
    table = Table(new, stories, rarities, limits)
    linkage = Linkage(table.similarity, table.demanded(), table.sizes, table.spans, table.decay)
    for row, column in table.same():
        linkage.join(row, column)
    linkage.run()
    return [int(home) for home in linkage.homes()]
