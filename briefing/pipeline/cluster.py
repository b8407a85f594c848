"""Insights -> stories: what is new joins the story it tells, or begins one. Runs once at a time per store."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from briefing.pipeline.citing import sources
from briefing.pipeline.services import Report, Services
from briefing.pipeline.telling import stories
from briefing.store import Session
from briefing.store.insights import Kept
from briefing.store.records import chunks
from briefing.stories.clustering import FROZEN, Cluster, Member, assign, member, publishers, story

ALL = "new insights"
"""The one id of this step: everything that has no story yet."""
LEASE = timedelta(minutes=10)
AT_ONCE = 200
"""Entries whose texts are in memory at once."""


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
        changed = assign(_members(db, services, new), _known(db, services, new)) if new else []
    with services.store.write() as db:
        if db.meta.lease("cluster", services.owner, now, LEASE) != fence:
            return Report(step="cluster")
        _save(db, services, changed, now)
        db.meta.release("cluster", services.owner)
    return Report(step="cluster", done=len(new), counts={"stories": len(changed)})


def _known(db: Session, services: Services, new: Sequence[Kept]) -> list[Cluster]:
    """Stories young enough to be joined by the oldest of the new insights."""
    oldest = min(kept.shown_at for kept in new)
    stored = db.insights.of_stories([row.id for row in db.stories.since(oldest - FROZEN.window)])
    members = _members(db, services, [kept for found in stored.values() for kept in found])
    story_of = {kept.insight.id: id_ for id_, found in stored.items() for kept in found}
    clusters: dict[str, list[Member]] = {}
    for one in members:
        clusters.setdefault(story_of[one.insight.id], []).append(one)
    return [Cluster(id_, tuple(found)) for id_, found in clusters.items()]


def _members(db: Session, services: Services, kept: Sequence[Kept]) -> list[Member]:
    """Insights ready to be compared, those of an entry one after the other: they have its words in common."""
    grouped: dict[str, list[Kept]] = {}
    for one in kept:
        grouped.setdefault(one.insight.entry_id, []).append(one)
    ready: dict[str, Member] = {}
    for entries in chunks(sorted(grouped), AT_ONCE):
        ready |= _ready(db, services, [one for entry_id in entries for one in grouped[entry_id]])
    members = [ready[one.insight.id] for one in kept if one.insight.id in ready]
    services.prepared.keep(members)
    return members


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


def _save(db: Session, services: Services, changed: Sequence[Cluster], now: datetime) -> None:
    rows = db.stories.get([cluster.id for cluster in changed])
    before = {told.id: told for told in stories(db, services.config, list(rows.values()))}
    for cluster in changed:
        told = story(cluster, previous=before.get(cluster.id), now=now)
        db.stories.save(told, publishers=publishers(told))
        shown = [insight.id for insight in told.insights]
        db.insights.place(told.id, shown, [one.insight.id for one in cluster.members if one.insight.id not in shown])
