"""Related insights for the picks of a run: the archive is loaded once, each insight's neighbours are found once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from briefing.model import Insight, Pick, Related
from briefing.pipeline.citing import sources
from briefing.pipeline.services import Services
from briefing.ports import Vectors
from briefing.store import Session
from briefing.stories.context import in_context, nearness_of_strangers
from briefing.stories.related import Archive, choose

NEIGHBOURS = 40
"""Nearest insights that are looked at before the related ones are chosen among them."""
SPARE = 3
"""How many times as many related insights are found as an edition shows, for those that its reader had."""


@dataclass(frozen=True, slots=True)
class Archived:
    """Every insight's vector in the light of its entry, by id; the same to be searched; and how near strangers come."""

    rows: Mapping[str, Vectors]
    archive: Archive
    strangers: float


def load(db: Session, services: Services) -> Archived:
    """Everything that the present embedder has seen, to be looked up and to be searched."""
    ids, entries, vectors = db.insights.archive(services.embedder().name)
    rows = in_context(vectors, entries)
    return Archived(dict(zip(ids, rows, strict=True)), Archive(ids, rows, entries), nearness_of_strangers(rows, entries))


class Relating:
    """`archived` is what was loaded for an earlier question; without it the archive is loaded when it is first wanted."""

    def __init__(self, db: Session, services: Services, archived: Archived | None = None) -> None:
        self._db = db
        self._services = services
        self._loaded = archived
        self._known: dict[str, tuple[Related, ...]] = {}

    def picks(self, picks: Sequence[Pick], had: Iterable[str]) -> tuple[Pick, ...]:
        """The picks of one edition with their related insights: none that the reader `had`, none twice, no pick."""
        limit = self._services.config.briefing.related
        used = {*had, *(pick.story.lead.id for pick in picks)}
        told = []
        for pick in picks:
            fresh = (one for one in self.of(pick.story.lead, limit * SPARE) if one.insight.id not in used)
            related = tuple(islice(fresh, limit))
            used.update(one.insight.id for one in related)
            told.append(replace(pick, related=related))
        return tuple(told)

    def of(self, insight: Insight, limit: int) -> tuple[Related, ...]:
        """At most `limit` related insights, nearest and most different first."""
        if limit and insight.id not in self._known:
            self._known[insight.id] = tuple(self._find(insight, limit))
        return self._known.get(insight.id, ())

    def _find(self, insight: Insight, limit: int) -> list[Related]:
        rows, archive = self._archived.rows, self._archived.archive
        if insight.id not in rows:
            return []
        nearest = archive.nearest(rows[insight.id], NEIGHBOURS)
        near = [id_ for id_, nearness in nearest if nearness > self._archived.strangers and id_ not in self._wrong]
        found = self._db.insights.get(near)
        entries = sorted({insight.entry_id, *(f.insight.entry_id for f in found.values())})
        cited = sources(self._db, self._services.config, entries)
        ordered = [found[id_].insight for id_ in near if id_ in found and found[id_].insight.entry_id in cited]
        offered = [(one, cited[one.entry_id], rows[one.id]) for one in ordered]
        return choose(insight, cited[insight.entry_id], offered, limit, rows[insight.id])

    @cached_property
    def _wrong(self) -> set[str]:
        """Corrected insights: they are told nowhere any more."""
        return self._db.corrections.corrected()

    @property
    def _archived(self) -> Archived:
        if self._loaded is None:
            self._loaded = load(self._db, self._services)
        return self._loaded
