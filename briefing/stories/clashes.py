"""Which columns may not stand in one edition: of one story, saying much the same, or telling one event."""

from functools import cached_property

import numpy as np

from briefing.stories.candidates import Candidates, Flags, Floats, Places
from briefing.stories.novelty import vectors_of

UNKNOWN = -1


class Clashes:
    """Worked out for the columns that are picked: few of them ever are, and all pairs would not fit into memory."""

    def __init__(self, candidates: Candidates) -> None:
        self.candidates = candidates
        self._table = np.zeros((0, len(candidates)), np.bool_)
        self._row = np.full(len(candidates), UNKNOWN, np.intp)

    def among(self, chosen: Places, places: Places) -> Flags:
        """Whether each of `places` [rows, some] clashes with the column chosen in its row; `chosen` is [rows]."""
        self._learn(chosen)
        return np.asarray(self._table[self._row[chosen][:, None], places])

    def rows(self, places: Places) -> Flags:
        """[places, n]: sharing half of the shorter one's content words, or sharing some and telling one event, or fewer and
        making one point of one entry.
        """
        self._learn(places)
        return np.asarray(self._table[self._row[places]])

    def _learn(self, places: Places) -> None:
        missing = np.unique(places[self._row[places] == UNKNOWN])
        if len(missing):
            self._row[missing] = len(self._table) + np.arange(len(missing))
            self._table = np.vstack([self._table, self._worked_out(missing)])

    def _worked_out(self, these: Places) -> Flags:
        all_, weights = self.candidates, self.candidates.weights
        common, near = self._common(these), self._nearness(these)
        smaller = np.maximum(1, np.minimum.outer(all_.sizes[these], all_.sizes))
        same_words = common >= weights.half * smaller
        same_event = (common >= weights.event_words * smaller) & (near >= weights.event_nearness)
        same_point = (common >= weights.entry_words * smaller) & (near >= weights.entry_nearness)
        same_point &= all_.entry[these, None] == all_.entry
        return np.asarray(same_words | same_event | same_point | (all_.story[these, None] == all_.story))

    def _common(self, these: Places) -> Places:
        """Content words that each shares with every column."""
        common = np.zeros((len(these), len(self.candidates)), np.intp)
        for row, place in zip(common, these, strict=True):
            for word in self.candidates.columns[place].words:
                row[self.candidates.postings[word]] += 1
        return common

    def _nearness(self, these: Places) -> Floats:
        """Cosines of the vectors of the columns' stories."""
        story = self.candidates.story
        return np.asarray((self._vectors[story[these]] @ self._vectors.T)[:, story])

    @cached_property
    def _vectors(self) -> Floats:
        return vectors_of(self.candidates.stories)
