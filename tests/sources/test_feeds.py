"""Feeds in any state -> entries or a reason."""

import csv
import gzip
import json
import re
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.errors import UnreadableError
from briefing.model import Chapter, Enclosure, Entry, Kind, Person, Soundbite, TranscriptLink
from briefing.sources import dates
from briefing.sources.feed_tree import MAX_ENTRIES
from briefing.sources.feeds import ParsedFeed, parse

NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
URL = "https://example.org/feed.xml"


def read(body: str | bytes, **options: str) -> ParsedFeed:
    return parse(body.encode() if isinstance(body, str) else body, url=URL, collected_at=NOW, **options)


def rss(*items: str, channel: str = "", namespaces: str = "") -> str:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0" {namespaces}><channel><title>T</title>{channel}{inner}</channel></rss>'


def one(item: str, **options: str) -> Entry:
    (entry,) = read(rss(item, **options)).entries
    return entry


PODCAST = 'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:psc="http://podlove.org/simple-chapters"'
EPISODE = """<title>Ep &amp; 1</title><link>/ep1</link><guid isPermaLink="false">g1</guid>
<pubDate>Fri, 20 Nov 2026 06:00:00 +0100</pubDate><itunes:duration>1:02:03</itunes:duration><itunes:author>Ann</itunes:author>
<enclosure url="https://cdn.example.org/1.mp3" type="audio/mpeg" length="1234"/>
<podcast:transcript url="/1.vtt" type="text/vtt" language="en-GB"/>
<podcast:transcript url="/1.srt" type="application/srt"/>
<podcast:person role="Guest">Bob</podcast:person><podcast:person>Ann</podcast:person>
<podcast:soundbite startTime="73.5" duration="30">The point</podcast:soundbite>
<podcast:soundbite startTime="0" duration="10"/>
<podcast:chapters url="/1.json" type="application/json+chapters"/>
<psc:chapters><psc:chapter start="00:00:00" title="Intro"/>
<psc:chapter start="00:01:30.500" title="Two" href="/two"/></psc:chapters>
<description>Notes</description>"""
ADDRESSES = (
    'xmlns:podcast="https://podcastindex.org/namespace/1.0"',
    'xmlns:podcast="https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"',
    'xmlns:podcast="http://podcastindex.org/namespace/1.0"',
    "",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_episode_with_all_that_the_podcast_namespace_knows(address: str) -> None:
    entry = one(EPISODE, namespaces=f"{PODCAST} {address}")
    assert (entry.title, entry.url, entry.guid) == ("Ep & 1", "https://example.org/ep1", "g1")
    assert entry.published_at == datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
    assert entry.duration == 3723
    assert entry.enclosures == (Enclosure(url="https://cdn.example.org/1.mp3", type="audio/mpeg", length=1234),)
    assert entry.transcript_links == (
        TranscriptLink(url="https://example.org/1.vtt", type="text/vtt", language="en"),
        TranscriptLink(url="https://example.org/1.srt", type="application/srt"),
    )
    assert entry.persons == (Person(name="Bob", role="guest"), Person(name="Ann"))
    assert entry.soundbites == (Soundbite(at=73.5, duration=30, title="The point"), Soundbite(at=0, duration=10))
    assert entry.chapters == (Chapter(at=0, title="Intro"), Chapter(at=90.5, title="Two", url="https://example.org/two"))
    assert entry.chapters_url == "https://example.org/1.json"
    assert entry.authors == ("Ann",)


def test_persons_of_the_channel_hold_for_items_that_name_none() -> None:
    person = "<podcast:person>Host</podcast:person>"
    feed = read(
        rss("<guid>1</guid>", "<guid>2</guid><podcast:person>Guest</podcast:person>", channel=person, namespaces=ADDRESSES[0])
    )
    assert [entry.persons[0].name for entry in feed.entries] == ["Host", "Guest"]


def test_an_atom_feed() -> None:
    feed = read(
        """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de-AT" xml:base="https://blog.example.org/">
        <title type="html">B&amp;lt;C &lt;b>x&lt;/b></title><link href="/"/><author><name>Eve</name></author>
        <entry><id>tag:1</id><title>Eins</title><link href="eins"/><updated>2026-11-20T10:00:00Z</updated>
        <summary>kurz</summary><content type="html">&lt;p>lang &amp;amp; gut, mehr &lt;b>als&lt;/b> kurz&lt;/p>
        </content></entry></feed>"""
    )
    (entry,) = feed.entries
    assert (feed.title, feed.site, feed.kind) == ("B<C x", "https://blog.example.org/", Kind.NEWS)
    assert (entry.url, entry.summary) == ("https://blog.example.org/eins", "kurz")
    assert entry.html == "<p>lang &amp; gut, mehr <b>als</b> kurz</p>"


def test_a_json_feed() -> None:
    item = {
        "id": 7,
        "url": "/7",
        "title": "Vec<T> & co",
        "content_text": "a < b\nc",
        "summary": "s",
        "date_published": "2026-11-20T10:00:00+01:00",
        "authors": [{"name": "Eve"}, {}],
        "attachments": [{"url": "a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 9, "duration_in_seconds": 60.5}, {}],
    }
    document = {"version": "https://jsonfeed.org/version/1.1", "title": "J", "language": "en-US", "items": [item, None, 3]}
    feed = read(json.dumps(document), content_type="text/plain")
    (entry,) = feed.entries
    assert (feed.title, feed.kind, feed.language) == ("J", Kind.PODCAST, "en")
    assert (entry.guid, entry.url, entry.title, entry.html) == ("7", "https://example.org/7", "Vec<T> & co", "a &lt; b<br>\nc")
    assert (entry.authors, entry.duration) == (("Eve",), 60.5)
    assert entry.published_at == datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


REASONS = [
    (b"", "empty"),
    (b" \n", "empty"),
    (b"<!DOCTYPE html><html><body>Log in</body></html>", "web page \\(HTML\\)"),
    (b"<!doctype html>\n<meta charset=utf-8><p>hi", "web page \\(HTML\\)"),
    (b'{"error": "no such feed"}', "not a JSON Feed"),
    (b"null", "cannot be parsed"),
    (b"[" * 100_000, "cannot be parsed as JSON"),
    (b"/etc/passwd", "cannot be parsed"),
    (b"<note><to>x</to></note>", "root <note>"),
    (b'<?xml version="1.0"?><rss vers', "cannot be parsed"),
]


@pytest.mark.parametrize(("body", "reason"), REASONS)
def test_what_is_no_feed_is_told_in_words(body: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        read(body)


TITLES = [
    ("<![CDATA[AT&T]]>", "AT&T"),
    ("AT&amp;T", "AT&T"),
    ("AT&amp;amp;T", "AT&T"),
    ("AT & T", "AT & T"),
    ("caf&eacute; &hellip; &#8217;", "café … ’"),
    ("&lt;b&gt;Bold&lt;/b&gt; move", "Bold move"),
    ("<![CDATA[one<br/>two]]>", "one two"),
    ("&lt;b&gt;", ""),
    ("&lt;script&gt;alert(1)&lt;/script&gt;Real", "Real"),
    ("Vec&lt;T&gt; explained", "Vec<T> explained"),
    ("5 &lt; 6", "5 < 6"),
    ("two\n  lines", "two lines"),
    ("ev\u202eil\u2066 \x85\u200bx", "evil …x"),
    ("a&#0;b&#x1f;c&#150;d", "abc–d"),
    ("&undeclared; stays", "&undeclared; stays"),
]


@pytest.mark.parametrize(("written", "title"), TITLES)
def test_titles_are_one_line_of_text(written: str, title: str) -> None:
    assert one(f"<guid>1</guid><title>{written}</title>").title == title


def test_fields_are_bounded() -> None:
    entry = one(f"<title>{'t' * 9_000}</title><author>{'a' * 90_000}</author><link>http://e.org/{'l' * 9_000}</link>"
                f"<description>{'d ' * 400_000}</description>")  # fmt: skip
    assert len(entry.title) <= 300
    assert all(len(author) <= 200 for author in entry.authors)
    assert entry.url == ""
    assert len(entry.html) <= 500_000


@pytest.mark.parametrize("link", ["javascript:alert(1)", "file:///etc/passwd", "mailto:a@b.org", "http://", "https://[bad"])
def test_links_are_absolute_web_addresses_or_nothing(link: str) -> None:
    assert one(f"<guid isPermaLink='false'>1</guid><link>{link}</link>").url == ""


ENCODINGS = [
    ("utf-8", "utf-8", ""),
    ("iso-8859-1", "iso-8859-1", ""),
    ("iso-8859-1", "windows-1252", ""),
    ("utf-8", "cp1252", ""),
    ("no-such-encoding", "utf-8", ""),
    ("utf-8", "utf-16", ""),
    ("iso-8859-1", "utf-8", "iso-8859-1"),
    ("", "iso-8859-1", "ISO-8859-1"),
    ("windows-1252", "utf-8-sig", ""),
]


@pytest.mark.parametrize(("declared", "real", "served"), ENCODINGS)
def test_text_survives_a_wrong_declaration(declared: str, real: str, served: str) -> None:
    prolog = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    body = (prolog + rss("<title>Café “crème”</title>" if "8859" not in real else "<title>Café</title>")).encode(real)
    assert read(body, charset=served).entries[0].title.startswith("Café")


def test_a_japanese_feed_in_a_seven_bit_encoding() -> None:
    body = ('<?xml version="1.0" encoding="iso-2022-jp"?>' + rss("<title>日本語</title>")).encode("iso-2022-jp")
    assert read(body).entries[0].title == "日本語"


def test_one_bad_byte_costs_one_character() -> None:
    items = [f"<guid>{n}</guid><title>Überblick {n}</title>" for n in range(200)]
    body = rss(*items).encode().replace("Überblick 77".encode(), b"\xdcberblick 77")
    feed = read(body)
    assert [entry.title for entry in feed.entries] == [f"Überblick {n}" for n in range(200)]
    assert feed.warnings == ("some characters did not fit the encoding and were repaired",)


def test_a_windows_text_without_a_declaration_is_read_as_a_whole() -> None:
    text = "un enfant «\xa0doué\xa0», répété jusqu’à l’été"
    assert read(rss(f"<title>{text}</title>").encode("cp1252")).entries[0].title == text.replace("\xa0", " ")


PLAIN_OR_NOT = [
    ("a &amp;lt; b\nc", "a &lt; b<br>\nc"),
    ("one&lt;br />\ntwo", "one<br />\ntwo"),
    ("Vec&lt;T> &amp; co", "Vec&lt;T> & co"),
]


@pytest.mark.parametrize(("written", "html"), PLAIN_OR_NOT)
def test_plain_text_in_rss_is_told_by_its_having_no_tag(written: str, html: str) -> None:
    assert one(f"<description>{written}</description>").summary == html


def test_references_survive_in_damaged_xml() -> None:
    feed = read(
        "<rss><channel><title>T</title><description>a <<</description><item><title>&quot;Q&quot; &lt;b&gt;</title></item>"
    )
    assert feed.entries[0].title == '"Q"'
    assert "not well-formed" in feed.warnings[0]


def test_nothing_declared_is_expanded() -> None:
    bomb = '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    feed = read(bomb + rss("<title>&b;&f;</title>"))
    assert feed.entries[0].title == "&b;&f;"
    assert feed.warnings == ("entity declarations of the document type are ignored",)


def test_an_author_that_is_all_address_takes_no_time() -> None:
    began = time.process_time()
    one(f"<guid>1</guid><author>{'a' * 100_000}@</author>")
    assert time.process_time() - began < 1


def test_thousands_of_categories_take_no_time() -> None:
    began = time.process_time()
    assert one("<guid>1</guid>" + "".join(f"<category>c{n}</category>" for n in range(20_000))).guid == "1"
    assert time.process_time() - began < 3


def test_too_many_entries_are_cut_and_told() -> None:
    feed = read(rss(*["<guid>1</guid>"] * (MAX_ENTRIES + 1)))
    assert len(feed.entries) == MAX_ENTRIES
    assert feed.warnings == (f"only the first {MAX_ENTRIES:,} of {MAX_ENTRIES + 1:,} entries are read",)


def ids(*items: str) -> list[str]:
    return [entry.id for entry in read(rss(*items)).entries]


def test_identity_is_guid_and_enclosure() -> None:
    first, edited, other_file, other_guid = ids(
        "<guid>1</guid><title>a</title><link>http://e.org/a</link>",
        "<guid>1</guid><title>b</title><link>http://e.org/b</link>",
        "<guid>1</guid><enclosure url='http://e.org/a.mp3'/>",
        "<guid>2</guid><title>a</title><link>http://e.org/a</link>",
    )
    assert first == edited
    assert len({first, other_file, other_guid}) == 3


def test_without_a_guid_link_and_title_identify() -> None:
    items = [
        f"<title>{t}</title><link>http://e.org/{x}</link><description>{d}</description>"
        for t, x, d in ("aap", "abp", "bap", "aaq")
    ]
    first, other_link, other_title, other_text = ids(*items)
    assert first == other_text
    assert len({first, other_link, other_title}) == 3


def test_a_guid_that_all_items_share_is_none() -> None:
    assert len(set(ids(*(f"<guid>x</guid><link>http://e.org/{n}</link>" for n in range(12))))) == 12


def test_items_without_anything_are_told_apart_by_content() -> None:
    assert len(set(ids("<description>a</description>", "<description>b</description>"))) == 2


def test_the_content_hash_follows_title_and_content_only() -> None:
    texts = ("<title>a</title>x", "<title>b</title>x", "<title>a</title>y", "<title>a</title>x")
    hashes = [one(f"<guid>{n}</guid>{t[:-1]}<description>{t[-1]}</description>").content_hash for n, t in enumerate(texts)]
    assert hashes[0] == hashes[3]
    assert len(set(hashes)) == 3


JSON_ITEMS = [{"id": str(n), "title": f"t{n}"} for n in range(3)]
GROWING = [
    [rss(*(f"<guid>{n}</guid><title>t{n}</title>" for n in range(count))) for count in (2, 3)],
    [json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": JSON_ITEMS[:count]}) for count in (2, 3)],
]


@pytest.mark.parametrize("versions", GROWING, ids=["rss", "json"])
def test_known_items_are_passed_over_and_the_new_one_is_as_ever(versions: list[str]) -> None:
    before, after = (read(version) for version in versions)
    news = parse(versions[1].encode(), url=URL, collected_at=NOW, known=before.fingerprints)
    assert news.entries == after.entries[2:]
    assert (news.title, news.kind, news.fingerprints) == (after.title, after.kind, after.fingerprints)


def test_an_edited_item_is_read_again_under_its_old_identity() -> None:
    before = read(rss("<guid>1</guid><title>a</title>", "<guid>2</guid><title>b</title>"))
    edited = rss("<guid>1</guid><title>a!</title>", "<guid>2</guid><title>b</title>")
    (entry,) = parse(edited.encode(), url=URL, collected_at=NOW, known=before.fingerprints).entries
    assert (entry.id, entry.title) == (before.entries[0].id, "a!")


def test_a_long_description_is_the_full_text_and_a_short_one_a_teaser() -> None:
    long = " ".join(["word"] * 300)
    assert (one(f"<description>{long}</description>").html, one("<description>few</description>").html) == (long, "")
    assert one("<description>few</description>").summary == "few"


KINDS = [
    (rss("<enclosure url='http://e.org/a.mp3' type='audio/mpeg'/>"), Kind.PODCAST),
    (rss("<enclosure url='http://e.org/a.jpg' type='image/jpeg'/>"), Kind.NEWS),
    (rss("<guid>1</guid>", channel="<generator>Substack</generator>"), Kind.NEWSLETTER),
    (rss("<guid>1</guid>", channel="<podcast:medium>newsletter</podcast:medium>", namespaces=ADDRESSES[0]), Kind.NEWSLETTER),
    (rss("<guid>1</guid>"), Kind.NEWS),
]


@pytest.mark.parametrize(("body", "kind"), KINDS)
def test_the_kind_of_a_feed_is_found_out(body: str, kind: Kind) -> None:
    assert read(body).kind == kind


INTERVALS = [
    ("<ttl>60</ttl>", timedelta(hours=1)),
    ("<ttl>soon</ttl>", None),
    ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", timedelta(hours=12)),
    ("<sy:updatePeriod>weekly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency><ttl>5</ttl>", timedelta(days=7)),
]


@pytest.mark.parametrize(("channel", "interval"), INTERVALS)
def test_how_long_a_feed_asks_to_be_left_alone(channel: str, interval: timedelta | None) -> None:
    assert read(rss(channel=channel, namespaces='xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"')).interval == interval


DATES = [
    ("Fri, 20 Nov 2026 06:00:00 GMT", "2026-11-20T06:00:00"),
    ("20 Nov 26 06:00 EST", "2026-11-20T11:00:00"),
    ("Fri, 20 November 2026 6:00:00 -0130", "2026-11-20T07:30:00"),
    ("Friday, 20-Nov-2026 06:00:00 UTC", "2026-11-20T06:00:00"),
    ("Nov 20, 2026 06:05 PM CET", "2026-11-20T17:05:00"),
    ("Fri Nov 20 06:00:00 2026", "2026-11-20T06:00:00"),
    ("2026-11-20T06:00:00.123456+05:30", "2026-11-20T00:30:00"),
    ("2026-11-20 06:00", "2026-11-20T06:00:00"),
    ("20261120", "2026-11-20T00:00:00"),
    ("2026-11", "2026-11-01T00:00:00"),
    ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59"),
    ("20261120T060000Z", "2026-11-20T06:00:00"),
    ("2026-1-5", "2026-01-05T00:00:00"),
    ("Fri,20 Nov 2026 06:00:00 GMT", "2026-11-20T06:00:00"),
    ("lun, 05 ene 2026 08:00:00 +0100", "2026-01-05T07:00:00"),
    ("Montag, 5. Januar 2026 08:00", "2026-01-05T08:00:00"),
    ("5 juil. 2026", "2026-07-05T00:00:00"),
    ("5 jui 2026", None),
    ("2025년 12월 31일", None),
    ("Mon, 30 Feb 2026 08:00:00 GMT", None),
    ("Mon, 05 Jan 2026 25:00:00 GMT", None),
    ("Thu, 01 Jan 1970 00:00:00 GMT", None),
    ("0000-00-00T00:00:00Z", None),
    ("2026-13-45", None),
    ("yesterday", None),
    ("-1", None),
    ("1e400", None),
    ("٢٠٢٦-11-20", None),
    ("", None),
]


@pytest.mark.parametrize(("written", "meant"), DATES)
def test_dates(written: str, meant: str | None) -> None:
    assert dates.parse(written) == (datetime.fromisoformat(meant).replace(tzinfo=UTC) if meant else None)


def test_a_date_in_the_future_counts_as_now() -> None:
    within, beyond = (
        one(f"<guid>1</guid><pubDate>{when}</pubDate>") for when in ("2026-11-22T06:59:00Z", "2026-11-22T07:01:00Z")
    )
    assert within.published_at == NOW + timedelta(hours=23, minutes=59)
    assert beyond.published_at == NOW


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        *(("3723", 3723), ("62:03", 3723), ("1:02:03", 3723), ("PT1H2M3S", 3723), ("01:02:03.5", 3723.5), (" 3723.0 ", 3723)),
        *(("1h 2m 3s", 3723), ("62 min", 3720), ("62m", 3720), ("1 hour and 2 minutes", 3720), ("62'3\"", 3723), ("45 s", 45)),
        *(("1 Std. 2 Min.", 3720), ("00:00", None), ("soon", None), ("9" * 9, None), ("1:02:03:04", None), ("-60", None)),
        *(("h", None), ("", None)),
    ],
)
def test_durations(written: str, seconds: float | None) -> None:
    assert dates.duration(written) == seconds


@given(st.text(max_size=60))
def test_any_text_is_a_date_or_none(text: str) -> None:
    moment = dates.parse(text)
    assert moment is None or moment >= dates.EARLIEST


PIECES = st.lists(
    st.sampled_from([EPISODE, "<item>", "</item>", "<title>", "]]>", "<![CDATA[", "&lt;", "&#x1;", "\x00", "é", "<!--"])
)


@given(st.one_of(st.binary(max_size=300), PIECES.map(lambda pieces: f"<rss><channel>{''.join(pieces)}</channel></rss>".encode())))
def test_any_bytes_give_entries_or_a_reason(body: bytes) -> None:
    try:
        for entry in read(body).entries:
            check_fields(entry, NOW)
    except UnreadableError as error:
        assert error.subject == URL


UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def check_fields(entry: Entry, now: datetime) -> None:
    assert not any(UNWANTED.search(text) for text in (entry.title, entry.url, *entry.authors))
    assert len(entry.title) <= 300
    assert len(entry.url) <= 2_000
    assert len(entry.html) <= 500_000
    assert not entry.url or entry.url.startswith(("http://", "https://"))
    assert not entry.published_at or dates.EARLIEST <= entry.published_at <= now + timedelta(hours=24)


@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.slow)])
def test_feeds_from_the_wild_keep_their_entries(shared_data: Path, step: int) -> None:
    folder = shared_data / "feeds"
    rows = [row for row in csv.DictReader((folder / "INDEX.tsv").open(encoding="utf-8"), delimiter="\t") if int(row["entries"])]
    found = {row["file"]: len(read((folder / row["file"]).read_bytes()).entries) for row in rows[::step]}
    assert not {row["file"] for row in rows[::step] if found[row["file"]] < int(row["entries"])}


