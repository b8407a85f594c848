"""How often a feed brings something, drawn: one bar a day, as the attributes of an inline SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from briefing.store import Session
from briefing.store.browsing import Browsing

DAYS = 30
HEIGHT, STEP, BAR = 20, 4, 3
"""Of a chart and its bars, in CSS pixels."""


@dataclass(frozen=True, slots=True)
class Bar:
    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Chart:
    """`words` say what the bars show, for who does not see them."""

    bars: tuple[Bar, ...]
    words: str
    width: int = DAYS * STEP
    height: int = HEIGHT
    bar: int = BAR


def charts(db: Session, now: datetime) -> dict[str, Chart]:
    """Feed address -> its last thirty days; a feed without entries has no chart."""
    found = Browsing(db.connection).days(now - timedelta(days=DAYS), now)
    days = [now.date() - timedelta(days=ago) for ago in reversed(range(DAYS))]
    return {url: chart([counts.get(day, 0) for day in days], days) for url, counts in found.items()}


def chart(counts: Sequence[int], days: Sequence[date]) -> Chart:
    """The busiest day's bar is as high as the chart; a day with anything has a bar of two pixels at least."""
    most = max([*counts, 1])
    heights = [max(2, round(count / most * HEIGHT)) if count else 0 for count in counts]
    bars = (Bar(number * STEP, HEIGHT - height, height) for number, height in enumerate(heights) if height)
    busy = sum(1 for count in counts if count)
    return Chart(tuple(bars), f"{sum(counts)} items on {busy} of {len(days)} days, {max(counts, default=0)} on the busiest")
