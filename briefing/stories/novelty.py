"""How new a story is beside everything told before it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from briefing.model import Story
from briefing.stories.weights import Weights

Floats = npt.NDArray[np.float32]

BLOCK = 1024
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
    """The highest cosine of each story with anything told a day or more before it was first seen; 0 with nothing."""
    rows = vectors_of(stories)
    known = _join(earlier.vectors, rows)
    told = np.array([moment.timestamp() for moment in earlier.moments] + [story.first_seen_at.timestamp() for story in stories])
    begun = told[len(earlier.moments) :] - DAY.total_seconds()
    nearest = np.zeros(len(stories), np.float32)
    if rows.size:
        for start in range(0, len(stories), BLOCK):
            part = slice(start, start + BLOCK)
            before = told[None, :] <= begun[part, None]
            nearest[part] = np.where(before, rows[part] @ known.T, 0).max(axis=1)
    return nearest


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


def _join(first: Floats, second: Floats) -> Floats:
    """Rows below each other; what another embedder made of another length is nothing that could be compared."""
    if not first.size or first.shape[1] != second.shape[1]:
        return np.vstack([np.zeros((len(first), second.shape[1]), np.float32), second])
    return np.vstack([first, second])
