"""What is new in a feed that has changed, and when a feed is not to be believed."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from briefing.model import Entry
from briefing.sources.changes import Changes, compare, remembered
from briefing.sources.feeds import ParsedFeed, parse
from briefing.text import stable_id

NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)


def entry(number: int, *, guid: str = "", title: str = "", host: str = "e.org", text: str = "") -> Entry:
    return Entry(
        id=stable_id(guid or f"g{number}"),
        feed_url="https://e.org/feed",
        guid=guid or f"g{number}",
        url=f"https://{host}/{number}",
        title=title or f"Title {number}",
        collected_at=NOW,
        published_at=NOW,
        content_hash=stable_id(text or f"text {number}"),
    )


BEFORE = [entry(number) for number in range(10)]
KNOWN = [remembered(one) for one in BEFORE]


def changes(entries: list[Entry], **titles: str) -> Changes:
    return compare(entries, KNOWN, **{"title": "T", "known_title": "T", **titles})


def test_the_same_entries_are_no_news() -> None:
    assert changes(BEFORE) == Changes()
    assert changes(BEFORE[::-1]) == Changes()


def test_new_and_edited_entries_are_told_apart() -> None:
    found = changes([entry(11), entry(3, text="edited"), *BEFORE[4:]])
    assert [one.guid for one in found.new] == ["g11"]
    assert [one.guid for one in found.edited] == ["g3"]


def test_renamed_items_keep_the_identity_under_which_they_are_known() -> None:
    found = changes([entry(number, guid=f"https-{number}", text="edited" if number == 2 else "") for number in range(11)])
    assert [one.guid for one in found.new] == ["https-10"]
    assert [one.id for one in found.edited] == [BEFORE[2].id]


def test_guids_that_change_with_every_poll_bring_nothing_new() -> None:
    for poll in range(3):
        assert changes([entry(number, guid=f"{poll}-{number}") for number in range(10)]).new == ()


def test_one_item_under_a_known_link_is_new() -> None:
    assert len(changes([entry(3, guid="another"), *BEFORE]).new) == 1


def test_items_that_share_a_link_are_told_apart_by_title_and_day() -> None:
    shared = [replace(one, url="https://e.org/") for one in BEFORE]
    renamed = [replace(one, id=f"new {one.id}", content_hash="") for one in shared]
    found = compare(renamed, [remembered(one) for one in shared])
    assert [one.id for one in found.edited] == [one.id for one in shared]
    assert found.new == ()


STRANGE = [
    entry(number, guid=f"x{number}", host="casino.example", title=f"Win {number}", text=f"win {number}")
    for number in range(100, 105)
]


def test_a_feed_that_changes_all_at_once_is_held() -> None:
    found = changes(STRANGE, title="Casino")
    assert (found.new, found.held) == ((), "title, site and all items changed at once: 'T' is now 'Casino'")


UNSUSPICIOUS = [
    (STRANGE, "T"),
    ([entry(number, title=f"News {number}") for number in range(100, 105)], "Other"),
    ([*STRANGE, BEFORE[0]], "Other"),
    (STRANGE[:2], "Other"),
]


@pytest.mark.parametrize(("entries", "title"), UNSUSPICIOUS)
def test_a_feed_that_changes_in_part_is_not_held(entries: list[Entry], title: str) -> None:
    assert changes(entries, title=title).held == ""


def test_a_first_reading_is_all_new() -> None:
    assert len(compare(BEFORE, [], title="T").new) == 10


def read(path: Path) -> ParsedFeed:
    return parse(path.read_bytes(), url="https://e.org/feed", collected_at=NOW)


def after(first: ParsedFeed, second: ParsedFeed) -> Changes:
    return compare(second.entries, [remembered(one) for one in first.entries], title=second.title, known_title=first.title)


def test_a_storm_and_a_hijack_from_outside(shared_data: Path) -> None:
    before, now, mine, theirs = (
        read(shared_data / "hostile" / "feeds" / f"{name}.xml")
        for name in ("storm-before", "storm-after", "hijack-before", "hijack-after")
    )
    assert len(now.entries) == 150 and not after(before, now).new
    assert after(mine, theirs).held


def test_real_feeds_over_time_bring_their_news_and_are_never_held(shared_data: Path) -> None:
    for folder in filter(Path.is_dir, (shared_data / "feeds-history").iterdir()):
        seen: dict[str, Entry] = {}
        title = ""
        for path in sorted(folder.iterdir()):
            feed = read(path)
            found = compare(
                feed.entries, [remembered(one) for one in seen.values()], title=feed.title, known_title=title or feed.title
            )
            assert not found.held, path
            assert not seen or len(found.new) <= len(feed.entries) / 2, path
            seen |= {one.id: one for one in (*found.new, *found.edited)}
            title = feed.title
