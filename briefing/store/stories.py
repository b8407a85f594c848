"""Stories as their own row: headline, phase and the times by which they are found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from briefing.model import Phase, Story
from briefing.store.records import record, rows_in, upsert
from briefing.store.schema import stories
from briefing.store.search import Search


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryRow:
    """A story without its insights."""

    id: str
    headline: str
    phase: Phase
    first_seen_at: datetime
    updated_at: datetime


_STORIES = select(stories)


class Stories:
    def __init__(self, connection: Connection) -> None:
        self._db = connection
        self._index = Search(connection)

    def save(self, story: Story) -> None:
        row = {
            "id": story.id,
            "headline": story.headline,
            "phase": story.phase,
            "first_seen_at": story.first_seen_at,
            "updated_at": story.updated_at,
        }
        upsert(self._db, stories, [row])
        self._index.keep_story(story)

    def since(self, when: datetime) -> list[StoryRow]:
        """Stories with news after `when`, newest first."""
        rows = select(stories).where(stories.c.updated_at > when).order_by(stories.c.updated_at.desc(), stories.c.id)
        return [record(StoryRow, row) for row in self._db.execute(rows)]

    def get(self, ids: Sequence[str]) -> dict[str, StoryRow]:
        return {row.id: record(StoryRow, row) for row in rows_in(self._db, _STORIES, stories.c.id, ids)}

    def count(self) -> int:
        return self._db.execute(select(func.count()).select_from(stories)).scalar_one()
