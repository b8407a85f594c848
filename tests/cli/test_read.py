"""One file or URL, and what is made of it."""

import gzip
import json
from pathlib import Path

import pytest

from tests.cli.conftest import BRIDGE, HARVEST, Command, paper

VTT = "WEBVTT\n\n00:01.000 --> 00:09.000\n<v Ada>{}\n\n00:09.000 --> 00:20.000\n<v Bob>Thank you for that.\n"


def test_a_transcript_with_speakers_and_times(briefing: Command, here: Path) -> None:
    (here / "a.vtt").write_text(VTT.format(BRIDGE))
    seen = json.loads(briefing("read", "a.vtt", "--json").out)
    assert seen["outcome"] == "ok"
    assert seen["segments"][0]["speaker"] == "Ada" and seen["segments"][0]["start"] == 1.0
    assert "-->" not in seen["text"] and "Ada" not in seen["text"] and "14 months" in seen["text"]


def test_a_feed_with_all_of_each_entry(briefing: Command, here: Path) -> None:
    (here / "feed.xml.gz").write_bytes(gzip.compress(paper(Bridge=BRIDGE, Harvest=HARVEST)))
    seen = json.loads(briefing("read", "feed.xml.gz", "--json").out)
    assert [entry["title"] for entry in seen["entries"]] == ["Bridge", "Harvest"]
    assert seen["entries"][0]["published_at"] == "2026-11-21T05:00:00+00:00"
    assert seen["entries"][0]["text"] == BRIDGE.strip()


def test_quotes_of_extract_stand_at_their_offsets_in_the_text_of_read(briefing: Command, here: Path) -> None:
    for name, content in {
        "a.vtt": VTT.format(BRIDGE),
        "b.txt": f"Ada: {BRIDGE}\n\nBob: {HARVEST}",
        "c.md": f"# News\n\n{HARVEST}",
    }.items():
        (here / name).write_text(content)
        text = json.loads(briefing("read", name, "--json").out)["text"]
        rows = [json.loads(line) for line in briefing("extract", name, "--json").out.splitlines()]
        assert rows
        assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
        for quote in (quote for row in rows for quote in row["quotes"]):
            assert text[quote["start"] : quote["end"]] == quote["text"]


def test_extract_explains_its_scores(briefing: Command, here: Path) -> None:
    (here / "b.txt").write_text(BRIDGE)
    row = json.loads(briefing("extract", "b.txt", "--top", "1", "--explain", "--json").out)
    assert row["reasons"] and 0 <= row["score"] <= 1 and row["below_floor"] in (True, False)
    assert "1. " in briefing("extract", "b.txt").out


def test_a_letter_a_list_and_a_page(briefing: Command, here: Path, served: dict[str, bytes]) -> None:
    (here / "m.eml").write_text(f"From: Ada <a@e.org>\nSubject: News\nMIME-Version: 1.0\nContent-Type: text/plain\n\n{BRIDGE}\n")
    assert "14 months" in json.loads(briefing("read", "m.eml", "--json").out)["text"]
    (here / "l.opml").write_text('<opml><body><outline text="A" xmlUrl="https://e.org/a"/></body></opml>')
    assert json.loads(briefing("read", "l.opml", "--json").out)["entries"][0]["url"] == "https://e.org/a"
    served["/page"] = f"<html><body><article><h1>Bridge</h1><p>{BRIDGE}</p><p>{HARVEST}</p></article></body></html>".encode()
    (here / "feeds.toml").write_text('[poll]\nallow_addresses = ["127.0.0.1"]\n[[feeds]]\nurl = "https://e.org/f"\n')
    row = json.loads(briefing("extract", served["url"].decode() + "/page", "--json", "--top", "1").out)
    assert row["quotes"][0]["url"] == served["url"].decode() + "/page"


def test_html_may_be_a_transcript_or_a_piece_of_content(briefing: Command, here: Path) -> None:
    (here / "t.html").write_text(f"<cite>Ada:</cite>\n<time>00:00:01</time>\n<p>{BRIDGE}</p>")
    seen = json.loads(briefing("read", "t.html", "--json").out)
    assert [segment["speaker"] for segment in seen["segments"]] == ["Ada"] and "Ada" not in seen["text"]
    (here / "c.html").write_text(f"<p>{BRIDGE}</p><ul><li>{HARVEST}</li></ul>")
    text = json.loads(briefing("read", "c.html", "--json").out)["text"]
    assert BRIDGE.strip() in text and HARVEST.strip() in text


@pytest.mark.parametrize("form", ["feed", "transcript", "opml", "newsletter", "article"])
def test_what_cannot_be_read_is_an_outcome(briefing: Command, here: Path, form: str) -> None:
    (here / "empty").write_bytes(b" \n")
    said = briefing("read", "empty", "--as", form, "--json")
    assert said.code == 1
    seen = json.loads(said.out)
    assert seen["outcome"] == "error" and "empty" in seen["error"]


def test_a_picture_is_no_text(briefing: Command, here: Path) -> None:
    (here / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
    said = briefing("read", "picture.png", "--json")
    assert said.code == 1 and "is no text" in json.loads(said.out)["error"]


def test_the_list_of_a_feed_counts_words(briefing: Command, here: Path) -> None:
    (here / "feed.xml").write_bytes(paper(Bridge=f"&lt;p&gt;{BRIDGE}&lt;/p&gt;", Harvest=HARVEST))
    assert str(len(BRIDGE.split())) in briefing("read", "feed.xml").out.split()


def test_a_private_address_is_refused_and_a_missing_file_is_wrong_usage(briefing: Command, here: Path) -> None:
    seen = json.loads(briefing("read", "http://127.0.0.1:1/feed", "--json").out)
    assert seen["outcome"] == "error" and "private" in seen["error"]
    said = briefing("read", "nowhere.vtt", "--json")
    assert said.code == 2 and "nowhere.vtt: No such file" in said.err


def test_extract_from_a_list_says_what_to_name_instead(briefing: Command, here: Path) -> None:
    (here / "feed.xml").write_bytes(paper())
    said = briefing("extract", "feed.xml")
    assert said.code == 2 and "feed.xml: is a list and no text" in said.err


def test_what_goes_into_a_file_is_broken_into_no_lines(briefing: Command, here: Path) -> None:
    (here / "a.txt").write_text(f"{BRIDGE.strip()}\n\n{HARVEST.strip()}")
    assert briefing("read", "a.txt").out == f"{BRIDGE.strip()}\n\n{HARVEST.strip()}\n"
    first, where, gap, *_ = briefing("extract", "a.txt").out.split("\n")
    assert first.startswith("1. ") and "score" in where and gap == ""


@pytest.mark.parametrize(("content", "kind"), [(b"%PDF-1.7\n1 0 obj", "a PDF"), (b"{\\rtf1\\ansi Hello}", "rich text")])
def test_files_whose_words_cannot_be_taken_out_are_named(briefing: Command, here: Path, content: bytes, kind: str) -> None:
    (here / "paper").write_bytes(content)
    said = briefing("read", "paper")
    assert said.code == 1 and f"paper: is {kind}" in said.err and "plain text" in said.err
