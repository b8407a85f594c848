"""Whether the archive is still what it was: a word that changes with every insight, document, story, house edition, correction.

Only SQLite keeps it, where there is one writer at a time; elsewhere writers would have to wait for each other.
"""

from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.engine import Connection

from briefing.store.records import upsert
from briefing.store.schema import settings

VERSION = "archive version"


def mark(connection: Connection) -> None:
    """The archive changes in this transaction."""
    if connection.dialect.name == "sqlite":
        upsert(connection, settings, [{"key": VERSION, "value": uuid4().hex}])


def version(connection: Connection) -> str:
    """The word of now; "" where nobody knows."""
    return connection.execute(select(settings.c.value).where(settings.c.key == VERSION)).scalar() or ""
