"""Stories -> editions: what is due is ranked for a shard of readers at once, frozen, and queued for delivery."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from briefing.delivery.doors import channel_address
from briefing.delivery.outbox import message_id
from briefing.delivery.schedule import Plan, Slot, plan
from briefing.errors import UsageError
from briefing.model import Delivery, DeliveryState, Edition, Status, Subscriber
from briefing.pipeline.issuing import Issue, issues
from briefing.pipeline.services import Report, Services
from briefing.store import Session
from briefing.store.editions import HOUSE
from briefing.store.ledger import Told
from briefing.store.records import chunks
from briefing.store.subscribers import AT_ONCE
from briefing.stories.ranking import Reader, Sent
from briefing.text import stable_id

SHARD = 4_000
"""Readers who are ranked together: making the stories ready takes as long as a thousand of them."""
KEPT_AT_ONCE = 50
"""Readers whose editions are kept in one transaction: ranking takes its time without the write lock, and keeping takes little."""
TOO_LATE = "skipped as later than late_limit"
"""What a report counts the slots as for which nothing is made any more."""
HOUSE_SLOT = "house slot"
"""The setting that holds what `last_house_slot` gives."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One reader's slot that is to be made now; no subscriber means the house edition."""

    subscriber: Subscriber | None
    plan: Plan
    last: date | None = None
    """The newest slot that was made or skipped when this one was planned."""

    @property
    def id(self) -> str | None:
        return self.subscriber.id if self.subscriber else None


def due(services: Services, now: datetime) -> list[str]:
    with services.store.read() as db:
        house = _house_plan(db, services, now)
        first = [HOUSE] * bool(house.due)
        return first + db.subscribers.due(now, max(SHARD, services.window) - len(first))


def run(services: Services, ids: tuple[str, ...], now: datetime) -> Report:
    """Make the editions of these readers whose slot has come, and set when the next one is due."""
    made = skipped = 0
    shards = chunks(ids, SHARD)
    for shard in services.progress(shards, "composing", len(shards)):
        if services.stopping.is_set():
            break
        with services.store.read() as db:
            wanted = _wanted(db, services, shard, now)
            made_ready = issues(db, services, _readers(db, services, wanted), now)
        for some in chunks(wanted, KEPT_AT_ONCE):
            with services.store.write() as db:
                same = _unchanged(db, some)
                made += _keep(db, services, same, made_ready, now)
                skipped += sum(len(w.plan.skipped) for w in same)
    return Report(step="compose", done=made, counts={TOO_LATE: skipped})


def preview(services: Services, subscriber: Subscriber | None, now: datetime) -> Edition:
    """The edition as it would go out at `now`; nothing is kept or sent."""
    zone = subscriber.zone if subscriber else services.config.briefing.timezone
    with services.store.read() as db:
        today = _plan(services, None, now, subscriber, zone)
        slot = today.due or today.next
        if slot is None:
            raise UsageError(subscriber.email if subscriber else "the brief", "has no day with an edition", remedy="give it days")
        wanted = Wanted(subscriber, replace(today, due=slot))
        return issues(db, services, _readers(db, services, [wanted]), now)[wanted.id].edition


def _house_plan(db: Session, services: Services, now: datetime) -> Plan:
    return _plan(services, last_house_slot(db), now, None, services.config.briefing.timezone)


def _plan(services: Services, after: date | None, now: datetime, subscriber: Subscriber | None, zone: str) -> Plan:
    brief = services.config.briefing
    send_at, days = (subscriber.send_at, subscriber.days) if subscriber else (brief.send_at, brief.days)
    return plan(after, now, send_at, zone, days, brief.late_limit)


def _wanted(db: Session, services: Services, ids: Sequence[str], now: datetime) -> list[Wanted]:
    readers, last = db.subscribers.get(ids), db.subscribers.last_slots(ids)
    wanted = [Wanted(s, _next_plan(services, last[s.id], now, s), last[s.id]) for s in readers.values() if _takes_mail(s, now)]
    return wanted + [Wanted(None, _house_plan(db, services, now), last_house_slot(db))] * (HOUSE in ids)


def _unchanged(db: Session, wanted: Sequence[Wanted]) -> list[Wanted]:
    """Those that are as they were when their edition was planned. Who left or asked for something else meanwhile, or got this
    slot from another composer, is due again if anything is."""
    ids = [w.subscriber.id for w in wanted if w.subscriber]
    readers, last = db.subscribers.get(ids), db.subscribers.last_slots(ids)
    house = last_house_slot(db)
    return [w for w in wanted if (readers.get(w.id or ""), last.get(w.id or "", house)) == (w.subscriber, w.last)]


