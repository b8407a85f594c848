"""What the admin does on the desk: each action is posted with a token of the own session, then the page is shown anew."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from briefing.errors import UsageError
from briefing.pipeline import deciding, people, reports
from briefing.web import desk, forms, sessions
from briefing.web.site import Act, Page, Show, Site
from briefing.web.sources import source_id

Action: TypeAlias = Callable[[Site, str, FormData], None]


def _ask(site: Site, id_: str, form: FormData) -> None:
    with site.services.store.read() as db:
        url = next((url for url in db.feeds.states() if source_id(url) == id_), "")
    deciding.ask(site.services, url, site.clock())


def _decide(decision: str) -> Action:
    return lambda site, id_, form: deciding.decide(site.services, id_, decision, site.clock())


def _take_back(site: Site, id_: str, form: FormData) -> None:
    deciding.take_back(site.services, id_)


def _unsubscribe(site: Site, id_: str, form: FormData) -> None:
    people.unsubscribe(site.services, id_)


def _remove(site: Site, id_: str, form: FormData) -> None:
    deciding.remove(site.services, id_, site.clock())


def _correct(site: Site, id_: str, form: FormData) -> None:
    reports.accept(site.services, id_, forms.text(form, "text"), site.clock())


def _dismiss(site: Site, id_: str, form: FormData) -> None:
    reports.dismiss(site.services, id_, site.clock())


def acting(path: str, actions: Mapping[str, Action]) -> Act:
    """The handler of a page's forms: `action` names what is to be done with `id`. Raises 403 without session or token."""

    def act(site: Site, request: Request, form: FormData) -> Response:
        if not sessions.is_admin(site, request) or not sessions.is_own_form(site, request, forms.text(form, "csrf")):
            raise HTTPException(403)
        name = forms.text(form, "action")
        if name not in actions:
            raise HTTPException(400)
        try:
            actions[name](site, forms.text(form, "id"), form)
        except UsageError as error:
            return desk.refused(site, path, f"{error.subject}: {error.reason}.")
        return RedirectResponse(f"{path}?did={name}", 303)

    return act


def _page(path: str, show: Show, actions: Mapping[str, Action]) -> Page:
    return Page(path=path, show=desk.for_admin(show), act=acting(path, actions), own=True)


READERS: Mapping[str, Action] = {"activate": _take_back, "unsubscribe": _unsubscribe, "remove": _remove}
PAGES = (
    _page("/admin", desk.desk, {"ask": _ask}),
    _page("/admin/readers", desk.readers, READERS),
    _page("/admin/mails", desk.mails, {name: _decide(name) for name in deciding.DECISIONS} | {"activate": _take_back}),
    _page("/admin/reports", desk.reported, {"correct": _correct, "dismiss": _dismiss}),
    Page(path="/admin/preview", show=desk.for_admin(desk.coming)),
)
