"""How new a story is beside everything told before it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from briefing.model import Story
from briefing.stories.weights import Weights

Floats = npt.NDArray[np.float32]
Seconds = npt.NDArray[np.float64]

BLOCK = 256
"""Earlier vectors that all stories are compared with at once: of ten thousand stories a table of 10 MB."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the archive told and when: unit rows [n, d] and n moments."""

    moments: Sequence[datetime] = ()
    vectors: Floats = field(default_factory=lambda: np.zeros((0, 0), np.float32))

    def reaches(self, back_to: datetime) -> bool:
        """Whether it is known what was told around that moment."""
        return bool(self.moments) and min(self.moments) <= back_to + DAY


def nearest_before(stories: Sequence[Story], earlier: Earlier) -> Floats:
    """The highest cosine of each story with anything told a day or more before it was first seen; 0 with nothing.

    What another embedder made of another length is nothing that could be compared.
    """
    rows, begun = vectors_of(stories), _seconds(story.first_seen_at for story in stories)
    nearest = np.zeros(len(stories), np.float32)
    for told, vectors in ((_seconds(earlier.moments), earlier.vectors), (begun, rows)):
        if rows.size and vectors.shape[1] == rows.shape[1]:
            _raise_to(nearest, rows, begun - DAY.total_seconds(), told, vectors)
    return nearest


def _seconds(moments: Iterable[datetime]) -> Seconds:
    return np.array([moment.timestamp() for moment in moments], np.float64)


def _raise_to(nearest: Floats, rows: Floats, latest: Seconds, told: Seconds, vectors: Floats) -> None:
    """Raise what is nearest to each row to its cosine with those vectors that were told by its latest moment."""
    for start in range(0, len(vectors), BLOCK):
        part = slice(start, start + BLOCK)
        cosines = rows @ vectors[part].T
        cosines[told[part] > latest[:, None]] = 0
        np.maximum(nearest, cosines.max(axis=1), out=nearest)


def novelty(nearest: Floats, weights: Weights) -> Floats:
    """1, down to `known_before` for what was told before in other words."""
    known = np.clip((nearest - weights.alike) / (1 - weights.alike), 0, 1)
    return np.asarray(1 - (1 - weights.known_before) * known, np.float32)


def vectors_of(stories: Sequence[Story]) -> Floats:
    """[stories, d]; zeros for a story without a vector."""
    rows = np.zeros((len(stories), max((len(story.vector) for story in stories), default=0)), np.float32)
    for place, story in enumerate(stories):
        rows[place, : len(story.vector)] = story.vector
    return rows
