"""Why each story that is not shown is not: the first rule that holds."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from briefing.model import Selection
from briefing.stories.desk import Desk, Reader
from briefing.stories.interests import varies


class LeftOut:
    """The rules that a story had to pass for one reader, in the order in which they hold."""

    def __init__(self, desk: Desk, reader: Reader, selection: Selection) -> None:
        self._candidates = desk.candidates
        self._varies = varies(reader.subscriber)
        self._shown = {pick.story.id for pick in selection.picks}
        picked = {pick.story.lead.id for pick in selection.picks}
        self._places = [place for place, column in enumerate(self._candidates.columns) if column.insight.id in picked]
        self._picked = [self._candidates.columns[place] for place in self._places]
        self._rules = {
            "old": np.flatnonzero(self._candidates.recency <= 0),
            "floor": np.flatnonzero(~self._candidates.strong_enough),
            **desk.masks(reader),
            "sent": np.array(desk.spent(reader), np.intp),
        }

    def counts(self) -> dict[str, int]:
        return dict(Counter(self._why(places) for story, places in self._candidates.of_story.items() if story not in self._shown))

    def _why(self, places: Sequence[int]) -> str:
        """The rule at which the last of a story's insights fell, or what stood in the way of its best one."""
        left = np.array(places)
        for code, ruled_out in self._rules.items():
            left = np.setdiff1d(left, ruled_out)
            if not len(left):
                return code
        return self._crowded_out(int(left[np.argmax(self._candidates.base[left])]))

    def _crowded_out(self, place: int) -> str:
        limits, column = self._candidates.weights, self._candidates.columns[place]
        if self._candidates.clashing[place, self._places].any():
            return "similar"
        if sum(other.source.feed_url == column.source.feed_url for other in self._picked) >= limits.feed_cap:
            return "feed_cap"
        if column.speaker and sum(other.speaker == column.speaker for other in self._picked) >= limits.speaker_cap:
            return "speaker_cap"
        if (
            self._varies
            and column.main_topic
            and sum(other.main_topic == column.main_topic for other in self._picked) >= limits.topic_cap
        ):
            return "topic_cap"
        return "rest"
