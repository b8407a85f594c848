"""Where new members go: into a story that is open, or with others of them into a new one.

Two can only come together by a chain of pairs of which each is as alike as it demands: an average of similarities is never above
the highest of them, and joining takes the higher demand. So the pairs that are alike enough part members and stories into
neighbourhoods, and each is linked by itself: nothing has to hold a table of all with all.
"""

from collections.abc import Sequence

import numpy as np

from briefing.stories.components import components
from briefing.stories.corpus import Corpus
from briefing.stories.linkage import Linkage
from briefing.stories.nearness import Nearness
from briefing.stories.same_claims import SameClaims
from briefing.stories.sparse import Places
from briefing.stories.table import Table, asked
from briefing.stories.thresholds import Thresholds

ROUNDING = 1e-4
"""By how much a similarity may differ for being worked out among others."""


def place(corpus: Corpus, stories: Sequence[Sequence[int]], new: Places, limits: Thresholds) -> list[int]:
    """For each new member the number of its story: of `stories`, or beyond them of a new one that it shares with others.

    `new` and the members of `stories` are numbers of the corpus, all that come before `new` in `stories`.
    """
    nearness = Nearness(corpus, int(new[-1]) + 1, limits.vectors)
    table = Table(corpus, stories, new, asked(corpus, new, limits), limits)
    joinable, same = pairs(table, nearness)
    homes = np.arange(len(table.sizes))
    for part in components(len(homes), np.concatenate([joinable, same])):
        if len(part) > 1:
            rows = part[part >= len(stories)]
            homes[rows] = part[linked(table.part(part), nearness, _within(part, same))]
    return [int(home) for home in homes[len(stories) :]]


def pairs(table: Table, nearness: Nearness) -> tuple[Places, Places]:
    """Columns [n, 2] of new members beside columns that are as alike as is demanded, and beside those of the same claim."""
    known, claims = len(table.stories), SameClaims(table)
    joinable: list[Places] = []
    same: list[tuple[int, int]] = []
    for part, similarity in nearness.of(table.new, table.members, table.starts):
        rows, columns = np.nonzero(similarity >= table.demanded(part) - ROUNDING)
        joinable.append(np.stack([known + part.start + rows, columns], axis=1))
        same += ((known + row, column) for row, column in claims.find(part, similarity))
    return np.concatenate(joinable), np.array(same, np.intp).reshape(-1, 2)


def _within(part: Places, pairs: Places) -> Places:
    """Those pairs that belong to a part, by their places in it."""
    return np.searchsorted(part, pairs[np.isin(pairs[:, 0], part)])


def linked(table: Table, nearness: Nearness, same: Places) -> Places:
    """The columns to which the new members of a table come."""
    known = len(table.stories)
    similarity = np.vstack([some for _, some in nearness.of(table.new, table.members, table.starts)])
    linkage = Linkage(similarity, table.demanded(slice(None)), table.sizes, table.spans, table.decay)
    for first, column in same:
        linkage.join(int(first) - known, int(column))
    linkage.run()
    return linkage.homes()
