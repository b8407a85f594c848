"""Feeds that feed readers read."""

import feedparser
import pytest

from .conftest import BATTERY, PUBLIC, Pages

CLAIM = BATTERY.partition(". ")[0]


@pytest.mark.parametrize("at", ["", "/topics/energy", "/topics/cities"])
def test_atom_is_read_without_complaint(pages: Pages, at: str) -> None:
    answer = pages.get(f"{at}/feed.atom")
    parsed = feedparser.parse(answer.content)
    assert not parsed.bozo and answer.headers["content-type"].startswith("application/atom+xml")
    assert parsed.entries and all(entry.link.startswith(f"{PUBLIC}/i/") and entry.id == entry.link for entry in parsed.entries)
    assert parsed.feed.links[0].href == f"{PUBLIC}{at}/feed.atom"
    assert "javascript:" not in answer.text


@pytest.mark.parametrize("at", ["", "/topics/energy"])
def test_json_feed_holds_the_same(pages: Pages, at: str) -> None:
    found = pages.get(f"{at}/feed.json").json()
    assert found["version"] == "https://jsonfeed.org/version/1.1"
    assert any(CLAIM in item["content_text"] for item in found["items"])
    atom = feedparser.parse(pages.get(f"{at}/feed.atom").content)
    assert [item["id"] for item in found["items"]] == [entry.id for entry in atom.entries]
