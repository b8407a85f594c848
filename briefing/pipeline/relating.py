"""Related insights for the picks of a run: the archive is loaded once, each insight's neighbours are found once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from heapq import nlargest
from itertools import islice
from operator import itemgetter

import numpy as np

from briefing.model import Insight, Pick, Related
from briefing.pipeline.citing import sources
from briefing.pipeline.services import Services
from briefing.ports import Vectors
from briefing.store import Session
from briefing.store.records import chunks
from briefing.stories.context import in_context, nearness_of_strangers
from briefing.stories.related import Archive, choose
from briefing.stories.signature import NO_SIGNATURE, Stored, alike, lifted

LOOKED_AT = 400
"""Nearest insights by vector, of which the texts that they stand in are compared too."""
NEIGHBOURS = 40
"""The nearest of those by both, among which the related ones are chosen."""
TOGETHER = 32
"""Insights of which the nearest are found at once."""
SPARE = 3
"""How many times as many related insights are found as an edition shows, for those that its reader had."""


@dataclass(frozen=True, slots=True)
class Archived:
    """Everything that may be related: rows and entries by insight, the rows to be searched, and where the archive puts strangers.

    `rows` are vectors in the light of their entries, `middle` is what was taken from them: the mean of all vectors as embedded.
    """

    rows: Mapping[str, Vectors]
    entries: Mapping[str, str]
    archive: Archive
    strangers: float
    middle: Vectors


def load(db: Session, services: Services) -> Archived:
    """Everything that the present embedder has seen, to be looked up and to be searched."""
    ids, entries, vectors = db.insights.archive(services.embedder().name)
    rows = in_context(vectors, entries)
    return Archived(
        rows=dict(zip(ids, rows, strict=True)),
        entries=dict(zip(ids, entries, strict=True)),
        archive=Archive(ids, rows),
        strangers=nearness_of_strangers(rows, entries),
        middle=vectors.mean(axis=0) if ids else vectors.sum(axis=0),
    )


class Relating:
    """`archived` is what was loaded for an earlier question; without it the archive is loaded when it is first wanted."""

    def __init__(self, db: Session, services: Services, archived: Archived | None = None) -> None:
        self._db = db
        self._services = services
        self._loaded = archived
        self._known: dict[tuple[str, int], tuple[Related, ...]] = {}
        self._nearest: dict[str, list[tuple[str, float]]] = {}
        self._signatures: dict[str, Stored] = {}

    def picks(self, picks: Sequence[Pick], had: Iterable[str], limit: int) -> tuple[Pick, ...]:
        """The picks of one edition, each with related insights: none that the reader `had`, none twice, no pick, and none that
        belongs to the story of another pick."""
        used = {*had, *(pick.story.lead.id for pick in picks)}
        home = {insight.id: pick.story.id for pick in picks for insight in pick.story.insights}
        told = []
        for pick in picks:
            own = pick.story.id
            near = self.of(pick.story.lead, limit * SPARE)
            fresh = (one for one in near if one.insight.id not in used and home.get(one.insight.id, own) == own)
            related = tuple(islice(fresh, limit))
            used.update(one.insight.id for one in related)
            told.append(replace(pick, related=related))
        return tuple(told)

    def of(self, insight: Insight, limit: int) -> tuple[Related, ...]:
        """At most `limit` related insights, nearest and most different first."""
        key = (insight.id, limit)
        if limit and key not in self._known:
            self._known[key] = tuple(self._find(insight, limit))
        return self._known.get(key, ())

    def of_many(self, insights: Sequence[Insight], limit: int) -> Iterator[tuple[Insight, tuple[Related, ...]]]:
        """The same for each of many, which costs much less than asking for one after the other."""
        rows = self._archived.rows
        for some in chunks([insight for insight in insights if insight.id in rows], TOGETHER):
            nearest = self._archived.archive.nearest_of_many(np.stack([rows[one.id] for one in some]), LOOKED_AT)
            self._nearest = dict(zip((one.id for one in some), nearest, strict=True))
            yield from ((one, self.of(one, limit)) for one in some)

    def _find(self, insight: Insight, limit: int) -> list[Related]:
        rows = self._archived.rows
        if insight.id not in rows:
            return []
        near = self._near(insight)
        found = self._db.insights.get(list(near))
        entries = sorted({insight.entry_id, *(f.insight.entry_id for f in found.values())})
        cited = sources(self._db, self._services.config, entries)
        ordered = [found[id_].insight for id_ in near if id_ in found and found[id_].insight.entry_id in cited]
        offered = [(one, cited[one.entry_id], rows[one.id]) for one in ordered]
        return choose(insight, cited[insight.entry_id], offered, limit, [near[one.id] for one in ordered])

    def _near(self, insight: Insight) -> dict[str, float]:
        """Nearness of the nearest insights of other entries, nearest first, no strangers."""
        archived = self._archived
        found = self._nearest.pop(insight.id, None) or archived.archive.nearest(archived.rows[insight.id], LOOKED_AT)
        right = [(id_, nearness) for id_, nearness in found if id_ not in self._wrong]
        others = [(id_, nearness) for id_, nearness in right if archived.entries[id_] != insight.entry_id]
        texts = self._texts(insight.entry_id, {archived.entries[id_] for id_, _ in others})
        near = {id_: lifted(nearness, texts[archived.entries[id_]]) for id_, nearness in others}
        known = {id_: nearness for id_, nearness in near.items() if nearness > archived.strangers}
        return dict(nlargest(NEIGHBOURS, known.items(), key=itemgetter(1)))

    def _texts(self, entry: str, others: Iterable[str]) -> Mapping[str, float]:
        """How alike the whole text of an entry is to those of others."""
        names = list(others)
        lacking = [name for name in (entry, *names) if name not in self._signatures]
        self._signatures |= dict.fromkeys(lacking, NO_SIGNATURE) | self._db.documents.signatures(lacking)
        likeness = alike(self._signatures[entry], [self._signatures[name] for name in names])
        return dict(zip(names, likeness.tolist(), strict=True))

    @cached_property
    def _wrong(self) -> set[str]:
        """Corrected insights: they are told nowhere any more."""
        return self._db.corrections.corrected()

    @property
    def _archived(self) -> Archived:
        if self._loaded is None:
            self._loaded = load(self._db, self._services)
        return self._loaded
