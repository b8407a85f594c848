"""What each reader was sent: the reason that nothing comes twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.engine import Connection

from briefing.store.editions import reader
from briefing.store.records import insert_new, record, rows_in
from briefing.store.schema import reminded, sent


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRow:
    """One story in one edition; `facts` are the figures, dates, names and publishers the reader then knew."""

    edition_id: str
    story_id: str
    reader: str
    slot: date
    insight_ids: tuple[str, ...]
    claim: str
    facts: tuple[str, ...]


class Ledger:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, rows: Sequence[SentRow]) -> None:
        insert_new(self._db, sent, [{name: getattr(row, name) for name in SentRow.__slots__} for row in rows])

    def of(self, subscriber_ids: Sequence[str | None]) -> dict[str | None, list[SentRow]]:
        """Everything each reader was sent, oldest first."""
        found: dict[str, list[SentRow]] = {reader(i): [] for i in subscriber_ids}
        for row in rows_in(self._db, select(sent).order_by(sent.c.slot, sent.c.story_id), sent.c.reader, list(found)):
            found[row.reader].append(record(SentRow, row))
        return {i: found[reader(i)] for i in subscriber_ids}

    def free(self, edition_id: str) -> None:
        """An edition never reached its reader: what it told may be told again."""
        self._db.execute(delete(sent).where(sent.c.edition_id == edition_id))
        self._db.execute(delete(reminded).where(reminded.c.edition_id == edition_id))
