"""The one frozen setting of clustering, for every installation; `docs/stories.md` says how it was chosen."""

from dataclasses import dataclass
from datetime import timedelta

__all__ = ["FROZEN", "Thresholds"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What two texts must have in common to tell one story.

    `join` is asked among up to a hundred open entries, and `crowd` more for each time that there are e times as many: the more
    stories are open, the likelier one of them is near by chance. `same_feed` is added between episodes of one feed that is not
    news. Insights of one such episode are one story only if their claims have vectors as near as `same_entry`, or share
    `same_claim` of the shorter one's content words, which makes any two claims one.
    `vectors` is the weight of sentence vectors beside rare words. Similarity is halved every `half_life` that two stories are
    further apart than `grace`, and is none after `window`; without dates it is times `undated`.
    """

    join: float = 0.22
    crowd: float = 0.06
    same_feed: float = 0.17
    same_entry: float = 0.85
    same_claim: float = 0.75
    vectors: float = 0.10
    undated: float = 1.0
    grace: timedelta = timedelta(days=2)
    half_life: timedelta = timedelta(days=1)
    window: timedelta = timedelta(days=7)


FROZEN = Thresholds()
