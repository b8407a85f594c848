"""Real feeds and the cases of other parsers: nothing lost, the same as feedparser makes of the whole document, item by item."""

import io
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.errors import UnreadableError
from briefing.model import Entry
from briefing.sources import dates, entries
from briefing.sources.feeds import ParsedFeed, parse
from briefing.sources.links import web_link
from briefing.text import one_line

pytestmark = pytest.mark.slow
NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
FOLDERS = ("feeds", "feeds-conformance", "feeds-history")


def documents(shared_data: Path, *folders: str) -> Iterator[tuple[str, bytes]]:
    for folder in folders:
        for path in sorted((shared_data / folder).rglob("*")):
            if path.is_file() and path.suffix not in (".md", ".tsv"):
                yield path.relative_to(shared_data).as_posix(), path.read_bytes()


def url(name: str) -> str:
    return f"http://feeds.example/{Path(name).name}"


def read(name: str, body: bytes, **known: frozenset[int]) -> ParsedFeed | None:
    try:
        return parse(body, url=url(name), collected_at=NOW, **known)
    except UnreadableError:
        return None


def theirs(name: str, body: bytes) -> feedparser.FeedParserDict:
    headers = {"content-type": "application/xml", "content-location": url(name)}
    return feedparser.parse(io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False)


def differences(entry: Entry, item: feedparser.FeedParserDict, base: str) -> Iterator[str]:
    """Fields in which an entry is not what feedparser's item gives under the same cleaning."""
    if entry.title != one_line(entries.plain(item.get("title", "")), entries.MAX_TITLE):
        yield "title"
    if entry.url != web_link(item.get("link", ""), base):
        yield "link"
    written = [item[key] for key in ("published", "updated", "created") if key in item]
    if entry.published_at != dates.first((dates.parse(text) for text in written), collected_at=NOW):
        yield "date"
    bodies = [content.get("value", "") for content in item.get("content", [])] + [item.get("summary", "")]
    if len(entry.html or entry.summary) < max(map(len, bodies)) * 0.98 - 5:
        yield "content"


def test_no_entry_of_a_sound_document_is_lost_and_all_are_as_feedparser_reads_them(shared_data: Path) -> None:
    seen, lost, different = 0, [], []
    for name, body in documents(shared_data, "feeds", "feeds-conformance/feedparser/wellformed"):
        whole, ours = theirs(name, body), read(name, body)
        if whole.bozo or not whole.entries:
            continue
        found = ours.entries if ours else ()
        if len(found) < len(whole.entries):
            lost.append(name)
            continue
        base = web_link(whole.feed.get("link", ""), url(name)) or url(name)
        for entry, item in zip(found, whole.entries, strict=False):
            seen += 1
            different += [(name, field) for field in differences(entry, item, base)]
    assert lost == []
    assert len(different) <= seen * 0.01, different


def test_json_feeds_are_as_they_are_written(shared_data: Path) -> None:
    for name, body in documents(shared_data, "feeds"):
        if not name.endswith(".json"):
            continue
        written, ours = json.loads(body.decode("utf-8-sig")), read(name, body)
        assert ours, name
        assert [entry.guid for entry in ours.entries] == [str(item.get("id", "")) for item in written["items"]], name
        titles = [one_line(item.get("title") or "", entries.MAX_TITLE) for item in written["items"]]
        assert [entry.title for entry in ours.entries] == titles, name


def test_items_read_alone_are_as_they_are_among_all(shared_data: Path) -> None:
    chance = random.Random(1)
    for name, body in documents(shared_data, *FOLDERS):
        whole = read(name, body)
        if whole is None or len(whole.fingerprints) < 2 or len(whole.entries) != len(whole.fingerprints):
            continue
        new = frozenset(chance.sample(sorted(whole.fingerprints), 1))
        partly = read(name, body, known=whole.fingerprints - new)
        assert partly, name
        assert len(partly.entries) == 1, name
        assert set(partly.entries) <= set(whole.entries), name
        assert (partly.title, partly.kind, partly.interval) == (whole.title, whole.kind, whole.interval), name


def test_no_document_of_any_corpus_raises(shared_data: Path) -> None:
    for name, body in documents(shared_data, *FOLDERS, "hostile/feeds"):
        read(name, body)


@given(cut=st.tuples(*[st.floats(0, 1)] * 4), which=st.tuples(*[st.integers(0, 305)] * 2), noise=st.binary(max_size=20))
def test_splices_of_two_feeds_give_entries_or_a_reason(
    shared_data: Path, cut: tuple[float, ...], which: tuple[int, int], noise: bytes
) -> None:
    paths = sorted((shared_data / "feeds").glob("*.[xj]*"))
    one, two = (paths[number % len(paths)].read_bytes()[:60_000] for number in which)
    a, b, c, d = (int(share * len(body)) for share, body in zip(cut, (one, one, two, two), strict=True))
    read("splice", one[min(a, b) : max(a, b)] + noise + two[min(c, d) : max(c, d)])
