"""What each reader gets: all who are due are ranked together, and what many are told is put together once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from briefing.editions.compose import Fragments, compose
from briefing.model import Coverage, Edition, EditionPick, Pick, Selection, Story
from briefing.pipeline.again import WEIGHTS, Again, right
from briefing.pipeline.coverage import WINDOW, coverage
from briefing.pipeline.relating import Relating
from briefing.pipeline.services import Services
from briefing.pipeline.telling import stories
from briefing.store import Session
from briefing.store.editions import reader as reader_of
from briefing.store.ledger import SentRow
from briefing.stories.ranking import Earlier, Learnt, Ranking, Reader
from briefing.stories.timeline import card

ALSO = 5
"""The day's other stories that get a line below the picks."""
LONGER = 3 * ALSO
"""Stories that are ranked beside the picks, to find those of the day among them."""
CANDIDATES = timedelta(days=8)
"""Stories without news for so long are no candidates."""


@dataclass(frozen=True, slots=True)
class Issue:
    """An edition, and what the ledger is to remember of it."""

    edition: Edition
    sent: tuple[SentRow, ...]


def issues(db: Session, services: Services, readers: Sequence[Reader], now: datetime) -> dict[str | None, Issue]:
    """What each reader gets, by the ids of the readers; all are ranked together."""
    if not readers:
        return {}
    press = Press(db, services, readers, now)
    return {issue.edition.subscriber_id: issue for issue in map(press.issue, readers, press.longlists())}


class Press:
    """Loaded once for a shard of readers, asked once for each."""

    def __init__(self, db: Session, services: Services, readers: Sequence[Reader], now: datetime) -> None:
        config = services.config
        told = right(db, stories(db, config, db.stories.since(now - CANDIDATES)))
        self._services, self._readers, self._now = services, readers, now
        self._ranking = Ranking(told, config.topics, now=now, weights=WEIGHTS, earlier=_earlier(db, services, now))
        self._relating, self._again = Relating(db, services), Again(db, services, readers, now)
        self._today = sum(story.updated_at > now - WINDOW for story in told)
        self._covered = coverage(db, config, now)
        self._fragments = Fragments(lambda story: card(story, config.topics), services.links)
        self._ledger = Memory()

    def longlists(self) -> list[Selection]:
        """For each reader the picks, and then those among which the day's other stories are found."""
        return self._ranking.select(self._readers, max(_top(self._services, one) for one in self._readers) + LONGER)

    def issue(self, reader: Reader, longlist: Selection) -> Issue:
        top, had = _top(self._services, reader), {id_ for sent in reader.sent for id_ in sent.insight_ids}
        picked = replace(longlist, picks=longlist.picks[:top])
        selection = replace(picked, picks=self._relating.picks(picked.picks, had, _related(self._services, reader)))
        sections = self._again.sections(reader, picked)
        brief = self._services.config.briefing
        edition = compose(
            selection,
            fragments=self._fragments,
            title=brief.title,
            language=brief.language,
            coverage=self._coverage(reader, picked, top),
            now=self._now,
            topics=self._services.config.topics,
            also=_also(longlist.picks[top : top + LONGER], self._now),
            recap=sections.recap,
            due=sections.due,
            corrections=sections.corrections,
        )
        rows = zip(selection.picks, edition.picks, strict=True)
        return Issue(edition, tuple(self._ledger.row(edition, pick, shown) for pick, shown in rows))

    def _coverage(self, reader: Reader, picked: Selection, top: int) -> Coverage:
        shown = len(picked.picks)
        left_out = self._ranking.left_out(reader, picked)
        return replace(self._covered, stories=max(self._today, shown), shown=shown, wanted=top, left_out=left_out)


class Memory:
    """What is remembered of a pick, worked out once for each fragment: all its readers have learnt the same."""

    def __init__(self) -> None:
        self._learnt = Learnt()
        self._facts: dict[str, tuple[str, ...]] = {}

    def row(self, edition: Edition, pick: Pick, shown: EditionPick) -> SentRow:
        return SentRow(
            edition_id=edition.id,
            story_id=pick.story.id,
            reader=reader_of(edition.subscriber_id),
            slot=edition.slot,
            insight_ids=(pick.story.lead.id, *(one.insight.id for one in pick.related)),
            claim=pick.story.lead.claim,
            facts=self._known(pick, shown.fragment.hash),
        )

    def _known(self, pick: Pick, fragment: str) -> tuple[str, ...]:
        if fragment not in self._facts:
            insights = (*pick.story.insights, *(one.insight for one in pick.related))
            self._facts[fragment] = tuple(sorted(self._learnt.from_(insights, pick.story.sources)))
        return self._facts[fragment]


def _top(services: Services, reader: Reader) -> int:
    """How many insights the reader's edition has at most."""
    wanted = reader.subscriber.top if reader.subscriber else None
    return services.config.briefing.top if wanted is None else wanted


def _related(services: Services, reader: Reader) -> int:
    """How many related insights stand below each."""
    wanted = reader.subscriber.related if reader.subscriber else None
    return services.config.briefing.related if wanted is None else wanted


def _earlier(db: Session, services: Services, now: datetime) -> Earlier:
    """What the archive told in the time that novelty is measured against."""
    moments, vectors = db.insights.told_since(now - WEIGHTS.remembered - timedelta(days=1), services.embedder().name)
    return Earlier(moments, vectors)


def _also(picks: Sequence[Pick], now: datetime) -> list[Story]:
    """The day's own stories: one that had its line yesterday has none today."""
    return [pick.story for pick in picks if now - WINDOW < pick.story.updated_at][:ALSO]
