"""Two loopback servers to try the whole road on: HTTP that plays the bundled samples, and SMTP that keeps what it is sent."""

import asyncio
import gzip
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources.abc import Traversable
from threading import Thread
from types import TracebackType
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from briefing.ports import Fetched, Fetcher, Validators

ORIGIN = "https://example.org"
"""Where the invented papers stand for those who follow a link out of the demo: a real page, which says what it is for."""
PLACEHOLDER = re.compile(r"\{\{(\w+)(?::([+-]\d+)h)?\}\}")
SEPARATORS = {".xml": "\n", ".json": ",\n"}
TYPES = {
    ".xml": "application/xml",
    ".json": "application/json",
    ".vtt": "text/vtt",
    ".srt": "application/x-subrip",
    ".html": "text/html",
}
FORMATS: dict[str, Callable[[datetime], str]] = {
    "rfc822": lambda moment: format_datetime(moment, usegmt=True),
    "iso": lambda moment: moment.isoformat(timespec="seconds"),
    "date": lambda moment: f"{moment.day} {moment:%B}",
    "day": lambda moment: f"{moment:%A}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    body: bytes
    type: str
    modified: datetime

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleItem:
    published: datetime
    text: str


def fill(template: str, moment: datetime, values: dict[str, str]) -> str:
    """Replace `{{name}}` from `values` and `{{format:-26h}}` by the time 26 hours before `moment`. Others raise KeyError."""

    def replace(match: re.Match[str]) -> str:
        name, hours = match.groups()
        return values[name] if name in values else FORMATS[name](moment + timedelta(hours=int(hours or 0)))

    return PLACEHOLDER.sub(replace, template)


class Samples:
    """The sample feeds as they stood at a moment.

    `feeds/<slug>.xml` or `.json` is a feed without its items, `items/<slug>/` holds these. An item's first line says when it
    came out, `published: -26h`, counted from `today`. Everything in `content/` is there from the start; what is a page of
    an invented paper stands under its address there, too: `/<paper>/<page>`.
    """

    def __init__(self, root: Traversable, today: datetime) -> None:
        self.root = root
        self.today = today.astimezone(UTC)

    def page(self, path: str, base: str, clock: datetime) -> Page | None:
        """What stands under an address at `clock`; None where nothing does."""
        match path.strip("/").split("/"):
            case ["feeds", name] if self._is_there("feeds", name):
                return self._feed(name, base, clock)
            case ["content", name] if self._is_there("content", name):
                return self._content(name, base)
            case [_, name] if self._is_there("content", f"{name}.html"):
                return self._content(f"{name}.html", base)
        return None

    def _is_there(self, folder: str, name: str) -> bool:
        return self.root.joinpath(folder, name).is_file()

    def _content(self, name: str, base: str) -> Page:
        text = self.root.joinpath("content", name).read_text(encoding="utf-8")
        return self._page(name, fill(text, self.today, {"base": base}), self.today - timedelta(days=30))

    def _feed(self, name: str, base: str, clock: datetime) -> Page:
        slug, _, ending = name.rpartition(".")
        items = [item for item in self._items(slug, base) if item.published <= clock]
        joined = SEPARATORS[f".{ending}"].join(item.text for item in items)
        shell = self.root.joinpath("feeds", name).read_text(encoding="utf-8")
        newest = max((item.published for item in items), default=clock)
        return self._page(name, fill(shell, newest, {"base": base, "items": joined}), newest)

    def _items(self, slug: str, base: str) -> list[SampleItem]:
        """Newest first, as feeds have it."""
        files = [file for file in self.root.joinpath("items", slug).iterdir() if file.name.endswith((".xml", ".json"))]
        items = [self._item(file.read_text(encoding="utf-8"), base) for file in files]
        return sorted(items, key=lambda item: item.published, reverse=True)

    def _item(self, source: str, base: str) -> SampleItem:
        first, _, template = source.partition("\n")
        published = self.today + timedelta(hours=int(first.removeprefix("published:").strip().removesuffix("h")))
        own = {"base": base, "published_rfc822": FORMATS["rfc822"](published), "published_iso": FORMATS["iso"](published)}
        return SampleItem(published=published, text=fill(template, self.today, own).strip())

    @staticmethod
    def _page(name: str, text: str, modified: datetime) -> Page:
        ending = name[name.rindex(".") :]
        return Page(body=text.encode(), type=f"{TYPES[ending]}; charset=utf-8", modified=modified.replace(microsecond=0))


class SampleServer:
    """Serves the samples on a free loopback port, from `with` to its end. Before `move_to` its clock shows `today`."""

    def __init__(self, root: Traversable, today: datetime) -> None:
        self.samples = Samples(root, today)
        self.clock = today
        self._http = _Http(self)
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"

    def move_to(self, now: datetime) -> None:
        """Set the clock: items that come out later are not in their feeds yet."""
        self.clock = now

    def page(self, path: str) -> Page | None:
        return self.samples.page(path, self.url, self.clock)

    def fetching(self, make: Callable[[], Fetcher]) -> Callable[[], Fetcher]:
        """Makes fetchers that have the pages of the invented papers from this server."""
        return lambda: PapersHere(make(), self.url)

    def __enter__(self) -> Self:
        self._thread = Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


@dataclass(frozen=True, slots=True)
class PapersHere:
    """Implements `ports.Fetcher`: what lies under `ORIGIN` comes from another server, nothing from `ORIGIN` itself."""

    fetcher: Fetcher
    server: str

    async def fetch(self, url: str, validators: Validators = Validators()) -> Fetched:
        if not url.startswith(f"{ORIGIN}/"):
            return await self.fetcher.fetch(url, validators)
        answer = await self.fetcher.fetch(self.server + url.removeprefix(ORIGIN), validators)
        return replace(answer, url=self._cited(answer.url), permanent_url=self._cited(answer.permanent_url))

    def _cited(self, url: str) -> str:
        return ORIGIN + url.removeprefix(self.server) if url.startswith(f"{self.server}/") else url

    async def close(self) -> None:
        await self.fetcher.close()


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, owner: SampleServer) -> None:
        self.owner = owner
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Http
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        page = self.server.owner.page(self.path.partition("?")[0])
        if page is None:
            self.send_error(HTTPStatus.NOT_FOUND)
        elif self._holds(page):
            self._answer(HTTPStatus.NOT_MODIFIED, page, b"")
        else:
            self._answer(HTTPStatus.OK, page, page.body)

    def _holds(self, page: Page) -> bool:
        """RFC 9110 section 13.1.3: If-Modified-Since counts only without If-None-Match."""
        if known := self.headers.get("If-None-Match"):
            return page.etag in known
        since = self.headers.get("If-Modified-Since")
        return since is not None and page.modified <= parsedate_to_datetime(since)

    def _answer(self, status: HTTPStatus, page: Page, body: bytes) -> None:
        self.send_response(status)
        self.send_header("ETag", page.etag)
        self.send_header("Last-Modified", format_datetime(page.modified, usegmt=True))
        self.send_header("Content-Type", page.type)
        if body and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body)
            self.send_header("Content-Encoding", "gzip")
        if status is HTTPStatus.OK:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """The demo prints its own account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One accepted mail: its envelope, and its bytes as they came."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes


class InboxServer:
    """A real SMTP server on a free loopback port that accepts every mail and keeps it in `received`."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self._controller = _Controller(self, hostname="127.0.0.1", port=0)

    @property
    def host(self) -> str:
        return "127.0.0.1"

    @property
    def port(self) -> int:
        return int(self._controller.port)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        data = envelope.original_content or b""
        self.received.append(Received(sender=envelope.mail_from or "", recipients=tuple(envelope.rcpt_tos), data=data))
        return "250 2.0.0 Kept"

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._controller.stop()


class _Controller(Controller):
    def _trigger_server(self) -> None:
        """aiosmtpd connects to the port it was asked for; with port 0 that is known only now."""
        if isinstance(self.server, asyncio.Server):
            self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd annotates it nowhere
