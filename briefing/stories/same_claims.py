"""Which new members make the claim of another: nearly the same words, or within one entry the same thought."""

from collections.abc import Iterator

import numpy as np

from briefing.stories.sparse import Floats, Places, product
from briefing.stories.table import Flags, Table

CLOSEST = 12
"""Stories in which a member's claim is looked for in the same words."""
FEWEST_WORDS = 4


class SameClaims:
    def __init__(self, table: Table) -> None:
        self._table, self._corpus = table, table.corpus
        self._turned = self._corpus.claims.take(table.members).turned()
        self._sizes = np.diff(self._corpus.claims.starts).astype(np.float32)

    def find(self, part: slice, similarity: Floats) -> Iterator[tuple[int, int]]:
        """Pairs of a new member's place and a column, nearest first; `similarity` is of some new members to the columns."""
        same = self._among(self._table.new[part])
        known = len(self._table.stories)
        for row in np.flatnonzero(same.any(axis=1)):
            place = part.start + int(row)
            faded = similarity[row] * self._table.decay(self._table.spans[known + place], self._table.spans)
            yield from ((place, int(column)) for column in closest(faded) if faded[column] > 0 and same[row, column])

    def _among(self, rows: Places) -> Flags:
        """Whether some member of a column makes the claim of the row."""
        same = self._same_words(rows) | self._same_thought(rows)
        return self._table.any(same & (rows[:, None] != self._table.members))

    def _same_words(self, rows: Places) -> Flags:
        smaller = np.minimum(self._sizes[rows][:, None], self._sizes[self._table.members])
        shared = product(self._corpus.claims.take(rows), self._turned)
        return np.asarray((smaller >= FEWEST_WORDS) & (shared >= self._table.limits.same_claim * smaller), np.bool_)

    def _same_thought(self, rows: Places) -> Flags:
        """Only between insights of one entry: its other words are the same, so that those of the claims must decide."""
        corpus, members = self._corpus, self._table.members
        same = corpus.entries[rows][:, None] == corpus.entries[members]
        own, other = np.nonzero(same)
        cosines = np.einsum("ij,ij->i", corpus.vectors[rows[own]], corpus.vectors[members[other]])
        same[own, other] = cosines >= self._table.limits.same_entry
        return np.asarray(same, np.bool_)


def closest(faded: Floats) -> Places:
    """The columns most alike, the first of those equally so; the row's own is among them."""
    count = min(CLOSEST + 1, len(faded))
    near = np.flatnonzero(faded >= np.partition(faded, -count)[-count])
    return near[np.argsort(-faded[near], kind="stable")][:count]
