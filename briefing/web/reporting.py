"""Reporting a problem with an insight: GET shows the form, POST keeps the report; the answer is the same for every report."""

from collections.abc import Mapping

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from briefing.model import Insight
from briefing.pipeline import reports
from briefing.web import forms, shown
from briefing.web.site import Page, Site, client

EMPTY = "Say in a few words what is wrong."


def form(site: Site, request: Request) -> Response:
    return _form(site, _insight(site, request), {})


def send(site: Site, request: Request, form: FormData) -> Response:
    """Keeps what is said; who it was is not asked and not kept."""
    told, now = _insight(site, request), site.clock()
    if forms.text(form, forms.HONEYPOT):
        return _thanks(site, told)
    if forms.too_quick(form, site.services.links, now):
        return _form(site, told, forms.typed(form), forms.TOO_QUICK)
    if not forms.text(form, "text").strip():
        return _form(site, told, forms.typed(form), EMPTY)
    if not (site.limits.reports.take(client(request), now) and site.limits.all_reports.take("", now)):
        raise HTTPException(429)
    reports.report(site.services, told.id, forms.text(form, "about"), forms.text(form, "text"), now)
    return _thanks(site, told)


def _insight(site: Site, request: Request) -> Insight:
    id_ = request.path_params["id"]
    with site.services.store.read() as db:
        kept = db.insights.get([id_]).get(id_)
    if kept is None:
        raise HTTPException(404)
    return kept.insight


def _form(site: Site, told: Insight, typed: Mapping[str, str], trouble: str = "") -> Response:
    values = {
        "insight": told,
        "headline": shown.headline(told),
        "about": reports.ABOUT,
        "longest": reports.LONGEST,
        "started": forms.started(site.services.links, site.clock()),
        "typed": typed,
        "trouble": trouble,
    }
    return site.page("report.html", values, 400 if trouble else 200)


def _thanks(site: Site, told: Insight) -> Response:
    return site.page("reported.html", {"insight": told})


PAGES = (Page(path="/i/{id}/report", show=form, act=send),)
