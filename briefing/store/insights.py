"""Grounded claims with their vectors; `story_id` is empty until clustering has placed them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, Select, bindparam, delete, func, insert, select, type_coerce, update
from sqlalchemy.engine import Connection, Row

from briefing.model import Insight
from briefing.ports import Vectors
from briefing.store.columns import unpack_rows
from briefing.store.records import record, rows_in
from briefing.store.schema import insights, stories
from briefing.store.search import Search

COPY = -1
"""The position of an insight whose words stand in a better place of the same story."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An insight as it lies in the cellar; a copy belongs to its story and is not told."""

    insight: Insight
    vector: Vectors
    shown_at: datetime
    story_id: str | None
    is_copy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an insight lies, without what it says."""

    id: str
    entry_id: str
    story_id: str | None
    shown_at: datetime


_KEPT: Select[Any] = select(
    insights.c.id, insights.c.body, insights.c.vector, insights.c.shown_at, insights.c.story_id, insights.c.position
)
_PLACE = (
    update(insights).where(insights.c.id == bindparam("id_")).values(story_id=bindparam("story"), position=bindparam("place"))
)
_NEWEST_FIRST = select(stories.c.id, stories.c.updated_at).order_by(stories.c.updated_at.desc(), stories.c.id)
_NEWEST = _NEWEST_FIRST.limit(bindparam("limit")).offset(bindparam("offset")).subquery()
_LEADS = (
    _KEPT.join(_NEWEST, _NEWEST.c.id == insights.c.story_id)
    .where(insights.c.position == 0, insights.c.score >= bindparam("floor"))
    .order_by(_NEWEST.c.updated_at.desc(), _NEWEST.c.id)
)
_BY_PLACE = _KEPT.order_by(insights.c.position)
_PLACES: Select[Any] = select(insights.c.id, insights.c.entry_id, insights.c.story_id, insights.c.shown_at)
_PLACES_IN_ORDER = _PLACES.order_by(insights.c.position)
_PACKED = type_coerce(insights.c.vector, LargeBinary).label("packed")
"""A vector as it lies there: of thousands each object would take as much as its numbers."""


class Insights:
    def __init__(self, connection: Connection) -> None:
        self._db = connection
        self._index = Search(connection)

    def replace(self, entry_id: str, found: Sequence[Insight], vectors: Vectors, *, embedder: str, shown_at: datetime) -> None:
        """Make these the insights of an entry. Ones it had already keep their place in their story."""
        places = select(insights.c.id, insights.c.story_id, insights.c.position).where(insights.c.entry_id == entry_id)
        old = {row.id: (row.story_id, row.position) for row in self._db.execute(places)}
        self._db.execute(delete(insights).where(insights.c.entry_id == entry_id))
        rows = [
            {
                "id": insight.id,
                "entry_id": entry_id,
                "story_id": story_id,
                "position": position,
                "shown_at": shown_at,
                "score": insight.score,
                "embedder": embedder,
                "vector": vector,
                "body": insight,
            }
            for insight, vector in zip(found, vectors, strict=True)
            for story_id, position in [old.get(insight.id, (None, 0))]
        ]
        if rows:
            self._db.execute(insert(insights), rows)
        self._index.keep_insights(entry_id, found, shown_at)

    def has_unplaced(self) -> bool:
        return self._db.execute(select(insights.c.id).where(insights.c.story_id.is_(None)).limit(1)).first() is not None

    def unplaced(self) -> list[Place]:
        """Insights without a story, oldest first."""
        rows = _PLACES.where(insights.c.story_id.is_(None)).order_by(insights.c.shown_at, insights.c.id)
        return [record(Place, row) for row in self._db.execute(rows)]

    def places(self, story_ids: Sequence[str]) -> dict[str, list[Place]]:
        """Where the members of each story lie, copies first, then the lead."""
        found: dict[str, list[Place]] = {i: [] for i in story_ids}
        for row in rows_in(self._db, _PLACES_IN_ORDER, insights.c.story_id, story_ids):
            found[row.story_id].append(record(Place, row))
        return found

    def get(self, ids: Sequence[str]) -> dict[str, Kept]:
        return {row.id: _kept(row) for row in rows_in(self._db, _KEPT, insights.c.id, ids)}

    def of_stories(self, story_ids: Sequence[str]) -> dict[str, list[Kept]]:
        """Members of each story, copies first, then the lead."""
        found: dict[str, list[Kept]] = {i: [] for i in story_ids}
        for row in rows_in(self._db, _BY_PLACE, insights.c.story_id, story_ids):
            found[row.story_id].append(_kept(row))
        return found

    def leads(self, limit: int, offset: int, floor: float) -> list[Kept]:
        """The first insights, as far as they score so much, of the stories with the newest news: `limit` after `offset`."""
        return [_kept(row) for row in self._db.execute(_LEADS, {"limit": limit, "offset": offset, "floor": floor})]

    def count(self) -> int:
        return self._db.execute(select(func.count()).select_from(insights)).scalar_one()

    def place(self, story_id: str, insight_ids: Sequence[str], copies: Sequence[str] = ()) -> None:
        """Put insights into a story, in this order, lead first; and the copies among its members."""
        places = [*enumerate(insight_ids), *((COPY, id_) for id_ in copies)]
        placed = [{"id_": id_, "story": story_id, "place": position} for position, id_ in places]
        if placed:
            self._db.execute(_PLACE, placed)

    def archive(self, embedder: str) -> tuple[list[str], list[str], Vectors]:
        """Ids, entry ids and vectors [n, d] of everything that this embedder has seen, in a fixed order."""
        ids, entries, packed = list[str](), list[str](), bytearray()
        wanted = select(insights.c.id, insights.c.entry_id, _PACKED).where(insights.c.embedder == embedder)
        for row in self._db.execute(wanted.order_by(insights.c.id)):
            ids.append(row.id)
            entries.append(row.entry_id)
            packed += row.packed
        return ids, entries, unpack_rows(packed, len(ids))

    def not_embedded_by(self, embedder: str, limit: int) -> list[Kept]:
        """The newest insights whose vectors another embedder made."""
        rows = _KEPT.where(insights.c.embedder != embedder).order_by(insights.c.shown_at.desc(), insights.c.id)
        return [_kept(row) for row in self._db.execute(rows.limit(limit))]

    def embed(self, ids: Sequence[str], vectors: Vectors, embedder: str) -> None:
        """Put vectors of this embedder in the place of others."""
        for id_, vector in zip(ids, vectors, strict=True):
            renewed = {"vector": vector, "embedder": embedder, "related_at": None}
            self._db.execute(update(insights).where(insights.c.id == id_).values(**renewed))

    def told_since(self, when: datetime, embedder: str) -> tuple[list[datetime], Vectors]:
        """Moments and vectors [n, d] of what was shown after `when`, as far as this embedder has seen it."""
        wanted = (insights.c.shown_at > when) & (insights.c.embedder == embedder)
        moments, packed = list[datetime](), bytearray()
        for row in self._db.execute(select(insights.c.shown_at, _PACKED).where(wanted)):
            moments.append(row.shown_at)
            packed += row.packed
        return moments, unpack_rows(packed, len(moments))


def _kept(row: Row[Any]) -> Kept:
    return Kept(
        insight=row.body,
        vector=row.vector,
        shown_at=row.shown_at,
        story_id=row.story_id,
        is_copy=row.position == COPY,
    )
