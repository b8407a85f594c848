"""Sign-up and its confirmation. The answer never depends on who is subscribed."""

from collections.abc import Mapping
from time import monotonic, sleep

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from briefing.delivery.addresses import AddressError
from briefing.errors import UsageError
from briefing.model import Status, Subscriber
from briefing.pipeline import notices, people
from briefing.pipeline.services import Services
from briefing.pipeline.wishes import Wishes, wishes
from briefing.store import Session
from briefing.web import forms
from briefing.web.limits import mailbox
from briefing.web.site import INVALID_LINK, Page, Site, client

MAILS_A_DAY = 3
"""Confirmation mails that one mailbox gets, whoever asks."""
LEAST_SECONDS = 0.25
"""Until the answer to a sign-up: writing down a new address takes some milliseconds more than finding one that is known."""
FIELDS = ("email", "topics", "languages", "send_at", "zone")


def form_values(site: Site, typed: Mapping[str, str] = {}, trouble: str = "") -> dict[str, object]:
    """What the sign-up form needs, wherever it stands."""
    return {
        "started": forms.started(site.services.links, site.clock()),
        "languages": languages(site.services),
        "typed": typed,
        "trouble": trouble,
    }


def form(site: Site, request: Request) -> Response:
    return site.page("signup.html", form_values(site))


def sign_up(site: Site, request: Request, form: FormData) -> Response:
    """Queues a confirmation mail where one is wanted; says the same to everybody, and as late."""
    now, began = site.clock(), monotonic()
    if forms.text(form, forms.HONEYPOT):
        return _sent(site)
    if forms.too_quick(form, site.services.links, now):
        return _again(site, form, forms.TOO_QUICK)
    try:
        asked = wishes(forms.asked(form, FIELDS), site.services.config)
    except (AddressError, UsageError) as error:
        return _again(site, form, forms.trouble(error.subject, error.reason))
    if not (site.limits.sign_ups.take(client(request), now) and site.limits.all_sign_ups.take("", now)):
        raise HTTPException(429)
    _ask(site, asked)
    sleep(max(0.0, LEAST_SECONDS - (monotonic() - began)))
    return _sent(site)


def confirmation(site: Site, request: Request) -> Response:
    """One button; opening the page changes nothing."""
    reader = addressee(site, request, "confirm")
    return _confirmed(site, reader, fresh=False) if reader.status is Status.ACTIVE else site.page("confirm.html", {})


def confirm(site: Site, request: Request, form: FormData) -> Response:
    reader = addressee(site, request, "confirm")
    try:
        people.confirm(site.services, reader.id)
    except UsageError:
        raise HTTPException(404, INVALID_LINK) from None
    with site.services.store.write() as db:
        notices.queue(
            db,
            site.services,
            kind="welcome",
            address=reader.email,
            key=f"welcome {reader.id}",
            values={"subscriber": reader.id},
            now=site.clock(),
        )
    return _confirmed(site, reader, fresh=reader.status is not Status.ACTIVE)


def _ask(site: Site, asked: Wishes) -> None:
    now, box = site.clock(), mailbox(asked.email)
    if not site.limits.mailboxes.take(box, now):
        people.amend(site.services, asked)
        return
    with site.services.store.write() as db:
        allowed = db.meta.spend(f"mail {box}", now.date(), 1, MAILS_A_DAY)
    if allowed:
        people.sign_up(site.services, asked, now)


def addressee(site: Site, request: Request, purpose: str) -> Subscriber:
    """Whom the signed link in the path is for. Raises 404 for a link that is not valid, or whose reader is gone."""
    token = site.token(request, purpose)
    with site.services.store.read() as db:
        return reader_of(db, token.subject)


def reader_of(db: Session, subscriber_id: str) -> Subscriber:
    """The reader that a genuine link names. Raises 404 for one who is gone."""
    try:
        return people.find(db, subscriber_id)
    except UsageError:
        raise HTTPException(404, INVALID_LINK) from None


def languages(services: Services) -> tuple[str, ...]:
    """The languages that the brief's feeds are declared in, its own first."""
    own = services.config.briefing.language
    return tuple(dict.fromkeys([own, *sorted({feed.language for feed in services.config.feeds if feed.language})]))


def _sent(site: Site) -> Response:
    return site.page("sent.html", {})


def _again(site: Site, form: FormData, trouble: str) -> Response:
    return site.page("signup.html", form_values(site, forms.typed(form), trouble), 400)


def _confirmed(site: Site, reader: Subscriber, *, fresh: bool) -> Response:
    preferences = site.services.links.preferences(reader.id, site.clock())
    return site.page("confirmed.html", {"reader": reader, "preferences": preferences, "fresh": fresh})


PAGES = (
    Page(path="/signup", show=form, act=sign_up),
    Page(path="/confirm/{token}", show=confirmation, act=confirm),
)
