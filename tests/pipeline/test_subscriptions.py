"""Newsletters by mail: who may become a source, what is counted and what the admin is shown."""

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

import pytest
from imap_server import Mail, serving

from briefing.config import Config
from briefing.pipeline import health, mailboxes, subscriptions
from briefing.pipeline.diagnosis import CHECKS

from .conftest import NOW, SHIPS, TOML, Desk

ADMIN = f'{TOML}\n[admin]\nemail = "admin@example.org"\n'
HOUR = timedelta(hours=1)


def newsletter(
    number: int = 0, address: str = "letter@town.example", *, subject: str = "", words: str = SHIPS, results: str = ""
) -> bytes:
    mail = EmailMessage()
    if results:
        mail["Authentication-Results"] = results
    mail["From"], mail["To"], mail["Subject"] = f"The Letter <{address}>", "me@example.org", subject or f"Issue {number}"
    mail["Message-ID"] = f"<{number}@{address.partition('@')[2]}>"
    mail.set_content(f"<h1>Issue {number}</h1><p>{words} This is issue {number}.</p>", subtype="html")
    return mail.as_bytes()


class Folder:
    """A mail server on loopback, and a desk that reads it."""

    def __init__(self, mail: Mail, desk: Desk) -> None:
        self.mail, self.desk = mail, desk
        self.box = desk.services.config.mailboxes[0]

    @property
    def config(self) -> Config:
        return self.desk.services.config

    def read(self, now: int = 0) -> mailboxes.Brought:
        with self.desk.services.store.read() as db:
            state = db.feeds.states([self.box.url])[self.box.url]
        return mailboxes.collect(self.desk.services, state, NOW + now * HOUR)

    def sources(self) -> list[str]:
        with self.desk.services.store.read() as db:
            return sorted(url for url in db.feeds.states() if url.startswith("mailto:"))

    def strangers(self) -> dict[str, int]:
        with self.desk.services.store.read() as db:
            return subscriptions.strangers(db, self.box)


@pytest.fixture
def folder(make_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch) -> Callable[..., "Folder"]:
    def make(mail: Mail, more: str = "") -> Folder:
        toml = f'{ADMIN}\n[[mailboxes]]\nurl = "imap://me@127.0.0.1:{mail.port}/News"\n{more}\n'
        desk = make_desk(toml)
        desk.services.config.secrets.mailboxes["BRIEFING_MAILBOX_PASSWORD"] = "s3cret"  # type: ignore[index]  # a dict in truth
        with desk.services.store.write() as db:
            db.feeds.declare([desk.services.config.mailboxes[0].url])
        return Folder(mail, desk)

    return make


def test_without_a_list_every_sender_becomes_a_source(folder: Callable[..., Folder]) -> None:
    with serving(Mail({1: newsletter(1), 2: newsletter(2, "other@city.example")})) as mail:
        read = folder(mail)
        assert read.read().new == 2
    assert read.sources() == ["mailto:letter@town.example", "mailto:other@city.example"]


def test_with_a_list_others_are_counted_and_named_and_nothing_of_them_is_kept(folder: Callable[..., Folder]) -> None:
    letters = {1: newsletter(1), **{uid: newsletter(uid, f"spam{uid % 2}@evil.example") for uid in range(2, 7)}}
    with serving(Mail(letters)) as mail:
        read = folder(mail, 'senders = ["town.example"]')
        assert read.read().new == 1
    assert read.sources() == ["mailto:letter@town.example"]
    assert read.strangers() == {"spam0@evil.example": 3, "spam1@evil.example": 2}
    ((words, remedy),) = CHECKS["mailboxes"](read.desk.services, NOW)
    assert "5, from spam0@evil.example (3), spam1@evil.example (2)" in words
    assert "`senders`" in remedy


def test_strangers_fill_no_memory(folder: Callable[..., Folder], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscriptions, "MOST_STRANGERS", 3)
    with serving(Mail({uid: newsletter(uid, f"spam{uid}@evil.example") for uid in range(1, 8)})) as mail:
        read = folder(mail, 'senders = ["town.example"]')
        read.read()
    assert read.strangers() == {"others": 4, **{f"spam{uid}@evil.example": 1 for uid in (1, 2, 3)}}


