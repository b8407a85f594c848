"""The SMTP mailer against a server that takes, refuses and cuts."""

from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from briefing.delivery.smtp import SmtpMailer
from briefing.errors import DeliveryError

from .server import CUT, Server

Build = Callable[..., EmailMessage]
TO = "reader@example.com"


@pytest.fixture(params=["8BITMIME", "PIPELINING"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """One that takes a command at a time, and one that takes MAIL and RCPT together."""
    with Server(offers=request.param) as running:
        yield running


@pytest.fixture
def mailer(server: Server) -> Iterator[SmtpMailer]:
    made = SmtpMailer("127.0.0.1", server.port, "none", timeout=5, last_reply_timeout=5, hello="test.example")
    yield made
    made.close()


def test_many_messages_go_over_one_connection(server: Server, mailer: SmtpMailer, message: Build) -> None:
    for number in range(5):
        mailer.send(message(number=number), envelope_to=TO)
    assert server.connections == 1
    assert [message_from_bytes(each.content)["Message-ID"] for each in server.taken] == [f"<m{n}@example.org>" for n in range(5)]
    assert server.taken[0].recipient.startswith(f"RCPT TO:<{TO}>")


@pytest.mark.parametrize(
    "body", [".\n", "..two\n.one\n", "a\n.\nQUIT\n", "é" * 2000 + "\n", "no end", "\r\n.\r\nMAIL FROM:<x@y>\r\n"]
)
def test_words_arrive_as_they_were(server: Server, mailer: SmtpMailer, message: Build, body: str) -> None:
    mailer.send(message(body), envelope_to=TO)
    arrived = message_from_bytes(server.taken[0].content, policy=policy.default)
    assert isinstance(arrived, EmailMessage)
    assert arrived.get_content().split() == body.split()
    assert arrived.get_content().count("\n") == max(body.count("\n"), 1)
    assert arrived["Subject"] == "Überblick 1"
    assert max(map(len, server.taken[0].content.split(b"\r\n"))) <= 998
    assert len(server.taken) == 1


def test_the_row_is_written_after_rcpt_and_before_data(server: Server, mailer: SmtpMailer, message: Build) -> None:
    said: list[str] = []
    mailer.send(message(), envelope_to=TO, before_data=lambda: said.extend(server.commands))
    assert said[-1].startswith("RCPT")
    assert not any(each.startswith("DATA") for each in said)


def test_nothing_is_sent_when_the_row_cannot_be_written(server: Server, mailer: SmtpMailer, message: Build) -> None:
    def fail() -> None:
        raise OSError("the database is locked")

    with pytest.raises(OSError, match="locked"):
        mailer.send(message(), envelope_to=TO, before_data=fail)
    assert not server.taken
    mailer.send(message(), envelope_to=TO)
    assert len(server.taken) == 1
    assert server.connections == 1


REFUSALS = [
    ("MAIL", "451 4.3.0 later", {"permanent": False, "ours": False}),
    ("MAIL", "550 5.7.1 not you", {"permanent": True, "ours": True}),
    ("RCPT", "450 4.2.0 greylisted", {"permanent": False, "ours": False}),
    ("RCPT", "550 5.1.1 no such user", {"permanent": True, "ours": False, "hard": True}),
    ("RCPT", "550 unknown", {"permanent": True, "hard": True}),
    ("RCPT", "552 5.2.2 mailbox full", {"permanent": True, "ours": False, "hard": False}),
    ("RCPT", "554 5.7.1 Relay access denied", {"permanent": True, "ours": True, "hard": False}),
    ("RCPT", "530 5.7.0 Authentication required", {"ours": True, "hard": False}),
    ("DATA", "451 no", {"permanent": False, "uncertain": False}),
    ("dot", "451 4.3.1 disk", {"permanent": False, "uncertain": False}),
    ("dot", "554 5.6.0 no", {"permanent": True, "ours": False, "hard": False, "uncertain": False}),
    ("RCPT", "421 4.7.0 slow down", {"permanent": False, "ours": False}),
]


@pytest.mark.parametrize(("stage", "answer", "expected"), REFUSALS, ids=[f"{s} {a[:9]}" for s, a, _ in REFUSALS])
def test_a_refusal_says_what_it_means_and_the_next_mail_goes(
    server: Server, mailer: SmtpMailer, message: Build, stage: str, answer: str, expected: dict[str, bool]
) -> None:
    server.answers[stage] = [answer]
    with pytest.raises(DeliveryError) as caught:
        mailer.send(message(), envelope_to=TO)
    assert {name: getattr(caught.value, name) for name in expected} == expected
    assert caught.value.code == int(answer[:3])
    mailer.send(message(number=2), envelope_to=TO)
    assert len(server.taken) == 1


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_a_line_cut_before_the_words_leaves_no_doubt(server: Server, mailer: SmtpMailer, message: Build, stage: str) -> None:
    server.answers[stage] = [CUT]
    with pytest.raises(DeliveryError) as caught:
        mailer.send(message(), envelope_to=TO)
    assert not caught.value.uncertain
    assert not caught.value.permanent
    mailer.send(message(), envelope_to=TO)


def test_a_line_cut_after_the_dot_leaves_it_open(server: Server, mailer: SmtpMailer, message: Build) -> None:
    server.answers["dot"] = [CUT]
    with pytest.raises(DeliveryError) as caught:
        mailer.send(message(), envelope_to=TO)
    assert caught.value.uncertain
    mailer.send(message(), envelope_to=TO)
    assert server.connections == 2


@pytest.mark.parametrize("answer", [CUT, "421 4.7.0 enough on this connection"])
def test_a_connection_that_the_server_ended_is_made_anew(server: Server, mailer: SmtpMailer, message: Build, answer: str) -> None:
    mailer.send(message(), envelope_to=TO)
    server.answers["MAIL"] = [answer]
    mailer.send(message(number=2), envelope_to=TO)
    assert len(server.taken) == 2
    assert server.connections == 2


def send_two(mailer: SmtpMailer, message: Build, *, expected: int = 2) -> list[DeliveryError | None]:
    """The first and the second, with `expected` named before; what kept each."""
    kept: list[DeliveryError | None] = []
    mailer.expect(lambda: (message(number=expected), f"reader{expected}@example.com"))
    for number in (1, 2):
        try:
            mailer.send(message(number=number), envelope_to=f"reader{number}@example.com")
            kept.append(None)
        except DeliveryError as error:
            kept.append(error)
    return kept


def recipients(server: Server) -> list[str]:
    return [each.recipient.split(">")[0].removeprefix("RCPT TO:<") for each in server.taken]


@pytest.mark.parametrize("expected", [2, 3], ids=["comes", "stays away"])
def test_what_is_expected_is_said_ahead_and_may_stay_away(
    server: Server, mailer: SmtpMailer, message: Build, expected: int
) -> None:
    assert send_two(mailer, message, expected=expected) == [None, None]
    assert recipients(server) == ["reader1@example.com", "reader2@example.com"]
    assert [message_from_bytes(each.content)["Message-ID"] for each in server.taken] == ["<m1@example.org>", "<m2@example.org>"]
    said_in_vain = expected == 3 and server.offers == "PIPELINING"
    assert ("RSET" in server.commands, sum("reader3" in each for each in server.commands)) == (said_in_vain, said_in_vain)


FIRST_FAILS = [("dot", "451 4.3.1 disk"), ("dot", "554 5.6.0 no"), ("dot", "421 4.3.2 closing"), ("dot", CUT), ("DATA", "451 no")]
SECOND_FAILS = [("RCPT", "550 5.1.1 no such user"), ("RCPT", "450 4.2.0 greylisted"), ("MAIL", "451 4.3.0 later"), ("RCPT", CUT)]


@pytest.mark.parametrize(("stage", "answer"), FIRST_FAILS)
def test_what_was_said_ahead_goes_out_though_the_one_before_failed(
    server: Server, mailer: SmtpMailer, message: Build, stage: str, answer: str
) -> None:
    server.answers[stage] = [answer]
    first, second = send_two(mailer, message)
    assert first is not None
    assert first.uncertain == (answer == CUT)
    assert second is None
    assert recipients(server) == ["reader2@example.com"]


@pytest.mark.parametrize(("stage", "answer"), SECOND_FAILS)
def test_a_refusal_of_what_was_said_ahead_is_its_own(
    server: Server, mailer: SmtpMailer, message: Build, stage: str, answer: str
) -> None:
    server.answers[stage] = ["250 ok", answer]
    first, second = send_two(mailer, message)
    assert first is None
    assert second is not None
    assert not second.uncertain
    mailer.send(message(number=3), envelope_to="reader3@example.com")
    assert recipients(server) == ["reader1@example.com", "reader3@example.com"]


@pytest.mark.parametrize("answer", [CUT, "421 4.7.0 enough on this connection"])
def test_what_was_said_ahead_on_a_line_that_ended_is_said_anew(
    server: Server, mailer: SmtpMailer, message: Build, answer: str
) -> None:
    server.answers["MAIL"] = ["250 ok", answer]
    assert send_two(mailer, message) == [None, None]
    assert recipients(server) == ["reader1@example.com", "reader2@example.com"]
    assert server.connections == 2


def test_the_return_path_is_the_envelope_and_not_in_the_mail(server: Server, mailer: SmtpMailer, message: Build) -> None:
    mail = message()
    mail["Return-Path"] = "bounce+d1@example.org"
    mailer.send(mail, envelope_to=TO)
    assert server.taken[0].sender.startswith("MAIL FROM:<bounce+d1@example.org>")
    assert b"Return-Path" not in server.taken[0].content
    assert mail["Return-Path"]


@pytest.mark.parametrize("address", ["a@b.org>\r\nRCPT TO:<x@y.org", "a b@c.org", "", "жук@example.org", "@example.org"])
def test_an_address_that_would_break_the_dialogue_is_refused(
    server: Server, mailer: SmtpMailer, message: Build, address: str
) -> None:
    with pytest.raises(DeliveryError) as caught:
        mailer.send(message(), envelope_to=address)
    assert caught.value.permanent
    assert not server.commands


def test_no_encryption_offered_means_nothing_is_said(server: Server, message: Build) -> None:
    mailer = SmtpMailer("127.0.0.1", server.port, "starttls", "user", "hush", timeout=5)
    with pytest.raises(DeliveryError) as caught:
        mailer.send(message(), envelope_to=TO)
    assert caught.value.ours
    assert not any(each.startswith(("AUTH", "MAIL")) for each in server.commands)


def test_a_missing_password_is_named(server: Server, message: Build) -> None:
    mailer = SmtpMailer("127.0.0.1", server.port, "none", "user", "", timeout=5)
    with pytest.raises(DeliveryError, match="BRIEFING_SMTP_PASSWORD"):
        mailer.send(message(), envelope_to=TO)


def test_a_server_that_is_not_there_is_our_trouble(message: Build) -> None:
    mailer = SmtpMailer("127.0.0.1", 9, "none", timeout=1)
    with pytest.raises(DeliveryError, match="cannot be reached") as caught:
        mailer.send(message(), envelope_to=TO)
    assert caught.value.ours
    assert not caught.value.permanent


def test_a_login_that_is_refused_is_our_trouble(server: Server, message: Build) -> None:
    server.answers["EHLO"] = ["250-here\r\n250 AUTH PLAIN"]
    server.answers["AUTH"] = ["535 5.7.8 no"]
    mailer = SmtpMailer("127.0.0.1", server.port, "none", "user", "hush", timeout=5)
    with pytest.raises(DeliveryError) as caught:
        mailer.send(message(), envelope_to=TO)
    assert (caught.value.code, caught.value.ours, caught.value.permanent) == (535, True, True)
    assert "hush" not in str(caught.value)


def test_the_senders_domain_is_said_where_no_name_is_given(server: Server, message: Build) -> None:
    mailer = SmtpMailer("127.0.0.1", server.port, "none", timeout=5)
    mailer.send(message(), envelope_to=TO)
    mailer.close()
    assert server.commands[0] == "EHLO example.org"


def test_a_server_is_reached_without_a_mail(server: Server, mailer: SmtpMailer) -> None:
    mailer.reach()
    assert [each.split(" ")[0] for each in server.commands] == ["EHLO", "QUIT"]
    server.answers["connect"] = ["554 5.7.1 not from there"]
    with pytest.raises(DeliveryError) as caught:
        mailer.reach()
    assert caught.value.ours
