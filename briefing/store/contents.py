"""The bytes of mails under way: a second try is the first one's to the byte, whatever templates and settings are by then."""

import zlib
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.engine import Connection

from briefing.store.records import insert_new
from briefing.store.schema import contents

QUICK = 1
"""zlib's fastest level: a mail is kept for as long as it is under way."""


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
        row = {"delivery_id": delivery_id, "return_path": made.return_path, "content": zlib.compress(made.content, QUICK)}
        insert_new(self._db, contents, [row])

    def get(self, delivery_id: str) -> Content | None:
        row = self._db.execute(select(contents).where(contents.c.delivery_id == delivery_id)).first()
        return Content(zlib.decompress(row.content), row.return_path) if row else None

    def drop(self, delivery_id: str) -> None:
        self._db.execute(delete(contents).where(contents.c.delivery_id == delivery_id))
