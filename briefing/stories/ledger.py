"""Which columns a reader's past rules out, and which come back as updates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from briefing.model import Update
from briefing.stories.candidates import Candidates
from briefing.stories.news import Sent, everything
from briefing.stories.similarity import claim_words


@dataclass(frozen=True, slots=True)
class Touched:
    """What one pick of the past means for today's columns: `spent` can never come, `later` only with news."""

    spent: tuple[int, ...]
    later: tuple[int, ...]


class Ledger:
    """Looks every pick of the past up once, however many readers were sent it."""

    def __init__(self, candidates: Candidates) -> None:
        self._candidates = candidates
        self._seen: dict[tuple[str, date, tuple[str, ...], date], Touched] = {}

    def past(self, sent: Sequence[Sent], slot: date) -> tuple[set[int], dict[int, Update]]:
        """Columns ruled out for a reader, and the news in those that are not although the reader had their story."""
        touched = [self._touched(one, slot) for one in sent]
        spent = {place for touch in touched for place in touch.spent}
        later = {place for touch in touched for place in touch.later} - spent
        updates: dict[int, Update] = {}
        if later:
            known = everything(sent)
            for place in later:
                if update := self._update(place, sent, known):
                    updates[place] = update
        return spent | (later - updates.keys()), updates

    def _touched(self, sent: Sent, slot: date) -> Touched:
        key = (sent.story_id, sent.slot, sent.insight_ids, slot)
        if key not in self._seen:
            spent = frozenset(self._spent(sent, slot))
            later = (place for place in self._candidates.of_story.get(sent.story_id, ()) if place not in spent)
            self._seen[key] = Touched(tuple(spent), tuple(later))
        return self._seen[key]

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
