"""What comes to a reader a second time, and says so: predictions on their day, corrections, the week's stories."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from briefing.editions.compose import HEADLINES_LIMIT
from briefing.insights.scorer import FLOOR
from briefing.model import Correction, CorrectionLine, DueLine, Insight, Recap, RecapLine, RecapNews, Selection, Source, Story
from briefing.pipeline.citing import sources
from briefing.pipeline.services import Services
from briefing.pipeline.telling import stories
from briefing.store import Session
from briefing.store.insights import Kept
from briefing.stories.foretold import OPEN, Due, DueList
from briefing.stories.ranking import Reader, Weights
from briefing.stories.recap import WEEK, Recalled, Since, Week, is_recap_day
from briefing.text import one_line

WEIGHTS = Weights(floor=FLOOR)
"""What the scorer holds too weak never reaches an edition."""
REMEMBERED = timedelta(days=90)
"""A correction waits so long for its reader's next edition: as long as what was sent is remembered at least."""
MOST_CORRECTIONS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sections:
    """The sections of one edition beside its picks, as `editions.compose.compose` takes them."""

    recap: Recap | None = None
    due: tuple[DueLine, ...] = ()
    corrections: tuple[CorrectionLine, ...] = ()


class Again:
    """Loaded once for a shard of readers, asked once for each."""

    def __init__(self, db: Session, services: Services, readers: Sequence[Reader], now: datetime) -> None:
        self._db, self._services, self._now = db, services, now
        self._readers = readers
        self._reminded = db.reminders.of([id_of(reader) for reader in readers])

    def sections(self, reader: Reader, picked: Selection) -> Sections:
        reminded = {item for item, slot in self._reminded[id_of(reader)].items() if slot < reader.slot}
        shown = [pick.story for pick in picked.picks]
        return Sections(
            recap=self._recap(reader, shown),
            due=self._due_for(reader, reminded, shown),
            corrections=tuple(self._corrections_for(reader, reminded))[:MOST_CORRECTIONS],
        )

    def _recap(self, reader: Reader, shown: Sequence[Story]) -> Recap | None:
        if not self._is_recap_day(reader):
            return None
        recalled = self._week.recall(reader, shown={story.id for story in shown})
        lines = tuple(_recap_line(one, self._services) for one in recalled)
        return Recap(since=reader.slot - WEEK, lines=lines) if lines else None

    def _is_recap_day(self, reader: Reader) -> bool:
        brief = self._services.config.briefing
        return is_recap_day(reader.slot, brief.weekly_recap, reader.subscriber.days if reader.subscriber else brief.days)

    @cached_property
    def _week(self) -> Week:
        """Every story that a reader of this shard was sent in the week before, as it stands now."""
        ids = {one.story_id for reader in self._readers for one in reader.sent if reader.slot - one.slot <= WEEK}
        told = stories(self._db, self._services.config, list(self._db.stories.get(sorted(ids)).values()))
        return Week(right(self._db, told), self._services.config.topics, now=self._now, weights=WEIGHTS)

    def _due_for(self, reader: Reader, reminded: set[str], shown: Sequence[Story]) -> tuple[DueLine, ...]:
        told = {insight.id for story in shown for insight in story.insights}
        return tuple(_due_line(one, self._services) for one in self._due.choose(reader, reminded=reminded, shown=told))

    @cached_property
    def _due(self) -> DueList:
        slots = [reader.slot for reader in self._readers]
        foretold = self._db.predictions.due(min(slots) - OPEN, max(slots))
        kept, cited = self._told([one.insight_id for one in foretold])
        offered = [
            Due(foretold=one, insight=insight, source=cited[insight.entry_id])
            for one in foretold
            if (insight := kept.get(one.insight_id)) and insight.entry_id in cited
        ]
        return DueList(offered, self._services.config.topics, now=self._now, weights=WEIGHTS)

    def _told(self, ids: Sequence[str]) -> tuple[Mapping[str, Insight], Mapping[str, Source]]:
        """Insights that may be told, and the sources of their entries."""
        wrong = self._db.corrections.corrected()
        found = {id_: kept.insight for id_, kept in self._db.insights.get(ids).items() if not (kept.is_copy or id_ in wrong)}
        entries = sorted({insight.entry_id for insight in found.values()})
        return found, sources(self._db, self._services.config, entries)

    def _corrections_for(self, reader: Reader, reminded: set[str]) -> list[CorrectionLine]:
        told = {id_: one.slot for one in reader.sent for id_ in one.insight_ids}
        mine = [(one, kept) for one, kept in self._corrections if one.insight_id in told and one.id not in reminded]
        return [_correction_line(one, kept, told[one.insight_id], self._services) for one, kept in mine]

    @cached_property
    def _corrections(self) -> list[tuple[Correction, Kept | None]]:
        made = self._db.corrections.since(self._now - REMEMBERED)
        known = self._db.insights.get([one.insight_id for one in made])
        return [(one, known.get(one.insight_id)) for one in made]


def id_of(reader: Reader) -> str | None:
    return reader.subscriber.id if reader.subscriber else None


def right(db: Session, told: Sequence[Story]) -> list[Story]:
    """The stories without the insights that were corrected: what is known to be wrong is not told again."""
    wrong = db.corrections.corrected()
    if not wrong:
        return list(told)
    left = [(story, tuple(one for one in story.insights if one.id not in wrong)) for story in told]
    return [replace(story, insights=insights) for story, insights in left if insights]


def _recap_line(one: Recalled, services: Services) -> RecapLine:
    contested = (one.disagreements[0].first.text, one.disagreements[0].second.text) if one.most_contested else ()
    return RecapLine(
        story_id=one.story.id,
        headline=one_line(one.insight.headline or one.insight.claim, HEADLINES_LIMIT),
        url=services.links.story(one.story.id),
        told_on=one.told_on,
        source=one.source.feed,
        publishers=one.publishers,
        news=_news(one.since) if one.since else None,
        most_corroborated=one.most_corroborated,
        contested=contested,
        language=one.insight.language or one.source.language,
    )


def _news(since: Since) -> RecapNews:
    claim = since.insight.claim if since.fresh else ""
    return RecapNews(claim=claim, source=since.source.feed, language=since.insight.language or since.source.language)


def _due_line(one: Due, services: Services) -> DueLine:
    return DueLine(
        id=one.foretold.id,
        what=one.foretold.prediction.what,
        due=one.foretold.due,
        until=one.foretold.prediction.until,
        who=one.foretold.prediction.who,
        insight_id=one.insight.id,
        insight_url=services.links.insight(one.insight.id),
        source=one.source,
    )


def _correction_line(one: Correction, kept: Kept | None, told_on: date, services: Services) -> CorrectionLine:
    return CorrectionLine(
        id=one.id,
        headline=one_line(kept.insight.headline if kept else "", HEADLINES_LIMIT),
        was=one.was,
        text=one.text,
        insight_id=one.insight_id,
        insight_url=services.links.insight(one.insight_id),
        told_on=told_on,
    )
