"""What is related to each insight, kept beside it until a newer insight relates to it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.engine import Connection

from briefing.model import Relation
from briefing.store.records import rows_in
from briefing.store.schema import insights

Found = Sequence[tuple[str, Relation]]
"""Ids of related insights, nearest first, and how each stands to the one asked for."""

_FOUND = select(insights.c.id, insights.c.related).where(insights.c.related.is_not(None))


class Relations:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def of(self, insight_ids: Sequence[str]) -> dict[str, list[tuple[str, Relation]]]:
        """What was found for each; an insight for which nobody has looked yet is left out."""
        rows = rows_in(self._db, _FOUND, insights.c.id, insight_ids)
        return {row.id: [(id_, Relation(relation)) for id_, relation in row.related] for row in rows}

    def keep(self, found: Mapping[str, Found], now: datetime) -> None:
        """Put what was found in the place of what was found before."""
        kept = update(insights).where(insights.c.id == bindparam("insight"))
        rows = [{"insight": id_, "related": tuple(each), "related_at": now} for id_, each in found.items()]
        if rows:
            self._db.execute(kept, rows)

    def outdate(self, news: Mapping[str, datetime]) -> None:
        """Have insights looked for anew that were looked for before their news came; until then what was found stays."""
        earlier = (insights.c.id == bindparam("insight")) & (insights.c.related_at < bindparam("news_at"))
        rows = [{"insight": id_, "news_at": at} for id_, at in news.items()]
        if rows:
            self._db.execute(update(insights).where(earlier).values(related_at=None), rows)

    def wanting(self, embedder: str, limit: int) -> list[str]:
        """The newest insights, seen by this embedder, that are to be looked for."""
        waits = insights.c.related_at.is_(None) & (insights.c.embedder == embedder)
        return list(self._db.scalars(select(insights.c.id).where(waits).order_by(insights.c.shown_at.desc()).limit(limit)))
