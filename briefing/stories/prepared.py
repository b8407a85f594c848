"""Members that were made ready before: what is new is compared with a week of insights, again and again with the same ones."""

from collections.abc import Mapping
from itertools import islice

import numpy as np

from briefing.model import Insight, Source
from briefing.ports import Vectors
from briefing.stories.members import Member

MOST = 10_000
"""Members that are kept, of some 6 kB each."""


class Prepared:
    """The members of the last run."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: Mapping[str, Member] = {}

    def find(self, insight: Insight, source: Source, vector: Vectors) -> Member | None:
        """The member of an insight, if nothing of it has changed."""
        kept = self._kept.get(insight.id)
        if kept is None or (kept.insight, kept.source) != (insight, source) or not np.array_equal(kept.vector, vector):
            return None
        return kept

    def keep(self, members: Mapping[str, Member]) -> None:
        """Hold these in place of those before, by the ids of their insights."""
        self._kept = dict(islice(members.items(), self._most))
