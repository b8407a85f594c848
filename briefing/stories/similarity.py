"""The one definition of how alike two pieces of text are: rare words, with names weighing more, beside sentence vectors."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from briefing.ports import Vectors
from briefing.text import containment, content_words

Terms = Mapping[str, float]
Words = frozenset[str]
Shares = npt.NDArray[np.float64]

NAME = re.compile(r"\b(?:[^\W\d_]*[A-ZÀ-ÖØ-Þ][\w'’-]*|\d[\d.,]*)")
NAME_WEIGHT = 1.5
SUFFIXES = ("ing", "ies", "ed", "es", "s")
SHORTEST_STEM = 3
PRIOR = 360
"""For how many entries seen the packaged frequencies stand: what a few weeks of one's own feeds outweigh."""
UNSEEN = 1.0
LEAST_RARITY = 0.1
REMEMBERED = 16
"""Texts whose words stay counted: insights of one entry, made ready one after the other, have its title and opening in common."""


@dataclass(frozen=True, slots=True)
class Frequencies:
    """In which share of stretches of 300 words of ordinary prose a stem stands."""

    documents: int
    counts: Mapping[str, int]

    def share(self, stem: str) -> float:
        return self.counts.get(stem, UNSEEN) / self.documents


@cache
def frequencies() -> Frequencies:
    first, *rows = files("briefing.stories").joinpath("data", "frequencies.txt").read_text("utf-8").splitlines()
    pairs = (row.rsplit(" ", 1) for row in rows)
    return Frequencies(int(first), {stem: int(count) for stem, count in pairs})


def rarities(shares: Shares, counts: Shares, entries: int) -> Shares:
    """Natural logarithms of the inverse shares of texts that hold each stem.

    `shares` are those of ordinary prose, the prior; `counts` say in how many of the `entries` seen each stem stands.
    """
    expected = PRIOR * shares + counts + 0.5
    return np.maximum(LEAST_RARITY, np.log((PRIOR + entries) / expected))


class Rarity:
    """How rare stems are by the packaged frequencies alone, for what must not depend on what was read before."""

    def __init__(self, known: Frequencies) -> None:
        shares = np.array([UNSEEN, *known.counts.values()]) / known.documents
        self._unseen, *found = (float(rarity) for rarity in rarities(shares, np.zeros(len(shares)), 0))
        self._known = dict(zip(known.counts, found, strict=True))

    def of(self, stem: str) -> float:
        return self._known.get(stem, self._unseen)

    def weigh(self, counts: Mapping[str, float]) -> Terms:
        """Logarithmic counts times rarity, as a unit vector."""
        return unit({stem: count * self.of(stem) for stem, count in counts.items()})


@cache
def ordinary() -> Rarity:
    """Rarity in ordinary prose."""
    return Rarity(frequencies())


def stem(word: str) -> str:
    """The word without an English inflection; a light cut, so that "raises" and "raised" meet."""
    for suffix in SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= SHORTEST_STEM:
            return word[: -len(suffix)]
    return word


def log_counts(parts: Iterable[tuple[str, float]], language: str = "") -> Mapping[str, float]:
    """1 + the logarithm of how often each stem stands in weighted texts, names and numbers counting more."""
    return logarithms((_stems(text, language or "en"), weight) for text, weight in parts)


def logarithms(parts: Iterable[tuple[Mapping[str, float], float]]) -> Mapping[str, float]:
    """1 + the logarithm of the sum of weighted counts, at least 1."""
    counts: dict[str, float] = defaultdict(float)
    for found, weight in parts:
        for word, count in found.items():
            counts[word] += weight * count
    return {word: 1 + math.log(max(count, 1.0)) for word, count in counts.items()}


@lru_cache(maxsize=REMEMBERED)
def _stems(text: str, language: str) -> Mapping[str, float]:
    counts: dict[str, float] = defaultdict(float)
    names = set(content_words(" ".join(NAME.findall(text)), language))
    for word in content_words(text, language):
        counts[stem(word)] += NAME_WEIGHT if word in names else 1.0
    return counts


def unit(weights: Mapping[str, float]) -> Terms:
    norm = math.sqrt(sum(value * value for value in weights.values())) or 1.0
    return {word: value / norm for word, value in weights.items()}


@lru_cache(maxsize=2_000)
def claim_words(text: str, language: str = "") -> Words:
    """The content words by which two claims are held to say the same."""
    return frozenset(stem(word) for word in content_words(text, language or "en") if len(word) > 1 or not word.isascii())


def shared(a: Words, b: Words) -> float:
    """Share of the shorter one's content words that both have, 0 to 1."""
    return containment(a, b)


def cosine(a: Vectors, b: Vectors) -> float:
    """Cosine of two unit rows; 0 where one is empty or of another length."""
    return float(np.dot(a, b)) if a.shape == b.shape and a.size else 0.0
