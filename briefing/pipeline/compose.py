"""Stories -> editions: what is due is ranked for a shard of readers at once, frozen, and queued for delivery."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from briefing.delivery.doors import channel_address
from briefing.delivery.outbox import message_id
from briefing.delivery.schedule import Plan, Slot, plan
from briefing.editions.compose import compose
from briefing.errors import UsageError
from briefing.model import Card, Coverage, Delivery, DeliveryState, Edition, Pick, Selection, Status, Story, Subscriber
from briefing.pipeline.again import WEIGHTS, Again, Sections, right
from briefing.pipeline.coverage import WINDOW, coverage
from briefing.pipeline.relating import Relating
from briefing.pipeline.services import Report, Services
from briefing.pipeline.telling import stories
from briefing.store import Session
from briefing.store.editions import HOUSE, reader
from briefing.store.ledger import SentRow
from briefing.store.records import chunks
from briefing.store.subscribers import AT_ONCE
from briefing.stories.ranking import Earlier, Learnt, Ranking, Reader, Sent
from briefing.stories.timeline import card
from briefing.text import stable_id

SHARD = 1_000
"""Readers that are ranked in one matrix product."""
KEPT_AT_ONCE = 50
"""Readers whose editions are kept in one transaction: ranking takes its time without the write lock, and keeping takes little."""
ALSO = 5
"""The day's other stories that get a line below the picks."""
LONGER = 3 * ALSO
"""Stories that are ranked beside the picks, to find those of the day among them."""
CANDIDATES = timedelta(days=8)
"""Stories without news for so long are no candidates."""


@dataclass(frozen=True, slots=True)
class Issue:
    """An edition, and what the ledger is to remember of it."""

    edition: Edition
    sent: tuple[SentRow, ...]


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
        return [HOUSE] * bool(house.due) + db.subscribers.due(now, services.window)


def run(services: Services, ids: tuple[str, ...], now: datetime) -> Report:
    """Make the editions of these readers whose slot has come, and set when the next one is due."""
    made = skipped = 0
    shards = chunks(ids, SHARD)
    for shard in services.progress(shards, "composing", len(shards)):
        if services.stopping.is_set():
            break
        with services.store.read() as db:
            wanted = _wanted(db, services, shard, now)
            issues = _issues(db, services, [w for w in wanted if w.plan.due], now)
        for some in chunks(wanted, KEPT_AT_ONCE):
            with services.store.write() as db:
                same = _unchanged(db, some)
                made += sum(_keep(db, services, w, issues.get(w.id), now) for w in same)
                skipped += sum(len(w.plan.skipped) for w in same)
    return Report(step="compose", done=made, counts={"skipped": skipped})


def preview(services: Services, subscriber: Subscriber | None, now: datetime) -> Edition:
    """The edition as it would go out at `now`; nothing is kept or sent."""
    zone = subscriber.zone if subscriber else services.config.briefing.timezone
    with services.store.read() as db:
        today = _plan(services, None, now, subscriber, zone)
        slot = today.due or today.next
        if slot is None:
            raise UsageError(subscriber.email if subscriber else "the brief", "has no day with an edition", remedy="give it days")
        wanted = Wanted(subscriber, replace(today, due=slot))
        return _issues(db, services, [wanted], now)[wanted.id].edition


def _house_plan(db: Session, services: Services, now: datetime) -> Plan:
    return _plan(services, _last_house_slot(db), now, None, services.config.briefing.timezone)


def _plan(services: Services, after: date | None, now: datetime, subscriber: Subscriber | None, zone: str) -> Plan:
    brief = services.config.briefing
    send_at, days = (subscriber.send_at, subscriber.days) if subscriber else (brief.send_at, brief.days)
    return plan(after, now, send_at, zone, days, brief.late_limit)


def _wanted(db: Session, services: Services, ids: Sequence[str], now: datetime) -> list[Wanted]:
    readers, last = db.subscribers.get(ids), db.subscribers.last_slots(ids)
    wanted = [Wanted(s, _next_plan(services, last[s.id], now, s), last[s.id]) for s in readers.values() if _takes_mail(s, now)]
    return wanted + [Wanted(None, _house_plan(db, services, now), _last_house_slot(db))] * (HOUSE in ids)


