"""Polite, guarded fetching over HTTP: what is asked, of whom, how often, for how long and how much of it is taken."""

import asyncio
import ipaddress
import socket
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
from aiohappyeyeballs import AddrInfoType

from briefing import __version__
from briefing.errors import FetchError, RefusedAddressError
from briefing.ports import Fetched, Validators
from briefing.sources import answers
from briefing.sources.guard import Guard
from briefing.sources.journey import Journey
from briefing.sources.politeness import Deadline, Politeness
from briefing.sources.transfer import Answer, GuardedResolver, Saving

__all__ = ["Guard", "HttpFetcher"]

CONNECTIONS = 64
CONNECT_SECONDS, SILENCE_SECONDS = 5, 15
UNPACKED_FACTOR = 2
_ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.8"
_NEVER_TEXT = ("audio/", "video/", "image/", "font/")
_WITH_BODY = frozenset({200, 203, 206})
DOWNLOAD_ATTEMPTS = 3

Receive = Callable[[aiohttp.ClientResponse], Awaitable[bytes]]
"""Takes the body of an answer, and gives what is to be kept of it in memory."""


class HttpFetcher:
    """A `Fetcher`. Made once and used from one event loop; `close` it at the end.

    `per_host` requests run at a time with `host_gap` between their beginnings; `max_bytes` bounds a body on the wire, twice as
    much unpacked; `total` bounds the time of one fetch with all its redirects, waiting for one's turn excepted.
    """

    def __init__(
        self,
        *,
        guard: Guard,
        per_host: int = 2,
        host_gap: timedelta = timedelta(seconds=1),
        max_bytes: int = 8_000_000,
        user_agent: str = "",
        total: timedelta = timedelta(seconds=30),
    ) -> None:
        self._guard = guard
        self._politeness = Politeness(per_host, host_gap)
        self._max_bytes = max_bytes
        self._user_agent = user_agent or f"briefing/{__version__}"
        self._total = total.total_seconds()
        self._session: aiohttp.ClientSession | None = None
        self._all = asyncio.Semaphore(CONNECTIONS)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            await self._resolver.close()
            self._session = None

    async def fetch(self, url: str, validators: Validators = Validators()) -> Fetched:
        """GET a URL, redirects followed. Raises FetchError with a sentence for the admin; not modified is a result.

        A user name and password in `url` are sent to that host alone.
        """
        journey, answer = await self._travel(url, _conditions(validators), self._body, self._total)
        return _fetched(journey, answer, validators)

    async def download(self, url: str, path: Path, *, max_bytes: int, total: timedelta) -> None:
        """Save what a URL leads to. A cut connection is taken up where it broke, if the server names the version it sends.

        Raises FetchError, as `fetch` does.
        """
        saving = Saving(path, max_bytes)
        for attempts_left in reversed(range(DOWNLOAD_ATTEMPTS)):
            try:
                await self._travel(url, saving.headers(), saving.receive, total.total_seconds())
                return
            except FetchError:
                if not attempts_left or not saving.can_resume:
                    raise

    async def _travel(self, url: str, headers: Mapping[str, str], receive: Receive, seconds: float) -> tuple[Journey, Answer]:
        journey, deadline = Journey(url), Deadline(seconds)
        try:
            while True:
                answer = await self._ask(journey, headers, receive, deadline)
                if not answer.location:
                    return journey, answer
                journey.follow(answer.status, answer.location)
        except FetchError as error:
            raise _about(journey.subject, error) from error.__cause__

    async def _ask(self, journey: Journey, headers: Mapping[str, str], receive: Receive, deadline: Deadline) -> Answer:
        host = self._guard.inspect(journey.url).host
        async with self._politeness.turn(host), self._all, deadline.running():
            answer = await self._request(journey, headers, receive)
        self._heed(host, answer)
        return answer

    def _heed(self, host: str, answer: Answer) -> None:
        """Raise FetchError for an answer that is none, and leave the host alone if it asked for that."""
        if answer.status in _WITH_BODY or answer.status == 304 or answer.location:
            return
        wait = answers.retry_after(answer.status, answer.headers.get("Retry-After", ""), datetime.now(UTC))
        if answer.status in answers.BUSY and wait is not None:
            self._politeness.silence(host, wait)
        gone = answer.status == 410
        raise FetchError(host, answers.sentence(answer.status), status=answer.status, permanent=gone, retry_after=wait)

    async def _request(self, journey: Journey, headers: Mapping[str, str], receive: Receive) -> Answer:
        sent = {**headers, **_authorization(journey)}
        try:
            async with self._open().get(journey.url, headers=sent, allow_redirects=False) as response:
                body = await receive(response) if response.status in _WITH_BODY else b""
                return Answer(status=response.status, headers=response.headers, body=body)
        except answers.TooLargeError as error:
            raise FetchError(journey.subject, f"the answer is too large: more than {error.limit / 1e6:g} MB") from None
        except answers.DamagedError:
            raise FetchError(journey.subject, "the compressed answer is damaged, cut off or of an unknown kind") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            if isinstance(error, TimeoutError) and not isinstance(error, aiohttp.ClientError):
                raise
            raise FetchError(journey.subject, _in_words(error)) from error

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        media = response.headers.get("Content-Type", "").strip().lower()
        if media.startswith(_NEVER_TEXT):
            raise FetchError(response.host, f"sent {answers.charset(media)[0]}, not a text")
        if (response.content_length or 0) > self._max_bytes:
            raise answers.TooLargeError(self._max_bytes)
        return await self._unpacked(response)

    async def _unpacked(self, response: aiohttp.ClientResponse) -> bytes:
        unpacker = answers.Unpacker(
            response.headers.get("Content-Encoding", ""),
            wire_limit=self._max_bytes,
            unpacked_limit=self._max_bytes * UNPACKED_FACTOR,
        )
        body = bytearray()
        async for piece in response.content.iter_any():
            for unpacked in unpacker.feed(piece):
                body += unpacked
        unpacker.finish()
        return bytes(body)

    def _open(self) -> aiohttp.ClientSession:
        """Cookies, proxies and passwords of the environment play no part; unpacking is ours, within limits."""
        if self._session is None:
            self._resolver = GuardedResolver(self._guard, threads=CONNECTIONS)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS, resolver=self._resolver, socket_factory=self._socket),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=SILENCE_SECONDS),
                headers={"User-Agent": self._user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip"},
                auto_decompress=False,
                trust_env=False,
            )
        return self._session

    def _socket(self, place: AddrInfoType) -> socket.socket:
        """The last check, on the very address that is about to be connected to."""
        family, kind, protocol, _, where = place
        if not self._guard.permits(ipaddress.ip_address(str(where[0])), int(where[1])):
            raise PermissionError(f"refused to connect to the private address {where[0]}")
        return socket.socket(family=family, type=kind, proto=protocol)


