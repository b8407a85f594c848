"""Which insights tell the same story: each joins the story it is nearest to on average, or begins a new one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

import numpy as np

from briefing.model import Phase, Story
from briefing.stories.copies import DAMAGED, versions
from briefing.stories.corpus import Corpus
from briefing.stories.facts import publisher
from briefing.stories.members import Member, member
from briefing.stories.placing import place
from briefing.stories.sparse import Places
from briefing.stories.thresholds import FROZEN, Thresholds
from briefing.text import fold, stable_id

__all__ = ["FROZEN", "Cluster", "Member", "Thresholds", "assign", "member", "publisher_names", "publishers", "story"]

BLOCK = 2_000
"""New members that are laid beside each other at once; a first archive of more is taken in several."""
QUIET_AFTER = timedelta(days=3)
NEW_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True, eq=False)
class Cluster:
    """Members of one story in the order in which they were assigned; `id` never changes."""

    id: str
    members: tuple[Member, ...]


def assign(new: Sequence[Member], known: Sequence[Cluster], thresholds: Thresholds = FROZEN) -> list[Cluster]:
    """The clusters that `new` members joined or began, in blocks oldest first; within a block the most alike join first.

    A known cluster keeps its id and its members, and no two known ones become one: what was once said of a story stays true.
    """
    ordered = sorted(known, key=lambda cluster: cluster.id)
    settled = [one for cluster in ordered for one in cluster.members]
    members = [*settled, *_fresh(new, settled)]
    stories = _rows(ordered)
    if len(members) > len(settled):
        corpus = Corpus(members)
        for start in range(len(settled), len(members), BLOCK):
            block = np.arange(start, min(start + BLOCK, len(members)))
            _settle(stories, block, place(corpus, stories, block, thresholds))
    ids = [cluster.id for cluster in ordered]
    ids += [stable_id("story", members[rows[0]].insight.id) for rows in stories[len(ids) :]]
    told = zip(ids, stories, strict=True)
    return [Cluster(id_, tuple(members[row] for row in rows)) for id_, rows in told if rows[-1] >= len(settled)]


def _fresh(new: Sequence[Member], settled: Sequence[Member]) -> list[Member]:
    """Those that have no story yet, oldest first."""
    placed = {one.insight.id for one in settled}
    return sorted({one.insight.id: one for one in new if one.insight.id not in placed}.values(), key=lambda one: one.order)


def _rows(clusters: Sequence[Cluster]) -> list[list[int]]:
    """The members of each cluster by their numbers, counted through all of them."""
    numbers = count()
    return [[next(numbers) for _ in cluster.members] for cluster in clusters]


def _settle(stories: list[list[int]], block: Places, homes: Sequence[int]) -> None:
    """Add each member of a block to its story; stories that it began are appended in order of their first member."""
    places = {home: home for home in range(len(stories))}
    for row, home in zip(block, homes, strict=True):
        if home not in places:
            places[home] = len(stories)
            stories.append([])
        stories[places[home]].append(int(row))


def story(cluster: Cluster, *, previous: datetime | None, now: datetime) -> Story:
    """The story that a cluster tells: copies dropped for their originals, the best insight of the best source first.

    `previous` is when it had news the last time that it was told.
    """
    originals = _originals(cluster)
    told = sorted((one for one in cluster.members if one.source.entry_id in originals), key=_leading)
    sources = {one.source.entry_id: one.source for one in told}
    seen = [one.at or now for one in cluster.members]
    return Story(
        id=cluster.id,
        headline=told[0].insight.headline or told[0].insight.claim,
        insights=tuple(one.insight for one in told),
        sources=tuple(sources.values()),
        first_seen_at=min(seen),
        updated_at=max(seen),
        phase=phase(sorted(seen), previous, now),
        vector=_centre(cluster.members),
    )


def _leading(one: Member) -> tuple[bool, float, datetime | bool, str]:
    return (one.source.quality < DAMAGED, -one.insight.score * one.source.quality, one.at is None, one.insight.id)


def _centre(members: Sequence[Member]) -> tuple[float, ...]:
    total = np.sum([one.vector for one in members], axis=0)
    norm = float(np.linalg.norm(total))
    return tuple(float(value) for value in (total / norm if norm else total))


def phase(seen: Sequence[datetime], previous: datetime | None, now: datetime) -> Phase:
    """New for a day; then developing while things are added, quiet after three days without; revived by news after that."""
    if now - seen[-1] > QUIET_AFTER:
        return Phase.QUIET
    before = previous if previous and previous < seen[-1] else seen[-2] if len(seen) > 1 else seen[-1]
    if seen[-1] - before > QUIET_AFTER:
        return Phase.REVIVED
    return Phase.NEW if now - seen[0] <= NEW_FOR else Phase.DEVELOPING


def publishers(story: Story) -> int:
    """How many independent publishers tell a story; copies are no sources."""
    return len(publisher_names(story))


def publisher_names(story: Story) -> tuple[str, ...]:
    """The independent publishers in the order of their first source, told apart by folded spelling."""
    names = [publisher(source) for source in story.sources]
    return tuple({fold(name): name for name in reversed(names)}.values())[::-1]


def _originals(cluster: Cluster) -> frozenset[str]:
    return frozenset(group[0].source.entry_id for group in versions(cluster.members))
