"""Frozen issues. What many readers share, a fragment a story, is kept once."""

from collections.abc import Mapping, Sequence
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
_HASHES = select(fragments.c.hash)


class Editions:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, *new: Edition) -> list[Edition]:
        """Keep issues: those of them whose readers have none for the slot, which are returned."""
        taken = self._taken(new)
        fresh = [edition for edition in new if (reader(edition.subscriber_id), edition.slot) not in taken]
        self._share({pick.fragment.hash: pick.fragment for edition in fresh for pick in edition.picks})
        if fresh:
            self._db.execute(editions.insert(), [_row(edition) for edition in fresh])
        if any(edition.subscriber_id is None for edition in fresh):
            changes.mark(self._db)
        return fresh

    def _taken(self, new: Sequence[Edition]) -> set[tuple[str, date]]:
        """The readers and slots for which there are editions already, among those of the new ones."""
        readers = list({reader(edition.subscriber_id) for edition in new})
        beside = select(editions.c.reader, editions.c.slot).where(editions.c.slot.in_({edition.slot for edition in new}))
        return {(row.reader, row.slot) for row in rows_in(self._db, beside, editions.c.reader, readers)}

    def _share(self, told: Mapping[str, Fragment]) -> None:
        """Keep fragments that are not there: packing one takes longer than looking for it."""
        known = {row.hash for row in rows_in(self._db, _HASHES, fragments.c.hash, list(told))}
        insert_new(self._db, fragments, [{"hash": hash_, "body": told[hash_]} for hash_ in told if hash_ not in known])

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


def _row(edition: Edition) -> dict[str, object]:
    return {
        "id": edition.id,
        "reader": reader(edition.subscriber_id),
        "slot": edition.slot,
        "created_at": edition.created_at,
        "body": kept(edition),
    }


def reader(subscriber_id: str | None) -> str:
    return subscriber_id or HOUSE
