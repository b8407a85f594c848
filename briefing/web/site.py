"""What every page is given: the services, a clock, the templates, and what may be remembered between requests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NoReturn, TypeAlias

from jinja2 import Environment
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from briefing.editions.links import Token
from briefing.pipeline.services import Services
from briefing.store.adapters import wall_clock
from briefing.web.assets import Assets
from briefing.web.limits import Limits, network
from briefing.web.neighbours import Neighbours


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    services: Services
    templates: Environment
    assets: Assets
    neighbours: Neighbours
    clock: Callable[[], datetime] = wall_clock
    limits: Limits = field(default_factory=Limits)

    def page(self, template: str, values: Mapping[str, object], status: int = 200) -> Response:
        return HTMLResponse(self.templates.get_template(template).render(values), status)

    def token(self, request: Request, purpose: str) -> Token:
        """What the token in the path says. Raises 404 alike for forged, foreign and old ones, 429 for who tries too many."""
        now = self.clock()
        if found := self.services.links.verify(request.path_params["token"], purpose, now):
            return found
        if not self.limits.bad_tokens.take(client(request), now):
            raise HTTPException(429)
        raise HTTPException(404, INVALID_LINK)


Show: TypeAlias = Callable[[Site, Request], Response]
Act: TypeAlias = Callable[[Site, Request, FormData], Response]

INVALID_LINK = "This link is not valid, or not any more. The newest mail you have from us holds links that are."


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One path. `show` answers GET and changes nothing, `act` answers POST.

    `public` pages are the same for everybody: they may be cached, `lasting` ones until the archive changes.
    `archive` pages are gone when the archive is off.
    `from_anywhere` forms are posted by mail providers, without an origin; `own` ones must say that they come from here.
    """

    path: str
    show: Show | None = None
    act: Act | None = None
    public: bool = False
    lasting: bool = False
    archive: bool = False
    from_anywhere: bool = False
    own: bool = False


def missing() -> NoReturn:
    """There is no such page."""
    raise HTTPException(404)


def client(request: Request) -> str:
    return network(request.client.host if request.client else "")


def local(url: str) -> str:
    """One of our own addresses without scheme and host, so that pages work under every name we are known by."""
    _, slash, path = url.partition("//")[2].partition("/")
    return slash + path or "/"
