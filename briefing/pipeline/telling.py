"""Stories as the store holds them, put together for ranking, cards and pages."""

from collections.abc import Sequence

import numpy as np

from briefing.config import Config
from briefing.model import Source, Story
from briefing.pipeline.citing import sources
from briefing.ports import Vectors
from briefing.store import Session
from briefing.store.insights import Kept
from briefing.store.stories import StoryRow


def stories(db: Session, config: Config, rows: Sequence[StoryRow]) -> list[Story]:
    """Each story with its insights, lead first, and their sources."""
    stored = db.insights.of_stories([row.id for row in rows])
    members = {id_: [kept for kept in found if not kept.is_copy] for id_, found in stored.items()}
    entries = sorted({kept.insight.entry_id for kept_ones in members.values() for kept in kept_ones})
    cited = sources(db, config, entries)
    return [_story(row, members[row.id], cited) for row in rows if members[row.id]]


def _story(row: StoryRow, members: Sequence[Kept], cited: dict[str, Source]) -> Story:
    entries = dict.fromkeys(kept.insight.entry_id for kept in members)
    return Story(
        id=row.id,
        headline=row.headline,
        insights=tuple(kept.insight for kept in members),
        sources=tuple(cited[entry_id] for entry_id in entries if entry_id in cited),
        first_seen_at=row.first_seen_at,
        updated_at=row.updated_at,
        phase=row.phase,
        vector=tuple(_middle([kept.vector for kept in members]).tolist()),
    )


def _middle(vectors: Sequence[Vectors]) -> Vectors:
    """The unit vector between the members of a story."""
    total = np.sum(vectors, axis=0, dtype=np.float32)
    total /= max(float(np.linalg.norm(total)), 1e-9)
    return np.asarray(total, np.float32)
