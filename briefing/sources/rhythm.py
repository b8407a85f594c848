"""When a feed is asked next: within the admin's bounds, politely after failures, at the feed's own pace."""

import statistics
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from briefing.text import stable_id

LONGEST = timedelta(hours=24)
"""A feed is never given up: however often it failed, it is asked once a day."""
LONGEST_WISH = timedelta(days=31)
"""The longest `Retry-After` that is believed."""
SHARE_OF_GAP, MOST_TIMES = 48, 4
"""A feed that seldom brings something is asked that many times in its usual gap, but no less than every fourth time."""
JITTER = 0.1


def next_poll(
    url: str,
    now: datetime,
    every: timedelta,
    *,
    failures: int = 0,
    retry_after: timedelta | None = None,
    max_age: timedelta | None = None,
    interval: timedelta | None = None,
    usual_gap: timedelta | None = None,
) -> datetime:
    """`every` doubled with each failure in a row, up to a day; what server and feed wish can only make it longer.

    `max_age` is how long the answer stays fresh, `interval` how long the feed asks to be left alone, `usual_gap` the time
    between its entries.
    """
    pause = min(every * (1 << min(failures, 16)), max(LONGEST, every))
    if failures == 0:
        wishes = [min(wish, LONGEST) for wish in (max_age, interval) if wish]
        rhythm = min(usual_gap / SHARE_OF_GAP, every * MOST_TIMES, LONGEST) if usual_gap else every
        pause = max(pause, rhythm, *wishes)
    if retry_after is not None:
        return now + max(pause, min(retry_after, LONGEST_WISH))
    return now + pause * (1 + JITTER * _spread(url, now))


def usual_gap(times: Sequence[datetime]) -> timedelta | None:
    """The median time between a feed's entries; None with fewer than four of them."""
    ordered = sorted(times)
    gaps = [b - a for a, b in pairwise(ordered)]
    return timedelta(seconds=statistics.median(g.total_seconds() for g in gaps)) if len(gaps) >= 3 else None


def _spread(url: str, now: datetime) -> float:
    """-1 to 0, the same for the same poll: feeds drift apart, and none is asked later than its interval."""
    return -int(stable_id(url, now.isoformat())[:8], 16) / 0xFFFFFFFF
