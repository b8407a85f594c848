"""The one definition of how alike two pieces of text are: rare words, with names weighing more, beside sentence vectors."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from briefing.ports import Vectors
from briefing.text import content_words

Terms = Mapping[str, float]
Words = frozenset[str]

NAME = re.compile(r"\b(?:[^\W\d_]*[A-ZÀ-ÖØ-Þ][\w'’-]*|\d[\d.,]*)")
NAME_WEIGHT = 2.0
SUFFIXES = ("ing", "ies", "ed", "es", "s")
SHORTEST_STEM = 3
UNSEEN = 1.0


@dataclass(frozen=True, slots=True)
class Frequencies:
    """In how many of `documents` stretches of 300 words of ordinary prose a stem stands."""

    documents: int
    counts: Mapping[str, int]

    def rarity(self, stem: str) -> float:
        """Inverse document frequency, natural logarithm."""
        return math.log(self.documents / (self.counts.get(stem, UNSEEN) + 0.5))


@cache
def frequencies() -> Frequencies:
    first, *rows = files("briefing.stories").joinpath("data", "frequencies.txt").read_text("utf-8").splitlines()
    pairs = (row.rsplit(" ", 1) for row in rows)
    return Frequencies(int(first), {stem: int(count) for stem, count in pairs})


def stem(word: str) -> str:
    """The word without an English inflection; a light cut, so that "raises" and "raised" meet."""
    for suffix in SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= SHORTEST_STEM:
            return word[: -len(suffix)]
    return word


def terms(parts: Iterable[tuple[str, float]], language: str = "") -> Terms:
    """Unit-length weights of the stems of weighted texts: logarithm of the count times rarity, names counting double."""
    counts: Counter[str] = Counter()
    for text, weight in parts:
        names = set(content_words(" ".join(NAME.findall(text))))
        for word in content_words(text, language or "en"):
            counts[stem(word)] += weight * (NAME_WEIGHT if word in names else 1.0)  # type: ignore[assignment]
    return unit({word: (1 + math.log(max(count, 1))) * frequencies().rarity(word) for word, count in counts.items()})


def unit(weights: Mapping[str, float]) -> Terms:
    norm = math.sqrt(sum(value * value for value in weights.values())) or 1.0
    return {word: value / norm for word, value in weights.items()}


def claim_words(text: str, language: str = "") -> Words:
    """The content words by which two claims are held to say the same."""
    return frozenset(stem(word) for word in content_words(text, language or "en") if len(word) > 1 or not word.isascii())


def shared(a: Words, b: Words) -> float:
    """Share of the shorter one's content words that both have, 0 to 1."""
    smaller = min(len(a), len(b))
    return len(a & b) / smaller if smaller else 0.0


def cosine(a: Vectors, b: Vectors) -> float:
    """Cosine of two unit rows; 0 where one is empty or of another length."""
    return float(np.dot(a, b)) if a.shape == b.shape and a.size else 0.0
