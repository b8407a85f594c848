"""Stories and readers to each reader's best few: one matrix product, masks for what is ruled out, then picks under caps."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from briefing.model import Selection, Story, Topic
from briefing.stories.candidates import NOTHING_EARLIER, Candidates, Floats
from briefing.stories.desk import Desk, Reader
from briefing.stories.facts import Learnt
from briefing.stories.left_out import LeftOut
from briefing.stories.news import Sent
from briefing.stories.novelty import Earlier
from briefing.stories.weights import DEFAULT, Weights

__all__ = ["Earlier", "Learnt", "Ranking", "Reader", "Sent", "Weights"]

SHARD = 2048


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the collector of cycles: no selection is part of one, and it would walk over all of them again and again."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


class Ranking:
    """Ranks readers over one set of stories. What `earlier` holds is never picked; what repeats it is no longer new."""

    def __init__(
        self,
        stories: Sequence[Story],
        topics: Sequence[Topic],
        *,
        now: datetime,
        weights: Weights = DEFAULT,
        earlier: Earlier = NOTHING_EARLIER,
    ) -> None:
        self._desk = Desk(Candidates(stories, topics, now, weights, earlier))
        self._left_out = LeftOut(self._desk)

    @property
    def features(self) -> Floats:
        """[features, columns]: what every row of readers is multiplied with."""
        return self._desk.interests.features

    def select(self, readers: Sequence[Reader], top: int) -> list[Selection]:
        """At most `top` picks for each reader, in the order of `readers`; each pick's story has the insight to show in front."""
        shards = (readers[start : start + SHARD] for start in range(0, len(readers), SHARD))
        with _uncollected():
            return [selection for shard in shards for selection in self._desk.tell(shard, self._desk.place(shard, top))]

    def left_out(self, reader: Reader, selection: Selection) -> dict[str, int]:
        """How many stories this reader's selection leaves out, by the codes that `docs/ranking.md` explains."""
        return self._left_out.counts(reader, selection)
