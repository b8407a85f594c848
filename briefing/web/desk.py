"""The admin's desk: how feeds, readers, mails, reports and the next edition are. Opening a page changes nothing."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from briefing.editions import wording
from briefing.editions.told import host
from briefing.errors import UsageError
from briefing.model import WAITING, DeliveryState, Edition, Status, Subscriber
from briefing.pipeline import deciding, diagnosis, edits, health, reports
from briefing.pipeline.compose import preview
from briefing.pipeline.health import FeedHealth
from briefing.pipeline.overview import HEARTBEAT, overview
from briefing.store import Session
from briefing.web import rhythm, sessions, shown
from briefing.web.site import Show, Site

ORDER = ("failing", "silent", "new", "ok", "resting")
"""Feeds in trouble come first."""
QUICK_CHECKS = ("brief", "disk", "clock", "outbox", "mailboxes", "work", "web")
"""Checks of `briefing doctor` that ask nobody else and read little; feeds have a table of their own."""
MOST_ROWS = 200
SPENDING_DAYS = 7
SPENT = {"tokens": "Tokens of the language model", "speech minutes": "Minutes of speech recognition"}
ENDED = (DeliveryState.REJECTED, DeliveryState.EXPIRED)
SAID = {
    "now": "It is tried with the next heartbeat.",
    "send": "It goes out again, with the Message-ID it had.",
    "accept": "It counts as arrived.",
    "cancel": "It is given up.",
    "ask": "The feed is asked with the next heartbeat.",
    "activate": "The reader is active.",
    "unsubscribe": "The reader gets no more mail.",
    "remove": "The reader is forgotten.",
    "correct": "The correction stands on the page, and in the next edition of who was sent it.",
    "dismiss": "The report is dismissed; the insight stays as it is.",
}
"""What an action did, by its code: pages are told only codes, never words."""


def for_admin(show: Show) -> Show:
    """The page for who has a session; everybody else is led to the door."""

    def shown_to_admin(site: Site, request: Request) -> Response:
        return show(site, request) if sessions.is_admin(site, request) else RedirectResponse("/admin/login", 303)

    return shown_to_admin


def desk(site: Site, request: Request) -> Response:
    """Feeds, what may be wrong, what is spent, and the latest house edition."""
    services, now = site.services, site.clock()
    with services.store.read() as db:
        feeds = health.everything(db, services.config, now)
        latest = next(iter(db.editions.latest(None)), None)
        values: dict[str, object] = {
            "charts": rhythm.charts(db, now),
            "edited": edits.standing(db),
            "holder": db.meta.holder(HEARTBEAT),
            "spent": _spent(site, db),
            "reports": db.reports.waiting(),
        }
    values |= {"overview": overview(services, now), "feeds": _sorted(feeds), "hosts": _hosts(feeds)}
    findings = [found for found in diagnosis.diagnose(services, now, QUICK_CHECKS) if found.remedy]
    return page(site, request, "admin.html", values | _edition(latest) | {"findings": findings})


def coming(site: Site, request: Request) -> Response:
    """The edition as it would go out now: the house's, or with `reader` that of one reader. Nothing is kept or sent."""
    wanted = request.query_params.get("reader", "")
    with site.services.store.read() as db:
        reader = db.subscribers.get([wanted]).get(wanted) if wanted else None
    if wanted and reader is None:
        raise HTTPException(404)
    try:
        made, trouble = preview(site.services, reader, site.clock()), ""
    except UsageError as error:
        made, trouble = None, f"{error.subject} {error.reason}."
    return page(site, request, "admin_preview.html", {"reader": reader, "trouble": trouble, **_edition(made)})


