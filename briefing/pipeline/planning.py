"""What an edited feeds.toml changes: settings and feeds against the last run, and the next edition under both."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from briefing.config import Config, parse, salvage
from briefing.config.loader import content_of, digest_of
from briefing.config.syntax import decode
from briefing.errors import ConfigError, StoreError
from briefing.model import Edition, Feed, Topic
from briefing.pipeline import compose
from briefing.pipeline.services import Services
from briefing.store import Store, backup

LAST = "feeds.toml of the last run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """`what` is setting, feed, topic or pick."""

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
    if url.startswith("sqlite") and not backup.file_of(url).exists():
        return None
    store = Store(url)
    try:
        with store.read() as db:
            text = db.meta.setting(LAST)
        return parse(text.encode(), path=path, environ=environ) if text else None
    except (StoreError, ConfigError):
        return None
    finally:
        store.close()


def changes(services: Services, now: datetime) -> list[Change]:
    """How the configuration differs from that of the last run; nothing if there was no run yet. Changes nothing."""
    with services.store.read() as db:
        text = db.meta.setting(LAST)
    if text is None:
        return []
    new = services.config
    old = replace(parse(text.encode(), path=new.path, environ={}), secrets=new.secrets)
    before = compose.preview(replace(services, config=old), None, now)
    after = compose.preview(services, None, now)
    return [*settings(old, new), *_feeds(old, new), *_topics(old, new), *_picks(before, after)]


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


def _worded(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, timedelta):
        return f"{int(value.total_seconds())}s"
    return "" if value is None else str(value)
