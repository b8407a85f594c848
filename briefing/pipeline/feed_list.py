"""The list of feeds as the admin's file holds it: additions and removals are checked before anything is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from briefing.config import Config, load, parse
from briefing.config.editing import topic_id, with_feeds, without_feed
from briefing.config.values import redact
from briefing.errors import ConfigError, UsageError
from briefing.model import Feed
from briefing.sources.opml import OpmlFeed, OpmlList
from briefing.text import one_line

STAND_IN = Feed(url="https://feed.invalid/")
LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedList:
    """One feeds.toml."""

    path: Path
    environ: Mapping[str, str]

    def text(self) -> str:
        if not self.path.exists():
            load(self.path, self.environ)
        return self.path.read_text("utf-8-sig")

    def current(self) -> Config:
        """The configuration as it stands; a list without any feed yet is no problem here. Raises `ConfigError`."""
        _, config = self.trial([STAND_IN])
        return replace(config, feeds=tuple(feed for feed in config.feeds if feed.url != STAND_IN.url))

    def trial(self, feeds: Sequence[Feed]) -> tuple[str, Config]:
        """The file and its configuration as they would be with more feeds. Raises `ConfigError`; nothing is written."""
        text = with_feeds(self.text(), feeds)
        return text, parse(text.encode(), path=self.path.absolute(), environ=self.environ)

    def admit(self, feeds: Sequence[Feed]) -> str:
        """The file with more feeds. Raises `UsageError` for one that stands there already or does not fit in."""
        known = {feed.url for feed in self.current().feeds}
        for feed in feeds:
            if feed.url in known:
                raise UsageError(feed.url, "is in the list already", remedy="to change it, edit its table in feeds.toml")
        try:
            return self.trial(feeds)[0]
        except ConfigError as error:
            wrong = "; ".join(dict.fromkeys(problem.message for problem in error.problems))
            raise UsageError(redact(", ".join(feed.url for feed in feeds)), f"cannot be added: {wrong}") from error

    def add(self, feeds: Sequence[Feed]) -> None:
        """Write more feeds into the file. Raises like `admit`, and leaves the file as it was, if they do not fit in."""
        self._write(self.admit(feeds))

    def remove(self, name: str) -> Feed:
        """Take the feed with this URL or title out of the file. Raises `UsageError`."""
        found = [feed for feed in self.current().feeds if name == feed.url or name.lower() == feed.title.lower()]
        if len(found) != 1:
            reason = "names several feeds" if found else "is no feed of the list"
            raise UsageError(name, reason, remedy="give the URL that `briefing feeds list` shows")
        self._write(without_feed(self.text(), found[0].url))
        return found[0]

    def _write(self, text: str) -> None:
        """Replace the file in one step: a reader sees the old list or the new one."""
        beside = self.path.with_name(f".{self.path.name}.new")
        beside.write_text(text, "utf-8")
        if self.path.exists():
            beside.chmod(self.path.stat().st_mode)
        beside.replace(self.path)


def fresh(listed: OpmlList, known: Sequence[Feed]) -> list[Feed]:
    """The feeds of a subscription list that are not known yet; folders become topics."""
    urls = {feed.url for feed in known}
    return [_feed(each) for each in listed.feeds if each.url not in urls]


def _feed(listed: OpmlFeed) -> Feed:
    topics = tuple(dict.fromkeys(filter(None, map(topic_id, listed.topics))))
    return Feed(url=listed.url, title=one_line(listed.title, LONGEST_TITLE), topics=topics)
