"""Entries and how far each has come: listen, read, done."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Text, func, select, type_coerce, update
from sqlalchemy.engine import Connection

from briefing.model import Entry
from briefing.store.records import chunks, insert_new, rows_in
from briefing.store.schema import entries, insights

LISTEN, READ, DONE = "listen", "read", "done"
TRANSCRIPT_LINK = '"transcript_links":[{'
"""How a packed entry with a transcript begins to name it."""


_BODIES = select(entries.c.id, entries.c.body)


class Entries:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def hashes(self, ids: Sequence[str]) -> dict[str, str]:
        """Content hashes of those entries that are known, by id."""
        rows = rows_in(self._db, select(entries.c.id, entries.c.content_hash), entries.c.id, ids)
        return {row.id: row.content_hash for row in rows}

    def add(self, new: Iterable[Entry], stage: str) -> None:
        """Keep entries that nobody has seen before, waiting at `stage`."""
        insert_new(self._db, entries, [_row(entry, stage) for entry in new])

    def edit(self, entry: Entry) -> None:
        """An entry's publisher changed it: the words are replaced, its time and its progress are not."""
        kept = {"body": entry, "content_hash": entry.content_hash}
        self._db.execute(update(entries).where(entries.c.id == entry.id).values(**kept))

    def keep_chapters(self, entry: Entry) -> None:
        """Keep the chapters that were fetched for an entry; nothing where it has none."""
        if entry.chapters:
            self._db.execute(update(entries).where(entries.c.id == entry.id).values(body=entry))

    def waiting(self, stage: str, now: datetime, limit: int = 10_000) -> list[str]:
        """Ids that are due at a stage, newest first: what is fresh is wanted soonest."""
        due = select(entries.c.id).where(entries.c.stage == stage, entries.c.next_try_at <= now)
        return list(self._db.scalars(due.order_by(entries.c.shown_at.desc()).limit(limit)))

    def weights(self, ids: Sequence[str]) -> dict[str, tuple[str, int, bool]]:
        """Of each entry its feed, its length in characters, and whether it names a transcript."""
        body = type_coerce(entries.c.body, Text)
        wanted = select(
            entries.c.id, entries.c.feed_url, func.length(body).label("size"), body.contains(TRANSCRIPT_LINK).label("spoken")
        )
        return {row.id: (row.feed_url, row.size, bool(row.spoken)) for row in rows_in(self._db, wanted, entries.c.id, ids)}

    def get(self, ids: Sequence[str]) -> list[Entry]:
        found = {row.id: row.body for row in rows_in(self._db, _BODIES, entries.c.id, ids)}
        return [found[i] for i in ids if i in found]

    def latest(self, feed_url: str, limit: int) -> list[Entry]:
        """The newest entries of a feed, newest first."""
        newest = select(entries.c.body).where(entries.c.feed_url == feed_url).order_by(entries.c.shown_at.desc())
        return list(self._db.scalars(newest.limit(limit)))

    def attempts(self, ids: Sequence[str]) -> dict[str, int]:
        rows = rows_in(self._db, select(entries.c.id, entries.c.attempts), entries.c.id, ids)
        return {row.id: row.attempts for row in rows}

    def move(self, id_: str, stage: str, *, error: str = "") -> None:
        self._db.execute(update(entries).where(entries.c.id == id_).values(stage=stage, error=error))

    def try_later(self, id_: str, at: datetime, error: str) -> None:
        later = {"next_try_at": at, "error": error, "attempts": entries.c.attempts + 1}
        self._db.execute(update(entries).where(entries.c.id == id_).values(**later))

    def counts(self, since: datetime, until: datetime) -> dict[str, int]:
        """How many entries each feed brought in (since, until]."""
        inside = select(entries.c.feed_url, func.count().label("n")).where(
            entries.c.shown_at > since, entries.c.shown_at <= until
        )
        return {row.feed_url: row.n for row in self._db.execute(inside.group_by(entries.c.feed_url))}

    def newest(self) -> dict[str, datetime]:
        """When the newest entry of each feed appeared."""
        rows = select(entries.c.feed_url, func.max(entries.c.shown_at).label("at")).group_by(entries.c.feed_url)
        return {row.feed_url: row.at for row in self._db.execute(rows)}

    def with_transcript(self, since: datetime) -> dict[str, int]:
        """How many entries of each feed since then name a transcript of their publisher."""
        body = type_coerce(entries.c.body, Text)
        named = select(entries.c.feed_url, func.count().label("n")).where(
            entries.c.shown_at > since, body.contains(TRANSCRIPT_LINK)
        )
        return {row.feed_url: row.n for row in self._db.execute(named.group_by(entries.c.feed_url))}

    def insights(self, since: datetime, until: datetime) -> dict[str, int]:
        """How many insights the entries that each feed brought in (since, until] have given."""
        joined = select(entries.c.feed_url, func.count().label("n")).join(insights, insights.c.entry_id == entries.c.id)
        inside = joined.where(entries.c.shown_at > since, entries.c.shown_at <= until)
        return {row.feed_url: row.n for row in self._db.execute(inside.group_by(entries.c.feed_url))}

    def times(self, feed_urls: Sequence[str], limit: int = 20) -> dict[str, list[datetime]]:
        """When the newest entries of each of these feeds appeared, newest first."""
        newest_first = func.row_number().over(partition_by=entries.c.feed_url, order_by=entries.c.shown_at.desc())
        numbered = select(entries.c.feed_url, entries.c.shown_at, newest_first.label("number"))
        found: dict[str, list[datetime]] = {url: [] for url in feed_urls}
        for chunk in chunks(feed_urls):
            some = numbered.where(entries.c.feed_url.in_(chunk)).subquery()
            for row in self._db.execute(select(some).where(some.c.number <= limit).order_by(some.c.number)):
                found[row.feed_url].append(row.shown_at)
        return found


def shown_at(entry: Entry) -> datetime:
    """The time an entry is ranked by: never later than it was first seen."""
    return min(entry.published_at or entry.collected_at, entry.collected_at)


def _row(entry: Entry, stage: str) -> dict[str, object]:
    return {
        "id": entry.id,
        "feed_url": entry.feed_url,
        "shown_at": shown_at(entry),
        "collected_at": entry.collected_at,
        "content_hash": entry.content_hash,
        "stage": stage,
        "next_try_at": entry.collected_at,
        "body": entry,
    }
