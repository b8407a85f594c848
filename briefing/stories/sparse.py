"""Sparse tables: rows of weights of which most are none, and products of rows that are never laid out in full."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.intp]
Numbers = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Sparse:
    """Rows of weights over `width` columns; those of row i stand from starts[i] to starts[i + 1]."""

    starts: Places
    columns: Numbers
    weights: Floats
    width: int

    def __len__(self) -> int:
        return len(self.starts) - 1

    def take(self, rows: Places) -> "Sparse":
        """Some of the rows, in this order."""
        cells = ranges(self.starts[rows], sizes := self.starts[rows + 1] - self.starts[rows])
        return Sparse(offsets(sizes), self.columns[cells], self.weights[cells], self.width)

    def summed(self, starts: Places) -> "Sparse":
        """The sums of rows that follow each other, a row for each of `starts`."""
        rows = np.searchsorted(starts, rows_of(self.starts), "right") - 1
        cells, places = np.unique(rows * self.width + self.columns, return_inverse=True)
        weights = np.bincount(places, self.weights, minlength=len(cells)).astype(np.float32)
        summed, columns = np.divmod(cells, self.width)
        sizes = np.bincount(summed, minlength=len(starts))
        return Sparse(offsets(sizes), columns.astype(np.int32), weights, self.width)

    def turned(self) -> "Sparse":
        """Columns as rows: for each column the rows that have a weight there."""
        order = np.argsort(self.columns, kind="stable")
        sizes = np.bincount(self.columns, minlength=self.width)
        return Sparse(offsets(sizes), rows_of(self.starts)[order], self.weights[order], len(self))


def product(rows: Sparse, turned: Sparse) -> Floats:
    """Dot products of rows with the rows of a table that is given turned, [len(rows), rows of the other]."""
    sizes = turned.starts[rows.columns + 1] - turned.starts[rows.columns]
    met = ranges(turned.starts[rows.columns], sizes)
    weights = np.repeat(rows.weights, sizes) * turned.weights[met]
    cells = np.repeat(rows_of(rows.starts) * np.intp(turned.width), sizes) + turned.columns[met]
    found = np.bincount(cells, weights, minlength=len(rows) * turned.width)
    return found.astype(np.float32).reshape(len(rows), turned.width)


def offsets(sizes: Sequence[int] | npt.NDArray[np.integer]) -> Places:
    """Where each of some stretches of these sizes begins, and where the last one ends."""
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.intp)


def rows_of(starts: Places) -> Numbers:
    """For each cell the row it stands in."""
    return np.repeat(np.arange(len(starts) - 1, dtype=np.int32), np.diff(starts))


def ranges(starts: Places, sizes: Places) -> Places:
    """The numbers from each start, as many as its size, one stretch after the other."""
    ends = np.cumsum(sizes)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + sizes, sizes)
