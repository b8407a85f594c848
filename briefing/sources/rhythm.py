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
JITTER = 0.1


def next_poll(
    url: str,
    now: datetime,
    every: timedelta,
    *,
    failures: int = 0,
    retry_after: timedelta | None = None,
    max_age: timedelta | None = None,
) -> datetime:
    """`every` doubled with each failure in a row, up to a day; a server's own wish can only make it longer."""
    pause = min(every * (1 << min(failures, 16)), max(LONGEST, every))
    if failures == 0 and max_age is not None:
        pause = max(pause, min(max_age, LONGEST))
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
