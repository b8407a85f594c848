"""Mails that are no edition. A key is used once, so nobody is told the same thing twice."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.engine import Connection

from briefing.model import Notice
from briefing.store.records import insert_new, record, rows_in, values
from briefing.store.schema import notices


class Notices:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, notice: Notice) -> bool:
        """Keep a notice; False if one with its key stands there already."""
        if self._db.execute(select(notices.c.id).where(notices.c.key == notice.key)).first():
            return False
        insert_new(self._db, notices, [values(notice, notices)])
        return True

    def get(self, ids: Sequence[str]) -> dict[str, Notice]:
        return {row.id: record(Notice, row) for row in rows_in(self._db, select(notices), notices.c.id, ids)}
