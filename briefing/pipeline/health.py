"""How each feed is: the checks that `feeds health`, `status`, `doctor` and the admin's page share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from briefing.config import Config
from briefing.model import Feed, FeedState, Kind
from briefing.pipeline.coverage import is_silent
from briefing.store import Session

EVER = datetime(1970, 1, 1, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """One feed. `status` is one of resting, new, failing, silent, ok; `remark` says in words what is behind it."""

    url: str
    title: str
    kind: Kind | None
    status: str
    remark: str
    entries: int = 0
    entries_a_week: int = 0
    last_success: datetime | None = None
    last_news: datetime | None = None
    last_error: str = ""
    next_poll: datetime | None = None
    failures: int = 0


def feeds(db: Session, config: Config, now: datetime) -> list[FeedHealth]:
    """Every feed of the configuration, in its order."""
    states = db.feeds.states()
    ever, lately = db.entries.counts(EVER, now), db.entries.counts(now - WEEK, now)
    return [_health(feed, states.get(feed.url), now, ever, lately) for feed in config.feeds]


def in_trouble(healths: Sequence[FeedHealth]) -> list[FeedHealth]:
    return [health for health in healths if health.status in ("failing", "silent")]


def spell(gap: timedelta) -> str:
    """A length of time in its largest unit: 5 days, 3 hours, 10 minutes."""
    for unit, length in (("day", DAY), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        if gap >= length:
            count = int(gap / length)
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "moments"


def _health(feed: Feed, state: FeedState | None, now: datetime, ever: dict[str, int], lately: dict[str, int]) -> FeedHealth:
    status, remark = judge(feed, state, now)
    known = state or FeedState(url=feed.url, next_poll_at=EVER)
    return FeedHealth(
        url=feed.url,
        title=feed.title or known.title,
        kind=feed.kind or known.kind,
        status=status,
        remark=remark,
        entries=ever.get(feed.url, 0),
        entries_a_week=lately.get(feed.url, 0),
        last_success=known.last_success_at,
        last_news=known.last_news_at,
        last_error=known.last_error,
        next_poll=max(known.next_poll_at, now) if feed.enabled else None,
        failures=known.failures,
    )


def judge(feed: Feed, state: FeedState | None, now: datetime) -> tuple[str, str]:
    """The status of a feed, and what is behind it in words."""
    if not feed.enabled:
        return "resting", "enabled = false: not asked"
    if state and state.failures:
        return "failing", _failed(state, now)
    if state is None or state.last_success_at is None:
        return "new", "not asked yet"
    if state.usual_gap and state.last_news_at and is_silent(state, now):
        return "silent", _quiet(state.usual_gap, now - state.last_news_at)
    return "ok", ""


def _failed(state: FeedState, now: datetime) -> str:
    since = f", last read {spell(now - state.last_success_at)} ago" if state.last_success_at else ", never read yet"
    times = "once" if state.failures == 1 else f"{state.failures} times in a row"
    return f"{state.last_error} ({times}{since})"


def _quiet(usual: timedelta, quiet: timedelta) -> str:
    return f"usually every {_every(usual)}, quiet for {spell(quiet)}"


def _every(gap: timedelta) -> str:
    return spell(gap).removeprefix("1 ")
