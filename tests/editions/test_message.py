"""A mail is well-formed whatever stands in it, fits, and is the same each time."""

import email
import email.policy
import json
import re
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from briefing.delivery.wire import wire_bytes
from briefing.editions import message, render
from briefing.editions.links import Links
from briefing.editions.message import LARGEST, Postmark
from briefing.model import Edition, Notice, Related, Relation
from tests.editions import samples
from tests.editions.test_render import everywhere

EDITION = samples.edition()
POSTMARK = Postmark(
    sender="The Daily Brief <brief@example.org>", imprint=samples.IMPRINT, unsubscribe_address="leave@example.org"
)


def build(edition: Edition = EDITION, links: Links = samples.LINKS, postmark: Postmark = POSTMARK) -> EmailMessage:
    return message.build(edition, samples.READER, links, postmark=postmark, delivery_id="d1")


def parsed(built: EmailMessage) -> EmailMessage:
    found = email.message_from_bytes(bytes(built), policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def body(built: EmailMessage, kind: str) -> str:
    part = parsed(built).get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_headers() -> None:
    found = parsed(build())
    assert found["From"] == "The Daily Brief <brief@example.org>"
    assert found["To"] == samples.READER.email
    assert found["Date"].datetime == samples.NOW
    assert found["Message-ID"].endswith("@example.org>")
    assert found["List-Id"] == "The Daily Brief <brief.brief.example.org>"
    assert re.fullmatch(r"<https://\S+/unsubscribe/\S+>,\s<mailto:leave@example.org\?\S+>", found["List-Unsubscribe"])
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (found["Precedence"], found["Auto-Submitted"]) == ("bulk", "auto-generated")
    assert (found["X-Slot"], found["X-Delivery"]) == ("2026-11-21", "d1")


@pytest.mark.parametrize("postmark", [POSTMARK, Postmark(), Postmark(sender='"Brief, Übersicht" <b@xn--bcher-kva.example>')])
@pytest.mark.parametrize("named", [{}, {"message_id": "<m@example.org>", "delivery_id": "d1"}])
@pytest.mark.parametrize("words", ["A word", "Ü日本" * 60, 'x\r\nBcc: a@b.c "=?utf-8?q?x?="', ""])
def test_the_quick_way_gives_the_same_bytes(postmark: Postmark, named: dict[str, str], words: str) -> None:
    edition = replace(EDITION, subject=words, title=words or EDITION.title)
    quick = message.assemble(edition, samples.READER, samples.LINKS, postmark=postmark, **named)
    assert quick == wire_bytes(message.build(edition, samples.READER, samples.LINKS, postmark=postmark, **named))


def test_one_click_needs_https() -> None:
    found = parsed(build(links=Links("http://localhost:8000", [b"k" * 32]), postmark=Postmark()))
    assert "List-Unsubscribe-Post" not in found
    assert found["List-Unsubscribe"].startswith("<http://localhost:8000/unsubscribe/")
    assert found["From"] == "The Daily Brief <brief@localhost>"


def test_text_comes_first_and_both_bodies_are_whole() -> None:
    built = build()
    assert [part.get_content_type() for part in parsed(built).iter_parts()] == ["text/plain", "text/html"]
    assert body(built, "plain") == render.default().text(EDITION, samples.LINKS, samples.READER, imprint=samples.IMPRINT)
    assert body(built, "html") == render.default().html(EDITION, samples.LINKS, samples.READER, imprint=samples.IMPRINT)


def test_the_same_bytes_each_time() -> None:
    assert bytes(build()) == bytes(build())
    given = message.build(EDITION, samples.READER, samples.LINKS, message_id="<abc@example.org>")
    assert given["Message-ID"] == "<abc@example.org>"


def test_lines_are_short_and_seven_bit() -> None:
    for edition in (EDITION, everywhere("\u4eba\u5de5\u667a\u80fd \u2014 \U0001f600 x" * 40)):
        raw = bytes(build(edition))
        assert raw.isascii() and b"\n" not in raw.replace(b"\r\n", b"")
        assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_header_strings(shared_data: Path) -> None:
    strings = json.loads((shared_data / "hostile" / "headers" / "strings.json").read_text("utf-8"))["strings"]
    names = parsed(build(everywhere("Plain"))).keys()
    for case in strings:
        words = case["input"]
        postmark = replace(POSTMARK, sender=f'"{words}" <brief@example.org>')
        built = build(everywhere(words), postmark=postmark)
        built["X-Feed"] = words
        found = parsed(built)
        assert found.keys() == [*names[:-2], *names[-2:], "X-Feed"], case["id"]
        assert [a.addr_spec for a in found["To"].addresses] == [samples.READER.email], case["id"]
        assert found["From"].addresses[0].addr_spec == "brief@example.org", case["id"]
        assert found["Subject"].strip() and "\n" not in found["Subject"] and len(found["Subject"]) <= 200, case["id"]
        head = bytes(built).partition(b"\r\n\r\n")[0]
        assert head.isascii() and max(map(len, head.split(b"\r\n"))) <= 998, case["id"]


@pytest.mark.parametrize(
    "words",
    ["Caf\u00e9 \u2014 d\u00e9j\u00e0 vu", "=?utf-8?q?x=0d=0aBcc?=", "\U0001f600 " * 90, "x" * 200, "\u05e9\u05dc\u05d5\u05dd"],
)
def test_a_subject_survives(words: str) -> None:
    assert parsed(build(replace(EDITION, subject=words)))["Subject"].strip() == words.strip()


@pytest.mark.parametrize("words", ["Plain long words " * 500, "\u4eba\u5de5\u667a\u80fd" * 1_000, "&" * 7_500])
def test_a_mail_is_never_too_large_and_says_what_is_cut(words: str) -> None:
    edition = everywhere(words)
    many = tuple(
        replace(pick, fragment=replace(pick.fragment, related=EDITION.picks[0].fragment.related * 3)) for pick in edition.picks
    )
    built = build(replace(edition, picks=many * 3))
    assert len(bytes(built)) <= LARGEST
    assert "Shortened to fit a mail" in body(built, "plain") and "Shortened to fit a mail" in body(built, "html")
    assert "Shortened" not in body(build(), "plain")


def test_the_ends_of_lines_and_long_addresses_count_too() -> None:
    links = Links(f"https://{'brief.' * 12}example.org", [b"k" * 32])
    postmark = replace(POSTMARK, sender="", unsubscribe_address=f"leave@{'mail.' * 20}example.org")
    edition = everywhere((("&" * 36 + " ") * 32)[:1_170])
    wordy = replace(
        edition, picks=edition.picks * 3, subject="\u4eba\u5de5\u667a\u80fd" * 60, title="\u4eba\u5de5\u667a\u80fd" * 20
    )
    assert len(bytes(build(wordy, links, postmark))) <= LARGEST


def test_related_goes_first() -> None:
    sources = [samples.source(f"Feed {i}", "Title") for i in range(5)]
    related = tuple(Related(insight=samples.insight(s, "word " * 80, "h"), source=s, relation=Relation.RELATED) for s in sources)
    picks = tuple(replace(pick, related=related) for pick in samples.selection().picks) * 4
    built = build(samples.edition(of=replace(samples.selection(), picks=picks)))
    assert "related insights are on the pages" in body(built, "plain")
    assert "Why it matters" in body(built, "plain")


@pytest.mark.parametrize(
    ("kind", "subject", "contains"),
    [
        ("confirm", "Please confirm: The Daily Brief", "https://brief.example.org/confirm/"),
        ("welcome", "Welcome to The Daily Brief", "https://brief.example.org/unsubscribe/"),
        ("alert", "The network seems down (The Daily Brief)", "500 feeds cannot be reached."),
        ("login", "Your way into the admin pages of The Daily Brief", "https://brief.example.org/admin/login/"),
        ("correction", "Correction: The network seems down", "It should read: \u201cnew\u201d"),
        ("something else", "The network seems down (The Daily Brief)", "500 feeds cannot be reached."),
    ],
)
def test_notices(kind: str, subject: str, contains: str) -> None:
    values = {
        "subscriber": "r1",
        "headline": "The network seems down",
        "text": "500 feeds cannot be reached.",
        "was": "old",
        "now": "new",
    }
    notice = Notice(id="n1", kind=kind, address="reader@example.net", key="k", values=values, created_at=samples.NOW)
    built = message.build_notice(notice, samples.LINKS, title="The Daily Brief", postmark=POSTMARK)
    found = parsed(built)
    assert (found["Subject"], found["To"], found["Auto-Submitted"]) == (subject, "reader@example.net", "auto-generated")
    assert contains in body(built, "plain")
    assert "List-Unsubscribe" not in found
    assert bytes(built) == bytes(message.build_notice(notice, samples.LINKS, title="The Daily Brief", postmark=POSTMARK))


def test_a_confirmation_holds_nothing_that_was_typed() -> None:
    values = {"subscriber": "r1", "headline": "BUY NOW", "text": "http://evil.example"}
    notice = Notice(id="n1", kind="confirm", address="a@example.net", key="k", values=values, created_at=samples.NOW)
    built = message.build_notice(notice, samples.LINKS, title="The Daily Brief")
    assert not any(typed in body(built, kind) + built["Subject"] for kind in ("plain", "html") for typed in ("BUY NOW", "evil"))
