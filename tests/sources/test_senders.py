"""Who may become a source: by what the admin listed, and by what their own mail server found."""

from email import message_from_string

import pytest

from briefing.sources import senders
from briefing.sources.senders import Sender

LETTER = Sender(name="The Letter", address="letter@news.town.example", list_id="letter.town.example")


@pytest.mark.parametrize(
    ("listed", "plain", "vouched"),
    [
        (["letter@news.town.example"], True, True),
        (["LETTER@News.Town.Example "], True, True),
        (["town.example"], True, True),
        (["@town.example"], True, True),
        (["letter.town.example"], True, False),
        (["own.example"], False, False),
        (["other@news.town.example", "example"], True, True),
        (["news.town.example.evil.example"], False, False),
        ([""], False, False),
        ([], False, False),
    ],
)
def test_a_sender_is_listed_by_address_domain_or_list(listed: list[str], plain: bool, vouched: bool) -> None:
    assert senders.is_listed(LETTER, listed, vouched=False) is plain
    assert senders.is_listed(LETTER, listed, vouched=True) is vouched


def test_a_mail_without_sender_is_nobody() -> None:
    nobody = senders.sender(message_from_string("Subject: x\n\nwords"))
    assert nobody == Sender(name="", address="", list_id="")
    assert not senders.is_listed(nobody, ["town.example", ""], vouched=False)


RESULTS = [
    ("mx.home.example; dkim=pass header.d=town.example", True),
    ("mx.home.example;\n dkim=pass (2048-bit key) header.i=@town.example header.s=a", True),
    ("mx.home.example; spf=pass smtp.mailfrom=evil.example; dmarc=pass header.from=news.town.example", True),
    ("mx.home.example 1; DKIM=PASS header.d=news.town.example", True),
    ("mx.home.example; dkim=pass header.d=evil.example", False),
    ("mx.home.example; dkim=fail header.d=town.example", False),
    ("mx.home.example; dkim=pass header.d=own.example", False),
    ("mx.evil.example; dkim=pass header.d=town.example; dmarc=pass", False),
    ("mx.home.example.evil.example; dmarc=pass", False),
    ("mx.home.example; none", False),
    ("", False),
]


@pytest.mark.parametrize(("result", "believed"), RESULTS)
def test_only_our_own_server_is_believed(result: str, believed: bool) -> None:
    message = message_from_string(f"Authentication-Results: {result}\nFrom: letter@news.town.example\n\nwords")
    assert senders.is_vouched_for(message, "mx.home.example") is believed


def test_of_two_results_of_our_server_the_topmost_counts() -> None:
    top, forged = "mx.home.example; dkim=none", "mx.home.example; dkim=pass header.d=town.example"
    message = message_from_string(
        f"Authentication-Results: {top}\nAuthentication-Results: {forged}\nFrom: letter@town.example\n\nwords"
    )
    assert not senders.is_vouched_for(message, "mx.home.example")
