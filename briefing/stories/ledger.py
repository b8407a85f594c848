"""Which columns a reader's past rules out, and which come back as updates."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from briefing.model import Update
from briefing.stories.candidates import Candidates
from briefing.stories.news import Sent, everything
from briefing.stories.similarity import claim_words

NOTHING_NEW: Mapping[int, Update] = {}


@dataclass(frozen=True, slots=True)
class Touched:
    """What one pick of the past means for today's columns: `spent` can never come, `later` only with news."""

    spent: tuple[int, ...]
    later: tuple[int, ...]


class Ledger:
    """Looks every pick of the past up once, however many readers were sent it."""

    def __init__(self, candidates: Candidates) -> None:
        self._candidates = candidates
        self._seen: dict[date, dict[tuple[str, date, tuple[str, ...]], Touched]] = defaultdict(dict)

    def past(self, sent: Sequence[Sent], slot: date) -> tuple[list[int], Mapping[int, Update]]:
        """Columns ruled out for a reader, and the news in those that are not although the reader had their story."""
        seen = self._seen[slot]
        spent: list[int] = []
        later: list[int] = []
        for one in sent:
            touched = seen.get((one.story_id, one.slot, one.insight_ids)) or self._touched(one, slot)
            spent += touched.spent
            later += touched.later
        if not later:
            return spent, NOTHING_NEW
        updates = self._updates(set(later).difference(spent), sent)
        return spent + [place for place in later if place not in updates], updates

    def _updates(self, places: Iterable[int], sent: Sequence[Sent]) -> dict[int, Update]:
        known = everything(sent)
        found = {place: self._update(place, sent, known) for place in places}
        return {place: update for place, update in found.items() if update}

    def _touched(self, sent: Sent, slot: date) -> Touched:
        spent = frozenset(self._spent(sent, slot))
        later = (place for place in self._candidates.of_story.get(sent.story_id, ()) if place not in spent)
        touched = Touched(tuple(spent), tuple(later))
        self._seen[slot][sent.story_id, sent.slot, sent.insight_ids] = touched
        return touched

    def _spent(self, sent: Sent, slot: date) -> Iterator[int]:
        known = self._candidates.of_insight
        yield from (known[insight] for insight in sent.insight_ids if insight in known)
        if slot - sent.slot <= self._candidates.weights.remembered:
            yield from (int(place) for place in self._candidates.sharing(claim_words(sent.claim)))
        of_story = self._candidates.of_story.get(sent.story_id, ())
        yield from (place for place in of_story if not self._candidates.told(place).news(sent.facts, sent.facts))

    def _update(self, place: int, sent: Sequence[Sent], known: frozenset[str]) -> Update | None:
        before = [one for one in sent if one.story_id == self._candidates.columns[place].story.id]
        news = self._candidates.told(place).news(known, everything(before))
        return Update(since=max(one.slot for one in before), news=news) if news else None
