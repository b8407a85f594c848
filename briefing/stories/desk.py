"""One set of candidates and the readers it is ranked for, a shard at a time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

import numpy as np

from briefing.model import Pick, Selection, Subscriber, Update
from briefing.stories.candidates import Candidates, Flags, Floats, Places
from briefing.stories.clashes import Clashes
from briefing.stories.explain import Explainer
from briefing.stories.interests import Interests, asked_more, chosen, varies
from briefing.stories.ledger import Ledger
from briefing.stories.news import Sent
from briefing.stories.picks import NOTHING, Capped, choose
from briefing.text import fold, primary

SEVERAL = 3
"""Feeds that must have something to show, for a cap on each to make the edition more varied rather than shorter."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who an edition is for (None: the house edition) and what they were sent; no `languages` means any."""

    subscriber: Subscriber | None
    slot: date
    sent: Sequence[Sent] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """Columns picked, their scores and the updates among them, a row for each reader."""

    picks: list[list[int]]
    worth: list[list[float]]
    updates: list[Mapping[int, Update]]


Tastes = tuple[tuple[str, ...], tuple[str, ...]]
"""The languages and the muted words of a reader: many have the same."""


@dataclass(frozen=True, slots=True)
class Mask:
    """Columns that a reader's languages and muted words rule out, and whether three feeds have something strong enough beside.

    `reasons` has the columns by the code of the reason.
    """

    reasons: Mapping[str, Places]
    unwanted: Places
    several_feeds: bool


class Desk:
    """Ranks shards of readers over one set of candidates."""

    def __init__(self, candidates: Candidates) -> None:
        self.candidates = candidates
        self.interests = Interests(candidates)
        self.clashes = Clashes(candidates)
        self._ledger = Ledger(candidates)
        self._explainer = Explainer(candidates)
        self._masks: dict[Tastes, Mask] = {}

    def place(self, readers: Sequence[Reader], top: int) -> Placed:
        """Rank a shard and choose for each reader."""
        scores, updates = self.scores(readers)
        picks = choose(scores, self.clashes, top, self._capped(readers))
        worth = np.take_along_axis(scores, picks, axis=1) if scores.size else np.zeros(picks.shape, np.float32)
        return Placed(picks.tolist(), worth.tolist(), updates)

    def tell(self, readers: Sequence[Reader], placed: Placed) -> Iterator[Selection]:
        """The selections of a shard that was placed."""
        for reader, places, values, updates in zip(readers, placed.picks, placed.worth, placed.updates, strict=True):
            picks = tuple(self._picks(reader.subscriber, places, values, updates))
            yield Selection(subscriber_id=reader.subscriber.id if reader.subscriber else None, slot=reader.slot, picks=picks)

    def scores(self, readers: Sequence[Reader]) -> tuple[Floats, list[Mapping[int, Update]]]:
        """[readers, columns] scores, 0 for what is ruled out; and each reader's updates by column."""
        scores = self.interests.scores([reader.subscriber for reader in readers])
        updates: list[Mapping[int, Update]] = []
        ruled_out: list[Sequence[int]] = []
        for row, reader in enumerate(readers):
            if len(unwanted := self._mask(reader).unwanted):
                scores[row, unwanted] = 0
            spent, again = self._ledger.past(reader.sent, reader.slot)
            ruled_out.append(spent)
            updates.append(again)
            if again:
                scores[row, list(again)] *= self.candidates.weights.update
        scores[np.repeat(np.arange(len(readers)), [len(spent) for spent in ruled_out]), list(chain.from_iterable(ruled_out))] = 0
        return scores, updates

    def _capped(self, readers: Sequence[Reader]) -> Capped:
        feeds = [self._mask(reader).several_feeds for reader in readers]
        topics = [varies(reader.subscriber) for reader in readers]
        return Capped(np.array(feeds, np.bool_), np.array(topics, np.bool_))

    def masks(self, reader: Reader) -> Mapping[str, Places]:
        """The columns that a reader's languages and muted words rule out, by reason code."""
        return self._mask(reader).reasons

    def _mask(self, reader: Reader) -> Mask:
        alike = tastes(reader)
        if alike not in self._masks:
            self._masks[alike] = self._masked(*alike)
        return self._masks[alike]

    def _masked(self, languages: Sequence[str], words: Sequence[str]) -> Mask:
        reasons = {
            "language": np.flatnonzero(foreign(self.candidates, languages)),
            "muted": np.flatnonzero(muted(self.candidates, words)),
        }
        unwanted = np.unique(np.concatenate(list(reasons.values())))
        wanted = np.setdiff1d(np.flatnonzero(self.candidates.base > 0), unwanted)
        return Mask(reasons, unwanted, len(np.unique(self.candidates.feed[wanted])) >= SEVERAL)

    def spent(self, reader: Reader) -> list[int]:
        return self._ledger.past(reader.sent, reader.slot)[0]

    def _picks(
        self, subscriber: Subscriber | None, places: Sequence[int], values: Sequence[float], updates: Mapping[int, Update]
    ) -> list[Pick]:
        told = self._explainer
        marked, liked = told.mark(chosen(subscriber)), asked_more(subscriber)
        return [
            Pick(
                story=told.led(place),
                score=value,
                reasons=told.reasons(place, marked, told.feeds[place] in liked, update := updates.get(place)),
                update_of=update,
            )
            for place, value in zip(places, values, strict=True)
            if place != NOTHING
        ]


def tastes(reader: Reader) -> Tastes:
    return reader.languages, reader.subscriber.muted if reader.subscriber else ()


def foreign(candidates: Candidates, languages: Sequence[str]) -> Flags:
    """Columns in a language that is known and not among these; none if no language is named."""
    if not languages:
        return np.zeros(len(candidates), np.bool_)
    allowed = {primary(language) for language in languages} | {""}
    return np.array([column.language not in allowed for column in candidates.columns], np.bool_)


def muted(candidates: Candidates, values: Iterable[str]) -> Flags:
    """Columns that hold one of the words, or come from one of the feeds."""
    feeds = set(values)
    words = [f" {folded} " for value in values if (folded := fold(value))]
    return np.array(
        [column.source.feed_url in feeds or any(word in column.text for word in words) for column in candidates.columns], np.bool_
    )
