"""How each feed is: the checks that `feeds health`, `status`, `doctor`, the notices and the admin's page share."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from briefing.config import Config
from briefing.model import Feed, FeedState, Kind
from briefing.store import Session

EVER = datetime(1970, 1, 1, tzinfo=UTC)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
LATELY = timedelta(days=90)
"""Whose entries tell how many come with a transcript."""
SILENT_AFTER = 5
"""A feed is silent when nothing came for so many of its usual gaps, and for two days at least."""
SHORTEST_SILENCE = timedelta(days=2)
RHYTHMS = (("daily", DAY), ("weekly", WEEK), ("monthly", timedelta(days=30)))
EDITIONS = 30
"""House editions over which a feed's share of the picks is taken."""
NEAR = 0.15
"""How far from a rhythm a feed may be, as a share of it, that is called by its name."""
MAIL = "mailto:"
TROUBLES = ("failing", "silent")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """One feed, mail folder or sender. `status` is one of resting, new, failing, silent, ok; `remark` says what is behind it.

    `transcripts` is the share of the entries of the last 90 days that name one; None without entries. `top_fives` is the
    feed's share of the picks of the last house editions; None if there were none, or where they are not counted.
    """

    url: str
    title: str
    kind: Kind | None
    status: str
    remark: str
    entries: int = 0
    entries_a_week: int = 0
    insights_a_week: int = 0
    transcripts: float | None = None
    top_fives: float | None = None
    last_success: datetime | None = None
    last_news: datetime | None = None
    last_error: str = ""
    next_poll: datetime | None = None
    failures: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What the store counts by feed; `newest` is when the newest entry appeared."""

    newest: Mapping[str, datetime] = field(default_factory=dict)
    ever: Mapping[str, int] = field(default_factory=dict)
    week: Mapping[str, int] = field(default_factory=dict)
    insights: Mapping[str, int] = field(default_factory=dict)
    lately: Mapping[str, int] = field(default_factory=dict)
    transcripts: Mapping[str, int] | None = None
    picks: Mapping[str, int] = field(default_factory=dict)


def feeds(db: Session, config: Config, now: datetime) -> list[FeedHealth]:
    """Every feed of the configuration, in its order; its transcripts are not counted, which would take a while."""
    return _healths(db, config.feeds, now, _counts(db, now))


def of_feed(db: Session, config: Config, url: str, now: datetime) -> FeedHealth | None:
    """One feed of the configuration, with nothing counted; None for one that it does not name."""
    newest = {name: at for name, times in db.entries.times([url], 1).items() for at in times}
    return next(iter(_healths(db, [feed for feed in config.feeds if feed.url == url], now, Counts(newest=newest))), None)


def everything(db: Session, config: Config, now: datetime) -> list[FeedHealth]:
    """The feeds, then the mail folders, then the senders whose newsletters came through these."""
    counts = replace(_counts(db, now), transcripts=db.entries.with_transcript(now - LATELY), picks=_picks(db))
    return _healths(db, _everything(db, config), now, counts)


def standing(db: Session, config: Config, now: datetime) -> list[FeedHealth]:
    """Like `everything`, with nothing counted: cheap enough for every heartbeat."""
    return _healths(db, _everything(db, config), now, Counts(newest=db.entries.newest()))


def _everything(db: Session, config: Config) -> list[Feed]:
    boxes = [Feed(url=box.url, kind=Kind.NEWSLETTER) for box in config.mailboxes]
    senders = [Feed(url=url, kind=Kind.NEWSLETTER) for url in db.feeds.states() if url.startswith(MAIL)]
    return [*config.feeds, *boxes, *(senders if boxes else [])]


def in_trouble(healths: Sequence[FeedHealth]) -> list[FeedHealth]:
    return [health for health in healths if health.status in TROUBLES]


def spell(gap: timedelta) -> str:
    """A length of time in its largest unit: 5 days, 3 hours, 10 minutes."""
    for unit, length in (("day", DAY), ("hour", HOUR), ("minute", timedelta(minutes=1))):
        if gap >= length:
            count = int(gap / length)
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "moments"


def rhythm(gap: timedelta) -> str:
    """How often something comes whose usual gap this is: daily, weekly, every 3 days."""
    named = next((name for name, length in RHYTHMS if abs(gap - length) <= NEAR * length), "")
    return named or f"every {spell(gap).removeprefix('1 ')}"


def judge(feed: Feed, state: FeedState | None, now: datetime, newest: datetime | None = None) -> tuple[str, str]:
    """The status of a feed, and what is behind it in words; `newest` is when its newest entry appeared."""
    if not feed.enabled:
        return "resting", "enabled = false: not asked"
    if state and state.retired_at:
        return "failing", f"gone: {state.last_error or 'its server says so (410)'}; not asked any more"
    if state and state.failures:
        return "failing", _failed(state, now)
    if state is None or state.last_success_at is None:
        return "new", "not asked yet"
    since = newest or state.last_news_at
    if state.usual_gap and since and now - since >= max(SILENT_AFTER * state.usual_gap, SHORTEST_SILENCE):
        return "silent", f"usually {rhythm(state.usual_gap)}, quiet for {spell(now - since)}"
    return "ok", ""


def _healths(db: Session, wanted: Sequence[Feed], now: datetime, counts: Counts) -> list[FeedHealth]:
    states = db.feeds.states([feed.url for feed in wanted])
    return [_health(feed, states.get(feed.url), now, counts) for feed in wanted]


def _counts(db: Session, now: datetime) -> Counts:
    return Counts(
        newest=db.entries.newest(),
        ever=db.entries.counts(EVER, now),
        week=db.entries.counts(now - WEEK, now),
        insights=db.entries.insights(now - WEEK, now),
        lately=db.entries.counts(now - LATELY, now),
    )


def _picks(db: Session) -> Counter[str]:
    """How many picks of the last house editions came from each feed."""
    picks = [pick.fragment for edition in db.editions.latest(None, EDITIONS) for pick in edition.picks]
    return Counter(fragment.sources[0].feed_url for fragment in picks if fragment.sources)


def _health(feed: Feed, state: FeedState | None, now: datetime, counts: Counts) -> FeedHealth:
    status, remark = judge(feed, state, now, counts.newest.get(feed.url))
    known = state or FeedState(url=feed.url, next_poll_at=EVER)
    asked = feed.enabled and not known.retired_at and not feed.url.startswith(MAIL)
    return FeedHealth(
        url=feed.url,
        title=feed.title or known.title,
        kind=feed.kind or known.kind,
        status=status,
        remark=remark,
        entries=counts.ever.get(feed.url, 0),
        entries_a_week=counts.week.get(feed.url, 0),
        insights_a_week=counts.insights.get(feed.url, 0),
        transcripts=_share(counts.transcripts, counts.lately, feed.url),
        top_fives=counts.picks.get(feed.url, 0) / sum(counts.picks.values()) if counts.picks else None,
        last_success=known.last_success_at,
        last_news=counts.newest.get(feed.url) or known.last_news_at,
        last_error=known.last_error,
        next_poll=max(known.next_poll_at, now) if asked else None,
        failures=known.failures,
    )


def _share(some: Mapping[str, int] | None, of: Mapping[str, int], url: str) -> float | None:
    return round(min(1.0, some.get(url, 0) / of[url]), 2) if some is not None and of.get(url) else None


def _failed(state: FeedState, now: datetime) -> str:
    since = f", last read {spell(now - state.last_success_at)} ago" if state.last_success_at else ", never read yet"
    times = "once" if state.failures == 1 else f"{state.failures} times in a row"
    return f"{state.last_error} ({times}{since})"
