"""The moves of a delivery, one by one."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.delivery import outbox
from briefing.delivery.outbox import BACKOFF, LEASE, NotAllowedError, Policy
from briefing.errors import DeliveryError
from briefing.model import Delivery, DeliveryState

MINUTE = timedelta(minutes=1)


@pytest.fixture
def queued(now: datetime) -> Delivery:
    return Delivery(id="d1", address="r@example.com", message_id="<m@x>", state=DeliveryState.QUEUED, next_attempt_at=now)


@pytest.fixture
def sending(queued: Delivery, now: datetime) -> Delivery:
    return outbox.sending(outbox.claim(queued, "me", now), now)


def test_the_straight_road(queued: Delivery, now: datetime) -> None:
    claimed = outbox.claim(queued, "me", now)
    assert (claimed.state, claimed.owner, claimed.fence, claimed.attempts) == ("claimed", "me", 1, 1)
    assert claimed.lease_until == now + LEASE
    sending = outbox.sending(claimed, now + MINUTE)
    assert sending.lease_until == now + MINUTE + LEASE
    accepted = outbox.settle(sending, None, now)
    assert (accepted.state, accepted.owner, accepted.lease_until, accepted.error) == ("accepted", "", None, "")


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (DeliveryError("x", "r", code=451), "deferred"),
        (DeliveryError("x", "r", code=550, permanent=True), "rejected"),
        (DeliveryError("x", "r", code=535, permanent=True, ours=True), "deferred"),
        (DeliveryError("x", "r", uncertain=True), "unknown"),
    ],
)
def test_an_error_decides_the_state(sending: Delivery, now: datetime, error: DeliveryError, state: str) -> None:
    settled = outbox.settle(sending, error, now)
    assert (settled.state, settled.error) == (state, "r")
    assert (settled.next_attempt_at is not None) == (state in {"deferred", "unknown"})


def test_a_claim_before_its_time_or_twice_is_refused(queued: Delivery, now: datetime) -> None:
    with pytest.raises(NotAllowedError, match="d1: cannot be claimed: it is queued"):
        outbox.claim(replace(queued, next_attempt_at=now + MINUTE), "me", now)
    with pytest.raises(NotAllowedError):
        outbox.claim(outbox.claim(queued, "me", now), "you", now)


def test_a_claim_that_ran_out_sends_nothing(queued: Delivery, now: datetime) -> None:
    with pytest.raises(NotAllowedError):
        outbox.sending(outbox.claim(queued, "me", now), now + LEASE)


def test_nothing_is_accepted_that_was_not_sending(queued: Delivery, now: datetime) -> None:
    with pytest.raises(NotAllowedError):
        outbox.settle(outbox.claim(queued, "me", now), None, now)


def test_a_crash_before_data_costs_nothing(queued: Delivery, now: datetime) -> None:
    claimed = outbox.claim(queued, "me", now)
    assert outbox.recover(claimed, now + MINUTE, Policy()) == claimed
    assert outbox.recover(claimed, now + LEASE, Policy()).state == "queued"
    assert outbox.recover(claimed, now + MINUTE, Policy(), owner_dead=True).state == "queued"


def test_a_crash_within_data_is_unknown_and_sent_again_at_most_three_times(sending: Delivery, now: datetime) -> None:
    for count in range(1, 5):
        unknown = outbox.recover(sending, now, Policy(), owner_dead=True)
        assert (unknown.state, unknown.unknowns, unknown.message_id) == ("unknown", count, "<m@x>")
        now += timedelta(hours=3)
        again = outbox.recover(unknown, now, Policy())
        assert again.state == ("queued" if count <= 3 else "unknown")
        if count <= 3:
            sending = outbox.sending(outbox.claim(again, "me", now), now)


def test_held_unknowns_stay(sending: Delivery, now: datetime) -> None:
    unknown = outbox.recover(sending, now, Policy(), owner_dead=True)
    held = outbox.recover(unknown, now, Policy(when_unknown="hold"))
    assert (held.state, held.next_attempt_at) == ("unknown", None)
    assert outbox.recover(held, now + timedelta(days=30), Policy(when_unknown="resend")) == held


def test_an_unknown_that_grew_too_old_is_held_and_never_sent_again(sending: Delivery, now: datetime) -> None:
    limit = now + MINUTE
    unknown = outbox.recover(replace(sending, not_after=limit), now + LEASE, Policy())
    later = outbox.recover(unknown, limit + 60 * MINUTE, Policy())
    assert (later.state, later.next_attempt_at) == ("unknown", None)


def test_a_person_decides_about_a_held_mail(sending: Delivery, now: datetime) -> None:
    unknown = outbox.recover(sending, now, Policy(when_unknown="hold"), owner_dead=True)
    late = replace(unknown, not_after=now - MINUTE)
    assert outbox.claimable(outbox.resume(late, now), now)
    assert outbox.acknowledge(unknown).state == "accepted"
    for decide in (lambda d: outbox.resume(d, now), outbox.acknowledge):
        with pytest.raises(NotAllowedError):
            decide(sending)


def test_a_postponed_mail_is_neither_tried_nor_kept_beyond_its_time(queued: Delivery, now: datetime) -> None:
    bounded = replace(queued, not_after=now + 5 * MINUTE)
    postponed = outbox.postpone(bounded, now + MINUTE)
    assert (postponed.attempts, postponed.next_attempt_at) == (0, now + MINUTE)
    assert outbox.postpone(bounded, now + 60 * MINUTE).next_attempt_at == bounded.not_after


def test_what_grew_too_old_expires(queued: Delivery, now: datetime) -> None:
    bounded = replace(queued, not_after=now + MINUTE)
    assert outbox.expire(bounded, now + MINUTE).state == "queued"
    assert outbox.expire(bounded, now + 2 * MINUTE).state == "expired"
    assert not outbox.claimable(bounded, now + 2 * MINUTE)
    deferred = outbox.settle(outbox.claim(bounded, "me", now), DeliveryError("x", "later"), now)
    assert deferred.next_attempt_at == bounded.not_after


@pytest.mark.parametrize("state", ["queued", "deferred", "claimed", "unknown"])
def test_a_reader_who_left_gets_nothing_more(queued: Delivery, state: str) -> None:
    cancelled = outbox.cancel(replace(queued, state=DeliveryState(state)), "unsubscribed")
    assert (cancelled.state, cancelled.error, cancelled.next_attempt_at) == ("cancelled", "unsubscribed", None)


@pytest.mark.parametrize("state", ["sending", "accepted", "rejected", "expired", "cancelled"])
def test_what_is_done_cannot_be_cancelled(queued: Delivery, state: str) -> None:
    with pytest.raises(NotAllowedError):
        outbox.cancel(replace(queued, state=DeliveryState(state)), "unsubscribed")


@given(st.text(max_size=20), st.integers(1, 50))
def test_backoff_keeps_to_its_steps(delivery_id: str, attempt: int) -> None:
    step = BACKOFF[min(attempt, 5) - 1]
    assert step * 0.8 <= outbox.backoff(delivery_id, attempt) <= step * 1.2
    assert outbox.backoff(delivery_id, attempt) == outbox.backoff(delivery_id, attempt)


def test_backoff_is_another_at_each_attempt() -> None:
    assert len({outbox.backoff("d1", attempt) for attempt in range(5, 15)}) == 10


def test_message_ids_are_stable_distinct_and_plain() -> None:
    made = {outbox.message_id(b"key", f"edition{n}", "mail", "Example.org") for n in range(10_000)}
    assert len(made) == 10_000
    assert all(re.fullmatch(r"<[a-z2-7]{32}@example\.org>", each) for each in made)
    assert outbox.message_id(b"key", "e", "mail", "x.org") == outbox.message_id(b"key", "e", "mail", "x.org")
    assert outbox.message_id(b"key", "e", "mail", "x.org") != outbox.message_id(b"other", "e", "mail", "x.org")
