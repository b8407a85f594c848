"""What machines ask: are you alive, are you ready, where is your stylesheet, and what may be indexed."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from briefing.errors import StoreError
from briefing.mailbox import LOOPBACK
from briefing.pipeline.metrics import CONTENT_TYPE_LATEST, exposition
from briefing.web.site import Page, Site

FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip", "via")
A_YEAR = "public, max-age=31536000, immutable"
A_MINUTE = "public, max-age=60"
ROBOTS = """\
User-agent: *
Disallow: /confirm/
Disallow: /unsubscribe/
Disallow: /preferences/
Disallow: /feedback/
Disallow: /search
Disallow: /i/*/report
"""


def health(site: Site, request: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


def ready(site: Site, request: Request) -> Response:
    """The store answers too."""
    try:
        with site.services.store.read() as db:
            db.meta.setting("house slot")
    except StoreError:
        return JSONResponse({"status": "the store does not answer"}, 503)
    return JSONResponse({"status": "ok"})


def metrics(site: Site, request: Request) -> Response:
    """Figures for Prometheus: to this machine only, unless feeds.toml says otherwise."""
    allowed = site.services.config.web.metrics
    if allowed == "off" or (allowed == "loopback" and not _from_here(request)):
        raise HTTPException(404)
    return Response(exposition(site.services, site.clock()), media_type=CONTENT_TYPE_LATEST)


def _from_here(request: Request) -> bool:
    """What a proxy on this machine passes on comes from elsewhere, and says so in a header, or by the name asked for."""
    passed_on = any(name in request.headers for name in FORWARDED) or request.url.hostname not in LOOPBACK
    return not passed_on and request.client is not None and request.client.host in LOOPBACK


def asset(site: Site, request: Request) -> Response:
    found = site.assets.get(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    named = request.query_params.get("v") == found.version
    return Response(found.body, media_type=found.type, headers={"Cache-Control": A_YEAR if named else A_MINUTE})


def robots(site: Site, request: Request) -> Response:
    return PlainTextResponse(ROBOTS)


PAGES = (
    Page(path="/health", show=health),
    Page(path="/ready", show=ready),
    Page(path="/metrics", show=metrics),
    Page(path="/static/{name}", show=asset, public=True),
    Page(path="/robots.txt", show=robots, public=True),
)
