"""Queued mail -> inboxes: claimed by one conditional UPDATE, durable before DATA, settled by what the server said."""

import gc
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from briefing.delivery.outbox import Policy, recover
from briefing.disk import disks
from briefing.errors import DeliveryError
from briefing.model import IN_HAND, Delivery
from briefing.pipeline import notices
from briefing.pipeline.brakes import server_pause
from briefing.pipeline.claims import Claims
from briefing.pipeline.mailroom import Failure, Mailroom, Report
from briefing.pipeline.moves import move
from briefing.pipeline.sending import Sender
from briefing.pipeline.turns import Turns
from briefing.store import Session

RECOVER = "recover"
"""The id under which what a crash left behind is put right."""
LEAST_ROOM = 50_000_000
"""Bytes free on a disk below which no mail is leased: its end could not be written down."""


def due(room: Mailroom, now: datetime) -> list[str]:
    """What waits and may be tried; nothing of it while the mail server is left alone."""
    with room.store.read() as db:
        waiting = [] if server_pause(db, now) else db.deliveries.due(now, room.window)
        return [RECOVER] * bool(_stranded(room, db, now)) + waiting


def run(room: Mailroom, ids: tuple[str, ...], now: datetime) -> Report:
    """Send these mails. A refusal that is about this installation ends the run: the rest stays queued."""
    counts = {"unknown": _recover(room, now)} if RECOVER in ids else {}
    failures, clock = list[Failure](), _clock_from(now)
    turns = Turns(_in_order(room, ids))
    claims, sender = Claims(room, turns, clock), Sender(room, clock)
    try:
        with _spared():
            sent = sum(_each(room, turns, claims, sender, failures))
    finally:
        sender.settle()
        claims.close()
        room.store.flush()
    return Report(step="deliver", done=sent, failures=tuple(failures), counts=counts)


@contextmanager
def _spared() -> Iterator[None]:
    """Without the collector of cycles walking over all that stands already: it would once in a thousand mails, for as long as a
    hundred of them take.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _each(room: Mailroom, turns: Turns, claims: Claims, sender: Sender, failures: list[Failure]) -> Iterator[bool]:
    """Whether each was sent, until nothing more is to be tried."""
    for delivery in room.progress(turns, "sending mail", len(turns)):
        if not (_ready(room, sender) and (claims.holds(delivery) or _room_on_disk(room, failures))):
            return
        parcel = claims.take(delivery)
        try:
            with turns.timed(delivery):
                sent = parcel is not None and sender.send(parcel, claims.following())
            yield sent
        except DeliveryError as error:
            failures.append(Failure(subject=delivery.address, reason=error.reason, ours=error.ours))
            if _in_vain(room, error, claims.clock()):
                return
            claims.review()


def everything(room: Mailroom, now: datetime) -> Report:
    """All that is due at this moment, however much it is."""
    whole, tried = Report(step="deliver"), set[str]()
    while fresh := tuple(id_ for id_ in due(room, now) if id_ not in tried):
        part = run(room, fresh, now)
        tried.update(fresh)
        whole = _together(whole, part)
        if room.stopping.is_set() or any(failure.ours for failure in part.failures):
            break
    return whole


def _in_order(room: Mailroom, ids: Sequence[str]) -> list[Delivery]:
    with room.store.read() as db:
        found = {each.id: each for each in db.deliveries.get([id_ for id_ in ids if id_ != RECOVER])}
    return [found[id_] for id_ in ids if id_ in found]


def _together(one: Report, other: Report) -> Report:
    counts = {name: one.counts.get(name, 0) + other.counts.get(name, 0) for name in one.counts | other.counts}
    return Report(step=one.step, done=one.done + other.done, failures=one.failures + other.failures, counts=counts)


def _ready(room: Mailroom, sender: Sender) -> bool:
    """Whether another mail may begin: nobody said stop, and the limits let it go."""
    if room.stopping.is_set():
        return False
    if room.pace is None or not room.pace.limited:
        return True
    sender.settle()
    return room.pace.wait(room.stopping)


def _room_on_disk(room: Mailroom, failures: list[Failure]) -> bool:
    """Whether what becomes of the mails that are leased next can be written down."""
    for folder in disks(room.config.written):
        if shutil.disk_usage(folder).free < LEAST_ROOM:
            reason = "the disk is nearly full: no mail is begun until there is room; all that was due is still queued"
            failures.append(Failure(subject=str(folder), reason=reason, ours=True))
            return False
    return True


def _in_vain(room: Mailroom, error: DeliveryError, now: datetime) -> bool:
    """Whether the rest need not be tried now; the admin is told what is the matter with this installation."""
    if error.ours:
        _tell_admin(room, error, now)
        return True
    with room.store.read() as db:
        return server_pause(db, now) is not None


def _tell_admin(room: Mailroom, error: DeliveryError, now: datetime) -> None:
    """Queue an alert, one a day: it goes out with the rest when mail can be sent again."""
    with room.store.write() as db:
        notices.alert(
            db,
            room,
            key=f"no mail {now:%Y-%m-%d}",
            headline="Mail could not be sent",
            text=f"{error.subject}: {error.reason}. Everything that was due is still queued.",
            remedy="briefing doctor looks at the mail server and says what to do",
            now=now,
        )


def _clock_from(now: datetime) -> Callable[[], datetime]:
    """A clock that shows `now` and goes on: a lease counts from its claim, however long the mails before it took."""
    started = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - started)


def _recover(room: Mailroom, now: datetime) -> int:
    """Put right what a crash or a broken line left behind; how many mails may or may not have arrived."""
    policy, unknown = Policy(when_unknown=room.config.mail.when_unknown), 0
    with room.store.write() as db:
        for delivery in _stranded(room, db, now):
            after = recover(delivery, now, policy, owner_dead=_abandoned(room, delivery))
            moved = move(db, delivery, after, now, after.error or "put right after a crash or a broken line")
            unknown += moved and after.unknowns > delivery.unknowns
    return unknown


def _stranded(room: Mailroom, db: Session, now: datetime) -> list[Delivery]:
    """Mails in the hands of the dead or held past their lease, and unknown ones whose time has come."""
    return [each for each in db.deliveries.in_question(now) if not _in_good_hands(room, each, now)]


def _in_good_hands(room: Mailroom, delivery: Delivery, now: datetime) -> bool:
    return delivery.lease_until is not None and delivery.lease_until > now and not _abandoned(room, delivery)


def _abandoned(room: Mailroom, delivery: Delivery) -> bool:
    return delivery.state in IN_HAND and not room.alive(delivery.owner)
