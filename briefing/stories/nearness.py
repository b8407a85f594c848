"""How alike members are, each to each: rare words, or what two languages share, beside sentence vectors."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from briefing.ports import Vectors
from briefing.stories.interlingual import shared_frequencies
from briefing.stories.members import Member
from briefing.stories.similarity import Rarity, Terms

Floats = npt.NDArray[np.float32]
ABROAD = 0.8
"""What languages share is little, and so more alike between strangers than all their words would be."""
CHUNK = 2048
"""Words laid out at once: keeps the table small whatever the vocabulary."""


def cosines(rows: Sequence[Terms], columns: Sequence[Terms]) -> Floats:
    """Dot products of unit weights of words, [len(rows), len(columns)]."""
    places = {word: place for place, word in enumerate(dict.fromkeys(word for terms in rows for word in terms))}
    left, right = _laid_out(rows, places), _laid_out(columns, places)
    found = np.zeros((len(rows), len(columns)), np.float32)
    for start in range(0, len(places), CHUNK):
        found += _dense(left, start, len(rows)) @ _dense(right, start, len(columns)).T
    return found


Laid = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Floats]


def _laid_out(texts: Sequence[Terms], places: dict[str, int]) -> Laid:
    """Place of the word, number of the text and weight, in order of the words."""
    found = [
        (places[word], number, weight) for number, terms in enumerate(texts) for word, weight in terms.items() if word in places
    ]
    words, numbers, weights = (np.array(column) for column in zip(*found, strict=True)) if found else (np.zeros(0),) * 3
    order = np.argsort(words, kind="stable")
    return words[order].astype(np.intp), numbers[order].astype(np.intp), weights[order].astype(np.float32)


def _dense(laid: Laid, start: int, count: int) -> Floats:
    words, numbers, weights = laid
    part = slice(*np.searchsorted(words, (start, start + CHUNK)))
    table = np.zeros((count, CHUNK), np.float32)
    table[numbers[part], words[part] - start] = weights[part]
    return table


def stacked(vectors: Sequence[Vectors]) -> Vectors:
    """Rows as wide as the widest, [n, d]; shorter ones (of another embedder, or none) are near nothing."""
    width = max((len(vector) for vector in vectors), default=0)
    table = np.zeros((len(vectors), width), np.float32)
    for line, vector in zip(table, vectors, strict=True):
        if len(vector) == width:
            line[:] = vector
    return table


class Rarities:
    """How rare words are among the entries seen, and how rare what languages share."""

    def __init__(self) -> None:
        self.words = Rarity()
        self.shared = Rarity(shared_frequencies())

    def see(self, members: Iterable[Member]) -> None:
        for one in members:
            self.words.see(one.source.entry_id, one.counts)
            self.shared.see(one.source.entry_id, one.shared)


def similarities(new: Sequence[Member], everyone: Sequence[Member], rarities: Rarities, share: float) -> Floats:
    """The one measure of how alike two members are, [new, everyone]: rare words, and with weight `share` vectors.

    `new` are the last of `everyone`. Between two languages what they share stands for words.
    """
    words = _cosines([one.counts for one in everyone], len(new), rarities.words)
    languages = np.unique(np.array([one.language for one in everyone]), return_inverse=True)[1]
    abroad = languages[-len(new) :][:, None] != languages[None]
    if abroad.any():
        words[abroad] = ABROAD * _cosines([one.shared for one in everyone], len(new), rarities.shared)[abroad]
    vectors = stacked([one.vector for one in everyone])
    if not vectors.shape[1]:
        return words
    return np.asarray((1 - share) * words + share * (vectors[-len(new) :] @ vectors.T), np.float32)


def _cosines(counts: Sequence[Mapping[str, float]], new: int, rarity: Rarity) -> Floats:
    weighed = [rarity.weigh(one) for one in counts]
    return cosines(weighed[-new:], weighed)
