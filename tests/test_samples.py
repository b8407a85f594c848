"""The bundled samples are what they say: well-formed feeds of two days, with transcripts that fit their episodes."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlparse

import feedparser
import pytest
from lxml import etree

from briefing.config import load
from briefing.demo import ORIGIN, Samples, fill
from briefing.model import Kind
from briefing.packaged import packaged
from briefing.sources.feeds import parse

TODAY = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
BASE = "http://127.0.0.1:1"
PODCAST = "{https://podcastindex.org/namespace/1.0}"
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
SAMPLES = Samples(packaged("samples"), TODAY)
ENTRIES_OF_BOTH_DAYS = {
    "fundament.xml": (1, 3),
    "harbour-courier.xml": (2, 5),
    "load-following.xml": (1, 2),
    "margin-notes.xml": (3, 4),
    "second-compile.xml": (1, 2),
    "the-long-street.xml": (1, 1),
    "the-weights.json": (3, 4),
    "wirepoint.xml": (4, 7),
}


def served(url: str, clock: datetime = TODAY) -> bytes:
    page = SAMPLES.page(urlparse(url).path, BASE, clock)
    assert page is not None, url
    return page.body


def entries(name: str, clock: datetime) -> int:
    body = served(f"/feeds/{name}", clock)
    if name.endswith(".json"):
        return len(json.loads(body)["items"])
    parsed = feedparser.parse(body)
    assert not parsed.bozo
    return len(parsed.entries)


def episodes() -> Iterator[etree._Element]:
    for name in ENTRIES_OF_BOTH_DAYS:
        if name.endswith(".xml"):
            yield from etree.fromstring(served(f"/feeds/{name}")).iterfind(f".//item[{ITUNES}duration]")


def seconds(clock: str) -> float:
    return sum(float(part) * 60**power for power, part in enumerate(reversed(clock.replace(",", ".").split(":"))))


def cue_times(text: str) -> list[tuple[float, float]]:
    if text.startswith("{"):
        return [(segment["startTime"], segment["endTime"]) for segment in json.loads(text)["segments"]]
    return [(seconds(start), seconds(end)) for start, end in re.findall(r"(\S+) --> (\S+)", text)]


def href(episode: etree._Element, tag: str) -> str:
    return episode.find(PODCAST + tag).attrib["url"]


def length(episode: etree._Element) -> float:
    return seconds(episode.findtext(f"{ITUNES}duration"))


EPISODES = [pytest.param(episode, id=episode.findtext("title")) for episode in episodes()]


@pytest.mark.parametrize(("name", "counts"), ENTRIES_OF_BOTH_DAYS.items())
def test_feeds_parse_on_both_days(name: str, counts: tuple[int, int]) -> None:
    assert (entries(name, TODAY - timedelta(days=1)), entries(name, TODAY)) == counts


def test_every_feed_is_tested() -> None:
    assert {file.name for file in (packaged("samples") / "feeds").iterdir()} == set(ENTRIES_OF_BOTH_DAYS)


@pytest.mark.parametrize("episode", EPISODES)
def test_transcript_times_rise_within_the_episode(episode: etree._Element) -> None:
    times = cue_times(served(href(episode, "transcript")).decode())
    assert len(times) > 50
    assert all(start < end for start, end in times)
    assert all(before[1] <= after[0] + 0.01 for before, after in pairwise(times))
    assert times[-1][1] < length(episode)


@pytest.mark.parametrize("episode", EPISODES)
def test_chapters_and_soundbites_lie_within_the_episode(episode: etree._Element) -> None:
    starts = [chapter["startTime"] for chapter in json.loads(served(href(episode, "chapters")))["chapters"]]
    bite = episode.find(f"{PODCAST}soundbite").attrib
    assert starts == sorted(set(starts))
    assert starts[0] == 0
    assert starts[-1] < length(episode)
    assert float(bite["startTime"]) + float(bite["duration"]) < length(episode)


def test_teasers_link_to_pages_that_are_served() -> None:
    items = etree.fromstring(served("/feeds/wirepoint.xml")).iter("item")
    pages = [served(item.findtext("link")) for item in items if item.find("{*}encoded") is None]
    assert len(pages) == 3
    assert all(b"<article>" in page and b"cookie" in page for page in pages)


@pytest.mark.parametrize("name", ENTRIES_OF_BOTH_DAYS)
def test_who_follows_a_link_of_an_entry_comes_to_a_page_that_exists(name: str) -> None:
    feed = parse(served(f"/feeds/{name}"), url=f"{BASE}/feeds/{name}", collected_at=TODAY)
    assert feed.entries and [entry.url for entry in feed.entries if not entry.url.startswith(f"{ORIGIN}/")] == []


def test_no_placeholder_is_left() -> None:
    names = [f"/content/{file.name}" for file in (packaged("samples") / "content").iterdir()]
    assert not [name for name in [*names, *(f"/feeds/{feed}" for feed in ENTRIES_OF_BOTH_DAYS)] if b"{{" in served(name)]


def test_example_configuration_loads() -> None:
    config = load(packaged("feeds.toml"), {})
    assert {feed.kind for feed in config.feeds} == set(Kind)


def test_demo_configuration_names_every_sample_feed(tmp_path: Path) -> None:
    template = (packaged("samples") / "feeds.toml").read_text(encoding="utf-8")
    path = tmp_path / "feeds.toml"
    path.write_text(fill(template, TODAY, {"base": BASE, "smtp_port": "2525"}), encoding="utf-8")
    config = load(path, {})
    assert {feed.url.rpartition("/")[2] for feed in config.feeds} == set(ENTRIES_OF_BOTH_DAYS)
