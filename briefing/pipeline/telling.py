"""Stories as the store holds them, put together for ranking, cards and pages."""

from array import array
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from briefing.config import Config
from briefing.model import Source, Story
from briefing.pipeline.citing import sources
from briefing.ports import Vectors
from briefing.store import Session
from briefing.store.insights import Kept
from briefing.store.records import chunks
from briefing.store.stories import StoryRow


def stories(db: Session, config: Config, rows: Sequence[StoryRow]) -> list[Story]:
    """Each story with its insights, lead first, and their sources."""
    told = [story for some in chunks(rows) for story in _without_sources(db, some)]
    cited = sources(db, config, sorted({one.entry_id for story in told for one in story.insights}))
    return [replace(story, sources=_sources(story, cited)) for story in told]


def _without_sources(db: Session, rows: Sequence[StoryRow]) -> list[Story]:
    stored = db.insights.of_stories([row.id for row in rows])
    members = {id_: [kept for kept in found if not kept.is_copy] for id_, found in stored.items()}
    return [_story(row, members[row.id]) for row in rows if members[row.id]]


def _sources(story: Story, cited: dict[str, Source]) -> tuple[Source, ...]:
    entries = dict.fromkeys(one.entry_id for one in story.insights)
    return tuple(cited[entry_id] for entry_id in entries if entry_id in cited)


def _story(row: StoryRow, members: Sequence[Kept]) -> Story:
    return Story(
        id=row.id,
        headline=row.headline,
        insights=tuple(kept.insight for kept in members),
        sources=(),
        first_seen_at=row.first_seen_at,
        updated_at=row.updated_at,
        phase=row.phase,
        vector=_middle([kept.vector for kept in members]),
    )


def _middle(vectors: Sequence[Vectors]) -> Sequence[float]:
    """The unit vector between the members of a story; packed, for there are thousands of stories at once."""
    total = np.sum(vectors, axis=0, dtype=np.float32)
    total /= max(float(np.linalg.norm(total)), 1e-9)
    return array("f", total.astype(np.float32).tobytes())
