"""New members as rows beside columns: the stories that are open, and each new member as a story of its own."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from briefing.stories.corpus import Corpus
from briefing.stories.linkage import Spans
from briefing.stories.sparse import Floats, Places, offsets
from briefing.stories.thresholds import Thresholds

Flags = npt.NDArray[np.bool_]
HUNDRED = 100


class Table:
    """`stories` and `new` are numbers of members; `asked` is what each new one asks of every other, [len(new)].

    `members` are those of all columns, column by column, and `starts` says where each column begins.
    """

    def __init__(self, corpus: Corpus, stories: Sequence[Sequence[int]], new: Places, asked: Floats, limits: Thresholds) -> None:
        self.corpus, self.stories, self.new, self.asked, self.limits = corpus, stories, new, asked, limits
        sizes = [*map(len, stories), *([1] * len(new))]
        self.members = np.array([*(row for story in stories for row in story), *new], np.intp)
        self.starts = offsets(sizes)[:-1]
        self.sizes = np.array(sizes, np.float32)
        times = corpus.times[self.members]
        self.spans = np.stack([np.fmin.reduceat(times, self.starts), np.fmax.reduceat(times, self.starts)], axis=1)

    def part(self, columns: Places) -> "Table":
        """The same for some columns, in ascending order."""
        known = len(self.stories)
        rows = columns[columns >= known] - known
        stories = [self.stories[column] for column in columns[columns < known]]
        return Table(self.corpus, stories, self.new[rows], self.asked[rows], self.limits)

    def any(self, cells: Flags) -> Flags:
        return np.asarray(np.logical_or.reduceat(cells, self.starts, axis=1), np.bool_)

    def decay(self, one: Spans, others: Spans) -> Floats:
        """How much time takes from the similarity of one span and each of the others."""
        gap = np.maximum(0.0, np.maximum(one[0] - others[:, 1], others[:, 0] - one[1]))
        late = np.maximum(0.0, gap - self.limits.grace.total_seconds()) / self.limits.half_life.total_seconds()
        decay = np.where(gap > self.limits.window.total_seconds(), 0.0, 0.5**late)
        return np.asarray(np.where(np.isnan(gap), self.limits.undated, decay), np.float32)

    def demanded(self, part: slice) -> Floats:
        """What some new members demand of each column; infinity between two insights of one episode."""
        asked = np.concatenate([np.zeros(len(self.stories)), self.asked])
        demanded = np.maximum(self.asked[part, None], asked)
        rows = self.new[part]
        episode = self.corpus.episodes[rows][:, None]
        if episode.any():
            demanded += self.limits.same_feed * (episode & self._alike(self.corpus.feeds, rows))
            demanded[episode & self._alike(self.corpus.entries, rows)] = np.inf
        return np.asarray(demanded, np.float32)

    def _alike(self, numbers: npt.NDArray[np.int32], rows: Places) -> Flags:
        """Whether a column has a member with the number of the row."""
        return self.any(numbers[rows][:, None] == numbers[self.members])


def asked(corpus: Corpus, new: Places, limits: Thresholds) -> Floats:
    """The similarity that each new member asks, by how many entries are open about its time: those up to the last new one."""
    _, first = np.unique(corpus.entries[: new[-1] + 1], return_index=True)
    times, window = np.sort(corpus.times[first]), limits.window.total_seconds()
    undated = int(np.isnan(times).sum())
    times = times[: len(times) - undated]
    at = corpus.times[new]
    within = np.searchsorted(times, at + window, "right") - np.searchsorted(times, at - window)
    open_ = np.where(np.isnan(at), len(first), within + undated)
    return np.asarray(limits.join + limits.crowd * np.log(np.maximum(open_, HUNDRED) / HUNDRED), np.float32)
