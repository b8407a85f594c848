"""Average linkage: new members join each other and known stories, the most alike first, until none are alike enough."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Spans = npt.NDArray[np.float64]
Decay = Callable[[Spans, Spans], Floats]


class Linkage:
    """G new groups beside K known stories.

    `similarity` float32 [G, K + G]: average similarity of each new group to the stories (columns 0 to K - 1) and to the new
    groups (the rest). `demanded`, of the same shape, is what it must reach; infinity forbids. `spans` [K + G, 2] are first
    and last times in seconds, NaN where unknown, by which `decay` weakens a similarity. Joining two takes the weighted
    average of their similarities and the higher of their demands, so that a veto stays.
    """

    def __init__(self, similarity: Floats, demanded: Floats, sizes: Floats, spans: Spans, decay: Decay) -> None:
        self._similarity, self._demanded, self._sizes, self._spans, self._decay = similarity, demanded, sizes, spans, decay
        self._known = similarity.shape[1] - len(similarity)
        self._homes = np.arange(similarity.shape[1])
        groups = np.arange(len(similarity))
        self._demanded[groups, self._known + groups] = np.inf
        self._margin = np.stack([self._row(row) for row in range(len(similarity))]) if len(groups) else similarity
        self._best = self._margin.argmax(axis=1) if similarity.size else groups

    def _row(self, row: int) -> Floats:
        faded = self._similarity[row] * self._decay(self._spans[self._known + row], self._spans)
        return np.asarray(faded - self._demanded[row], np.float32)

    def homes(self) -> npt.NDArray[np.intp]:
        """For each new member the column (story, or group that stands for a new one) it came to, [G]."""
        return np.array([self._home(self._known + row) for row in range(len(self._similarity))], np.intp)

    def _home(self, column: int) -> int:
        while self._homes[column] != column:
            column = int(self._homes[column])
        return column

    def run(self) -> None:
        """Join the pair furthest above what it demands, again and again, while there is one."""
        rows = np.arange(len(self._best))
        while len(rows):
            row = int(np.argmax(self._margin[rows, self._best]))
            if self._margin[row, self._best[row]] < 0:
                return
            self._join(row, int(self._best[row]))

    def join(self, row: int, column: int) -> None:
        """Join a new group with a column, whatever their similarity; two known stories stay two."""
        first, second = self._home(self._known + row), self._home(column)
        if first < second:
            first, second = second, first
        if first != second and first >= self._known:
            self._join(first - self._known, second)

    def _join(self, row: int, column: int) -> None:
        """The group of `row` goes into `column`: its row and column are no more."""
        gone = self._known + row
        self._merge_columns(gone, column)
        if column >= self._known:
            self._merge_rows(row, column - self._known)
        self._sizes[column] += self._sizes[gone]
        self._spans[column] = (
            np.fmin(self._spans[gone, 0], self._spans[column, 0]),
            np.fmax(self._spans[gone, 1], self._spans[column, 1]),
        )
        self._homes[gone] = column
        self._close(row, gone)
        self._refresh(gone, column)

    def _weights(self, gone: int, column: int) -> tuple[float, float]:
        total = self._sizes[gone] + self._sizes[column]
        return float(self._sizes[gone] / total), float(self._sizes[column] / total)

    def _merge_columns(self, gone: int, column: int) -> None:
        mine, theirs = self._weights(gone, column)
        self._similarity[:, column] = mine * self._similarity[:, gone] + theirs * self._similarity[:, column]
        np.maximum(self._demanded[:, column], self._demanded[:, gone], out=self._demanded[:, column])

    def _merge_rows(self, row: int, kept: int) -> None:
        mine, theirs = self._weights(self._known + row, self._known + kept)
        self._similarity[kept] = mine * self._similarity[row] + theirs * self._similarity[kept]
        np.maximum(self._demanded[kept], self._demanded[row], out=self._demanded[kept])
        self._demanded[kept, self._known + kept] = np.inf

    def _close(self, row: int, gone: int) -> None:
        self._demanded[row], self._demanded[:, gone] = np.inf, np.inf
        self._margin[row], self._margin[:, gone] = -np.inf, -np.inf

    def _refresh(self, gone: int, column: int) -> None:
        """Margins of what changed, and each row's best where it may have changed."""
        before = self._margin[:, column].copy()
        faded = self._similarity[:, column] * self._decay(self._spans[column], self._spans[self._known :])
        self._margin[:, column] = faded - self._demanded[:, column]
        if column >= self._known:
            self._margin[column - self._known] = self._row(column - self._known)
            self._best[column - self._known] = self._margin[column - self._known].argmax()
        stale = np.flatnonzero((self._best == gone) | (self._best == column) | (before < self._margin[:, column]))
        self._best[stale] = self._margin[stale].argmax(axis=1)
