"""Which members are copies of another, and which of them is the original."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import numpy as np

from briefing.model import Source
from briefing.stories.counted import Hashes, containment
from briefing.stories.members import SKETCH, Member
from briefing.text import fold

COPIED = 0.5
"""Containment of four-in-ten words cut or changed still leaves half of the shingles of what is kept."""
FEWEST_SHINGLES = 8
RETOLD, FEWEST_FACTS = 0.6, 4
"""Share of the names and figures of the shorter telling by which a spun text is known; fewer tell nothing."""
DAMAGED = 0.6
NEVER = datetime.max.replace(tzinfo=UTC)


def is_copy(a: Member, b: Member) -> bool:
    """Whether two members stand in documents that are versions of one text, or in the same document."""
    if a.source.entry_id == b.source.entry_id:
        return True
    return copied_share(a.sketch, b.sketch) >= COPIED or rewritten(a, b)


def rewritten(a: Member, b: Member) -> bool:
    """Whether one is a damaged or machine-spun telling of the other: its words are changed, the names and figures are not."""
    if min(a.source.quality, b.source.quality) >= DAMAGED:
        return False
    return min(len(a.facts), len(b.facts)) >= FEWEST_FACTS and containment(a.facts, b.facts) >= RETOLD


def copied_share(a: Hashes, b: Hashes) -> float:
    """Containment of two texts estimated from sketches: compared up to the largest shingle that both are complete to."""
    complete = [sketch[-1] for sketch in (a, b) if len(sketch) == SKETCH]
    if complete:
        a, b = (sketch[: np.searchsorted(sketch, min(complete), "right")] for sketch in (a, b))
    return containment(a, b) if min(len(a), len(b)) >= FEWEST_SHINGLES else 0.0


def versions(members: Sequence[Member]) -> list[list[Member]]:
    """Members grouped by the text they stand in, each group's original first.

    Sound texts come first, so that two of them never count as one because a spun text took from both.
    """
    groups: list[list[Member]] = []
    for one in sorted(members, key=lambda m: (m.source.quality < DAMAGED, *m.order)):
        home = next((group for group in groups if any(is_copy(one, other) for other in group)), None)
        if home is None:
            groups.append([one])
        else:
            home.append(one)
    return [sorted(group, key=lambda m: precedence(m, group)) for group in groups]


def precedence(one: Member, group: Iterable[Member]) -> tuple[bool, bool, float, datetime, str]:
    """Sorts the best original first: undamaged, credited by the others, of higher quality, earliest."""
    source = one.source
    return (
        source.quality < DAMAGED,
        not any(credits(other, source) for other in group if other is not one),
        -round(source.quality, 1),
        one.at or NEVER,
        one.insight.id,
    )


def credits(copy: Member, source: Source) -> bool:
    """Whether a document says that it was first published by this source."""
    names = (fold(name) for name in (source.publisher, source.feed) if name)
    return any(name in copy.credits for name in names if name)
