"""Feeds that feed readers read."""

import feedparser
import pytest

from .conftest import BATTERY, PUBLIC, Pages
from .test_reading import retold

CLAIM = BATTERY.partition(". ")[0]


@pytest.mark.parametrize("at", ["/insights", "/topics/energy", "/topics/cities"])
def test_atom_is_read_without_complaint(pages: Pages, at: str) -> None:
    answer = pages.get(f"{at}/feed.atom")
    parsed = feedparser.parse(answer.content)
    assert not parsed.bozo and answer.headers["content-type"].startswith("application/atom+xml")
    assert parsed.entries and all(entry.link.startswith(f"{PUBLIC}/i/") and entry.id == entry.link for entry in parsed.entries)
    assert parsed.feed.links[0].href == f"{PUBLIC}{at}/feed.atom"
    assert "javascript:" not in answer.text


@pytest.mark.parametrize("at", ["/insights", "/topics/energy"])
def test_json_feed_holds_the_same(pages: Pages, at: str) -> None:
    found = pages.get(f"{at}/feed.json").json()
    assert found["version"] == "https://jsonfeed.org/version/1.1"
    assert any(CLAIM in item["content_text"] for item in found["items"])
    atom = feedparser.parse(pages.get(f"{at}/feed.atom").content)
    assert [item["id"] for item in found["items"]] == [entry.id for entry in atom.entries]


def test_editions_are_items_with_all_that_stands_in_them(pages: Pages) -> None:
    retold(pages)
    answer = pages.get("/feed.atom")
    parsed = feedparser.parse(answer.content)
    told = parsed.entries[0]
    assert not parsed.bozo and told.link == told.id == f"{PUBLIC}/e/2026-11-21"
    assert [entry.id for entry in parsed.entries] == list(dict.fromkeys(entry.id for entry in parsed.entries))
    assert all(words in told.content[0].value for words in ("The week in review", "Predictions due", "Corrections", CLAIM))
    assert "<script" not in answer.text and "javascript:" not in answer.text
    found = pages.get("/feed.json").json()["items"]
    assert [item["id"] for item in found] == [entry.id for entry in parsed.entries]
    assert "<script" not in found[0]["content_html"] and f'href="{PUBLIC}/i/' in found[0]["content_html"]