def _unchanged(db: Session, wanted: Sequence[Wanted]) -> list[Wanted]:
    """Those that are as they were when their edition was planned. Who left or asked for something else meanwhile, or got this
    slot from another composer, is due again if anything is."""
    ids = [w.subscriber.id for w in wanted if w.subscriber]
    readers, last = db.subscribers.get(ids), db.subscribers.last_slots(ids)
    house = _last_house_slot(db)
    return [w for w in wanted if (readers.get(w.id or ""), last.get(w.id or "", house)) == (w.subscriber, w.last)]


def _last_house_slot(db: Session) -> date | None:
    last = db.meta.setting("house slot")
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


def _issues(db: Session, services: Services, wanted: Sequence[Wanted], now: datetime) -> dict[str | None, Issue]:
    """What each reader gets; all are ranked together."""
    if not wanted:
        return {}
    config = services.config
    told = right(db, stories(db, config, db.stories.since(now - CANDIDATES)))
    readers = _readers(db, services, wanted)
    ranking = Ranking(told, config.topics, now=now, weights=WEIGHTS, earlier=_earlier(db, services, now))
    tops = [_top(services, one) for one in readers]
    longlists = ranking.select(readers, max(tops) + LONGER)
    relating, again = Relating(db, services), Again(db, services, readers, now)
    today = sum(story.updated_at > now - WINDOW for story in told)
    covered = replace(coverage(db, config, now), stories=today)
    cards, learnt = _cards(longlists, services), Learnt()
    issues: dict[str | None, Issue] = {}
    for one, top, longlist in zip(readers, tops, longlists, strict=True):
        picked = replace(longlist, picks=longlist.picks[:top])
        had = {id_ for sent in one.sent for id_ in sent.insight_ids}
        selection = replace(picked, picks=relating.picks(picked.picks, had, _related(services, one)))
        shown = len(picked.picks)
        counted = replace(covered, stories=max(today, shown), shown=shown, wanted=top, left_out=ranking.left_out(one, picked))
        also, sections = _also(longlist.picks[top : top + LONGER], now), again.sections(one, picked)
        edition = _compose(services, selection, also, cards, counted, sections, now)
        issues[selection.subscriber_id] = Issue(edition, tuple(_sent_row(edition, pick, learnt) for pick in selection.picks))
    return issues


def _top(services: Services, reader: Reader) -> int:
    """How many insights the reader's edition has at most."""
    wanted = reader.subscriber.top if reader.subscriber else None
    return services.config.briefing.top if wanted is None else wanted


def _related(services: Services, reader: Reader) -> int:
    """How many related insights stand below each."""
    wanted = reader.subscriber.related if reader.subscriber else None
    return services.config.briefing.related if wanted is None else wanted


def _earlier(db: Session, services: Services, now: datetime) -> Earlier:
    """What the archive told in the time that novelty is measured against."""
    moments, vectors = db.insights.told_since(now - WEIGHTS.remembered - timedelta(days=1), services.embedder().name)
    return Earlier(moments, vectors)


def _also(picks: Sequence[Pick], now: datetime) -> list[Story]:
    """The day's own stories: one that had its line yesterday has none today."""
    return [pick.story for pick in picks if now - WINDOW < pick.story.updated_at][:ALSO]


def _compose(
    services: Services,
    selection: Selection,
    also: Sequence[Story],
    cards: Mapping[str, Card],
    covered: Coverage,
    sections: Sections,
    now: datetime,
) -> Edition:
    return compose(
        selection,
        cards=cards,
        links=services.links,
        title=services.config.briefing.title,
        language=services.config.briefing.language,
        coverage=covered,
        now=now,
        topics=services.config.topics,
        also=also,
        recap=sections.recap,
        due=sections.due,
        corrections=sections.corrections,
    )


