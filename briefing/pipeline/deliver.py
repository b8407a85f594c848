"""Queued mail -> inboxes: claimed by one conditional UPDATE, durable before DATA, settled by what the server said."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage

from briefing.delivery.outbox import NotAllowedError, Policy, cancel, claim, claimable, expire, recover, sending, settle
from briefing.errors import DeliveryError
from briefing.model import Delivery, DeliveryState, Edition, Notice, Status, Subscriber
from briefing.pipeline.notices import queue
from briefing.pipeline.services import Failure, Report, Services
from briefing.store import Session

LOST = frozenset({DeliveryState.REJECTED, DeliveryState.CANCELLED, DeliveryState.EXPIRED})
"""Ends in which the reader never saw the edition: what it told may be told again."""
RECOVER = "recover"
"""The id under which what a crash left behind is put right."""


class LeftError(Exception):
    """The reader left, or another sender took over, between the claim and DATA."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a delivery carries."""

    subscriber: Subscriber | None
    edition: Edition | None
    notice: Notice | None


def due(services: Services, now: datetime) -> list[str]:
    with services.store.read() as db:
        return [RECOVER] * bool(db.deliveries.unsettled(now)) + db.deliveries.due(now)


def run(services: Services, ids: tuple[str, ...], now: datetime) -> Report:
    """Send these mails. A refusal that is about this installation ends the run: the rest stays queued."""
    if RECOVER in ids:
        _recover(services, now)
    failures, sent, clock = list[Failure](), 0, _clock_from(now)
    with services.store.read() as db:
        waiting = db.deliveries.get([id_ for id_ in ids if id_ != RECOVER])
    for delivery in services.progress(waiting, "sending mail", len(waiting)):
        if services.stopping.is_set() or (services.pace and not services.pace.wait(services.stopping)):
            break
        try:
            sent += _send(services, delivery, clock)
        except DeliveryError as error:
            failures.append(Failure(subject=delivery.address, reason=error.reason, ours=error.ours))
            if error.ours:
                _tell_admin(services, error, now)
                break
    return Report(step="deliver", done=sent, failures=tuple(failures))


def _tell_admin(services: Services, error: DeliveryError, now: datetime) -> None:
    """Queue an alert, one a day: it goes out with the rest when mail can be sent again."""
    address = services.config.admin.email
    if not address:
        return
    said = {
        "headline": "Mail could not be sent",
        "text": f"{error.subject}: {error.reason}. Everything that was due is still queued.",
        "remedy": "briefing doctor looks at the mail server and says what to do",
    }
    with services.store.write() as db:
        queue(db, services, kind="alert", address=address, key=f"no mail {now:%Y-%m-%d}", values=said, now=now)


def _clock_from(now: datetime) -> Callable[[], datetime]:
    """A clock that shows `now` and goes on: a lease counts from its claim, however long the mails before it took."""
    started = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - started)


def _send(services: Services, delivery: Delivery, clock: Callable[[], datetime]) -> bool:
    """Claim, send and settle one mail; False if it was not to be sent. Raises the `DeliveryError` that kept it, settled."""
    claimed = _claim(services, delivery, clock())
    if claimed is None:
        return False
    held = claimed

    def before_data() -> None:
        nonlocal held
        held = _mark_sending(services, claimed, clock())

    try:
        services.mailer.send(_message(services, claimed), envelope_to=claimed.address, before_data=before_data)
    except (LeftError, NotAllowedError):
        return False
    except DeliveryError as error:
        _settle(services, held, error, clock())
        raise
    _settle(services, held, None, clock())
    return True


def _claim(services: Services, delivery: Delivery, now: datetime) -> Delivery | None:
    """The delivery in this sender's hands; None if it is not to be sent, or another has it."""
    with services.store.write() as db:
        if not _still_wanted(db, delivery):
            _move(db, delivery, cancel(delivery, "the reader left"), now)
            return None
        if not claimable(delivery, now):
            _move(db, delivery, expire(delivery, now), now)
            return None
        claimed = claim(delivery, services.owner, now)
        return claimed if db.deliveries.move(delivery, claimed, now) else None


def _mark_sending(services: Services, claimed: Delivery, now: datetime) -> Delivery:
    """The last moment at which a mail can be called back: read the reader's will once more, then commit `sending`."""
    with services.store.write() as db:
        wanted = _still_wanted(db, claimed)
        after = sending(claimed, now) if wanted else cancel(claimed, "the reader left")
        moved = _move(db, claimed, after, now)
    if not (wanted and moved):
        raise LeftError
    return after


def _still_wanted(db: Session, delivery: Delivery) -> bool:
    if delivery.subscriber_id is None or delivery.notice_id is not None:
        return True
    subscriber = db.subscribers.get([delivery.subscriber_id]).get(delivery.subscriber_id)
    return subscriber is not None and subscriber.status in (Status.ACTIVE, Status.PAUSED)


def _message(services: Services, delivery: Delivery) -> EmailMessage:
    with services.store.read() as db:
        letter = _letter(db, delivery)
    try:
        if letter.edition and letter.subscriber:
            return services.postman.edition(letter.edition, letter.subscriber, delivery)
        if letter.notice:
            return services.postman.notice(letter.notice, delivery)
    except Exception as error:  # one mail that cannot be made must not keep the others
        raise DeliveryError(delivery.address, f"the mail could not be made: {type(error).__name__}: {error}") from error
    raise DeliveryError(delivery.address, "what this mail should carry is gone from the store", permanent=True)


def _letter(db: Session, delivery: Delivery) -> Letter:
    return Letter(
        subscriber=db.subscribers.get([delivery.subscriber_id or ""]).get(delivery.subscriber_id or ""),
        edition=db.editions.get([delivery.edition_id or ""]).get(delivery.edition_id or ""),
        notice=db.notices.get([delivery.notice_id or ""]).get(delivery.notice_id or ""),
    )


def _settle(services: Services, held: Delivery, error: DeliveryError | None, now: datetime) -> None:
    with services.store.write() as db:
        settled = settle(held, error, now)
        _move(db, held, settled, now, error.reason if error else "")
        if error and error.hard and held.subscriber_id:
            db.subscribers.set_status(held.subscriber_id, Status.BOUNCED)


def _recover(services: Services, now: datetime) -> None:
    policy = Policy(when_unknown=services.config.mail.when_unknown)
    with services.store.write() as db:
        for delivery in db.deliveries.unsettled(now):
            _move(db, delivery, recover(delivery, now, policy), now, "put right after a crash or a broken line")


def _move(db: Session, before: Delivery, after: Delivery, now: datetime, note: str = "") -> bool:
    """Store a move; False if another sender has made one meanwhile. An edition that will never arrive frees its insights."""
    if after == before:
        return True
    moved = db.deliveries.move(before, after, now, note or after.error)
    if moved and after.state in LOST and after.edition_id:
        db.ledger.free(after.edition_id)
    return moved
