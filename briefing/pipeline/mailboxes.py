"""Mail folders: newsletters become entries, reports of failure become bounces. Nothing in a folder is changed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from briefing.config import Config
from briefing.config.tables import MailboxConfig
from briefing.delivery.bounces import Bounce, BounceKind, leave_token, read
from briefing.errors import FetchError, UnreadableError
from briefing.mailbox import Letter, Mailbox
from briefing.model import FeedState, Status
from briefing.pipeline import subscriptions
from briefing.pipeline.services import Failure, Services
from briefing.sources.rhythm import next_poll
from briefing.store import Session
from briefing.store.columns import pack, unpack

SOFT_BOUNCES, SOFT_SPAN = 5, timedelta(days=7)
"""So many soft bounces over so long, with none forgiven between, end a subscription like a hard one."""
FORGIVEN = timedelta(days=30)
STATUS_AFTER = {
    BounceKind.HARD: Status.BOUNCED,
    BounceKind.COMPLAINT: Status.UNSUBSCRIBED,
    BounceKind.LEAVE: Status.UNSUBSCRIBED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What reading one folder or feed brought."""

    new: int = 0
    failures: tuple[Failure, ...] = ()


def is_mailbox(url: str) -> bool:
    return url.startswith(("imap://", "imaps://"))


def collect(services: Services, state: FeedState, now: datetime) -> Brought:
    """Read the new messages of a folder; where it stopped is kept as the folder's validators."""
    config = next((box for box in services.config.mailboxes if box.url == state.url), None)
    if config is None:
        return Brought()
    new, failures = 0, list[Failure]()
    try:
        for letter in _messages(services.config, config, state):
            state = replace(state, etag=str(letter.uidvalidity), modified=str(letter.uid), last_news_at=now)
            with services.store.write(durable=True) as db:
                brought = _take_in(db, services, config, letter, now)
                db.feeds.save(state)
            new += brought.new
            failures += brought.failures
    except FetchError as error:
        again = next_poll(state.url, now, services.config.poll.every, failures=state.failures + 1)
        _save(services, replace(state, failures=state.failures + 1, last_error=error.reason, next_poll_at=again))
        return Brought(new=new, failures=(*failures, Failure(subject=state.url, reason=error.reason)))
    again = next_poll(state.url, now, services.config.poll.every)
    _save(services, replace(state, failures=0, last_error="", last_success_at=now, next_poll_at=again))
    return Brought(new=new, failures=tuple(failures))


def _messages(config: Config, box: MailboxConfig, state: FeedState) -> Iterable[Letter]:
    """One at a time: what came before the line was cut is kept."""
    password = config.secrets.mailboxes.get(box.password_env, "")
    return Mailbox(box.url, password).new_messages(int(state.modified or 0), int(state.etag or 0))


def _save(services: Services, state: FeedState) -> None:
    with services.store.write() as db:
        db.feeds.save(state)


def _take_in(db: Session, services: Services, box: MailboxConfig, letter: Letter, now: datetime) -> Brought:
    if box.use == "bounces":
        return Brought(new=int(_returned(db, services, letter, now)))
    return _newsletter(db, services, box, letter, now)


def _returned(db: Session, services: Services, letter: Letter, now: datetime) -> bool:
    """Heed a mail that came back; False if it says nothing that we trust."""
    bounce = next(filter(None, (read(letter.body, key) for key in _keys(services))), None)
    if bounce:
        heed(db, bounce, now)
        return True
    token = services.links.verify(leave_token(letter.body), "unsubscribe", now)
    return token is not None and _leave(db, token.subject)


def _keys(services: Services) -> tuple[bytes, ...]:
    """What return paths are signed with, and what they were signed with before the secret was changed."""
    return (services.message_key, *(key.encode() for key in services.config.secrets.earlier))


def _leave(db: Session, subscriber_id: str) -> bool:
    reader = db.subscribers.get([subscriber_id]).get(subscriber_id)
    if reader is None:
        return False
    db.subscribers.set_status(reader.id, Status.UNSUBSCRIBED)
    return True


def _newsletter(db: Session, services: Services, box: MailboxConfig, letter: Letter, now: datetime) -> Brought:
    try:
        return Brought(new=subscriptions.take(db, services, box, letter, now))
    except UnreadableError as error:
        return Brought(failures=(Failure(subject=error.subject, reason=error.reason),))


def heed(db: Session, bounce: Bounce, now: datetime) -> None:
    """Let a report change the status of the reader it is about; a report that names somebody else changes nothing."""
    delivery = next(iter(db.deliveries.get([bounce.delivery_id])), None)
    if delivery is None or delivery.subscriber_id is None:
        return
    if bounce.recipients and delivery.address.lower() not in bounce.recipients:
        return
    status = STATUS_AFTER.get(bounce.kind) or _after_soft(db, delivery.subscriber_id, now)
    reader = db.subscribers.get([delivery.subscriber_id]).get(delivery.subscriber_id)
    if status and reader and reader.status is not Status.UNSUBSCRIBED:
        db.subscribers.set_status(reader.id, status)


def _after_soft(db: Session, subscriber_id: str, now: datetime) -> Status | None:
    """Count a soft bounce; old ones are forgiven."""
    key = f"soft bounces:{subscriber_id}"
    earlier = unpack(db.meta.memo(key) or "[]", list[datetime])
    recent = [*(at for at in earlier if now - at < FORGIVEN), now]
    db.meta.remember(key, pack(recent), now)
    return Status.BOUNCED if len(recent) >= SOFT_BOUNCES and recent[-1] - recent[0] >= SOFT_SPAN else None
