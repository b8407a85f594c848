"""The default Embedder: word vectors distilled from a sentence encoder, summed; needs numpy alone."""

import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from briefing.embedding.wordpiece import TOKEN, UNKNOWN, WordPiece, packaged
from briefing.ports import Vectors
from briefing.text import CJK_CHARACTER

HASHED = 0.7
"""Length of the vector of a word that is not in the vocabulary, where a common content word has a length near 1."""


class PackagedEmbedder:
    """Sums of packaged word vectors (see docs/embedding.md).

    A word outside the vocabulary, such as a name, adds a direction of its own, and two neighbouring characters of a script
    without spaces do too: texts in any language that share words are near each other.
    """

    name = "briefing-words-1"

    def __init__(self) -> None:
        self._tokens: WordPiece = packaged()
        self._table, self._scales = _table()
        self._words: dict[str, Vectors] = {}

    @property
    def dimensions(self) -> int:
        return int(self._table.shape[1])

    def embed(self, texts: Sequence[str]) -> Vectors:
        """float32 [n, dimensions], unit rows; a text without words gives a zero row."""
        rows = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for unit in _units(text):
                row += self._vector(unit)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0), np.float32)

    def _vector(self, unit: str) -> Vectors:
        if unit not in self._words:
            self._words[unit] = self._made(unit)
        return self._words[unit]

    def _made(self, unit: str) -> Vectors:
        ids = [index for index, _ in self._tokens.pieces(unit) if index != self._tokens.ids[UNKNOWN]]
        known = np.asarray(self._table[ids] * self._scales[ids, None], np.float32).sum(axis=0)
        return known if len(ids) == 1 else np.asarray(known + _direction(unit, self.dimensions), np.float32)


def _units(text: str) -> Iterator[str]:
    """Words; of scripts without spaces, pairs of neighbouring characters, or the one that stands alone."""
    found = [token for match in TOKEN.finditer(text.lower()) if (token := match.group())[0].isalnum()]
    pairs = [a + b for a, b in pairwise(found) if _unspaced(a) and _unspaced(b)]
    yield from (unit for unit in found if not pairs or not _unspaced(unit))
    yield from pairs


def _unspaced(token: str) -> bool:
    return CJK_CHARACTER.match(token) is not None


def _direction(word: str, dimensions: int) -> Vectors:
    """A fixed direction for a word: signs from its hash, so that different words are nearly at right angles."""
    bits = np.unpackbits(np.frombuffer(hashlib.shake_128(word.encode()).digest(dimensions // 8), np.uint8))
    signs = bits.astype(np.float32) * 2 - 1
    return np.asarray(signs * (HASHED / np.sqrt(dimensions)), np.float32)


@cache
def _table() -> tuple[npt.NDArray[np.int8], Vectors]:
    """int8 [words, dimensions] and the scale of each row."""
    with resources.files("briefing.embedding").joinpath("data", "vectors.npz").open("rb") as file, np.load(file) as stored:
        return stored["rows"], stored["scales"].astype(np.float32)
