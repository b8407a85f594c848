"""Related insights for the picks of a run: the archive is loaded once, each insight's neighbours are found once."""

from dataclasses import replace

from briefing.model import Insight, Pick, Related
from briefing.pipeline.citing import sources
from briefing.pipeline.services import Services
from briefing.store import Session
from briefing.stories.related import Archive, choose

NEIGHBOURS = 40
"""Nearest insights that are looked at before the related ones are chosen among them."""


class Relating:
    def __init__(self, db: Session, services: Services) -> None:
        self._db = db
        self._services = services
        self._archive: Archive | None = None
        self._known: dict[str, tuple[Related, ...]] = {}

    def pick(self, pick: Pick) -> Pick:
        """The pick with its related insights."""
        return replace(pick, related=self.of(pick.story.lead, self._services.config.briefing.related))

    def of(self, insight: Insight, limit: int) -> tuple[Related, ...]:
        """At most `limit` related insights, nearest and most different first."""
        if limit and insight.id not in self._known:
            self._known[insight.id] = tuple(self._find(insight, limit))
        return self._known.get(insight.id, ())

    def _find(self, insight: Insight, limit: int) -> list[Related]:
        kept = self._db.insights.get([insight.id]).get(insight.id)
        if kept is None:
            return []
        near = [id_ for id_, _ in self._loaded().nearest(kept.vector, NEIGHBOURS)]
        found = self._db.insights.get(near)
        entries = sorted({insight.entry_id, *(f.insight.entry_id for f in found.values())})
        cited = sources(self._db, self._services.config, entries)
        ordered = [found[id_] for id_ in near if id_ in found and found[id_].insight.entry_id in cited]
        offered = [(k.insight, cited[k.insight.entry_id], k.vector) for k in ordered]
        return choose(insight, cited[insight.entry_id], offered, limit)

    def _loaded(self) -> Archive:
        if self._archive is None:
            ids, entries, vectors = self._db.insights.archive(self._services.embedder().name)
            self._archive = Archive(ids, vectors, entries)
        return self._archive