def _readers(db: Session, services: Services, wanted: Sequence[Wanted]) -> list[Reader]:
    ledger = db.ledger.of([w.id for w in wanted])
    own = (services.config.briefing.language,)
    return [
        Reader(
            subscriber=w.subscriber,
            slot=w.plan.due.day,
            sent=[_sent(row) for row in ledger[w.id] if row.slot < w.plan.due.day],
            languages=(w.subscriber.languages if w.subscriber else ()) or own,
        )
        for w in wanted
        if w.plan.due
    ]


def _sent(row: SentRow) -> Sent:
    return Sent(story_id=row.story_id, slot=row.slot, insight_ids=row.insight_ids, claim=row.claim, facts=frozenset(row.facts))


def _cards(selections: Sequence[Selection], services: Services) -> dict[str, Card]:
    picked: dict[str, Story] = {pick.story.id: pick.story for selection in selections for pick in selection.picks}
    return {id_: card(story, services.config.topics) for id_, story in picked.items()}


def _keep(db: Session, services: Services, wanted: Wanted, issue: Issue | None, now: datetime) -> bool:
    """Freeze an issue, remember what it tells, queue its mail, and set the next slot; False if there was none to make."""
    made = False
    if issue and (_says_something(issue.edition) or _wants_empty(services, wanted.subscriber)) and db.editions.add(issue.edition):
        edition = issue.edition
        db.reminders.add(edition)
        db.ledger.add(issue.sent)
        if wanted.subscriber and wanted.plan.due:
            db.deliveries.add([_delivery(services, edition, wanted.subscriber, wanted.plan.due.due_at, now)])
        if wanted.subscriber is None and wanted.plan.due:
            db.deliveries.add(_through_channels(services, edition, wanted.plan.due.due_at, now))
        made = True
    _schedule(db, wanted)
    return made


def _says_something(edition: Edition) -> bool:
    """Predictions alone wait for the next edition: they may come for some days."""
    return bool(edition.picks or edition.recap or edition.corrections)


def _wants_empty(services: Services, subscriber: Subscriber | None) -> bool:
    return (subscriber.on_empty if subscriber else services.config.briefing.on_empty) == "send"


def _schedule(db: Session, wanted: Wanted) -> None:
    passed = wanted.plan.passed
    if wanted.subscriber is None:
        if passed:
            db.meta.set("house slot", passed.isoformat())
        return
    last = passed or db.subscribers.last_slots([wanted.subscriber.id])[wanted.subscriber.id]
    db.subscribers.schedule(wanted.subscriber.id, wanted.plan.next.due_at if wanted.plan.next else None, last)


def _sent_row(edition: Edition, pick: Pick, learnt: Learnt) -> SentRow:
    shown = (*pick.story.insights, *(one.insight for one in pick.related))
    return SentRow(
        edition_id=edition.id,
        story_id=pick.story.id,
        reader=reader(edition.subscriber_id),
        slot=edition.slot,
        insight_ids=(pick.story.lead.id, *(one.insight.id for one in pick.related)),
        claim=pick.story.lead.claim,
        facts=tuple(sorted(learnt.from_(shown, pick.story.sources))),
    )


def _through_channels(services: Services, edition: Edition, due_at: datetime, now: datetime) -> list[Delivery]:
    """The house edition goes through every channel, by the same ledger as mail."""
    return [
        Delivery(
            id=stable_id("delivery", edition.id, channel.name),
            edition_id=edition.id,
            address=channel_address(channel.name),
            message_id=message_id(services.message_key, edition.id, channel.name, services.postman.domain),
            state=DeliveryState.QUEUED,
            next_attempt_at=now,
            not_after=due_at + services.config.briefing.late_limit,
        )
        for channel in services.config.channels
    ]


def _delivery(services: Services, edition: Edition, subscriber: Subscriber, due_at: datetime, now: datetime) -> Delivery:
    domain = services.postman.domain
    return Delivery(
        id=stable_id("delivery", edition.id),
        edition_id=edition.id,
        subscriber_id=subscriber.id,
        address=subscriber.email,
        message_id=message_id(services.message_key, edition.id, "mail", domain),
        state=DeliveryState.QUEUED,
        next_attempt_at=now,
        not_after=due_at + services.config.briefing.late_limit,
    )
