"""What holds for every request and every answer: whose host it is, how large it may be, and what browsers may do with it."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 64 * 1024
LARGEST_HEAD = 16 * 1024
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "X-Frame-Options": "DENY",
}
STRICT_TRANSPORT = "max-age=31536000"
PROBES = ("/health", "/ready")
"""Asked by the machine itself under any name; their answers name no host."""
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
DEFAULT_PORTS = {"http": ":80", "https": ":443"}
ELSEWHERE = "Misdirected request: these pages are known under another name.\n"


class Guard:
    """ASGI middleware: refuses what is misdirected or too large before any handler runs, and sets the security headers."""

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str], secure: bool) -> None:
        self._app = app
        self._hosts = frozenset(hosts)
        self._headers = HEADERS | ({"Strict-Transport-Security": STRICT_TRANSPORT} if secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        await (self._refusal(scope) or self._app)(scope, receive, send_guarded)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        if scope["path"] not in PROBES and Headers(scope=scope).get("host", "").lower() not in self._hosts:
            return PlainTextResponse(ELSEWHERE, 421)
        if sum(len(name) + len(value) for name, value in scope["headers"]) > LARGEST_HEAD:
            return PlainTextResponse("The request's headers are too large.\n", 431)
        return None


def hosts(public_url: str, port: int) -> set[str]:
    """Values of the Host header that are ours: the public name, and the loopback names at the port we listen on."""
    name = authority(public_url)
    default = DEFAULT_PORTS[urlsplit(public_url).scheme]
    return {name, name.removesuffix(default), *(f"{loopback}:{port}" for loopback in LOOPBACK)}


def authority(public_url: str) -> str:
    """`host:port` as a Host header spells it in full, with a domain of other scripts in its ASCII form."""
    parts = urlsplit(public_url)
    host = (parts.hostname or "").encode("idna").decode("ascii") if ":" not in (parts.hostname or ":") else f"[{parts.hostname}]"
    return f"{host}:{parts.port}" if parts.port else host + DEFAULT_PORTS[parts.scheme]


def ours(headers: Headers, own_origins: frozenset[str]) -> bool:
    """Whether a form says that it was sent from one of our own pages; what browsers leave unsaid is no proof."""
    if foreign(headers, own_origins):
        return False
    return headers.get("origin", "").lower() in own_origins or headers.get("sec-fetch-site") == "same-origin"


def foreign(headers: Headers, own_origins: frozenset[str]) -> bool:
    """Whether another site sent this form. `null` is what browsers write of our own pages too, under no-referrer."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    return headers.get("origin", "null").lower() not in {"null", *own_origins}
