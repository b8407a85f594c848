"""How alike members are, each to each: rare words, or what two languages share, beside sentence vectors."""

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from briefing.stories.corpus import Corpus
from briefing.stories.sparse import Floats, Places, Sparse, product

ABROAD = 0.8
"""What languages share is little, and so more alike between strangers than all their words would be."""
CELLS = 200_000
"""Of a table that is worked out at once: the products that are summed in it take some 200 bytes a cell."""


class Nearness:
    """The one measure of how alike two members are: rare words, and with weight `share` vectors.

    Words are as rare as they are among the first `seen` members. Between two languages what they share stands for words.
    """

    def __init__(self, corpus: Corpus, seen: int, share: float) -> None:
        self._corpus, self._seen, self._share = corpus, seen, share
        self._words, self._languages, self._vectors = corpus.words.weighed(seen), corpus.languages, corpus.vectors

    @cached_property
    def _shared(self) -> Sparse:
        return self._corpus.shared.weighed(self._seen)

    def of(self, rows: Places, members: Places, starts: Places) -> Iterator[tuple[slice, Floats]]:
        """Some rows at a time, and how alike each is on average to the members of each column, [some, len(starts)].

        `starts` says where among the members a column begins.
        """
        voices, columns = self._voices(members, starts)
        sizes = np.diff([*starts, len(members)])
        cells = self._cells(rows, members, voices)
        yield from ((part, np.asarray(np.add.reduceat(found, columns, axis=1) / sizes, np.float32)) for part, found in cells)

    def _voices(self, members: Places, starts: Places) -> tuple[Places, Places]:
        """Where runs of members of one column and one language begin, and at which run each column does.

        A similarity to several is that to their sum, so that a story of any size takes no more than one of one member.
        """
        changes = 1 + np.flatnonzero(np.diff(self._languages[members]))
        voices = np.union1d(starts, changes)
        return voices, np.searchsorted(voices, starts)

    def _cells(self, rows: Places, members: Places, voices: Places) -> Iterator[tuple[slice, Floats]]:
        """Some rows at a time, and the sum of their similarities to each run of members, [some, len(voices)]."""
        languages, vectors = self._languages[members[voices]], np.add.reduceat(self._vectors[members], voices)
        words = self._words.take(members).summed(voices).turned()
        several = len(np.unique(np.concatenate([languages, self._languages[rows]]))) > 1
        abroad = self._shared.take(members).summed(voices).turned() if several else None
        for part in parts(len(rows), len(voices)):
            some = rows[part]
            found = product(self._words.take(some), words)
            if abroad is not None:
                foreign = self._languages[some][:, None] != languages
                found = np.where(foreign, ABROAD * product(self._shared.take(some), abroad), found)
            yield part, self._with_vectors(found, some, vectors)

    def _with_vectors(self, found: Floats, rows: Places, vectors: Floats) -> Floats:
        if not vectors.shape[1]:
            return found
        return (1 - self._share) * found + self._share * (self._vectors[rows] @ vectors.T)


def parts(rows: int, columns: int) -> Iterator[slice]:
    """Stretches of rows that make a table of a bearable size."""
    size = max(1, CELLS // max(1, columns))
    return (slice(start, min(start + size, rows)) for start in range(0, rows, size))
