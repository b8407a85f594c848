"""The door of the admin's pages: who may come in."""

import logging

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from briefing.web import passwords, sessions
from briefing.web.site import Page, Site, client

INVALID = "This link is not valid, or was used already. Ask for a new one."
WRONG = "That is not the password."
NO_PASSWORD = "No password is set here."
UNREADABLE = "The password's hash cannot be read. Make a new one with “briefing admin hash”."
log = logging.getLogger("briefing.web")


def door(site: Site, request: Request) -> Response:
    """One button; opening the page changes nothing."""
    trouble = "" if sessions.is_open(site, request.path_params["token"]) else _refused(site, request)
    return _door(site, trouble)


def enter(site: Site, request: Request, form: FormData) -> Response:
    if sessions.redeemed(site, request.path_params["token"]):
        return sessions.begun(site)
    return _door(site, _refused(site, request))


def password(site: Site, request: Request) -> Response:
    return _password(site)


def check_password(site: Site, request: Request, form: FormData) -> Response:
    """Every try is counted before it is looked at; the right password forgets the wrong ones of its network.

    Who holds many networks may close this door to everybody: the link of `briefing admin login` still opens the pages.
    """
    stored = site.services.config.secrets.admin_password_hash
    if not stored:
        return _password(site, NO_PASSWORD)
    window = site.limits.passwords
    if not (window.take(client(request), site.clock()) and site.limits.all_passwords.take("", site.clock())):
        raise HTTPException(429)
    try:
        right = passwords.matches(str(form.get("password", "")), stored)
    except ValueError:
        log.error("BRIEFING_ADMIN_PASSWORD_HASH cannot be read: make it with `briefing admin hash`")
        return _password(site, UNREADABLE)
    if not right:
        return _password(site, WRONG)
    window.forget(client(request))
    return sessions.begun(site)


def leave(site: Site, request: Request, form: FormData) -> Response:
    return sessions.ended(site, request)


def _refused(site: Site, request: Request) -> str:
    if not site.limits.bad_tokens.take(client(request), site.clock()):
        raise HTTPException(429)
    return INVALID


def _door(site: Site, trouble: str) -> Response:
    return site.page("admin_door.html", {"trouble": trouble}, 403 if trouble else 200)


def _password(site: Site, trouble: str = "") -> Response:
    values = {"trouble": trouble, "has_password": bool(site.services.config.secrets.admin_password_hash)}
    return site.page("admin_login.html", values, 403 if trouble else 200)


PAGES = (
    Page(path="/admin/login", show=password, act=check_password),
    Page(path="/admin/login/{token}", show=door, act=enter),
    Page(path="/admin/logout", act=leave),
)
