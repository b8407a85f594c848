"""Edits of feeds.toml as text: feeds in and out, while comments, order and spacing stay as they were."""

import re
import unicodedata
from collections.abc import Container, Mapping, Sequence

import tomlkit
from tomlkit.items import Array

from briefing.config.lines import statements
from briefing.config.values import topic_title
from briefing.model import Feed

FEEDS = re.compile(r"\[\[\s*feeds\s*\]\]")
EMPTY = Feed(url="")
KEYS = ("title", "kind", "publisher", "topics", "weight", "language", "country", "transcribe", "enabled")


def with_feeds(text: str, feeds: Sequence[Feed]) -> str:
    """The text with a `[[feeds]]` table more for each of `feeds`, at the end.

    Topics that they carry are declared too if the text declares any.
    """
    document = tomlkit.parse(text)
    if isinstance(listed := document.get("feeds"), Array):
        listed.extend(_values(feed) for feed in feeds)
        return tomlkit.dumps(document)
    declared = document.get("topics")
    topics = [] if declared is None else _undeclared(feeds, declared)
    more = [_dumped({"topics": {name: {"title": topic_title(name)}}}) for name in topics]
    more += [_dumped({"feeds": [_values(feed)]}) for feed in feeds]
    return "\n".join([*([f"{text.rstrip()}\n"] if text.strip() else []), *more])


def without_feed(text: str, url: str) -> str:
    """The text without the feed at `url`; as it was if there is none."""
    document = tomlkit.parse(text)
    listed = document.get("feeds", [])
    places = [position for position, table in enumerate(listed) if table.get("url") == url]
    if isinstance(listed, Array):
        for position in reversed(places):
            del listed[position]
        return tomlkit.dumps(document)
    for position in reversed(places):
        text = _without_item(text, position)
    return text


def _without_item(text: str, position: int) -> str:
    """The text without the lines of one `[[feeds]]` table, and without the blank line that parted it from the next."""
    found = list(statements(text))
    headers = [index for index, (_, statement) in enumerate(found) if FEEDS.match(statement)]
    first = headers[position]
    next_header = next((i for i in range(first + 1, len(found)) if found[i][1].startswith("[")), len(found))
    begin, (last, words) = found[first][0], found[next_header - 1]
    end = last + words.count("\n")
    lines = text.splitlines(keepends=True)
    parted = end < len(lines) and not lines[end].strip()
    return "".join(lines[: begin - 1] + lines[end + parted :])


def topic_id(name: str) -> str:
    """The short name of a topic that people call `name`, without accents; empty where nothing of it can stand in one."""
    letters = (letter for letter in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", "".join(letters)).strip("-")[:40]


def _undeclared(feeds: Sequence[Feed], declared: Container[str]) -> list[str]:
    return [name for name in dict.fromkeys(topic for feed in feeds for topic in feed.topics) if name not in declared]


def _dumped(content: Mapping[str, object]) -> str:
    return tomlkit.dumps(content).removeprefix("[topics]\n")


def _values(feed: Feed) -> dict[str, object]:
    """What is worth writing of a feed: what differs from the default."""
    chosen = {name: getattr(feed, name) for name in KEYS if getattr(feed, name) != getattr(EMPTY, name)}
    plain = {name: list(value) if isinstance(value, tuple) else value for name, value in chosen.items()}
    return {"url": feed.url} | plain
