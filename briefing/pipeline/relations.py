"""What is related to each insight, found before anybody reads its page, the newest first, and anew when news relates to it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import itemgetter

from briefing.model import Insight, Related, Relation
from briefing.pipeline.citing import sources
from briefing.pipeline.relating import Relating
from briefing.pipeline.services import Services
from briefing.store import Session

KEPT = 10
"""Related insights of each, as many as a page shows."""
BATCH = 200
"""Insights a turn: some seconds, in which no other step works."""
PAUSE = timedelta(minutes=10)
"""Between turns that are not full, since each loads the whole archive; whoever asks meanwhile has them found on the spot."""
LOOKED = "related insights found at"
"""The setting that holds when the last turn was."""


def waits(services: Services, now: datetime) -> bool:
    with services.store.read() as db:
        waiting = len(db.relations.wanting(services.embedder().name, BATCH))
        last = db.meta.setting(LOOKED)
    return waiting == BATCH or bool(waiting and (not last or now - datetime.fromisoformat(last) >= PAUSE))


def find(services: Services, now: datetime) -> int:
    """Find what is related to those that wait; what a new insight relates to will be looked for anew. The number found."""
    with services.store.read() as db:
        ids = db.relations.wanting(services.embedder().name, BATCH)
        insights = [kept.insight for kept in db.insights.get(ids).values()]
        found = {one.id: _ids(related) for one, related in Relating(db, services).of_many(insights, KEPT)}
        told_at = db.documents.read_at(sorted({one.entry_id for one in insights}))
    known = [one for one in insights if one.id in found and one.entry_id in told_at]
    news = dict(sorted(((other, told_at[one.entry_id]) for one in known for other, _ in found[one.id]), key=itemgetter(1)))
    with services.store.write() as db:
        db.relations.outdate(news)
        db.relations.keep(found, now)
        db.meta.set(LOOKED, now.isoformat())
    return len(found)


def told(db: Session, services: Services, insight: Insight) -> tuple[Related, ...] | None:
    """What was found for an insight, without what has been corrected or taken back since; None if nobody looked for it yet."""
    found = db.relations.of([insight.id]).get(insight.id)
    if found is None:
        return None
    wrong = db.corrections.corrected()
    kept = db.insights.get([id_ for id_, _ in found if id_ not in wrong])
    cited = sources(db, services.config, sorted({one.insight.entry_id for one in kept.values()}))
    return tuple(
        Related(insight=kept[id_].insight, source=cited[kept[id_].insight.entry_id], relation=relation)
        for id_, relation in found
        if id_ in kept and kept[id_].insight.entry_id in cited
    )


def _ids(related: Sequence[Related]) -> list[tuple[str, Relation]]:
    return [(one.insight.id, one.relation) for one in related]