def test_a_forged_sender_is_left_out_where_our_server_must_vouch(folder: Callable[..., Folder]) -> None:
    good = newsletter(1, results="mx.home.example; dkim=pass header.d=town.example")
    with serving(Mail({1: good, 2: newsletter(2), 3: newsletter(3, results="mx.evil.example; dmarc=pass")})) as mail:
        read = folder(mail, 'senders = ["town.example"]\nverified_by = "mx.home.example"')
        assert read.read().new == 1
    assert read.strangers() == {"letter@town.example": 2}


def test_a_request_to_confirm_is_shown_to_the_admin_once_and_never_answered(folder: Callable[..., Folder]) -> None:
    asks = newsletter(1, subject="Please confirm your subscription", words="Click here: https://town.example/confirm/abc")
    with serving(Mail({1: asks})) as mail:
        read = folder(mail)
        assert read.read().new == 0
        mail.uidvalidity = 8
        read.read(1)
    read.desk.run()
    told = [found for to, found in read.desk.mailer.sent if to == "admin@example.org"]
    (sent,) = [found for found in told if str(found["Subject"]) == "The Letter asks to confirm a subscription (Brief)"]
    assert "town.example/confirm" not in sent.as_string()
    assert not any("town.example/confirm" in url for url in read.desk.fetcher.asked)


def test_a_renumbered_folder_brings_its_new_letters_and_no_old_one_again(folder: Callable[..., Folder]) -> None:
    letters = {uid: newsletter(uid) for uid in range(1, 13)}
    with serving(Mail(letters)) as mail:
        read = folder(mail)
        assert read.read().new == 12
        mail.messages, mail.uidvalidity = {uid - 6: body for uid, body in letters.items() if uid > 6}, 8
        mail.messages |= {uid: newsletter(uid + 1000) for uid in (7, 8, 9)}
        assert read.read(1).new == 3
        assert read.read(2).new == 0


@pytest.mark.parametrize("cut_at", range(1, 10))
def test_a_cut_line_loses_nothing_and_brings_nothing_twice(folder: Callable[..., Folder], cut_at: int) -> None:
    with serving(Mail({uid: newsletter(uid) for uid in range(1, 5)}, cut_at=cut_at)) as mail:
        read = folder(mail)
        first = read.read().new
        assert first == max(0, min(4, cut_at - 6))
        mail.cut_at = 0
        assert first + read.read(1).new == 4


def test_a_crash_between_fetching_and_keeping_loses_nothing(
    folder: Callable[..., Folder], monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*arguments: object) -> int:
        raise KeyboardInterrupt

    with serving(Mail({uid: newsletter(uid) for uid in range(1, 4)})) as mail:
        read = folder(mail)
        with monkeypatch.context() as patched:
            patched.setattr(subscriptions, "_keep", crash)
            with pytest.raises(KeyboardInterrupt):
                read.read()
        assert read.read(1).new == 3


def test_a_sender_that_falls_silent_is_told_like_a_feed(folder: Callable[..., Folder]) -> None:
    with serving(Mail({})) as mail:
        read = folder(mail)
        for day in range(5):
            mail.messages[day + 1] = newsletter(day)
            read.read(24 * day)
        with read.desk.services.store.read() as db:
            found = {each.url: each for each in health.everything(db, read.config, NOW + 240 * HOUR)}
    sender = found["mailto:letter@town.example"]
    assert (sender.status, sender.remark) == ("silent", "usually daily, quiet for 6 days")
    assert sender.entries == 5


def test_a_letter_of_bytes_alone_is_told_and_passed_over(folder: Callable[..., Folder]) -> None:
    with serving(Mail({1: b"\r\n", 2: newsletter(2)})) as mail:
        brought = folder(mail).read()
    assert (brought.new, len(brought.failures)) == (1, 1)
