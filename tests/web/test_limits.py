"""Windows slide and stay bounded; networks and mailboxes are told apart as people have them."""

from datetime import timedelta

import pytest

from briefing.web.limits import Window, mailbox, network

from .conftest import NOW


def test_a_window_slides() -> None:
    window = Window(2, timedelta(minutes=10))
    minutes = [0, 1, 2, 10, 11, 11]
    assert [window.take("a", NOW + timedelta(minutes=m)) for m in minutes] == [True, True, False, True, True, False]


def test_a_window_forgets_rather_than_grows() -> None:
    window = Window(1, timedelta(minutes=10), most_keys=100)
    for n in range(10_000):
        window.take(str(n), NOW)
    assert len(window) == 100
    assert not window.take("9999", NOW)


@pytest.mark.parametrize(
    ("host", "block"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2ff::1", "2001:db8:1:200::/56"),
        ("unix", "unix"),
        ("", ""),
    ],
)
def test_networks(host: str, block: str) -> None:
    assert network(host) == block


@pytest.mark.parametrize("email", ["eva@gmail.com", "E.V.A+news@googlemail.com", "e.va@GMAIL.com"])
def test_one_mailbox_however_spelt(email: str) -> None:
    assert mailbox(email) == mailbox("eva@gmail.com")


def test_other_mailboxes_stay_apart() -> None:
    assert len({mailbox(email) for email in ("eva@example.org", "e.va@example.org", "eva@gmail.com", "iva@gmail.com")}) == 4
