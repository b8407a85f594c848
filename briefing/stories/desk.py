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


class Desk:
    """Ranks shards of readers over one set of candidates."""

    def __init__(self, candidates: Candidates) -> None:
        self.candidates = candidates
        self.interests = Interests(candidates)
        self._ledger = Ledger(candidates)
        self._explainer = Explainer(candidates)
        self._masks: dict[tuple[str, tuple[str, ...]], Places] = {}

    def select(self, readers: Sequence[Reader], top: int) -> list[Selection]:
        scores, updates = self.scores(readers)
        picks = choose(scores, self.candidates, top)
        return [
            Selection(
                subscriber_id=reader.subscriber.id if reader.subscriber else None,
                slot=reader.slot,
                picks=tuple(self._picks(reader, row, scores[place], updates.get(place, {}))),
            )
            for place, (reader, row) in enumerate(zip(readers, picks.tolist(), strict=True))
        ]

    def scores(self, readers: Sequence[Reader]) -> tuple[Floats, dict[int, dict[int, Update]]]:
        """[readers, columns] scores, 0 for what is ruled out, and the updates by row and column."""
        scores = self.interests.rows([reader.subscriber for reader in readers]) @ self.interests.features
        updates: dict[int, dict[int, Update]] = {}
        rows: list[int] = []
        places: list[int] = []
        for row, reader in enumerate(readers):
            for mask in self.masks(reader).values():
                scores[row, mask] = 0
            spent, again = self._ledger.past(reader.sent, reader.slot)
            rows.extend([row] * len(spent))
            places.extend(spent)
            if again:
                updates[row] = again
                scores[row, list(again)] *= self.candidates.weights.update
        scores[rows, places] = 0
        return scores, updates

    def masks(self, reader: Reader) -> dict[str, Places]:
        """The columns that a reader's languages and muted words rule out, by reason code."""
        found: dict[str, Places] = {}
        if reader.languages and len(ruled_out := self._mask("language", reader.languages)):
            found["language"] = ruled_out
        if reader.subscriber and reader.subscriber.muted:
            found["muted"] = self._mask("muted", reader.subscriber.muted)
        return found

    def _mask(self, kind: str, values: tuple[str, ...]) -> Places:
        if (kind, values) not in self._masks:
            flags = foreign(self.candidates, values) if kind == "language" else muted(self.candidates, values)
            self._masks[kind, values] = np.flatnonzero(flags)
        return self._masks[kind, values]

    def spent(self, reader: Reader) -> set[int]:
        return self._ledger.past(reader.sent, reader.slot)[0]

    def _picks(self, reader: Reader, row: Sequence[int], scores: Floats, updates: Mapping[int, Update]) -> Iterator[Pick]:
        topics = chosen(reader.subscriber)
        for place in row:
            if place == NOTHING:
                return
            update = updates.get(place)
            yield Pick(
                story=self._explainer.led(place),
                score=float(scores[place]),
                reasons=self._explainer.reasons(place, reader.subscriber, topics, update),
                update_of=update,
            )


def foreign(candidates: Candidates, languages: Iterable[str]) -> Flags:
    """Columns in a language that is known and not among these."""
    allowed = {primary(language) for language in languages} | {""}
    return np.array([column.language not in allowed for column in candidates.columns], np.bool_)


def muted(candidates: Candidates, values: Iterable[str]) -> Flags:
    """Columns that hold one of the words, or come from one of the feeds."""
    feeds = set(values)
    words = [f" {folded} " for value in values if (folded := fold(value))]
    return np.array(
        [column.source.feed_url in feeds or any(word in column.text for word in words) for column in candidates.columns], np.bool_
    )
