"""Predictions by the day they fall due, so that they come back then."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.engine import Connection

from briefing.model import Foretold
from briefing.store.records import insert_new, record, values
from briefing.store.schema import predictions


class Predictions:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def replace(self, entry_id: str, found: Sequence[Foretold]) -> None:
        """Make these the dated predictions of an entry."""
        self._db.execute(delete(predictions).where(predictions.c.entry_id == entry_id))
        insert_new(self._db, predictions, [values(one, predictions, entry_id=entry_id) for one in found])

    def due(self, first: date, last: date) -> list[Foretold]:
        """What falls due from `first` to `last`, soonest first."""
        between = predictions.c.due.between(first, last)
        rows = select(predictions).where(between).order_by(predictions.c.due, predictions.c.id)
        return [record(Foretold, row) for row in self._db.execute(rows)]
