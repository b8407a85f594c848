"""Members that were made ready before: what is new is compared with a week of insights, again and again with the same ones."""

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from briefing.model import Insight, Source
from briefing.ports import Vectors
from briefing.stories.members import Member

MOST = 10_000
"""Members that are kept, of some 8 kB each."""


class Prepared:
    """The members that were asked for last."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[str, Member] = OrderedDict()

    def find(self, insight: Insight, source: Source, vector: Vectors) -> Member | None:
        """The member of an insight, if nothing of it has changed."""
        kept = self._kept.get(insight.id)
        if kept is None or (kept.insight, kept.source) != (insight, source) or not np.array_equal(kept.vector, vector):
            return None
        self._kept.move_to_end(insight.id)
        return kept

    def keep(self, members: Sequence[Member]) -> None:
        for member in members:
            self._kept[member.insight.id] = member
            self._kept.move_to_end(member.insight.id)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
