"""What turned out to be wrong: kept beside the insight, which stays as it was told."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.engine import Connection

from briefing.model import Correction
from briefing.store import changes
from briefing.store.records import insert_new, record, rows_in, values
from briefing.store.schema import corrections

_CORRECTIONS = select(corrections)
_CORRECTED = select(corrections.c.insight_id)


class Corrections:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, correction: Correction) -> None:
        """Keep a correction; one with the same id stands there already and is left as it is."""
        insert_new(self._db, corrections, [values(correction, corrections)])
        changes.mark(self._db)

    def of(self, insight_ids: Sequence[str]) -> list[Correction]:
        """Everything that was put right in these insights, oldest first."""
        rows = rows_in(self._db, _CORRECTIONS, corrections.c.insight_id, insight_ids)
        return sorted((record(Correction, row) for row in rows), key=lambda one: (one.at, one.id))

    def since(self, when: datetime) -> list[Correction]:
        """Corrections made after `when`, oldest first."""
        rows = select(corrections).where(corrections.c.at > when).order_by(corrections.c.at, corrections.c.id)
        return [record(Correction, row) for row in self._db.execute(rows)]

    def corrected(self) -> set[str]:
        """Ids of all insights that hold something wrong."""
        return set(self._db.scalars(_CORRECTED))
