"""The numbers of the ranking formula in one place; `docs/ranking.md` gives the reason for each."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """score = interest x insight x novelty x recency x sources x feed; see `docs/ranking.md`."""

    general: float = 0.35
    declared_topic: float = 0.6
    worded_topic: float = 0.8
    learnt_topic: float = 0.5
    learnt_feed: float = 0.25
    floor: float = 0.25
    fresh: timedelta = timedelta(hours=24)
    half_life: timedelta = timedelta(hours=36)
    oldest: timedelta = timedelta(days=7)
    per_doubling: float = 0.25
    most_for_sources: float = 2.0
    alike: float = 0.6
    unlike: float = 0.4
    known_before: float = 0.5
    update: float = 0.9
    feed_cap: int = 2
    speaker_cap: int = 2
    topic_cap: int = 3
    half: float = 0.4
    event_words: float = 0.25
    event_nearness: float = 0.35
    entry_words: float = 0.15
    entry_nearness: float = 0.25
    remembered: timedelta = timedelta(days=30)
    due_within: timedelta = timedelta(days=7)


DEFAULT = Weights()
