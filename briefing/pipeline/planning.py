"""What an edited feeds.toml changes: settings and feeds against the last run, and the next edition under both."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from briefing.config import Config, parse, salvage
from briefing.config.loader import content_of, digest_of
from briefing.config.syntax import decode
from briefing.errors import ConfigError, StoreError, UsageError
from briefing.model import Edition, Feed, Topic
from briefing.pipeline import compose, trial
from briefing.pipeline.services import Failure, Services
from briefing.store import Store, backup

LAST = "feeds.toml of the last run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """`what` is setting, feed, topic, pick, or picks of a topic (`before` those lost, `after` those gained)."""

    what: str
    place: str
    before: str = ""
    after: str = ""


def remember(services: Services) -> None:
    """Keep the configuration that a run used, to compare the next edit with; not if the file has changed meanwhile."""
    try:
        content = content_of(services.config.path)
    except ConfigError:
        return
    if digest_of(content) != services.config.digest:
        return
    text = decode(content)
    with services.store.write() as db:
        if db.meta.setting(LAST) != text:
            db.meta.set(LAST, text)


def last_good(path: Path, environ: Mapping[str, str]) -> Config | None:
    """The configuration of the last run, for a file at `path` that cannot be used now; None if no run has kept one."""
    url = salvage.store_url(path, environ)
    try:
        if url.startswith("sqlite") and not backup.file_of(url).exists():
            return None
        with closing(Store(url)) as store, store.read() as db:
            text = db.meta.setting(LAST)
        return parse(text.encode(), path=path, environ=environ) if text else None
    except (StoreError, UsageError, ConfigError):
        return None


def changes(services: Services, now: datetime) -> list[Change]:
    """How the configuration differs from that of the last run; nothing if there was no run yet. Changes nothing."""
    with services.store.read() as db:
        text = db.meta.setting(LAST)
    if text is None:
        return []
    new = services.config
    old = replace(parse(text.encode(), path=new.path, environ={}), secrets=new.secrets)
    before = compose.preview(replace(services, config=old), None, now)
    after, failures = _after(services, _fresh(old, new), now)
    unread = [Change(what="feed", place=failure.subject, after=f"cannot be read: {failure.reason}") for failure in failures]
    return [
        *settings(old, new),
        *_feeds(old, new),
        *unread,
        *_topics(old, new),
        *_picks(before, after),
        *_picks_by_topic(before, after),
    ]


def _fresh(old: Config, new: Config) -> list[str]:
    known = {feed.url for feed in old.feeds if feed.enabled}
    return [feed.url for feed in new.feeds if feed.enabled and feed.url not in known]


def _after(services: Services, fresh: Sequence[str], now: datetime) -> tuple[Edition, tuple[Failure, ...]]:
    """The edition under the new configuration; what only that names is read into a copy of the store."""
    if not fresh:
        return compose.preview(services, None, now), ()
    with trial.aside(services) as tried:
        failures = trial.bring_in(tried, fresh, now)
        return compose.preview(tried, None, now), failures


def settings(old: Config, new: Config) -> Iterator[Change]:
    """Every key of every single table that has another value now."""
    for table in fields(Config):
        before, after = _values(getattr(old, table.name)), _values(getattr(new, table.name))
        if table.name != "secrets":
            yield from _differences("setting", f"[{table.name}] ", before, after)


def _values(table: object) -> dict[str, str]:
    if not is_dataclass(table):
        return {}
    return {each.name: _worded(getattr(table, each.name)) for each in fields(table) if each.repr}


def _differences(what: str, prefix: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for name in dict.fromkeys([*before, *after]):
        was, becomes = before.get(name, ""), after.get(name, "")
        if was != becomes:
            yield Change(what=what, place=f"{prefix}{name}", before=was, after=becomes)


def _feeds(old: Config, new: Config) -> Iterator[Change]:
    yield from _differences("feed", "", {f.url: _feed(f) for f in old.feeds}, {f.url: _feed(f) for f in new.feeds})


def _feed(feed: Feed) -> str:
    told = {each.name: _worded(getattr(feed, each.name)) for each in fields(feed) if each.name != "url"}
    return ", ".join(f"{name}={value}" for name, value in told.items() if value) or "listed"


def _topics(old: Config, new: Config) -> Iterator[Change]:
    yield from _differences("topic", "", {t.id: _topic(t) for t in old.topics}, {t.id: _topic(t) for t in new.topics})


def _topic(topic: Topic) -> str:
    return f"{topic.title}: {', '.join(topic.words)}"


def _picks(before: Edition, after: Edition) -> Iterator[Change]:
    """Where a story of the house edition stood and would stand."""
    ranks = [{pick.fragment.story_headline: f"rank {pick.rank}" for pick in edition.picks} for edition in (before, after)]
    yield from _differences("pick", "", *ranks)


def _picks_by_topic(before: Edition, after: Edition) -> Iterator[Change]:
    """For each topic, the stories of the house edition that are lost and gained."""
    old, new = _by_topic(before), _by_topic(after)
    for topic in dict.fromkeys([*old, *new]):
        lost = [headline for headline in old.get(topic, ()) if headline not in new.get(topic, ())]
        gained = [headline for headline in new.get(topic, ()) if headline not in old.get(topic, ())]
        if lost or gained:
            yield Change(what="picks of a topic", place=topic, before="; ".join(lost), after="; ".join(gained))


def _by_topic(edition: Edition) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pick in edition.picks:
        found.setdefault(pick.fragment.card.topic or "no topic", []).append(pick.fragment.story_headline)
    return found


def _worded(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, timedelta):
        return f"{int(value.total_seconds())}s"
    return "" if value is None else str(value)
