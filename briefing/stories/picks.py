"""The best few columns of each row under caps: no two of a story or sharing half their words, few of a feed, speaker or topic."""

from dataclasses import dataclass

import numpy as np

from briefing.stories.candidates import Flags, Floats, Places
from briefing.stories.clashes import Clashes

DEPTHS = (3, 25)
"""How many times as many of a row's best are looked at as are picked, before all are."""
NOTHING = -1


@dataclass(frozen=True, slots=True)
class Shortlist:
    """The best `depth` columns of each row, best first: places, and whether they may be picked; both [rows, depth]."""

    places: Places
    valid: Flags

    @classmethod
    def of(cls, scores: Floats, depth: int) -> "Shortlist":
        rest = scores.shape[1] - depth
        best = np.argpartition(scores, rest, axis=1)[:, rest:] if rest > 0 else _all(scores)
        found = np.take_along_axis(scores, best, axis=1)
        order = np.lexsort((best, -found), axis=1)
        return cls(np.take_along_axis(best, order, axis=1), np.take_along_axis(found, order, axis=1) > 0)


def _all(scores: Floats) -> Places:
    return np.broadcast_to(np.arange(scores.shape[1]), scores.shape)


@dataclass(frozen=True, slots=True)
class Capped:
    """For each row whether feeds and speakers, and whether topics, may have only so many picks; both [rows]."""

    feeds: Flags
    topics: Flags

    def of(self, rows: Places) -> "Capped":
        return Capped(self.feeds[rows], self.topics[rows])


def choose(scores: Floats, clashes: Clashes, top: int, capped: Capped) -> Places:
    """[rows, top] places of the picks, best first, `NOTHING` where there are no more. A score of 0 or less is never picked."""
    picks = np.full((len(scores), max(0, top)), NOTHING, np.intp)
    rows, width = np.arange(len(scores)), scores.shape[1]
    for depth in (*(top * times for times in DEPTHS if top * times < width), width):
        if not picks.size or not width or not len(rows):
            break
        shortlist = Shortlist.of(scores if len(rows) == len(scores) else scores[rows], depth)
        picks[rows], settled = _greedy(shortlist, clashes, top, capped.of(rows))
        rows = rows[~settled & shortlist.valid[:, -1]]
    return picks


def _greedy(shortlist: Shortlist, clashes: Clashes, top: int, capped: Capped) -> tuple[Places, Flags]:
    """The picks of each row, and whether a longer list could not change them."""
    rows, candidates = np.arange(len(shortlist.places)), clashes.candidates
    feeds = _Cap(candidates.feed, shortlist.places, candidates.weights.feed_cap)
    speakers = _Cap(candidates.speaker, shortlist.places, candidates.weights.speaker_cap)
    topics = _Cap(candidates.topic, shortlist.places, candidates.weights.topic_cap)
    free = shortlist.valid.copy()
    settled = np.ones(len(rows), np.bool_)
    picks = np.full((len(rows), top), NOTHING, np.intp)
    for step in range(top):
        varied = free & (topics.room | ~capped.topics[:, None])
        at = np.where(varied.any(axis=1), varied.argmax(axis=1), free.argmax(axis=1))
        chosen = np.where(free[rows, at], shortlist.places[rows, at], NOTHING)
        settled &= varied[rows, at]
        picks[:, step] = chosen
        free &= ~clashes.among(chosen, shortlist.places)
        for cap in (feeds, speakers):
            cap.take(chosen)
            free &= cap.room | ~capped.feeds[:, None]
        topics.take(chosen)
    return picks, settled


class _Cap:
    """Counts, for every place of a shortlist, how many picks share its group."""

    def __init__(self, groups: Places, places: Places, most: int) -> None:
        self._groups = groups
        self._here = groups[places]
        self._left = np.full(places.shape, most, np.int8)

    @property
    def room(self) -> Flags:
        return np.asarray(self._left > 0)

    def take(self, chosen: Places) -> None:
        group = np.where(chosen == NOTHING, NOTHING, self._groups[chosen])
        self._left -= self._here == group[:, None]
