"""The one definition of how alike two pieces of text are: rare words, with names weighing more, beside sentence vectors."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import numpy as np

from briefing.ports import Vectors
from briefing.text import containment, content_words

Terms = Mapping[str, float]
Words = frozenset[str]

NAME = re.compile(r"\b(?:[^\W\d_]*[A-ZÀ-ÖØ-Þ][\w'’-]*|\d[\d.,]*)")
NAME_WEIGHT = 1.5
SUFFIXES = ("ing", "ies", "ed", "es", "s")
SHORTEST_STEM = 3
PRIOR = 360
"""For how many entries seen the packaged frequencies stand: what a few weeks of one's own feeds outweigh."""
UNSEEN = 1.0
LEAST_RARITY = 0.1


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


class Rarity:
    """Inverse document frequency as it stands after the entries seen so far, with packaged frequencies as the prior."""

    def __init__(self, prior: Frequencies | None = None) -> None:
        self._prior = prior or frequencies()
        self._entries: dict[str, set[str]] = {}
        self._counts: Counter[str] = Counter()

    def see(self, entry_id: str, stems: Iterable[str]) -> None:
        """Count stems of an entry; each counts once, however many insights of the entry hold it."""
        known = self._entries.setdefault(entry_id, set())
        fresh = set(stems) - known
        known |= fresh
        self._counts.update(fresh)

    def of(self, stem: str) -> float:
        """Natural logarithm of the inverse share."""
        expected = PRIOR * self._prior.share(stem) + self._counts[stem] + 0.5
        return max(LEAST_RARITY, math.log((PRIOR + len(self._entries)) / expected))

    def weigh(self, counts: Mapping[str, float]) -> Terms:
        """Logarithmic counts times rarity, as a unit vector."""
        return unit({stem: count * self.of(stem) for stem, count in counts.items()})


@cache
def ordinary() -> Rarity:
    """Rarity by the packaged frequencies alone, for what must not depend on what was read before; nobody counts into it."""
    return Rarity()


def stem(word: str) -> str:
    """The word without an English inflection; a light cut, so that "raises" and "raised" meet."""
    for suffix in SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= SHORTEST_STEM:
            return word[: -len(suffix)]
    return word


def log_counts(parts: Iterable[tuple[str, float]], language: str = "") -> Mapping[str, float]:
    """1 + the logarithm of how often each stem stands in weighted texts, names and numbers counting more."""
    counts: dict[str, float] = defaultdict(float)
    for text, weight in parts:
        names = set(content_words(" ".join(NAME.findall(text)), language or "en"))
        for word in content_words(text, language or "en"):
            counts[stem(word)] += weight * (NAME_WEIGHT if word in names else 1.0)
    return {stem: 1 + math.log(max(count, 1.0)) for stem, count in counts.items()}


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
