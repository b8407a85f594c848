"""Stories and readers to each reader's best few: one matrix product, masks for what is ruled out, then picks under caps."""

from collections.abc import Sequence
from datetime import datetime

from briefing.model import Selection, Story, Topic
from briefing.stories.candidates import Candidates
from briefing.stories.desk import Desk, Reader
from briefing.stories.facts import facts, keys
from briefing.stories.left_out import LeftOut
from briefing.stories.news import Sent
from briefing.stories.weights import Weights

__all__ = ["Reader", "Sent", "Weights", "facts", "keys", "left_out", "rank"]

SHARD = 2048


def rank(
    stories: Sequence[Story],
    readers: Sequence[Reader],
    topics: Sequence[Topic],
    *,
    now: datetime,
    top: int,
    weights: Weights = Weights(),
) -> list[Selection]:
    """At most `top` picks for each reader, in the order of `readers`; every pick's story has the insight to show in front.

    `stories` may hold those of the last weeks: what is older than `weights.oldest` is never picked, but lowers the novelty
    of what repeats it.
    """
    desk = Desk(Candidates(stories, topics, now, weights))
    return [
        selection for start in range(0, len(readers), SHARD) for selection in desk.select(readers[start : start + SHARD], top)
    ]


def left_out(
    stories: Sequence[Story],
    reader: Reader,
    selection: Selection,
    topics: Sequence[Topic],
    *,
    now: datetime,
    weights: Weights = Weights(),
) -> dict[str, int]:
    """How many stories this reader's selection leaves out, by the codes of `reasons.LEFT_OUT`."""
    return LeftOut(Desk(Candidates(stories, topics, now, weights)), reader, selection).counts()
