"""A mail folder is read from where one stopped, and left as it was."""

import socket
from email import message_from_bytes

import pytest
from imap_server import Mail, serving

from briefing import mailbox
from briefing.errors import FetchError
from briefing.mailbox import Letter, Mailbox

LETTERS = {uid: f"Subject: letter {uid}\r\n\r\nWords, café.\r\n".encode() for uid in (3, 5, 8)}


def opened(mail: Mail, folder: str = "News", password: str = "s3cret") -> Mailbox:
    return Mailbox(f"imap://reader%40e.org@127.0.0.1:{mail.port}/{folder}", password, timeout=5)


def test_messages_come_whole_and_in_order() -> None:
    with serving(Mail(LETTERS)) as mail:
        found = list(opened(mail).new_messages())
    assert found == [Letter(uid=uid, uidvalidity=7, body=body) for uid, body in LETTERS.items()]


@pytest.mark.parametrize(
    ("since", "validity", "uids"), [(5, 7, [8]), (8, 7, []), (99, 7, []), (0, 0, [3, 5, 8]), (8, 6, [3, 5, 8])]
)
def test_only_what_is_new_unless_the_server_has_renumbered(since: int, validity: int, uids: list[int]) -> None:
    with serving(Mail(LETTERS)) as mail:
        assert [letter.uid for letter in opened(mail).new_messages(since, validity)] == uids


def test_nothing_is_changed_in_the_folder() -> None:
    with serving(Mail(LETTERS)) as mail:
        list(opened(mail, "Gel%C3%B6scht/Alt").new_messages())
    assert 'EXAMINE "Gel&APY-scht/Alt"' in mail.commands
    assert {command.split()[0] for command in mail.commands} == {"CAPABILITY", "LOGIN", "EXAMINE", "UID", "LOGOUT"}
    fetches = [command for command in mail.commands if "fetch" in command.lower()]
    assert len(fetches) == 4 and all("BODY.PEEK" in command or "RFC822.SIZE" in command for command in fetches)


def test_an_empty_folder_has_no_new_messages() -> None:
    with serving(Mail({})) as mail:
        assert list(opened(mail).new_messages()) == []


def test_of_a_huge_message_only_the_beginning_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox, "MAX_BYTES", 1_000)
    with serving(Mail({1: b"Subject: big\r\n\r\n" + b"x" * 5_000})) as mail:
        (letter,) = opened(mail).new_messages()
    assert (len(letter.body), letter.whole) == (1_000, False)


def test_of_a_full_folder_the_newest_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox, "MOST_MESSAGES", 2)
    with serving(Mail(LETTERS)) as mail:
        assert [letter.uid for letter in opened(mail).new_messages()] == [5, 8]


def test_a_message_that_has_gone_meanwhile_is_passed_over() -> None:
    with serving(Mail(dict(LETTERS))) as mail:
        letters = opened(mail).new_messages()
        assert next(letters).uid == 3
        del mail.messages[5]
        assert [letter.uid for letter in letters] == [8]


TROUBLE = [("News", "wrong", "refuses user name or password"), ("Nowhere", "s3cret", "no folder 'Nowhere'")]


@pytest.mark.parametrize(("folder", "password", "words"), TROUBLE)
def test_a_refusal_says_whose_move_it_is_and_shows_no_password(folder: str, password: str, words: str) -> None:
    with serving(Mail(LETTERS)) as mail, pytest.raises(FetchError, match=words) as caught:
        list(opened(mail, folder, password).new_messages())
    assert password not in str(caught.value)


@pytest.mark.parametrize("cut_at", range(1, 9))
def test_a_cut_connection_is_told_and_what_came_before_stands(cut_at: int) -> None:
    found: list[int] = []
    with serving(Mail(LETTERS, cut_at=cut_at)) as mail, pytest.raises(FetchError):
        found.extend(letter.uid for letter in opened(mail).new_messages())
    assert found == [3, 5, 8][: max(0, cut_at - 6)]


def test_no_server_is_told() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(FetchError, match="no connection to the mail server"):
            list(opened(Mail({}, port=unused.getsockname()[1])).new_messages())


def test_elsewhere_nothing_is_said_in_the_clear() -> None:
    with serving(Mail(LETTERS), host="127.0.0.2") as mail, pytest.raises(FetchError):
        list(Mailbox(f"imap://reader@127.0.0.2:{mail.port}/News", "s3cret", timeout=5).new_messages())
    assert mail.commands
    assert not any("LOGIN" in command for command in mail.commands)


def large(*parts: bytes) -> bytes:
    inner = b"".join(b"--b\r\n" + one + b"\r\n" for one in parts)
    return b'From: a@e.org\r\nSubject: big\r\nContent-Type: multipart/mixed;\r\n boundary="b"\r\n\r\n' + inner + b"--b--\r\n"


def test_attachments_stay_where_they_are() -> None:
    text = b"Content-Type: text/plain; charset=utf-8\r\n\r\nWords, caf\xc3\xa9.\r\n"
    movie = b"Content-Type: video/mp4\r\nContent-Disposition: attachment\r\n\r\n" + b"A" * 600_000
    structure = (
        '(("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "8BIT" 15 1 NIL NIL NIL NIL)'
        '("VIDEO" "MP4" NIL NIL NIL "BASE64" 600000 NIL ("attachment" NIL) NIL NIL) "MIXED" ("BOUNDARY" "b") NIL NIL NIL)'
    )
    with serving(Mail({1: large(text, movie)}, structures={1: structure})) as mail:
        (letter,) = opened(mail).new_messages()
        assert mail.sent < 1_000
    message = message_from_bytes(letter.body)
    assert message["Subject"] == "big"
    assert [part.get_content_type() for part in message.walk()] == ["multipart/mixed", "text/plain"]
    assert "Words, café." in message.get_payload(0).get_payload(decode=True).decode()  # type: ignore[union-attr]  # a part


def test_a_large_message_without_a_structure_is_fetched_as_far_as_it_may_be() -> None:
    with serving(Mail({1: large(b"Content-Type: text/plain\r\n\r\n" + b"x" * 300_000)})) as mail:
        (letter,) = opened(mail).new_messages()
    assert len(letter.body) > 300_000
