"""The bytes of mails under way: a second try is the first one's to the byte, whatever templates and settings are by then."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection

from briefing.store.fixed import Fixed
from briefing.store.records import rows_in
from briefing.store.schema import contents

KEEP = Fixed(postgresql.insert(contents).on_conflict_do_nothing(), ("delivery_id", "return_path", "content"))
DROP = Fixed(delete(contents).where(contents.c.delivery_id == bindparam("of")))


@dataclass(frozen=True, slots=True)
class Content:
    """A mail as it goes over the wire, and where reports about it go."""

    content: bytes
    return_path: str = ""


class Contents:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def keep(self, delivery_id: str, made: Content) -> None:
        """What is kept of a mail already stays as it is."""
        KEEP.run(self._db, {"delivery_id": delivery_id, "return_path": made.return_path, "content": made.content})

    def get(self, ids: Sequence[str]) -> dict[str, Content]:
        """What is kept of these mails, by their ids."""
        rows = rows_in(self._db, select(contents), contents.c.delivery_id, ids)
        return {row.delivery_id: Content(row.content, row.return_path) for row in rows}

    def drop(self, delivery_id: str) -> None:
        DROP.run(self._db, {"of": delivery_id})
