"""One set of candidates and the readers it is ranked for, a shard at a time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from briefing.model import Pick, Selection, Subscriber, Update
from briefing.stories.candidates import Candidates, Flags, Floats, Places
from briefing.stories.explain import Explainer
from briefing.stories.interests import Interests, chosen
from briefing.stories.ledger import Ledger
from briefing.stories.news import Sent
from briefing.stories.picks import NOTHING, choose
from briefing.text import fold, primary


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


class Desk:
    """Ranks shards of readers over one set of candidates."""

    def __init__(self, candidates: Candidates) -> None:
        self.candidates = candidates
        self.interests = Interests(candidates)
        self._ledger = Ledger(candidates)
        self._explainer = Explainer(candidates)
        self._masks: dict[tuple[tuple[str, ...], tuple[str, ...]], Places] = {}

    def place(self, readers: Sequence[Reader], top: int) -> Placed:
        """Rank a shard and choose for each reader."""
        scores, updates = self.scores(readers)
        picks = choose(scores, self.candidates, top)
        worth = np.take_along_axis(scores, picks, axis=1) if scores.size else np.zeros(picks.shape, np.float32)
        return Placed(picks.tolist(), worth.tolist(), updates)

    def tell(self, readers: Sequence[Reader], placed: Placed) -> Iterator[Selection]:
        """The selections of a shard that was placed."""
        for reader, places, values, updates in zip(readers, placed.picks, placed.worth, placed.updates, strict=True):
            picks = tuple(self._picks(reader, places, values, updates))
            yield Selection(subscriber_id=reader.subscriber.id if reader.subscriber else None, slot=reader.slot, picks=picks)

    def scores(self, readers: Sequence[Reader]) -> tuple[Floats, list[Mapping[int, Update]]]:
        """[readers, columns] scores, 0 for what is ruled out; and each reader's updates by column."""
        scores = self.interests.rows([reader.subscriber for reader in readers]) @ self.interests.features
        updates: list[Mapping[int, Update]] = []
        rows: list[int] = []
        places: list[int] = []
        for row, reader in enumerate(readers):
            if len(unwanted := self._unwanted(reader)):
                scores[row, unwanted] = 0
            spent, again = self._ledger.past(reader.sent, reader.slot)
            rows += [row] * len(spent)
            places += spent
            updates.append(again)
            if again:
                scores[row, list(again)] *= self.candidates.weights.update
        scores[rows, places] = 0
        return scores, updates

    def _unwanted(self, reader: Reader) -> Places:
        """Columns that a reader's languages and muted words rule out."""
        key = (reader.languages, reader.subscriber.muted if reader.subscriber else ())
        if key not in self._masks:
            self._masks[key] = np.unique(np.concatenate(list(self.masks(reader).values())))
        return self._masks[key]

    def masks(self, reader: Reader) -> dict[str, Places]:
        """The columns that a reader's languages and muted words rule out, by reason code."""
        values = reader.subscriber.muted if reader.subscriber else ()
        return {
            "language": np.flatnonzero(foreign(self.candidates, reader.languages)),
            "muted": np.flatnonzero(muted(self.candidates, values)),
        }

    def spent(self, reader: Reader) -> list[int]:
        return self._ledger.past(reader.sent, reader.slot)[0]

    def _picks(
        self, reader: Reader, places: Sequence[int], values: Sequence[float], updates: Mapping[int, Update]
    ) -> Iterator[Pick]:
        topics = chosen(reader.subscriber)
        reasons, led = self._explainer.reasons, self._explainer.led
        for place, value in zip(places, values, strict=True):
            if place == NOTHING:
                return
            update = updates.get(place)
            why = reasons(place, reader.subscriber, topics, update)
            yield Pick(story=led(place), score=value, reasons=why, update_of=update)


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
