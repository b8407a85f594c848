"""The default Embedder: word vectors distilled from a sentence encoder beside hashed words; needs numpy alone."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from briefing.embedding.wordpiece import TOKEN, UNKNOWN, WordPiece, packaged
from briefing.ports import Vectors
from briefing.text import CJK_CHARACTER

HALF = 256
COMMONEST = 700
"""Vocabulary index up to which a word (an article, "said") tells nothing about what a text is about."""

SPELLING = 0.7
"""Power of the log of a word's rarity by which its spelling counts."""


class PackagedEmbedder:
    """Half meaning, half spelling (see docs/embedding.md).

    The first half sums learnt vectors of words. The second sums a direction of each word's own, so that texts in any language
    that share rare words, such as names, are near each other.
    """

    name = "briefing-words-1"

    def __init__(self) -> None:
        self._tokens: WordPiece = packaged()
        self._table, self._scales = _table()
        self._words: dict[str, tuple[Vectors, Vectors]] = {}

    @property
    def dimensions(self) -> int:
        return 2 * HALF

    def embed(self, texts: Sequence[str]) -> Vectors:
        """float32 [n, dimensions], unit rows; a text without words gives a zero row."""
        rows = np.zeros((len(texts), 2, HALF), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for unit, count in Counter(_units(text)).items():
                meaning, spelling = self._vectors(unit)
                row[0] += meaning * count
                row[1] += spelling * (1 + np.log(count))
        return _unit(_unit(rows).reshape(len(texts), self.dimensions))

    def _vectors(self, unit: str) -> tuple[Vectors, Vectors]:
        if unit not in self._words:
            ids = [index for index, _ in self._tokens.pieces(unit) if index != self._tokens.ids[UNKNOWN]]
            meaning = np.asarray(self._table[ids] * self._scales[ids, None], np.float32).sum(axis=0)
            rank = ids[0] if len(ids) == 1 else len(self._table)
            self._words[unit] = meaning, _direction(unit) * np.float32(_rarity(rank))
        return self._words[unit]


def _unit(rows: Vectors) -> Vectors:
    """Rows along the last axis at length 1; zero rows stay."""
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0), np.float32)


def _rarity(rank: int) -> float:
    """The vocabulary is ordered by frequency, so the log of an index stands for that of a word's rarity."""
    return float(np.log(max(rank, COMMONEST) / COMMONEST) ** SPELLING)


def _direction(word: str) -> Vectors:
    """Signs from a word's hash: the directions of two words are nearly at right angles."""
    bits = np.unpackbits(np.frombuffer(hashlib.shake_128(word.encode()).digest(HALF // 8), np.uint8))
    return np.asarray((bits.astype(np.float32) * 2 - 1) / np.sqrt(HALF), np.float32)


def _units(text: str) -> Iterator[str]:
    """Words; of scripts without spaces, pairs of neighbouring characters, or the one that stands alone."""
    found = [token for match in TOKEN.finditer(text.lower()) if (token := match.group())[0].isalnum()]
    pairs = [a + b for a, b in pairwise(found) if _unspaced(a) and _unspaced(b)]
    yield from (unit for unit in found if not pairs or not _unspaced(unit))
    yield from pairs


def _unspaced(token: str) -> bool:
    return CJK_CHARACTER.match(token) is not None


@cache
def _table() -> tuple[npt.NDArray[np.int8], Vectors]:
    """int8 [words, dimensions] and the scale of each row."""
    with resources.files("briefing.embedding").joinpath("data", "vectors.npz").open("rb") as file, np.load(file) as stored:
        return stored["rows"], stored["scales"].astype(np.float32)
