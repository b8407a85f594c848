"""Which predictions and corrections each reader was told of: each comes once."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.engine import Connection

from briefing.model import Edition
from briefing.store.editions import reader
from briefing.store.records import insert_new, rows_in
from briefing.store.schema import reminded


class Reminders:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, *new: Edition) -> None:
        """Remember what editions remind their readers of."""
        items = [(edition, id_) for edition in new for id_ in _items(edition)]
        told = [{"edition_id": e.id, "reader": reader(e.subscriber_id), "slot": e.slot, "item_id": id_} for e, id_ in items]
        insert_new(self._db, reminded, told)

    def of(self, subscriber_ids: Sequence[str | None]) -> dict[str | None, dict[str, date]]:
        """Everything that each reader was reminded of: its id, and in which slot."""
        found: dict[str, dict[str, date]] = {reader(i): {} for i in subscriber_ids}
        for row in rows_in(self._db, select(reminded), reminded.c.reader, list(found)):
            found[row.reader][row.item_id] = row.slot
        return {i: found[reader(i)] for i in subscriber_ids}


def _items(edition: Edition) -> list[str]:
    return [*(line.id for line in edition.due), *(line.id for line in edition.corrections)]
