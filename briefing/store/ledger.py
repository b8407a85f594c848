"""What each reader was sent: the reason that nothing comes twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, Text, delete, select, type_coerce
from sqlalchemy.engine import Connection

from briefing.store.columns import unpack
from briefing.store.editions import reader
from briefing.store.records import insert_new, rows_in, values
from briefing.store.schema import reminded, sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One story as it was told; `facts` are the figures, dates, names and publishers the reader then knew."""

    story_id: str
    slot: date
    insight_ids: tuple[str, ...]
    claim: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRow(Told):
    """The same in one edition."""

    edition_id: str
    reader: str


_IDS, _FACTS = (type_coerce(sent.c[name], Text).label(name) for name in ("insight_ids", "facts"))
_TOLD: Select[Any] = select(sent.c.reader, sent.c.story_id, sent.c.slot, _IDS, sent.c.claim, _FACTS).order_by(
    sent.c.slot, sent.c.story_id
)


class Ledger:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, rows: Sequence[SentRow]) -> None:
        insert_new(self._db, sent, [values(row, sent) for row in rows])

    def of(self, subscriber_ids: Sequence[str | None]) -> dict[str | None, list[Told]]:
        """Everything each reader was sent, oldest first. Thousands were told the same, and share it."""
        found: dict[str, list[Told]] = {reader(i): [] for i in subscriber_ids}
        shared = cache(_told)
        for row in rows_in(self._db, _TOLD, sent.c.reader, list(found)):
            found[row.reader].append(shared(*row[1:]))
        return {i: found[reader(i)] for i in subscriber_ids}

    def free(self, edition_id: str) -> None:
        """An edition never reached its reader: what it told may be told again."""
        self._db.execute(delete(sent).where(sent.c.edition_id == edition_id))
        self._db.execute(delete(reminded).where(reminded.c.edition_id == edition_id))


def _told(story_id: str, slot: date, insight_ids: str, claim: str, facts: str) -> Told:
    ids, known = unpack(insight_ids, tuple[str, ...]), unpack(facts, tuple[str, ...])
    return Told(story_id=story_id, slot=slot, insight_ids=ids, claim=claim, facts=known)
