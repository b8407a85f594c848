"""Mails to entries: MIME in every shape, nothing that names the recipient, nothing that is no issue."""

import json
import time
import tomllib
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.errors import UnreadableError
from briefing.model import Document, Entry, Kind
from briefing.sources import documents, newsletters
from briefing.sources.mail_links import public_link

NOW = datetime(2026, 11, 21, tzinfo=UTC)
LINKS = tomllib.loads((Path(__file__).parent.parent / "cases" / "links.toml").read_text("utf-8"))["case"]


def parse(message: bytes) -> Entry:
    return newsletters.parse(message, collected_at=NOW, mailbox="imaps://imap.example.org/News")


def read(entry: Entry) -> Document:
    return documents.build(entry, kind=Kind.NEWSLETTER).document


def mail(plain: str = "", html: str = "", **headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in {
        "From": "The Quay <news@quay.example>",
        "To": "reader@example.net",
        "Subject": "Cranes",
        **headers,
    }.items():
        message[name.replace("_", "-")] = value
    message.set_content(plain or "A plain text.")
    if html:
        message.add_alternative(html, subtype="html")
    return message


@pytest.mark.parametrize("case", LINKS, ids=lambda case: case["before"][:50])
def test_links_lead_to_the_public_place_or_nowhere(case: dict[str, str]) -> None:
    assert public_link(case["before"]) == case["after"]


@given(st.text(max_size=200) | st.text(max_size=60).map("https://example.org/".__add__))
def test_any_link_is_public_or_nothing(address: str) -> None:
    link = public_link(address)
    assert link == "" or link.startswith(("http://", "https://"))


def test_html_is_preferred_and_keeps_its_structure() -> None:
    html = "<h2>News</h2><ul><li>One <b>crane</b>.</li></ul><p>See <a href='https://e.org/a?utm_source=x'>this</a>.</p>"
    entry = parse(mail("plain", html, List_Id="The Quay <quay.example.org>", Date="Mon, 05 Jan 2026 08:00:00 +0000").as_bytes())
    assert (entry.feed_url, entry.title, entry.authors) == ("mailto:quay.example.org", "Cranes", ("The Quay",))
    assert entry.published_at == datetime(2026, 1, 5, 8, tzinfo=UTC)
    assert [p.role.value for p in read(entry).passages] == ["heading", "item", "prose"]
    assert 'href="https://e.org/a"' in entry.html


def test_without_a_list_the_senders_address_is_the_feed() -> None:
    assert parse(mail("A text.").as_bytes()).feed_url == "mailto:news@quay.example"
    posing = parse(mail("A text.", From='"news@trusted.example" <attacker@evil.example>').as_bytes())
    assert (posing.feed_url, posing.authors) == ("mailto:attacker@evil.example", ("attacker@evil.example",))


def test_nothing_names_the_recipient() -> None:
    html = (
        "<p>Hello reader@example.net, cranes.</p><p><a href='https://e.org/u/TOKENTOKENTOKEN12345'>Unsubscribe</a></p>"
        "<img src='https://e.org/pixel/TOKENTOKENTOKEN12345.gif'><p>Go to https://e.org/v/TOKENTOKENTOKEN12345 now.</p>"
        "<p><a href='https://e.org/s?e=reader%40example.net&id=7'>A story</a> follows.</p>"
    )
    entry = parse(mail("x", html).as_bytes())
    for secret in ("TOKENTOKEN", "reader@example.net", "reader%40", "Unsubscribe"):
        assert secret not in entry.html + entry.url
    assert "A story" in read(entry).text


def test_the_same_mail_is_the_same_entry_and_another_with_its_id_is_not() -> None:
    first = mail("One text.", Message_ID="<1@quay.example>").as_bytes()
    assert parse(first).id == parse(first).id
    assert parse(first).id != parse(mail("Another.", Message_ID="<1@quay.example>").as_bytes()).id


def test_forwarded_mail_belongs_to_who_wrote_it() -> None:
    outer = EmailMessage()
    outer["From"], outer["Subject"] = "reader@example.net", "Fwd: Cranes"
    outer.add_attachment(mail("The crane was sold."))
    carried = parse(outer.as_bytes())
    assert (carried.feed_url, carried.title) == ("mailto:news@quay.example", "Cranes")
    inline = (
        "---------- Forwarded message ---------\nFrom: The Quay <news@quay.example>\nDate: Mon, 5 Jan 2026\nSubject: Old cranes\n"
        "To: reader@example.net\n\nThe crane was sold."
    )
    entry = parse(mail(inline, From="Me <me@example.net>", Subject="Fwd: Old cranes").as_bytes())
    assert (entry.feed_url, entry.title) == ("mailto:news@quay.example", "Old cranes")
    assert read(entry).text == "The crane was sold."


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (mail("Please confirm your subscription by clicking here."), "asks to confirm"),
        (mail("I am away.", Auto_Submitted="auto-replied"), "automatic reply"),
        (mail("x", "<img src='a.gif'>"), ""),
        (mail(" \n "), "no text"),
    ],
    ids=["confirmation", "out of office", "picture with a plain part", "nothing"],
)
def test_what_is_no_issue_is_refused_with_a_reason(message: EmailMessage, reason: str) -> None:
    if not reason:
        assert read(parse(message.as_bytes())).text == "x"
        return
    with pytest.raises(UnreadableError, match=reason):
        parse(message.as_bytes())


@given(st.binary(max_size=400) | st.binary(max_size=200).map(b"Content-Type: multipart/mixed; boundary=b\n\n--b\n".__add__))
def test_any_bytes_give_an_entry_or_a_reason(message: bytes) -> None:
    try:
        assert parse(message).feed_url.startswith("mailto:")
    except UnreadableError as error:
        assert error.reason


def test_a_mail_of_two_thousand_parts_is_read_in_time() -> None:
    parts = b"".join(b"--b\r\nContent-Type: image/gif\r\n\r\nx\r\n" for _ in range(2000))
    head = (
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nWords.\r\n"
    )
    began = time.process_time()
    assert read(parse(head + parts + b"--b--\r\n")).text == "Words."
    assert time.process_time() - began < 5


def test_hostile_mails(shared_data: Path) -> None:
    folder = shared_data / "hostile" / "newsletters"
    for case in json.loads((folder / "expectations.json").read_text("utf-8"))["cases"]:
        must, outcome, text, entry = case["must"], "error", "", None
        try:
            entry = parse((folder / case["file"]).read_bytes())
            outcome, text = "ok", read(entry).text + entry.html
        except UnreadableError:
            pass
        assert outcome in must["outcome"], case["file"]
        assert all(wanted in text for wanted in must.get("text_contains", ())), case["file"]
        assert not any(unwanted in text for unwanted in must.get("text_never", ())), case["file"]
        assert (entry is not None) == bool(must["items"]) if "items" in must else True, case["file"]
        assert all(word in (entry.title if entry else "") for word in must.get("subject_contains", ())), case["file"]
        assert not any(word in (entry.title if entry else "") for word in must.get("subject_never", ())), case["file"]
        assert "TOKENTOKEN" not in text, case["file"]


def test_real_mails_have_passages_and_no_frame(shared_data: Path) -> None:
    for path in (shared_data / "newsletters" / "html-email").glob("*.html"):
        raw = b"From: a@b.example\nContent-Type: text/html; charset=utf-8\n\n" + path.read_bytes()
        document = read(parse(raw))
        assert document.passages, path.name
        assert "nsubscribe" not in document.text, path.name
