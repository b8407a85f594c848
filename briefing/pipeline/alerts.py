"""Tells the admin by mail, once, when a feed breaks or falls silent and when it is back; a network that is down is one mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from briefing.pipeline import clock, health, notices
from briefing.pipeline.health import FeedHealth, spell
from briefing.pipeline.keeping import ACCEPT
from briefing.pipeline.services import Report, Services
from briefing.store import Session
from briefing.store.columns import pack, unpack

TOLD = "feeds told of"
"""The setting that holds what the admin knows."""
CHANGED = "what has changed"
"""The id under which this step is due for feeds."""
CLOCK = "the clock"
PAUSE = timedelta(hours=1)
"""Between two mails about feeds: what changes meanwhile is told together."""
FAILURES = 3
"""So many failures in a row are no accident; two will do where a day lies between them and the last success."""
LONG = timedelta(days=1)
MASS, MASS_SHARE = 5, 0.5
"""Where so many feeds, and this share of all, fail at once, it is not the feeds that are to blame."""
SHOWN = 25
WELL = "ok"
WORDS = {"failing": "cannot be read", "silent": "has fallen silent", WELL: "is back"}
HEALTH = "`briefing feeds health` shows every feed. Mend the address of a broken one in feeds.toml, or remove the feed."
CONNECTION = "Look at this machine's connection and its name server (DNS); the feeds are asked again by themselves."


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the admin was told: URL -> the trouble it is in, and whether the network is down; when the last mail was made."""

    feeds: dict[str, str] = field(default_factory=dict)
    network_down: bool = False
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One mail, and what the admin knows after it."""

    headline: str
    text: str
    remedy: str
    known: Known


def due(services: Services, now: datetime) -> list[str]:
    with services.store.read() as db:
        found = {CHANGED: _news(services, db, now), CLOCK: clock.is_untold(services, db, now)}
    return [id_ for id_, news_ in found.items() if news_]


def run(services: Services, ids: tuple[str, ...], now: datetime) -> Report:
    """Queue one mail that tells all that has changed, and one of a clock that went back."""
    told = 0
    with services.store.write() as db:
        if clock.is_untold(services, db, now):
            clock.tell(services, db, now)
            told = 1
        news = _news(services, db, now)
        if news is None:
            return _report(told)
        db.meta.set(TOLD, pack(news.known))
        notices.alert(
            db, services, key=f"feeds {now.isoformat()}", headline=news.headline, text=news.text, remedy=news.remedy, now=now
        )
    return _report(told + 1)


def _report(told: int) -> Report:
    return Report(step="alert", done=told, counts={"notices": told}) if told else Report(step="alert")


def _news(services: Services, db: Session, now: datetime) -> News | None:
    if not services.config.admin.email:
        return None
    known = unpack(db.meta.setting(TOLD) or "{}", Known)
    if known.at and known.at <= now < known.at + PAUSE:
        return None
    return news(health.standing(db, services.config, now), known, now)


def news(healths: Sequence[FeedHealth], known: Known, now: datetime) -> News | None:
    """What to tell of these feeds to somebody who knows `known`; None if that is nothing."""
    if is_network_down(healths):
        return None if known.network_down else _network_down(healths, known, now)
    if known.network_down:
        return _network_back(healths, known, now)
    found = changed(healths, known.feeds, now)
    return _feeds(found, known, now) if found else None


def is_network_down(healths: Sequence[FeedHealth]) -> bool:
    asked = [each for each in healths if each.next_poll and each.status != "new"]
    failing = sum(each.status == "failing" for each in asked)
    return failing >= MASS and failing >= MASS_SHARE * len(asked)


def changed(healths: Sequence[FeedHealth], known: Mapping[str, str], now: datetime) -> list[FeedHealth]:
    """Feeds that have broken or fallen silent, or are back, since the admin was told."""
    return [each for each in healths if _standing(each, known, now) not in (known.get(each.url, WELL), "")]


def _standing(feed: FeedHealth, known: Mapping[str, str], now: datetime) -> str:
    """The trouble a feed is in, "ok" if it is in none, nothing where it is too early to say."""
    if feed.status == "failing":
        return "failing" if _lasts(feed, now) else known.get(feed.url, "")
    return {"silent": "silent", WELL: WELL}.get(feed.status, "")


def _lasts(feed: FeedHealth, now: datetime) -> bool:
    """Whether trouble is no accident; a feed that is gone, or held until the admin has looked, is told at once."""
    if feed.failures >= FAILURES or feed.next_poll is None or feed.last_error.endswith(ACCEPT):
        return True
    return feed.failures > 1 and feed.last_success is not None and now - feed.last_success >= LONG


def _feeds(found: Sequence[FeedHealth], known: Known, now: datetime) -> News:
    lines = [_line(each) for each in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(f"... and {len(found) - SHOWN} more.")
    trouble = {url: status for url, status in known.feeds.items() if url not in {each.url for each in found}}
    trouble |= {each.url: each.status for each in found if each.status != WELL}
    remedy = HEALTH if any(each.status != WELL for each in found) else ""
    return News(headline=_headline(found), text="\n\n".join(lines), remedy=remedy, known=Known(feeds=trouble, at=now))


def _headline(found: Sequence[FeedHealth]) -> str:
    if len(found) == 1:
        return f"{_name(found[0])} {WORDS[found[0].status]}"
    counts = {status: sum(each.status == status for each in found) for status in WORDS}
    told = (f"{count} {words}" for status, count in counts.items() if count and (words := _several(status, count)))
    return f"Feeds: {', '.join(told)}"


def _several(status: str, count: int) -> str:
    return WORDS[status] if count == 1 else WORDS[status].replace("has ", "have ").replace("is ", "are ")


def _line(feed: FeedHealth) -> str:
    return f"{_name(feed)} {WORDS[feed.status]}" + (f": {feed.remark}." if feed.remark else ".")


def _name(feed: FeedHealth) -> str:
    return feed.title or feed.url


def _network_down(healths: Sequence[FeedHealth], known: Known, now: datetime) -> News:
    failing = [each for each in healths if each.status == "failing"]
    reasons = ", ".join(dict.fromkeys(each.last_error for each in failing if each.last_error))
    text = f"{len(failing)} of {len(healths)} feeds cannot be read. What they answer: {reasons[:300]}."
    return News(
        headline="The network seems down",
        text=text,
        remedy=CONNECTION,
        known=Known(feeds=known.feeds, network_down=True, at=now),
    )


def _network_back(healths: Sequence[FeedHealth], known: Known, now: datetime) -> News:
    failing = [each for each in healths if each.status == "failing"]
    since = f" after {spell(now - known.at)}" if known.at else ""
    text = f"{len(healths) - len(failing)} of {len(healths)} feeds are read again{since}."
    if failing:
        text += f" Still broken: {', '.join(map(_name, failing[:SHOWN]))}."
    feeds = known.feeds | {each.url: each.status for each in failing}
    return News(headline="The network is back", text=text, remedy="", known=Known(feeds=feeds, at=now))