def hostile(shared_data: Path, name: str) -> ParsedFeed | UnreadableError:
    body = (shared_data / "hostile" / "feeds" / name).read_bytes()
    try:
        return read(gzip.decompress(body) if name.endswith(".gz") else body)
    except UnreadableError as error:
        return error


def test_hostile_feeds(shared_data: Path) -> None:
    cases = json.loads((shared_data / "hostile" / "feeds" / "expectations.json").read_text("utf-8"))["cases"]
    wrong = [case["file"] for case in cases if not _as_expected(hostile(shared_data, case["file"]), case["must"])]
    assert not wrong


def _as_expected(result: ParsedFeed | UnreadableError, must: dict[str, object]) -> bool:
    if isinstance(result, UnreadableError):
        return "error" in must["outcome"]  # type: ignore[operator]
    for entry in result.entries:
        check_fields(entry, NOW)
    enough = must["entries_min"] <= len(result.entries) <= must["entries_max"]  # type: ignore[operator]
    unique = len({entry.id for entry in result.entries}) >= must.get("unique_entries", 0)  # type: ignore[operator]
    return enough and unique and ("partial" if result.warnings else "ok") in must["outcome"]  # type: ignore[operator]


def test_parsing_opens_no_file_and_no_connection() -> None:
    opened: list[str] = []
    watching = True

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if watching and (event == "socket.connect" or (event == "open" and "passwd" in str(arguments[0]))):
            opened.append(str(arguments))

    sys.addaudithook(watch)
    for body in (b"/etc/passwd", b"http://127.0.0.1:9/", b'<!DOCTYPE rss SYSTEM "file:///etc/passwd"><rss><channel/></rss>'):
        try:
            read(body)
        except UnreadableError:
            continue
    watching = False
    assert not opened


def test_hostile_dates(shared_data: Path) -> None:
    cases = json.loads((shared_data / "hostile" / "dates" / "dates.json").read_text("utf-8"))
    now = datetime.fromisoformat(cases["now"])
    for case in cases["dates"]:
        body = rss(f"<guid>1</guid><pubDate>{case['input']}</pubDate>").encode()
        wanted = now if case["published"] == "clamp" else case["published"] and datetime.fromisoformat(case["published"])
        assert parse(body, url=URL, collected_at=now).entries[0].published_at == wanted, case
