"""Words as numbers: what an insight is compared by, kept as small arrays in place of sets and dictionaries of strings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint32] | npt.NDArray[np.uint64]
"""Distinct numbers, smallest first."""
Words = npt.NDArray[np.uint32]
"""CRC-32 of each word: of a hundred thousand different words one pair or so shares its number."""


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """How much each word counts in a text: `weights` float32, one for each of `words`."""

    words: Words
    weights: npt.NDArray[np.float32]


def counted(weights: Mapping[str, float]) -> Counted:
    return Counted(numbers(weights), np.fromiter(weights.values(), np.float32, len(weights)))


def numbers(words: Iterable[str]) -> Words:
    """The number of each word, in their order."""
    return np.fromiter((crc32(word.encode()) for word in words), np.uint32)


def sorted_numbers(words: Iterable[str]) -> Words:
    return np.unique(numbers(words))


def containment(a: Hashes, b: Hashes) -> float:
    """Share of the smaller one's numbers that stand in both, 0 to 1; 0 if one is empty."""
    smaller = min(len(a), len(b))
    return len(np.intersect1d(a, b, assume_unique=True)) / smaller if smaller else 0.0
