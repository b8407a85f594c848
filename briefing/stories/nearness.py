"""How alike members are, each to each: rare words, or what two languages share, beside sentence vectors."""

from collections.abc import Iterator

import numpy as np

from briefing.stories.corpus import Corpus
from briefing.stories.sparse import Floats, Places, product

ABROAD = 0.8
"""What languages share is little, and so more alike between strangers than all their words would be."""
CELLS = 500_000
"""Of a table that is worked out at once: its parts take some 60 bytes a cell."""


class Nearness:
    """The one measure of how alike two members are: rare words, and with weight `share` vectors.

    Words are as rare as they are among the first `seen` members. Between two languages what they share stands for words.
    """

    def __init__(self, corpus: Corpus, seen: int, share: float) -> None:
        self._words, self._shared = corpus.words.weighed(seen), corpus.shared.weighed(seen)
        self._languages, self._vectors, self._share = corpus.languages, corpus.vectors, share

    def of(self, rows: Places, others: Places) -> Iterator[tuple[slice, Floats]]:
        """Some rows at a time, and how alike they are to each of the others, [some, len(others)]."""
        words, vectors = self._words.take(others).turned(), self._vectors[others]
        abroad = self._shared.take(others).turned() if self._several_languages(rows, others) else None
        for part in parts(len(rows), len(others)):
            some = rows[part]
            found = product(self._words.take(some), words)
            if abroad is not None:
                foreign = self._languages[some][:, None] != self._languages[others]
                found = np.where(foreign, ABROAD * product(self._shared.take(some), abroad), found)
            yield part, self._with_vectors(found, some, vectors)

    def _several_languages(self, rows: Places, others: Places) -> bool:
        return len(np.unique(self._languages[np.concatenate([rows, others])])) > 1

    def _with_vectors(self, found: Floats, rows: Places, vectors: Floats) -> Floats:
        if not vectors.shape[1]:
            return found
        return np.asarray((1 - self._share) * found + self._share * (self._vectors[rows] @ vectors.T), np.float32)


def parts(rows: int, columns: int) -> Iterator[slice]:
    """Stretches of rows that make a table of a bearable size."""
    size = max(1, CELLS // max(1, columns))
    return (slice(start, min(start + size, rows)) for start in range(0, rows, size))
