"""Cleaned words of entries and the sentence hashes that show what a feed says in every issue."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime

import numpy as np
import numpy.typing as npt
from sqlalchemy import LargeBinary, func, select, type_coerce
from sqlalchemy.engine import Connection

from briefing.model import Document
from briefing.store.columns import unpack_weights
from briefing.store.records import record, rows_in, upsert, values
from briefing.store.schema import documents
from briefing.store.search import Search

LOOK_BACK = 20
"""Earlier entries of a feed that count towards its habits."""
Signature = tuple[npt.NDArray[np.uint32], npt.NDArray[np.float16]]
"""Hashes of words, and their weights."""

_DOCUMENTS = select(*(documents.c[each.name] for each in fields(Document) if each.name in documents.c))
"""Without what only reading and relating want: it takes longer to decode than the words."""
_SIGNATURES = select(documents.c.entry_id, type_coerce(documents.c.signature, LargeBinary).label("packed")).where(
    documents.c.signature.is_not(None)
)


class Documents:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def save(
        self,
        document: Document,
        *,
        feed_url: str,
        read_at: datetime,
        habits: frozenset[int],
        signature: Mapping[int, float] | None = None,
    ) -> None:
        row = values(document, documents, feed_url=feed_url, read_at=read_at, habits=habits, signature=signature)
        upsert(self._db, documents, [row])
        Search(self._db).keep_document(document, feed_url, read_at)

    def get(self, entry_id: str) -> Document | None:
        row = next(rows_in(self._db, _DOCUMENTS, documents.c.entry_id, [entry_id]), None)
        return record(Document, row) if row else None

    def habits(self, feed_url: str) -> Counter[int]:
        """In how many of a feed's latest entries each sentence stood, by the hash of the sentence."""
        latest = select(documents.c.habits).where(documents.c.feed_url == feed_url)
        rows = self._db.scalars(latest.order_by(documents.c.read_at.desc()).limit(LOOK_BACK))
        return Counter(key for keys in rows for key in keys)

    def words(self, entry_id: str, start: int, end: int) -> str:
        """What stands from `start` to `end` of a document's text; "" if there is no such document."""
        piece = select(func.substr(documents.c.text, start + 1, end - start)).where(documents.c.entry_id == entry_id)
        return self._db.scalar(piece) or ""

    def texts(self, entry_ids: Sequence[str]) -> dict[str, str]:
        rows = rows_in(self._db, select(documents.c.entry_id, documents.c.text), documents.c.entry_id, entry_ids)
        return {row.entry_id: row.text for row in rows}

    def signatures(self, entry_ids: Sequence[str]) -> dict[str, Signature]:
        """What each document is about; a document without a signature is left out."""
        rows = rows_in(self._db, _SIGNATURES, documents.c.entry_id, entry_ids)
        return {row.entry_id: unpack_weights(row.packed) for row in rows}

    def read_at(self, entry_ids: Sequence[str]) -> dict[str, datetime]:
        """When each document was made."""
        rows = rows_in(self._db, select(documents.c.entry_id, documents.c.read_at), documents.c.entry_id, entry_ids)
        return {row.entry_id: row.read_at for row in rows}
