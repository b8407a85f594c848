"""Which mail may be sent now: the state machine of a delivery, pure.

::

                claim                    sending (after RCPT, before DATA)
    queued ───────────────► claimed ─────────────────────────► sending
      ▲  ▲                   │ │ │ │                            │ │ │ │
      │  └───── recover ─────┘ │ │ └─ cancel ► cancelled        │ │ │ └─ 250 ───────────► accepted
      │                        │ └─── 5xx ───► rejected ◄─ 5xx ─┘ │ │
      │                        └─ 4xx, no connection ─► deferred ◄┘ │
      │     deferred ─ claim, when next_attempt_at has come         │
      │     queued, deferred ─ not_after has passed ► expired       │
      └──── unknown ◄─── line lost after DATA, or lease over ───────┘
       resend, at most 3 times      (hold: stays, until a person resumes or acknowledges it)

Every function takes a delivery and gives the next one, or raises `NotAllowedError`. Whoever stores it does so by one UPDATE that
asks for the former `state`, `owner` and `fence`: if no row answers, another sender has taken over and the result is dropped.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from briefing.errors import BriefingError, DeliveryError
from briefing.model import FINAL, IN_HAND, WAITING, Delivery, DeliveryState

LEASE = timedelta(minutes=15)
"""Must outlast DATA: 120 s for the 354, 60 s a write, 600 s for the last reply (RFC 5321, 4.5.3.2)."""
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 30, 60, 120))
JITTER = 0.2
RESENDS = 3


class NotAllowedError(BriefingError):
    """A delivery cannot make this move from the state it is in."""

    def __init__(self, delivery: Delivery, move: str) -> None:
        super().__init__(delivery.id, f"cannot {move}: it is {delivery.state}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """`when_unknown` is "resend" or "hold"."""

    when_unknown: str = "resend"
    resends: int = RESENDS


def claimable(delivery: Delivery, now: datetime) -> bool:
    """Whether it waits, its time has come, and it has not grown too old."""
    return delivery.state in WAITING and _reached(delivery.next_attempt_at, now) and not overdue(delivery, now)


def overdue(delivery: Delivery, now: datetime) -> bool:
    return delivery.not_after is not None and delivery.not_after < now


def _reached(moment: datetime | None, now: datetime) -> bool:
    return moment is None or moment <= now


def claim(delivery: Delivery, owner: str, now: datetime) -> Delivery:
    """Take it in hand. The fence grows, so that whoever held it before can no longer write."""
    if not claimable(delivery, now):
        raise NotAllowedError(delivery, "be claimed")
    return replace(
        delivery,
        state=DeliveryState.CLAIMED,
        owner=owner,
        fence=delivery.fence + 1,
        attempts=delivery.attempts + 1,
        lease_until=now + LEASE,
        next_attempt_at=None,
    )


def renew(delivery: Delivery, now: datetime) -> Delivery:
    """Hold it for longer, if it is still held."""
    if delivery.state is not DeliveryState.CLAIMED or _lease_over(delivery, now):
        raise NotAllowedError(delivery, "be held for longer")
    return replace(delivery, lease_until=now + LEASE)


def put_back(delivery: Delivery, before: Delivery) -> Delivery:
    """Let it wait as it did `before` its claim: untried. The fence stays, so that no later claim has the same."""
    if delivery.state is not DeliveryState.CLAIMED or before.state not in WAITING:
        raise NotAllowedError(delivery, "be put back")
    return replace(before, fence=delivery.fence)


def sending(delivery: Delivery, now: datetime) -> Delivery:
    """The recipient was accepted and DATA comes next; to be durable before it does. Renews the lease."""
    if delivery.state is not DeliveryState.CLAIMED or _lease_over(delivery, now) or overdue(delivery, now):
        raise NotAllowedError(delivery, "be sent")
    return replace(delivery, state=DeliveryState.SENDING, lease_until=now + LEASE)


def _lease_over(delivery: Delivery, now: datetime) -> bool:
    return delivery.lease_until is not None and delivery.lease_until <= now


def settle(delivery: Delivery, error: DeliveryError | None, now: datetime) -> Delivery:
    """What became of it: accepted without an error, else as the error says.

    An error about this installation (`ours`) never rejects: the mail waits until the admin has mended it.
    """
    if delivery.state not in IN_HAND or (error is None and delivery.state is not DeliveryState.SENDING):
        raise NotAllowedError(delivery, "be settled")
    if error is None:
        return _rest(delivery, DeliveryState.ACCEPTED)
    if error.uncertain and delivery.state is DeliveryState.SENDING:
        return _unknown(delivery, now, error.reason)
    if error.permanent and not error.ours:
        return _rest(delivery, DeliveryState.REJECTED, error.reason)
    return _wait(delivery, DeliveryState.DEFERRED, now, error.reason)


def _rest(delivery: Delivery, state: DeliveryState, error: str = "") -> Delivery:
    return replace(delivery, state=state, owner="", lease_until=None, next_attempt_at=None, error=error)


def _wait(delivery: Delivery, state: DeliveryState, now: datetime, error: str) -> Delivery:
    """Wait for the next try, or for the end of its time if that comes first."""
    again = now + backoff(delivery.id, delivery.attempts)
    if delivery.not_after is not None:
        again = min(again, max(delivery.not_after, now))
    return replace(_rest(delivery, state, error), next_attempt_at=again)


def _unknown(delivery: Delivery, now: datetime, error: str) -> Delivery:
    waiting = _wait(delivery, DeliveryState.UNKNOWN, now, error)
    return replace(waiting, unknowns=delivery.unknowns + 1)


def backoff(delivery_id: str, attempt: int) -> timedelta:
    """5, 15, 30, 60, then 120 minutes, each up to a fifth more or less: the same for the same delivery and attempt."""
    digest = hashlib.sha256(f"{delivery_id}|{attempt}".encode()).digest()
    share = int.from_bytes(digest[:4]) / 2**32
    return BACKOFF[min(max(attempt, 1), len(BACKOFF)) - 1] * (1 - JITTER + 2 * JITTER * share)


def recover(delivery: Delivery, now: datetime, policy: Policy, *, owner_dead: bool = False) -> Delivery:
    """Put right what time or a crash left behind; what needs nothing comes back as it is.

    A claim whose lease is over goes back to the queue; one that was sending is unknown; an unknown one is sent again if the
    policy says so, else it is held: without a next attempt, until a person decides. What waited longer than it may is expired.
    """
    if delivery.state in IN_HAND and (owner_dead or _lease_over(delivery, now)):
        return _abandoned(delivery, now)
    if delivery.state is DeliveryState.UNKNOWN and delivery.next_attempt_at is not None:
        return _resend(delivery, now, policy)
    return expire(delivery, now)


def _abandoned(delivery: Delivery, now: datetime) -> Delivery:
    if delivery.state is DeliveryState.SENDING:
        return _unknown(delivery, now, "the sender ended between DATA and the server's answer")
    return replace(_rest(delivery, DeliveryState.QUEUED, delivery.error), next_attempt_at=now)


def _resend(delivery: Delivery, now: datetime, policy: Policy) -> Delivery:
    allowed = policy.when_unknown == "resend" and delivery.unknowns <= policy.resends and not overdue(delivery, now)
    if not allowed:
        return replace(delivery, next_attempt_at=None)
    return replace(delivery, state=DeliveryState.QUEUED) if _reached(delivery.next_attempt_at, now) else delivery


def expire(delivery: Delivery, now: datetime) -> Delivery:
    """End it if it still waits and its time is over."""
    return (
        _rest(delivery, DeliveryState.EXPIRED, delivery.error)
        if delivery.state in WAITING and overdue(delivery, now)
        else delivery
    )


def postpone(delivery: Delivery, until: datetime) -> Delivery:
    """Leave it waiting, untried, until then or until its time is over."""
    if delivery.state not in WAITING:
        raise NotAllowedError(delivery, "be postponed")
    return replace(delivery, next_attempt_at=min(until, delivery.not_after or until))


def resume(delivery: Delivery, now: datetime) -> Delivery:
    """A person wants a held mail to be sent again, late as it may be."""
    if delivery.state is not DeliveryState.UNKNOWN:
        raise NotAllowedError(delivery, "be sent again")
    return replace(delivery, state=DeliveryState.QUEUED, next_attempt_at=now, not_after=None, error="")


def acknowledge(delivery: Delivery) -> Delivery:
    """A person knows that a held mail has arrived."""
    if delivery.state is not DeliveryState.UNKNOWN:
        raise NotAllowedError(delivery, "be taken for accepted")
    return _rest(delivery, DeliveryState.ACCEPTED)


def cancel(delivery: Delivery, reason: str) -> Delivery:
    """The reader left: nothing more is sent. What is between DATA and its answer cannot be called back."""
    if delivery.state in FINAL or delivery.state is DeliveryState.SENDING:
        raise NotAllowedError(delivery, "be cancelled")
    return _rest(delivery, DeliveryState.CANCELLED, reason)


def message_id(key: bytes, item_id: str, channel: str, domain: str) -> str:
    """The same at every try of one item (an edition or notice) on one channel, and not to be guessed: HMAC-SHA256, base32."""
    digest = hmac.digest(key, f"v1|{item_id}|{channel}".encode(), "sha256")
    return f"<{base64.b32encode(digest).decode().lower()[:32]}@{domain.lower()}>"
