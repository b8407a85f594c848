"""Why each story that is not shown is not: the first rule that holds."""

from collections import Counter

import numpy as np

from briefing.model import Selection
from briefing.stories.candidates import Flags, Places
from briefing.stories.desk import Desk, Reader
from briefing.stories.interests import varies


class LeftOut:
    """The rules that a story had to pass for one reader, in the order in which they hold."""

    def __init__(self, desk: Desk, reader: Reader, selection: Selection) -> None:
        self._candidates, self._clashes, self._varies = desk.candidates, desk.clashes, varies(reader.subscriber)
        self._shown = {pick.story.id for pick in selection.picks}
        places = (self._candidates.of_insight.get(pick.story.lead.id) for pick in selection.picks)
        self._picked = np.array([place for place in places if place is not None], np.intp)
        self._rules = {
            "old": np.flatnonzero(self._candidates.recency <= 0),
            "floor": np.flatnonzero(~self._candidates.strong_enough),
            **desk.masks(reader),
            "sent": np.array(desk.spent(reader), np.intp),
        }

    def counts(self) -> dict[str, int]:
        """How many stories were left out, by the rule at which the last of their insights fell, or by what stood in the way
        of the best that fell at none.
        """
        fallen, codes = self._fallen(), [*self._rules]
        starts = self._candidates.starts
        if not len(starts):
            return {}
        last = np.maximum.reduceat(fallen, starts)
        shown = np.array([self._candidates.columns[start].story.id in self._shown for start in starts], np.bool_)
        ruled_out = Counter(codes[rule] for rule in last[~shown & (last < len(codes))])
        rivals = self._candidates.best_of_stories(fallen == len(codes))
        return dict(ruled_out + self._crowded_out(rivals[~shown & (last == len(codes))]))

    def _fallen(self) -> Places:
        """For every column the number of the first rule that holds; one more than the last for what none keeps away."""
        fallen = np.full(len(self._candidates), len(self._rules), np.intp)
        for number, places in reversed(list(enumerate(self._rules.values()))):
            fallen[places] = number
        return fallen

    def _crowded_out(self, rivals: Places) -> Counter[str]:
        """What stood in the way of these: the picks that clash with them, or that filled what their group may have."""
        all_, limits = self._candidates, self._candidates.weights
        reasons = {
            "similar": self._clashes.rows(self._picked.tolist())[:, rivals].any(axis=0),
            "feed_cap": self._shared(all_.feed, rivals) >= limits.feed_cap,
            "speaker_cap": self._shared(all_.speaker, rivals) >= limits.speaker_cap,
            "topic_cap": (self._shared(all_.topic, rivals) >= limits.topic_cap) & self._varies,
        }
        found, left = Counter[str](), np.ones(len(rivals), np.bool_)
        for code, holds in reasons.items():
            found[code] += _count(left & holds)
            left &= ~holds
        found["rest"] += _count(left)
        return +found

    def _shared(self, groups: Places, rivals: Places) -> Places:
        """How many picks are of the group of each of these."""
        return np.asarray((groups[rivals, None] == groups[self._picked]).sum(axis=1))


def _count(flags: Flags) -> int:
    return int(np.count_nonzero(flags))
