"""What the pages look up: newest stories and entries, the months of the archive. Nothing here changes a row."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Text, func, select, type_coerce
from sqlalchemy.engine import Connection

from briefing.store.editions import HOUSE
from briefing.store.insights import COPY
from briefing.store.kept import KeptEdition
from briefing.store.records import rows_in
from briefing.store.schema import editions, entries, insights, stories

RECENT = 15
"""House editions that are looked through for the newest recap."""
RECAP = '"recap":{'
"""How a packed edition with a week in review begins to tell it."""


_TOLD = select(stories.c.headline, insights.c.entry_id).join(insights, insights.c.story_id == stories.c.id)
_TOLD = _TOLD.where(insights.c.position != COPY)
_RECENT = (
    select(editions.c.slot, type_coerce(editions.c.body, Text).label("body"))
    .where(editions.c.reader == HOUSE)
    .order_by(editions.c.slot.desc())
    .limit(RECENT)
    .subquery()
)
_LATEST_RECAP = select(func.max(_RECENT.c.slot)).where(_RECENT.c.body.contains(RECAP))


class Browsing:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def told_in(self, story_id: str) -> tuple[str, list[str]]:
        """The headline of a story, and the entry of each of its insights that is no copy; nothing for one without any."""
        rows = list(rows_in(self._db, _TOLD, stories.c.id, [story_id]))
        return next((row.headline for row in rows), ""), [row.entry_id for row in rows]

    def newest_entries(self, feed_url: str, limit: int) -> list[str]:
        """Ids of a feed's entries, newest first."""
        mine = select(entries.c.id).where(entries.c.feed_url == feed_url)
        return list(self._db.scalars(mine.order_by(entries.c.shown_at.desc(), entries.c.id).limit(limit)))

    def of_entries(self, entry_ids: Sequence[str]) -> dict[str, list[str]]:
        """Entry id -> ids of its insights, best first."""
        columns = select(insights.c.entry_id, insights.c.id, insights.c.score)
        found: dict[str, list[tuple[float, str]]] = {id_: [] for id_ in entry_ids}
        for row in rows_in(self._db, columns, insights.c.entry_id, entry_ids):
            found[row.entry_id].append((-row.score, row.id))
        return {entry: [id_ for _, id_ in sorted(scored)] for entry, scored in found.items()}

    def latest_recap(self) -> date | None:
        """The slot of the newest house edition with a week in review, among those of the last weeks."""
        newest: date | None = self._db.scalar(_LATEST_RECAP)
        return newest

    def editions(self, first: date, last: date) -> list[KeptEdition]:
        """House editions of the slots from `first` to `last`, newest first, without their fragments."""
        between = (editions.c.reader == HOUSE) & editions.c.slot.between(first, last)
        return list(self._db.scalars(select(editions.c.body).where(between).order_by(editions.c.slot.desc())))

    def days(self, since: datetime, until: datetime) -> dict[str, Counter[date]]:
        """How many entries each feed brought in on each day (UTC) in (since, until]."""
        found: dict[str, Counter[date]] = {}
        inside = (entries.c.shown_at > since) & (entries.c.shown_at <= until)
        for url, at in self._db.execute(select(entries.c.feed_url, entries.c.shown_at).where(inside)):
            found.setdefault(url, Counter())[at.date()] += 1
        return found
