"""When a server or a domain is left alone, for how long, and when it is tried again."""

from datetime import datetime, timedelta

import pytest

from briefing.delivery.breaker import CLOSED, DOMAIN, SERVER, Breaker, domain_after, server_after
from briefing.errors import DeliveryError

MINUTE = timedelta(minutes=1)
LATER = DeliveryError("a@x.example", "450 4.2.0 later", code=450)
CLOSING = DeliveryError("a@x.example", "421 4.7.0 too many connections", code=421)
GREY = DeliveryError("a@x.example", "451 4.7.1 Greylisting in action", code=451)
NOBODY = DeliveryError("a@x.example", "550 5.1.1 nobody", code=550, permanent=True, hard=True)
AWAY = DeliveryError("mail.example:25", "cannot be reached", ours=True)
LOGIN = DeliveryError("mail.example:25", "535 5.7.8 wrong password", code=535, permanent=True, ours=True)
CUT = DeliveryError("a@x.example", "the line was lost", uncertain=True)


def domain_pauses(errors: list[DeliveryError | None], now: datetime) -> timedelta | None:
    breaker = CLOSED
    for error in errors:
        breaker = domain_after(breaker, error, now)
    until = breaker.pause(now, DOMAIN)
    return until - now if until else None


@pytest.mark.parametrize(
    ("errors", "minutes"),
    [
        ([LATER] * 9, 0),
        ([LATER] * 10, 10),
        ([CLOSING], 10),
        ([*[LATER] * 9, None, LATER], 0),
        ([*[LATER] * 9, NOBODY, LATER], 10),
        ([GREY] * 100, 0),
        ([NOBODY] * 100, 0),
        ([AWAY] * 100, 0),
        ([CUT] * 100, 0),
    ],
)
def test_a_domain_is_left_alone_when_it_asks_for_it(errors: list[DeliveryError | None], minutes: int, now: datetime) -> None:
    assert domain_pauses(errors, now) == (minutes * MINUTE if minutes else None)


def test_each_failed_probe_doubles_the_pause_and_a_success_ends_it(now: datetime) -> None:
    breaker, pauses = CLOSED, []
    for _ in range(7):
        breaker = domain_after(breaker, CLOSING, now)
        assert breaker.until is not None
        pauses.append((breaker.until - now) // MINUTE)
        now = breaker.until
        assert breaker.pause(now, DOMAIN) is None
    assert pauses == [10, 20, 40, 80, 160, 160, 160]
    assert domain_after(breaker, None, now) == CLOSED


def test_failures_while_it_is_open_do_not_make_it_longer(now: datetime) -> None:
    once = domain_after(CLOSED, CLOSING, now)
    assert domain_after(once, CLOSING, now + MINUTE).until == once.until


def test_a_clock_that_was_set_back_keeps_nobody_waiting(now: datetime) -> None:
    assert Breaker(pauses=1, until=now + timedelta(days=1)).pause(now, DOMAIN) is None


def test_a_lasting_word_about_us_closes_the_way_out_at_once(now: datetime) -> None:
    assert server_after(CLOSED, LOGIN, now).pause(now, SERVER) == now + 15 * MINUTE


@pytest.mark.parametrize("error", [AWAY, CUT])
def test_twenty_five_lost_connections_in_a_row_close_the_way_out(error: DeliveryError, now: datetime) -> None:
    breaker = CLOSED
    for _ in range(24):
        breaker = server_after(breaker, error, now)
    assert breaker.pause(now, SERVER) is None
    assert server_after(breaker, error, now).pause(now, SERVER) == now + 15 * MINUTE
    for answer in (None, LATER, NOBODY):
        assert server_after(breaker, answer, now) == CLOSED
