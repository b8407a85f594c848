"""The pages as one application: routes are data, and one road through which every request goes."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from briefing.errors import StoreError
from briefing.pipeline.services import Services
from briefing.store import changes
from briefing.store.adapters import wall_clock
from briefing.web import acting, admin, feeds, finding, joining, probes, reading, reporting, searching, steering
from briefing.web.api import answers
from briefing.web.assets import Assets
from briefing.web.guard import LARGEST_BODY, Guard, foreign, hosts, ours
from briefing.web.neighbours import Neighbours
from briefing.web.shelf import Shelf
from briefing.web.site import Act, Page, Show, Site
from briefing.web.templates import environment, folders

PAGES: tuple[Page, ...] = (
    *reading.PAGES,
    *reporting.PAGES,
    *finding.PAGES,
    *searching.PAGES,
    *answers.PAGES,
    *feeds.PAGES,
    *joining.PAGES,
    *steering.PAGES,
    *admin.PAGES,
    *acting.PAGES,
    *probes.PAGES,
)
MOST_FIELDS = 100
SECONDS_TO_SEND = 10
MADE_AT_ONCE = 4
"""Pages: more would be made no sooner, since the interpreter makes one at a time, and would want more than the five connections
that the store keeps open; one of these tells whether the archive has changed."""
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
WORDS = {
    400: "The request could not be understood.",
    403: "This form was sent from another site. Open the page here and try again.",
    404: "There is no such page. It may have been moved, or the address is incomplete.",
    405: "This page cannot be used in this way.",
    408: "Sending took too long. Please try again.",
    413: "That was too much to send.",
    429: "There have been too many requests like this from your network. Please try again in ten minutes.",
    500: "Something went wrong here, and the people who look after this site can read about it in its log.",
    503: "The archive cannot be read at this moment. Please try again in a few minutes.",
}
log = logging.getLogger("briefing.web")


def create_app(services: Services, *, clock: Callable[[], datetime] = wall_clock) -> Starlette:
    """The pages of an installation as an ASGI application."""
    site = site_of(services, clock)
    web = services.config.web
    return Starlette(
        routes=list(_routes(site)),
        middleware=[
            Middleware(Guard, hosts=hosts(web.public_url, web.listen.port), secure=services.links.secure),
            Middleware(RequestBodyLimitMiddleware, max_body_size=LARGEST_BODY),
        ],
        exception_handlers={HTTPException: partial(_refused, site)},
    )


def site_of(services: Services, clock: Callable[[], datetime] = wall_clock) -> Site:
    """What the pages of an installation are given."""
    places = folders(services.config.folder)
    assets = Assets(places)
    templates = environment(places, assets, services.config, services.links)
    return Site(services=services, templates=templates, assets=assets, neighbours=Neighbours(services), clock=clock)


def _routes(site: Site) -> Iterator[Route]:
    shelf, makers = Shelf(partial(run_in_threadpool, _version, site)), asyncio.Semaphore(MADE_AT_ONCE)
    for page in PAGES:
        methods = [method for method, answers in (("GET", page.show), ("POST", page.act)) if answers]
        yield Route(page.path, partial(_answer, site, shelf, makers, page), methods=methods)


def _version(site: Site) -> str:
    try:
        with site.services.store.read() as db:
            return changes.version(db.connection)
    except StoreError:
        return ""


async def _answer(site: Site, shelf: Shelf, makers: asyncio.Semaphore, page: Page, request: Request) -> Response:
    if page.archive and site.services.config.briefing.archive == "off":
        raise HTTPException(404)
    if request.method == "POST" and page.act:
        return await _acted(site, page, page.act, request)
    assert page.show is not None
    if page.public:
        return await shelf.answer(request, partial(_shown, site, makers, page.show, request), lasting=page.lasting)
    response = await _shown(site, makers, page.show, request)
    response.headers.update(PRIVATE)
    return response


async def _shown(site: Site, makers: asyncio.Semaphore, show: Show, request: Request) -> Response:
    async with makers:
        return await _told(site, partial(show, site, request))


async def _acted(site: Site, page: Page, act: Act, request: Request) -> Response:
    if not page.from_anywhere and foreign(request.headers, _origins(site)):
        raise HTTPException(403)
    if page.own and not ours(request.headers, _origins(site)):
        raise HTTPException(403)
    form = await _form(request)
    response = await _told(site, partial(act, site, request, form))
    response.headers.update(PRIVATE)
    return response


async def _form(request: Request) -> FormData:
    try:
        async with asyncio.timeout(SECONDS_TO_SEND):
            return await request.form(max_files=0, max_fields=MOST_FIELDS)
    except TimeoutError:
        raise HTTPException(408) from None
    except ClientDisconnect:
        raise HTTPException(400) from None


async def _told(site: Site, answer: Callable[[], Response]) -> Response:
    """The answer of a handler, which works in a thread; what it cannot do is told without a trace of the code."""
    try:
        return await run_in_threadpool(answer)
    except HTTPException:
        raise
    except StoreError as error:
        log.error("the store does not answer: %s", error)
        return _sorry(site, 503)
    except Exception:
        log.exception("a page failed")
        return _sorry(site, 500)


async def _refused(site: Site, request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if request.url.path.startswith(answers.ROOT):
        return answers.problem(error.status_code, headers=error.headers)
    own_words = error.detail if error.status_code == 404 and error.detail != "Not Found" else ""
    response = _sorry(site, error.status_code, own_words)
    response.headers.update(error.headers or {})
    return response


def _sorry(site: Site, status: int, words: str = "") -> Response:
    response = site.page("sorry.html", {"words": words or WORDS.get(status, WORDS[400])}, status)
    response.headers.update(PRIVATE)
    return response


def _origins(site: Site) -> frozenset[str]:
    """Our own origins: that of the public address, and of the names under which a browser on this machine knows us."""
    web = site.services.config.web
    scheme = urlsplit(web.public_url).scheme
    return frozenset(f"{scheme}://{host}" for host in hosts(web.public_url, web.listen.port))
