"""The list of feeds: edits keep the file as its owner wrote it."""

import json
from pathlib import Path

from tests.cli.conftest import MINIMAL, NOW, Command, paper

OWN = """\
# My feeds. Handle with care.
[poll]
allow_addresses = ["127.0.0.0/8"]   # the test's own server
host_gap = "0s"

[topics.ai]
title = "AI"

# The best one.
[[feeds]]
url = "https://example.org/best.xml"
topics = [
  "ai",   # what else
]

[[feeds]]   # the worst
url = "https://example.org/worst.xml"
"""
FEED = b"<rss version='2.0'><channel><title>Found</title><item><title>A</title><guid>1</guid></item></channel></rss>"
OPML = """<opml version="2.0"><body><outline text="Cléan Energy"><outline text="Grid" xmlUrl="https://example.org/grid.xml"/></outline>
<outline text="Best" xmlUrl="https://example.org/best.xml"/><outline text="Bad" xmlUrl="nonsense"/></body></opml>""".encode()


def test_add_finds_the_feed_behind_a_page_and_keeps_every_comment(
    briefing: Command, here: Path, served: dict[str, bytes]
) -> None:
    (here / "feeds.toml").write_text(OWN)
    served["/"] = b'<html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head><body>Hi</body></html>'
    served["/rss"] = FEED
    url = served["url"].decode()
    said = briefing("feeds", "add", f"{url}/", "--topics", "ai,space", "--title", "Mine")
    assert said.code == 0 and f"Added Mine <{url}/rss>: news, 1 entry, teasers" in said.out
    text = (here / "feeds.toml").read_text()
    assert text.startswith(OWN.rstrip())
    assert '[topics.space]\ntitle = "Space"' in text
    assert briefing("check").code == 0


def test_add_refuses_a_page_without_a_feed_and_one_that_is_there_already(
    briefing: Command, here: Path, served: dict[str, bytes]
) -> None:
    (here / "feeds.toml").write_text(OWN)
    served["/"] = b"<html><body>Nothing here</body></html>"
    said = briefing("feeds", "add", served["url"].decode() + "/")
    assert said.code == 1 and "announces no feed" in said.err
    said = briefing("feeds", "add", "https://example.org/best.xml")
    assert said.code == 2 and "in the list already" in said.err
    assert (here / "feeds.toml").read_text() == OWN


def test_what_cannot_be_added_is_no_fault_of_the_file(briefing: Command, here: Path) -> None:
    (here / "feeds.toml").write_text(OWN)
    for url, reason in (("file:///etc/passwd", "http://"), ("http://169.254.169.254/latest", "private")):
        said = briefing("feeds", "add", url)
        assert said.code == 2 and said.err.startswith(f"{url}: cannot be added") and reason in said.err
        assert "canary" not in briefing("feeds", "add", "https://ana:canary@example.org/feed").err
        assert "line " not in said.err and (here / "feeds.toml").read_text() == OWN


def test_the_first_feed_of_an_empty_file(briefing: Command, here: Path, served: dict[str, bytes]) -> None:
    (here / "feeds.toml").write_text('[poll]\nallow_addresses = ["127.0.0.1"]\n')
    served["/rss"] = FEED
    assert briefing("feeds", "add", served["url"].decode() + "/rss").code == 0
    assert briefing("check").code == 0


def test_remove_takes_one_table_and_nothing_else(briefing: Command, here: Path) -> None:
    (here / "feeds.toml").write_text(OWN)
    assert briefing("feeds", "remove", "https://example.org/best.xml").code == 0
    assert (here / "feeds.toml").read_text() == OWN.replace(
        '[[feeds]]\nurl = "https://example.org/best.xml"\ntopics = [\n  "ai",   # what else\n]\n\n', ""
    )
    said = briefing("feeds", "remove", "https://example.org/best.xml")
    assert said.code == 2 and "is no feed of the list" in said.err


def test_import_counts_what_is_new_known_and_skipped_and_export_brings_it_back(briefing: Command, here: Path) -> None:
    (here / "feeds.toml").write_text(OWN)
    (here / "list.opml").write_bytes(OPML)
    said = briefing("feeds", "import", "list.opml")
    assert said.code == 0 and "1 added, 1 already there, 1 skipped." in said.out
    assert "skipped Bad:" in said.err
    feeds = [json.loads(line) for line in briefing("feeds", "list", "--json").out.splitlines()]
    assert feeds[-1]["url"] == "https://example.org/grid.xml" and feeds[-1]["topics"] == ["clean-energy"]
    assert briefing("feeds", "export", "--output", "mine.opml").code == 0
    (here / "feeds.toml").write_text('[topics.ai]\ntitle = "AI"\n')
    assert "3 added, 0 already there, 0 skipped." in briefing("feeds", "import", "mine.opml").out
    assert len(briefing("feeds", "list", "--json").out.splitlines()) == 3


def test_export_names_feeds_as_they_name_themselves(briefing: Command, here: Path, served: dict[str, bytes]) -> None:
    served["/feed"] = paper()
    (here / "feeds.toml").write_text(MINIMAL.format(url=served["url"].decode() + "/feed"))
    assert 'title="http://127.0.0.1' in briefing("feeds", "export").out
    assert briefing("--now", NOW, "run").code == 0
    assert 'title="Paper"' in briefing("feeds", "export").out


def test_health_says_in_words_what_is_wrong(briefing: Command, configured: Path) -> None:
    assert json.loads(briefing("feeds", "health", "--json").out)["status"] == "new"
    assert "http://127.0.0.1:9/feed.xml" in briefing("feeds", "health").out
    briefing("--now", "2026-11-21T07:00:00+00:00", "run")
    health = json.loads(briefing("--now", "2026-11-21T07:01:00+00:00", "feeds", "health", "--json").out)
    assert health["status"] == "failing" and health["failures"] == 1 and "no connection" in health["remark"]
    assert {"url", "title", "kind", "entries", "last_success", "last_news", "last_error", "next_poll"} <= health.keys()
