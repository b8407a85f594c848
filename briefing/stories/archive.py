"""All insights' vectors, small enough to keep in memory and quick enough to search whole.

Rows are kept as int8, and once more as one bit a dimension. A search counts agreeing bits over all rows, the query's large
components counting more (asymmetric distance on sign codes, Gordo et al. 2014), and measures the finalists by their int8 rows.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from briefing.ports import Vectors

FINALISTS = 50_000
"""Rows measured in full: keeps 0.95 of the true neighbours even among a million random vectors, and all of real ones."""
LEVELS = 127
WORD = 64
SCAN_BLOCK = 65_536
ROW_BLOCK = 512
QUANTILES = (1 / 3, 2 / 3)
"""The largest third of a query's components counts threefold, the middle third twice."""

Words = npt.NDArray[np.uint64]
Places = npt.NDArray[np.intp]


class Archive:
    """n insights in memory: d + d/8 + 4 bytes each."""

    def __init__(self, ids: Sequence[str], vectors: Vectors) -> None:
        self.ids = list(ids)
        rows = np.asarray(vectors)
        self._width = int(vectors.shape[1]) if len(ids) else 0
        self._centre = np.asarray(rows.mean(axis=0, dtype=np.float32)) if len(rows) else np.zeros(0, np.float32)
        self._scales = np.zeros(len(rows), np.float32)
        self._rows = np.zeros(rows.shape, np.int8)
        self._signs = np.zeros((-(-self._width // WORD), len(rows)), np.uint64)
        for start in range(0, len(rows), SCAN_BLOCK):
            self._fill(slice(start, start + SCAN_BLOCK), np.asarray(rows[start : start + SCAN_BLOCK], np.float32))

    def _fill(self, part: slice, rows: Vectors) -> None:
        largest = np.abs(rows).max(axis=1)
        self._scales[part] = largest / LEVELS
        self._rows[part] = np.round(rows * (LEVELS / np.where(largest > 0, largest, 1))[:, None])
        self._signs[:, part] = signs(rows - self._centre).T

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return self._rows.nbytes + self._signs.nbytes + self._scales.nbytes

    def nearest(self, vector: Vectors, count: int) -> list[tuple[str, float]]:
        """The `count` insights of highest cosine to a unit vector, best first; ties by place."""
        query = np.asarray(vector, np.float32)
        if not self.ids or count <= 0 or len(query) != self._width:
            return []
        places = self._finalists(query) if len(self.ids) > FINALISTS else np.arange(len(self.ids))
        similarity = self._measure(places, query)
        best = top(similarity, count)
        return [(self.ids[places[at]], float(similarity[at])) for at in best]

    def nearest_of_many(self, vectors: Vectors, count: int) -> list[list[tuple[str, float]]]:
        """The same for each of several unit vectors [m, d], all rows measured: rows are unpacked once for all of them."""
        queries = np.asarray(vectors, np.float32)
        if not self.ids or count <= 0 or not len(queries) or queries.shape[1] != self._width:
            return [[] for _ in queries]
        similarity = np.empty((len(queries), len(self.ids)), np.float32)
        for start in range(0, len(self.ids), ROW_BLOCK):
            part = slice(start, start + ROW_BLOCK)
            similarity[:, part] = queries @ self._rows[part].astype(np.float32).T
        similarity *= self._scales
        return [[(self.ids[at], float(one[at])) for at in top(one, count)] for one in similarity]

    def _finalists(self, query: Vectors) -> Places:
        apart = self._apart(query)
        farthest = int(np.searchsorted(np.cumsum(np.bincount(apart)), FINALISTS))
        return np.flatnonzero(apart <= farthest)

    def _apart(self, query: Vectors) -> npt.NDArray[np.uint16]:
        """Weighted count of differing bits, [n]."""
        mine = signs((query - self._centre)[None])[0]
        size = np.abs(query)
        masks = [signs((size - np.quantile(size, quantile))[None])[0] for quantile in QUANTILES]
        apart = np.zeros(len(self.ids), np.uint16)
        for start in range(0, len(self.ids), SCAN_BLOCK):
            part = slice(start, start + SCAN_BLOCK)
            for word, theirs in enumerate(self._signs[:, part]):
                differ = theirs ^ mine[word]
                apart[part] += np.bitwise_count(differ)
                for mask in masks:
                    apart[part] += np.bitwise_count(differ & mask[word])
        return apart

    def _measure(self, places: Places, query: Vectors) -> Vectors:
        """Cosines of some rows, [len(places)]; in blocks that stay in the processor's cache."""
        found = np.empty(len(places), np.float32)
        for start in range(0, len(places), ROW_BLOCK):
            part = places[start : start + ROW_BLOCK]
            found[start : start + ROW_BLOCK] = self._rows[part].astype(np.float32) @ query
        return found * self._scales[places]


def signs(rows: Vectors) -> Words:
    """One bit a component, packed into words: uint64 [n, d / 64]."""
    packed = np.packbits(rows > 0, axis=1)
    missing = -packed.shape[1] % (WORD // 8)
    return np.ascontiguousarray(np.pad(packed, ((0, 0), (0, missing)))).view(np.uint64)


def top(values: Vectors, count: int) -> Places:
    """Places of the largest values, largest first."""
    count = min(count, len(values))
    best = np.argpartition(-values, count - 1)[:count]
    return best[np.lexsort((best, -values[best]))]
