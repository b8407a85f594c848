"""How alike members are, each to each: rare words and sentence vectors within a language."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from briefing.ports import Vectors
from briefing.stories.members import Member
from briefing.stories.similarity import Rarity, Terms

Floats = npt.NDArray[np.float32]
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


def similarities(new: Sequence[Member], everyone: Sequence[Member], rarity: Rarity, share: float) -> Floats:
    """The one measure of how alike two members are, [new, everyone]: rare words, and with weight `share` vectors."""
    weighed = {id(one): rarity.weigh(one.counts) for one in everyone}
    lexical = cosines([weighed[id(one)] for one in new], [weighed[id(one)] for one in everyone])
    vectors = stacked([one.vector for one in everyone])
    if not vectors.shape[1]:
        return lexical
    near = vectors[-len(new) :] @ vectors.T
    return np.asarray((1 - share) * lexical + share * near, np.float32)
