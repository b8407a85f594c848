"""What delivery relies on, whatever carries the mail."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from briefing.delivery.chat import ChatChannel
from briefing.delivery.doors import Doors
from briefing.delivery.folder import FolderMailer
from briefing.delivery.notes import NotesFolder
from briefing.delivery.smtp import SmtpMailer
from briefing.demo import InboxServer
from briefing.ports import ForesightedMailer, Mailer
from briefing.testing import FakeMailer


class Carrier:
    """A mailer and a way to see what arrived."""

    def __init__(self, mailer: Mailer, arrived: object) -> None:
        self.mailer = mailer
        self._arrived = arrived

    def bodies(self) -> list[bytes]:
        return list(self._arrived())  # type: ignore[operator]


class Post:
    """What stands in for Apprise: a service that keeps what it is told."""

    def __init__(self) -> None:
        self.said: list[bytes] = []

    def add(self, servers: str) -> bool:
        return "://" in servers

    def notify(self, body: str, title: str, *, body_format: str) -> bool:
        self.said.append(f"{title}\n{body}".encode())
        return True


@pytest.fixture(params=["folder", "smtp", "notes", "chat", "doors", "fake"])
def carrier(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Carrier]:
    if request.param == "folder":
        yield Carrier(FolderMailer(tmp_path), lambda: [path.read_bytes() for path in sorted(tmp_path.glob("*.eml"))])
    elif request.param == "notes":
        yield Carrier(NotesFolder(tmp_path), lambda: [path.read_bytes() for path in sorted(tmp_path.glob("*.md"))])
    elif request.param == "chat":
        post = Post()
        yield Carrier(ChatChannel("room", "json://localhost", lambda: post), lambda: post.said)
    elif request.param == "doors":
        kept = FakeMailer()
        yield Carrier(Doors(kept, {"room": FakeMailer()}), lambda: [bytes(mail) for _, mail in kept.sent])
    elif request.param == "fake":
        fake = FakeMailer()
        yield Carrier(fake, lambda: [bytes(message) for _, message in fake.sent])
    else:
        with InboxServer() as inbox:
            mailer = SmtpMailer(inbox.host, inbox.port, "none")
            yield Carrier(mailer, lambda: [mail.data for mail in inbox.received])
            mailer.close()


def message(number: int = 1) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "brief@example.org", "ana@example.org", f"Number {number}"
    mail["Message-ID"], mail["X-Slot"], mail["X-Delivery"] = f"<{number}@example.org>", f"2026-11-{20 + number}", f"d{number}"
    mail.set_content("One line.\n.A line that begins with a dot.\n")
    return mail


def test_a_mail_arrives_once_with_its_words(carrier: Carrier) -> None:
    carrier.mailer.send(message(), envelope_to="ana@example.org")
    (body,) = carrier.bodies()
    assert b"Number 1" in body
    assert b"\n.A line that begins with a dot." in body


def test_many_mails_go_one_after_the_other(carrier: Carrier) -> None:
    for number in range(5):
        carrier.mailer.send(message(number), envelope_to="ana@example.org")
    assert len(carrier.bodies()) == 5


@pytest.mark.parametrize("expected", [1, 7], ids=["comes", "stays away"])
def test_to_say_what_comes_next_changes_nothing_but_the_pace(carrier: Carrier, expected: int) -> None:
    for number in range(2):
        if isinstance(carrier.mailer, ForesightedMailer):
            carrier.mailer.expect(lambda: (message(expected), f"ana{expected}@example.org"))
        carrier.mailer.send(message(number), envelope_to=f"ana{number}@example.org")
    assert [f"Number {number}".encode() in body for number, body in enumerate(carrier.bodies())] == [True, True]


def test_the_last_word_is_asked_before_anything_goes_out(carrier: Carrier) -> None:
    seen: list[int] = []
    carrier.mailer.send(message(), envelope_to="ana@example.org", before_data=lambda: seen.append(len(carrier.bodies())))
    assert seen == [0]
    assert len(carrier.bodies()) == 1


def test_a_no_at_the_last_moment_sends_nothing_and_harms_no_later_mail(carrier: Carrier) -> None:
    def leave() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        carrier.mailer.send(message(1), envelope_to="ana@example.org", before_data=leave)
    assert carrier.bodies() == []
    carrier.mailer.send(message(2), envelope_to="ana@example.org")
    assert len(carrier.bodies()) == 1
