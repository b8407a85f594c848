"""Insights -> stories: what is new joins the story it tells, or begins one. Runs once at a time per store."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from briefing.pipeline.citing import sources
from briefing.pipeline.services import Report, Services
from briefing.store import Session
from briefing.store.insights import Kept, Place
from briefing.store.records import chunks
from briefing.stories.clustering import FROZEN, Cluster, Member, assign, member, story

ALL = "new insights"
"""The one id of this step: everything that has no story yet."""
LEASE = timedelta(minutes=10)
AT_ONCE = 200
"""Entries whose insights and texts are in memory at once."""


def due(services: Services, now: datetime) -> list[str]:
    with services.store.read() as db:
        return [ALL] if db.insights.has_unplaced() else []


def run(services: Services, ids: tuple[str, ...], now: datetime) -> Report:
    """Give every insight its story."""
    with services.store.write() as db:
        fence = db.meta.lease("cluster", services.owner, now, LEASE, services.alive)
    if fence is None:
        return Report(step="cluster")
    with services.store.read() as db:
        new = db.insights.unplaced()
        changed = _assigned(db, services, new) if new else []
    with services.store.write() as db:
        if db.meta.lease("cluster", services.owner, now, LEASE) != fence:
            return Report(step="cluster")
        _save(db, changed, now)
        db.meta.release("cluster", services.owner)
    return Report(step="cluster", done=len(new), counts={"stories": len(changed)})


def _assigned(db: Session, services: Services, new: Sequence[Place]) -> list[Cluster]:
    """What becomes of the stories young enough to be joined by the oldest of the new insights."""
    young = db.stories.since(min(place.shown_at for place in new) - FROZEN.window)
    known = db.insights.places([row.id for row in young])
    ready = _members(db, services, [*new, *(place for places in known.values() for place in places)])
    services.prepared.keep(ready)
    clusters = [Cluster(id_, _among(ready, places)) for id_, places in known.items()]
    return assign(_among(ready, new), [cluster for cluster in clusters if cluster.members])


def _among(ready: Mapping[str, Member], places: Sequence[Place]) -> tuple[Member, ...]:
    """The members at these places, without those whose entry is gone."""
    return tuple(ready[place.id] for place in places if place.id in ready)


def _members(db: Session, services: Services, places: Sequence[Place]) -> dict[str, Member]:
    """Insights ready to be compared, by their ids; those of an entry one after the other: they have its words in common."""
    grouped: dict[str, list[str]] = {}
    for place in places:
        grouped.setdefault(place.entry_id, []).append(place.id)
    ready: dict[str, Member] = {}
    for entries in chunks(sorted(grouped), AT_ONCE):
        kept = db.insights.get([id_ for entry_id in entries for id_ in grouped[entry_id]])
        ready |= _ready(db, services, [kept[id_] for entry_id in entries for id_ in grouped[entry_id]])
    return ready


def _ready(db: Session, services: Services, kept: Sequence[Kept]) -> dict[str, Member]:
    """Members by the ids of their insights; one whose entry is gone is left out."""
    cited = sources(db, services.config, sorted({one.insight.entry_id for one in kept}))
    told = [(one, cited[one.insight.entry_id]) for one in kept if one.insight.entry_id in cited]
    before = {one.insight.id: services.prepared.find(one.insight, source, one.vector) for one, source in told}
    lacking = sorted({one.insight.entry_id for one, _ in told if not before[one.insight.id]})
    texts = db.documents.texts(lacking)
    return {
        one.insight.id: before[one.insight.id] or member(one.insight, source, one.vector, texts.get(source.entry_id, ""))
        for one, source in told
    }


def _save(db: Session, changed: Sequence[Cluster], now: datetime) -> None:
    before = db.stories.get([cluster.id for cluster in changed])
    for cluster in changed:
        told = story(cluster, previous=before[cluster.id].updated_at if cluster.id in before else None, now=now)
        db.stories.save(told)
        shown = [insight.id for insight in told.insights]
        db.insights.place(told.id, shown, [one.insight.id for one in cluster.members if one.insight.id not in shown])
