"""The admin's session: a signed cookie for twelve hours, and links that open one once."""

import hashlib
import secrets
from datetime import datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from briefing.editions.links import LIFETIMES, Links
from briefing.store import Session, Store
from briefing.web.site import Site

PURPOSE = "admin"
COOKIE = "briefing_admin"


def cookie_name(links: Links) -> str:
    """`__Host-` binds the cookie to one host and to https (RFC 6265bis, 4.1.3.2); browsers take it only over https."""
    return f"__Host-{COOKIE}" if links.secure else COOKIE


def begun(site: Site) -> Response:
    """The way to the admin pages, with a new session. The subject is random, so that no two sessions are the same."""
    links, lifetime = site.services.links, LIFETIMES[PURPOSE]
    response = RedirectResponse("/admin", 303)
    response.set_cookie(
        cookie_name(links),
        links.token(PURPOSE, secrets.token_urlsafe(16), site.clock()),
        max_age=int(lifetime.total_seconds()) if lifetime else None,
        secure=links.secure,
        httponly=True,
        samesite="lax",
    )
    return response


def is_admin(site: Site, request: Request) -> bool:
    """Whether the request comes with a session that is genuine, not too old and not ended."""
    cookie = request.cookies.get(cookie_name(site.services.links), "")
    if not site.services.links.verify(cookie, PURPOSE, site.clock()):
        return False
    with site.services.store.read() as db:
        return not _used(db, PURPOSE, cookie)


def form_token(site: Site, request: Request) -> str:
    """What the forms of this session carry; of another session, or a day later, it is worth nothing."""
    return site.services.links.token("form", _of_session(site, request), site.clock())


def is_own_form(site: Site, request: Request, token: str) -> bool:
    """Whether a form was shown to this session."""
    found = site.services.links.verify(token, "form", site.clock())
    return found is not None and secrets.compare_digest(found.subject, _of_session(site, request))


def _of_session(site: Site, request: Request) -> str:
    return _key("forms", request.cookies.get(cookie_name(site.services.links), ""))


def ended(site: Site, request: Request) -> Response:
    """The way out: the cookie is dropped, and a copy of it is worth nothing any more."""
    name, response = cookie_name(site.services.links), RedirectResponse("/admin/login", 303)
    if is_admin(site, request):
        _use_up(site.services.store, PURPOSE, request.cookies[name], site.clock())
    if name in request.cookies:
        response.delete_cookie(name, secure=site.services.links.secure, httponly=True, samesite="lax")
    return response


def is_open(site: Site, token: str) -> bool:
    """Whether a login link may still be used; asking changes nothing."""
    if not site.services.links.verify(token, "login", site.clock()):
        return False
    with site.services.store.read() as db:
        return not _used(db, "login", token)


def redeemed(site: Site, token: str) -> bool:
    """Use a login link up; False if it is not valid or was used before."""
    now = site.clock()
    genuine = site.services.links.verify(token, "login", now)
    return genuine is not None and _use_up(site.services.store, "login", token, now)


def _use_up(store: Store, purpose: str, token: str, now: datetime) -> bool:
    """True once for each token: it is looked up and remembered in one transaction."""
    with store.write() as db:
        if _used(db, purpose, token):
            return False
        db.meta.remember(_key(purpose, token), "used", now)
        return True


def _used(db: Session, purpose: str, token: str) -> bool:
    return db.meta.memo(_key(purpose, token)) is not None


def _key(purpose: str, token: str) -> str:
    return f"{purpose}:{hashlib.sha256(token.encode('utf-8', 'replace')).hexdigest()}"