def last_house_slot(db: Session) -> date | None:
    """The newest slot of the house edition that was made or skipped."""
    last = db.meta.setting(HOUSE_SLOT)
    return date.fromisoformat(last) if last else None


def _next_plan(services: Services, last: date | None, now: datetime, reader: Subscriber) -> Plan:
    """The plan of a reader; who has just confirmed gets the edition of the day now, whatever their hour and days, and once."""
    today = now.astimezone(ZoneInfo(reader.zone)).date()
    if reader.next_edition_at != AT_ONCE or last == today:
        return _plan(services, last, now, reader, reader.zone)
    following = _plan(services, today, now, reader, reader.zone)
    return Plan(due=Slot(day=today, due_at=now), skipped=(), next=following.next)


def _takes_mail(subscriber: Subscriber, now: datetime) -> bool:
    over = subscriber.paused_until is not None and subscriber.paused_until <= now.date()
    return subscriber.status is Status.ACTIVE or (subscriber.status is Status.PAUSED and over)


def _readers(db: Session, services: Services, wanted: Sequence[Wanted]) -> list[Reader]:
    ledger, shared = db.ledger.of([w.id for w in wanted]), cache(_sent)
    own = (services.config.briefing.language,)
    return [
        Reader(
            subscriber=w.subscriber,
            slot=w.plan.due.day,
            sent=[shared(row) for row in ledger[w.id] if row.slot < w.plan.due.day],
            languages=(w.subscriber.languages if w.subscriber else ()) or own,
        )
        for w in wanted
        if w.plan.due
    ]


def _sent(row: Told) -> Sent:
    return Sent(story_id=row.story_id, slot=row.slot, insight_ids=row.insight_ids, claim=row.claim, facts=frozenset(row.facts))


def _keep(db: Session, services: Services, wanted: Sequence[Wanted], made: Mapping[str | None, Issue], now: datetime) -> int:
    """Freeze issues, remember what they tell, queue their mails, and set the next slots; how many there were to make."""
    worth = [made[w.id] for w in wanted if w.id in made and _is_worth_sending(services, made[w.id].edition, w.subscriber)]
    kept = {edition.subscriber_id: edition for edition in db.editions.add(*(issue.edition for issue in worth))}
    db.reminders.add(*kept.values())
    db.ledger.add([row for issue in worth if issue.edition.subscriber_id in kept for row in issue.sent])
    db.deliveries.add([mail for w in wanted if w.id in kept for mail in _deliveries(services, kept[w.id], w, now)])
    _schedule(db, wanted)
    return len(kept)


def _is_worth_sending(services: Services, edition: Edition, subscriber: Subscriber | None) -> bool:
    return _says_something(edition) or _wants_empty(services, subscriber)


def _says_something(edition: Edition) -> bool:
    """Predictions alone wait for the next edition: they may come for some days."""
    return bool(edition.picks or edition.recap or edition.corrections)


def _wants_empty(services: Services, subscriber: Subscriber | None) -> bool:
    return (subscriber.on_empty if subscriber else services.config.briefing.on_empty) == "send"


def _schedule(db: Session, wanted: Sequence[Wanted]) -> None:
    for w in wanted:
        if w.subscriber is None and w.plan.passed:
            db.meta.set(HOUSE_SLOT, w.plan.passed.isoformat())
    coming = [
        (w.subscriber.id, w.plan.next.due_at if w.plan.next else None, w.plan.passed or w.last) for w in wanted if w.subscriber
    ]
    db.subscribers.schedule(*coming)


def _deliveries(services: Services, edition: Edition, wanted: Wanted, now: datetime) -> list[Delivery]:
    """A reader's mail; the house edition goes through every channel, by the same ledger."""
    if wanted.subscriber:
        return [_delivery(services, edition, "mail", wanted.subscriber.email, wanted, now)]
    names = [channel.name for channel in services.config.channels]
    return [_delivery(services, edition, name, channel_address(name), wanted, now) for name in names]


def _delivery(services: Services, edition: Edition, channel: str, address: str, wanted: Wanted, now: datetime) -> Delivery:
    through = () if wanted.subscriber else (channel,)
    due_at = wanted.plan.due.due_at if wanted.plan.due else now
    return Delivery(
        id=stable_id("delivery", edition.id, *through),
        edition_id=edition.id,
        subscriber_id=edition.subscriber_id,
        address=address,
        message_id=message_id(services.message_key, edition.id, channel, services.postman.domain),
        state=DeliveryState.QUEUED,
        next_attempt_at=now,
        not_after=due_at + services.config.briefing.late_limit,
    )