def readers(site: Site, request: Request) -> Response:
    """Readers by what is asked for: part of an address, or a status."""
    asked, status = request.query_params.get("q", "").strip().lower(), request.query_params.get("status", "")
    with site.services.store.read() as db:
        everybody = db.subscribers.all()
    found = [each for each in everybody if asked in each.email and status in ("", each.status)]
    values = {
        "readers": found[:MOST_ROWS],
        "more": max(0, len(found) - MOST_ROWS),
        "asked": asked,
        "status": status,
        "statuses": list(Status),
        "moves": {each.id: _moves(each) for each in found[:MOST_ROWS]},
    }
    return page(site, request, "admin_readers.html", values)


def mails(site: Site, request: Request) -> Response:
    """Mails about which somebody has to decide, those that wait, those that came to nothing, and who bounced."""
    services, now = site.services, site.clock()
    with services.store.read() as db:
        waiting, ended = db.deliveries.in_states(WAITING), db.deliveries.in_states(ENDED)
        bounced = [each for each in db.subscribers.all() if each.status is Status.BOUNCED]
        held = db.deliveries.held()
    listed = {"Held: did they arrive?": held, "Waiting": waiting, "Refused or too late": ended}
    values = {
        "listed": {name: found[:MOST_ROWS] for name, found in listed.items()},
        "counts": {name: len(found) for name, found in listed.items()},
        "decisions": {mail.id: deciding.open_to(mail) for found in listed.values() for mail in found[:MOST_ROWS]},
        "bounced": bounced[:MOST_ROWS],
        "mail": overview(services, now).mail,
    }
    return page(site, request, "admin_mails.html", values)


def reported(site: Site, request: Request) -> Response:
    """Reports that wait for a decision, each with what it is about."""
    with site.services.store.read() as db:
        waiting = db.reports.open(MOST_ROWS)
        told = db.insights.get(list({each.insight_id for each in waiting}))
    values = {"reports": waiting, "told": {id_: kept.insight for id_, kept in told.items()}, "about": reports.ABOUT}
    return page(site, request, "admin_reports.html", values)


def page(site: Site, request: Request, template: str, values: Mapping[str, object]) -> Response:
    """A page of the desk, with what its forms need and what the last action did."""
    told = {
        "now": site.clock(),
        "csrf": sessions.form_token(site, request),
        "said": SAID.get(request.query_params.get("did", ""), ""),
    }
    return site.page(template, told | dict(values))


def refused(site: Site, path: str, words: str) -> Response:
    """Why an action did nothing, and the way back."""
    return site.page("admin_refused.html", {"words": words, "back": path}, 409)


def _moves(reader: Subscriber) -> tuple[str, ...]:
    """What the admin may do with a reader; who left comes back only by signing up."""
    back = ("activate",) if reader.status in (Status.PENDING, Status.PAUSED, Status.BOUNCED) else ()
    leave = ("unsubscribe",) if reader.status is not Status.UNSUBSCRIBED else ()
    return (*back, *leave, "remove")


def _spent(site: Site, db: Session) -> list[tuple[str, list[int], int]]:
    """(what, its use on each of the last days, the allowance of a day), the newest day last; only what was set up."""
    config, today = site.services.config, site.clock().date()
    allowed = {
        "tokens": config.llm.daily_tokens if config.llm else None,
        "speech minutes": config.speech.daily_minutes if config.speech else None,
    }
    days = [today - timedelta(days=ago) for ago in reversed(range(SPENDING_DAYS))]
    return [(SPENT[kind], [db.meta.spent(kind, day) for day in days], most) for kind, most in allowed.items() if most is not None]


def _sorted(feeds: Sequence[FeedHealth]) -> list[FeedHealth]:
    return sorted(feeds, key=lambda feed: ORDER.index(feed.status))


def _hosts(feeds: Sequence[FeedHealth]) -> dict[str, str]:
    """Feed address -> its host: the rest of the address may hold a key that somebody paid for."""
    return {feed.url: host(feed.url) for feed in feeds}


def _edition(latest: Edition | None) -> dict[str, object]:
    return {
        "edition": latest,
        "picks": shown.picks(latest) if latest else [],
        "coverage": wording.coverage(latest.coverage) if latest else "",
        "left_out": wording.left_out(latest.coverage) if latest else "",
    }
