"""Frozen issues. What many readers share, a fragment a story, is kept once."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.engine import Connection

from briefing.model import Edition, Fragment
from briefing.store import changes
from briefing.store.kept import KeptEdition, kept, whole
from briefing.store.records import insert_new, rows_in
from briefing.store.schema import editions, fragments

HOUSE = "house"
"""Stands for the edition that belongs to no subscriber."""


_FRAGMENTS = select(fragments)


class Editions:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, edition: Edition) -> bool:
        """Keep an issue; False, and nothing changed, if its reader has one for this slot."""
        if self.exists(edition.subscriber_id, edition.slot):
            return False
        shared = [{"hash": p.fragment.hash, "body": p.fragment} for p in edition.picks]
        insert_new(self._db, fragments, shared)
        row = {"id": edition.id, "reader": reader(edition.subscriber_id), "slot": edition.slot, "created_at": edition.created_at}
        self._db.execute(editions.insert(), [row | {"body": kept(edition)}])
        if edition.subscriber_id is None:
            changes.mark(self._db)
        return True

    def exists(self, subscriber_id: str | None, slot: date) -> bool:
        same = (editions.c.reader == reader(subscriber_id)) & (editions.c.slot == slot)
        return self._db.execute(select(editions.c.id).where(same)).first() is not None

    def get(self, ids: Sequence[str]) -> dict[str, Edition]:
        stored = [row.body for row in rows_in(self._db, select(editions.c.id, editions.c.body), editions.c.id, ids)]
        return {edition.id: edition for edition in self._whole(stored)}

    def of_slot(self, subscriber_id: str | None, slot: date) -> Edition | None:
        same = (editions.c.reader == reader(subscriber_id)) & (editions.c.slot == slot)
        found = self._whole(list(self._db.scalars(select(editions.c.body).where(same))))
        return found[0] if found else None

    def latest(self, subscriber_id: str | None, limit: int = 1) -> list[Edition]:
        mine = select(editions.c.body).where(editions.c.reader == reader(subscriber_id))
        return self._whole(list(self._db.scalars(mine.order_by(editions.c.slot.desc()).limit(limit))))

    def slots(self, subscriber_id: str | None) -> list[date]:
        mine = select(editions.c.slot).where(editions.c.reader == reader(subscriber_id))
        return list(self._db.scalars(mine.order_by(editions.c.slot.desc())))

    def _whole(self, stored: Sequence[KeptEdition]) -> list[Edition]:
        wanted = sorted({p.fragment.hash for edition in stored for p in edition.picks})
        rows = rows_in(self._db, _FRAGMENTS, fragments.c.hash, wanted)
        known: dict[str, Fragment] = {row.hash: row.body for row in rows}
        return [whole(edition, known) for edition in stored]


def reader(subscriber_id: str | None) -> str:
    return subscriber_id or HOUSE