def _conditions(validators: Validators) -> dict[str, str]:
    named = {"If-None-Match": validators.etag, "If-Modified-Since": validators.modified}
    return {name: value for name, value in named.items() if value}


def _authorization(journey: Journey) -> dict[str, str]:
    if not journey.login:
        return {}
    return {"Authorization": "Basic " + b64encode(":".join(journey.login).encode()).decode()}


def _fetched(journey: Journey, answer: Answer, validators: Validators) -> Fetched:
    if answer.status == 304 and validators == Validators():
        raise FetchError(journey.subject, "answered 304 Not Modified although nothing was asked for conditionally", status=304)
    media, charset = answers.charset(answer.headers.get("Content-Type", ""))
    return Fetched(
        url=journey.url,
        body=answer.body,
        content_type=media,
        charset=charset,
        validators=Validators(etag=answer.headers.get("ETag", ""), modified=answer.headers.get("Last-Modified", "")),
        not_modified=answer.status == 304,
        permanent_url=journey.permanent_url,
        max_age=answers.max_age(answer.headers, datetime.now(UTC)),
    )


def _about(subject: str, error: FetchError) -> FetchError:
    """The same error with the address that the admin knows as its subject."""
    if isinstance(error, RefusedAddressError):
        return RefusedAddressError(subject, error.reason, permanent=True)
    return FetchError(subject, error.reason, status=error.status, permanent=error.permanent, retry_after=error.retry_after)


def _in_words(error: Exception) -> str:
    """What went wrong with the connection. Order matters: aiohttp's errors inherit from one another."""
    return next(words for kind, words in _TROUBLES if isinstance(error, kind)) + _detail(error)


def _detail(error: Exception) -> str:
    cause = getattr(error, "os_error", None)
    told = isinstance(error, aiohttp.ClientConnectorError) and not isinstance(error, aiohttp.ClientSSLError)
    return f": {getattr(cause, 'strerror', None) or cause}" if told and cause else ""


_TROUBLES: tuple[tuple[type[Exception], str], ...] = (
    (aiohttp.ServerTimeoutError, f"timed out: silent for more than {SILENCE_SECONDS} s"),
    (aiohttp.ClientConnectorCertificateError, "its certificate is not valid"),
    (aiohttp.ClientSSLError, "no secure connection could be made (TLS)"),
    (aiohttp.ClientConnectorError, "no connection could be made"),
    (aiohttp.ServerDisconnectedError, "it closed the connection without an answer"),
    (aiohttp.ClientPayloadError, "the answer was cut off before its end"),
    (aiohttp.InvalidURL, "this is not a valid address"),
    (aiohttp.ClientResponseError, "it sent something that is not proper HTTP"),
    (ValueError, "it sent something that cannot be read"),
    (ConnectionResetError, "it cut the connection"),
    (Exception, "the connection failed"),
)
