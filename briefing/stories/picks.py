"""The best few columns of each row under caps: no two of a story or sharing half their words, few of a feed, speaker or topic."""

from dataclasses import dataclass

import numpy as np

from briefing.stories.candidates import Candidates, Flags, Floats, Places

DEPTH = 32
NOTHING = -1


@dataclass(frozen=True, slots=True)
class Shortlist:
    """The best `depth` columns of each row, best first: places, scores, and whether they may be picked; all [rows, depth]."""

    places: Places
    scores: Floats
    valid: Flags

    @classmethod
    def of(cls, scores: Floats, depth: int) -> "Shortlist":
        rest = scores.shape[1] - depth
        best = np.argpartition(scores, rest, axis=1)[:, rest:] if rest > 0 else _all(scores)
        found = np.take_along_axis(scores, best, axis=1)
        order = np.lexsort((best, -found), axis=1)
        found = np.take_along_axis(found, order, axis=1)
        return cls(np.take_along_axis(best, order, axis=1), found, found > 0)


def _all(scores: Floats) -> Places:
    return np.broadcast_to(np.arange(scores.shape[1]), scores.shape)


def choose(scores: Floats, candidates: Candidates, top: int) -> Places:
    """[rows, top] places of the picks, best first, `NOTHING` where there are no more. A score of 0 or less is never picked."""
    if not scores.size or top <= 0:
        return np.full((len(scores), max(0, top)), NOTHING, np.intp)
    shortlist = Shortlist.of(scores, DEPTH)
    picks = _greedy(shortlist, candidates, top)
    short = np.flatnonzero((picks[:, -1] == NOTHING) & shortlist.valid[:, -1])
    if scores.shape[1] > DEPTH and len(short):
        picks[short] = _greedy(Shortlist.of(scores[short], scores.shape[1]), candidates, top)
    return picks


def _greedy(shortlist: Shortlist, candidates: Candidates, top: int) -> Places:
    rows = np.arange(len(shortlist.places))
    capped = _several_feeds(shortlist, candidates)
    feeds = _Cap(candidates.feed, shortlist.places, candidates.weights.feed_cap)
    speakers = _Cap(candidates.speaker, shortlist.places, candidates.weights.speaker_cap)
    topics = _Cap(candidates.topic, shortlist.places, candidates.weights.topic_cap)
    free = shortlist.valid.copy()
    picks = np.full((len(rows), top), NOTHING, np.intp)
    for step in range(top):
        varied = free & topics.room
        at = np.where(varied.any(axis=1), varied.argmax(axis=1), free.argmax(axis=1))
        chosen = np.where(free[rows, at], shortlist.places[rows, at], NOTHING)
        picks[:, step] = chosen
        free &= ~candidates.clashing[chosen[:, None], shortlist.places]
        for cap in (feeds, speakers):
            cap.take(chosen)
            free &= cap.room | ~capped[:, None]
        topics.take(chosen)
    return picks


def _several_feeds(shortlist: Shortlist, candidates: Candidates) -> Flags:
    """Rows in which three feeds have something to show; with fewer, caps on them would only shorten the edition."""
    feeds = np.where(shortlist.valid, candidates.feed[shortlist.places], NOTHING)
    first = feeds[:, 0]
    other = feeds != first[:, None]
    other &= feeds != NOTHING
    second = np.take_along_axis(feeds, other.argmax(axis=1)[:, None], axis=1)[:, 0]
    return np.asarray((other & (feeds != second[:, None])).any(axis=1))


class _Cap:
    """Counts, for every place of a shortlist, how many picks share its group."""

    def __init__(self, groups: Places, places: Places, most: int) -> None:
        self._groups = groups
        self._here = groups[places]
        self._left = np.full(places.shape, most, np.int16)

    @property
    def room(self) -> Flags:
        return np.asarray(self._left > 0)

    def take(self, chosen: Places) -> None:
        group = np.where(chosen == NOTHING, NOTHING, self._groups[chosen])
        self._left -= self._here == group[:, None]
