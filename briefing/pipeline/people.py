"""Subscribers come, change their mind and go: the moves that are allowed, and who may make them."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from briefing.errors import UsageError
from briefing.model import Status, Subscriber
from briefing.pipeline import notices, suppression
from briefing.pipeline.services import Services
from briefing.pipeline.wishes import Wishes
from briefing.store import Session

MOVES: Mapping[str, tuple[frozenset[Status], Status]] = {
    "confirm": (frozenset({Status.PENDING}), Status.ACTIVE),
    "pause": (frozenset({Status.ACTIVE}), Status.PAUSED),
    "resume": (frozenset({Status.PAUSED}), Status.ACTIVE),
    "unsubscribe": (frozenset(Status), Status.UNSUBSCRIBED),
    "sign up again": (frozenset({Status.UNSUBSCRIBED, Status.BOUNCED}), Status.PENDING),
    "activate": (frozenset({Status.PENDING, Status.PAUSED, Status.BOUNCED}), Status.ACTIVE),
}
"""Move -> from which states, to which. Who unsubscribed comes back only by signing up and confirming."""
GONE = frozenset({Status.UNSUBSCRIBED, Status.BOUNCED})
LEFT_ALONE = "asked not to be mailed any more"
ONLY_THEY = "only the person can come back, through the sign-up page"


def move(db: Session, subscriber: Subscriber, name: str) -> Subscriber:
    """The subscriber after a move; where the move has been made already nothing changes. Raises `UsageError` if it may not be."""
    allowed, after = MOVES[name]
    if subscriber.status is after:
        return subscriber
    if subscriber.status not in allowed:
        raise UsageError(subscriber.email, f"cannot {name}: is {subscriber.status}")
    db.subscribers.set_status(subscriber.id, after)
    return replace(subscriber, status=after)


def add(services: Services, asked: Wishes, now: datetime, *, active: bool) -> Subscriber:
    """Add a subscriber for an admin: active at once, or pending with a confirmation mail. Raises `UsageError`."""
    with services.store.write() as db:
        known = db.subscribers.by_email(asked.email)
        if (known and known.status is Status.UNSUBSCRIBED) or suppression.holds(db, services.links, asked.email):
            raise UsageError(asked.email, LEFT_ALONE, remedy=ONLY_THEY)
        if known is None:
            return _new(db, services, asked, now, active=active)
        if active and known.status is not Status.ACTIVE:
            return move(db, known, "activate")
        raise UsageError(asked.email, f"is subscribed already: {known.status}")


def sign_up(services: Services, asked: Wishes, now: datetime) -> Subscriber:
    """Somebody asks for the brief: pending until the confirmation link is used, with what was asked for last.

    One who is active gets no second mail, and a stranger changes nothing of theirs.
    """
    with services.store.write() as db:
        known = db.subscribers.by_email(asked.email)
        if known is None:
            return _new(db, services, asked, now, active=False)
        if known.status in GONE:
            known = move(db, known, "sign up again")
        if known.status is Status.PENDING:
            known = _amended(db, known, asked)
            _ask_to_confirm(db, services, known, now)
        return known


def amend(services: Services, asked: Wishes) -> None:
    """New wishes of somebody who has not confirmed yet, without another mail; nobody else is changed."""
    with services.store.write() as db:
        known = db.subscribers.by_email(asked.email)
        if known and known.status is Status.PENDING:
            _amended(db, known, asked)


def confirm(services: Services, subscriber_id: str) -> Subscriber:
    """The link in the confirmation mail was used: what kept the address from mail is forgotten, and the day's edition is due
    at once. Raises `UsageError`.
    """
    with services.store.write(durable=True) as db:
        known = find(db, subscriber_id)
        move(db, known, "confirm")
        if known.status is not Status.ACTIVE:
            db.subscribers.hasten(known.id)
        suppression.release(db, services.links, known.email)
        return find(db, known.id)


def unsubscribe(services: Services, subscriber_id: str) -> Subscriber:
    """Nothing more is sent: what is queued is cancelled when its turn comes. Raises `UsageError` for an unknown id."""
    with services.store.write(durable=True) as db:
        return move(db, find(db, subscriber_id), "unsubscribe")


def change(services: Services, subscriber_id: str, asked: Wishes) -> Subscriber:
    """New wishes for the same person; the address stays. Raises `UsageError`."""
    with services.store.write() as db:
        known = find(db, subscriber_id)
        changed = replace(
            known,
            topics=asked.topics,
            zone=asked.zone,
            send_at=asked.send_at,
            days=asked.days,
            languages=asked.languages,
            muted=asked.muted,
            top=asked.top,
            related=asked.related,
            next_edition_at=None,
        )
        db.subscribers.save(changed)
        return changed


def remove(services: Services, email: str, now: datetime) -> Subscriber:
    """Forget a subscriber; of one who had left or bounced a digest stays, so that no import brings the address back."""
    with services.store.write(durable=True) as db:
        known = find_email(db, email)
        if known.status in GONE:
            suppression.suppress(db, services.links, known.email, known.status.value, now)
        db.subscribers.remove(known.id)
        return known


def find(db: Session, subscriber_id: str) -> Subscriber:
    known = db.subscribers.get([subscriber_id]).get(subscriber_id)
    if known is None:
        raise UsageError("the link", "belongs to nobody who is subscribed here")
    return known


def find_email(db: Session, email: str) -> Subscriber:
    known = db.subscribers.by_email(email)
    if known is None:
        raise UsageError(email, "is not subscribed", remedy="`briefing subscribers list` shows who is")
    return known


def _amended(db: Session, known: Subscriber, asked: Wishes) -> Subscriber:
    """With what a sign-up form asks for; the rest stays."""
    amended = replace(known, topics=asked.topics, zone=asked.zone, send_at=asked.send_at, languages=asked.languages)
    db.subscribers.save(amended)
    return amended


def _new(db: Session, services: Services, asked: Wishes, now: datetime, *, active: bool) -> Subscriber:
    made = Subscriber(
        id=secrets.token_hex(10),
        email=asked.email,
        status=Status.ACTIVE if active else Status.PENDING,
        zone=asked.zone,
        send_at=asked.send_at,
        days=asked.days,
        topics=asked.topics,
        muted=asked.muted,
        top=asked.top,
        related=asked.related,
        languages=asked.languages,
        on_empty=services.config.briefing.on_empty,
        created_at=now,
    )
    db.subscribers.add(made)
    if not active:
        _ask_to_confirm(db, services, made, now)
    return made


def _ask_to_confirm(db: Session, services: Services, subscriber: Subscriber, now: datetime) -> None:
    """One confirmation mail a day at most, however often somebody types the address."""
    notices.queue(
        db,
        services,
        kind="confirm",
        address=subscriber.email,
        key=f"confirm {subscriber.id} {now.date()}",
        values={"subscriber": subscriber.id},
        now=now,
    )
