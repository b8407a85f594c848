"""Why each story that is not shown is not: the first rule that holds."""

from collections import Counter
from collections.abc import Mapping

import numpy as np

from briefing.model import Selection
from briefing.stories.candidates import Flags, Places
from briefing.stories.desk import Desk, Reader, Tastes, tastes
from briefing.stories.interests import varies

RULES = ("old", "floor", "language", "muted", "sent")
"""What keeps a column away from a reader, in the order in which it is said."""
SENT, FREE = RULES.index("sent"), len(RULES)


class LeftOut:
    """Looks up once what holds for every reader, and for all of the same languages and muted words."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._candidates, self._clashes = desk, desk.candidates, desk.clashes
        self._ruled: dict[Tastes, Places] = {}

    def counts(self, reader: Reader, selection: Selection) -> dict[str, int]:
        """How many stories were left out, by the rule at which the last of their insights fell, or by what stood in the way
        of the best that fell at none.
        """
        starts = self._candidates.starts
        if not len(starts):
            return {}
        fallen, picked = self._fallen(reader), self._picked(selection)
        last = np.maximum.reduceat(fallen, starts)
        last[np.searchsorted(starts, picked, side="right") - 1] = -1
        ruled_out = np.bincount(last[(last >= 0) & (last < FREE)], minlength=FREE).tolist()
        rivals = self._candidates.best_of_stories(fallen == FREE)[last == FREE]
        crowded_out = self._crowded_out(rivals, picked, varies(reader.subscriber))
        return {code: count for code, count in (*zip(RULES, ruled_out, strict=True), *crowded_out.items()) if count}

    def _picked(self, selection: Selection) -> Places:
        known = self._candidates.of_insight
        return np.array([known[pick.story.lead.id] for pick in selection.picks], np.intp)

    def _fallen(self, reader: Reader) -> Places:
        """For every column the number of the first rule that holds; one more than the last for what none keeps away."""
        alike = tastes(reader)
        if alike not in self._ruled:
            self._ruled[alike] = self._rule(self._desk.masks(reader))
        fallen, spent = self._ruled[alike].copy(), self._desk.spent(reader)
        fallen[spent] = np.minimum(fallen[spent], SENT)
        return fallen

    def _rule(self, masks: Mapping[str, Places]) -> Places:
        old, weak = np.flatnonzero(self._candidates.recency <= 0), np.flatnonzero(~self._candidates.strong_enough)
        places = {"old": old, "floor": weak, **masks}
        ruled = np.full(len(self._candidates), FREE, np.intp)
        for number, code in reversed([*enumerate(RULES[:SENT])]):
            ruled[places[code]] = number
        return ruled

    def _crowded_out(self, rivals: Places, picked: Places, varied: bool) -> Counter[str]:
        """What stood in the way of these: the picks that clash with them, or that filled what their group may have."""
        all_, limits = self._candidates, self._candidates.weights
        reasons = {
            "similar": self._clashes.rows(picked)[:, rivals].any(axis=0),
            "feed_cap": _shared(all_.feed, rivals, picked) >= limits.feed_cap,
            "speaker_cap": _shared(all_.speaker, rivals, picked) >= limits.speaker_cap,
            "topic_cap": (_shared(all_.topic, rivals, picked) >= limits.topic_cap) & varied,
        }
        found, left = Counter[str](), np.ones(len(rivals), np.bool_)
        for code, holds in reasons.items():
            found[code] += _count(left & holds)
            left &= ~holds
        found["rest"] += _count(left)
        return found


def _shared(groups: Places, rivals: Places, picked: Places) -> Places:
    """How many picks are of the group of each of these."""
    return np.asarray((groups[rivals, None] == groups[picked]).sum(axis=1))


def _count(flags: Flags) -> int:
    return int(np.count_nonzero(flags))
