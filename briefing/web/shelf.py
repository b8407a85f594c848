"""Public pages, kept in memory: many readers of one page cost as much as one, and nobody sees it older than moments.

What tells the archive is kept until the archive changes; whether it did is looked up once in `FRESH_SECONDS`.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

FRESH_SECONDS = 2.0
LASTING_SECONDS = 600.0
LARGEST = 48_000_000
"""Bytes of all pages together; those least lately asked for go first."""
PUBLIC = "public, max-age=60"
LONGEST_QUERY = 500
DIGEST = 20
Make = Callable[[], Awaitable[Response]]
Look = Callable[[], Awaitable[str]]
"""Finds out the version of the archive: another word after every change, "" where nobody knows."""


@dataclass(frozen=True, slots=True)
class Kept:
    response: Response
    etag: str
    until: float
    version: str


class Shelf:
    def __init__(self, look: Look) -> None:
        self._pages: OrderedDict[str, Kept] = OrderedDict()
        self._size = 0
        self._look = look
        self._version, self._looked_at = "", -FRESH_SECONDS

    async def answer(self, request: Request, make: Make, *, lasting: bool = False) -> Response:
        """A page from the shelf or made now; 304 for who has it already. Only what succeeded is kept.

        A `lasting` page shows nothing but the archive: it is good until that changes.
        """
        version = await self._current() if lasting else ""
        key = f"{request.url.path}?{request.url.query}"
        kept = self._pages.get(key)
        if kept is None or kept.until < time.monotonic() or kept.version != version:
            response = await make()
            if response.status_code != 200:
                return response
            kept = self._keep(key, response, version)
        self._touch(key)
        if _has(request.headers.get("if-none-match", ""), kept.etag):
            return Response(status_code=304, headers={"ETag": kept.etag, "Cache-Control": kept.response.headers["Cache-Control"]})
        return kept.response

    async def _current(self) -> str:
        """Looked up by one request, while the others go on with what was true a moment ago."""
        now = time.monotonic()
        if now - self._looked_at >= FRESH_SECONDS:
            self._looked_at = now
            self._version = await self._look()
        return self._version

    def _keep(self, key: str, response: Response, version: str) -> Kept:
        etag = f'"{hashlib.sha256(response.body).hexdigest()[:DIGEST]}"'
        response.headers["ETag"] = etag
        response.headers.setdefault("Cache-Control", PUBLIC)
        kept = Kept(response, etag, time.monotonic() + (LASTING_SECONDS if version else FRESH_SECONDS), version)
        if len(key) <= LONGEST_QUERY:
            self._drop(key)
            self._pages[key] = kept
            self._size += len(response.body)
        while self._size > LARGEST:
            self._drop(next(iter(self._pages)))
        return kept

    def _touch(self, key: str) -> None:
        if key in self._pages:
            self._pages.move_to_end(key)

    def _drop(self, key: str) -> None:
        if kept := self._pages.pop(key, None):
            self._size -= len(kept.response.body)


def _has(known: str, etag: str) -> bool:
    """Whether an If-None-Match names this version, weakly or not, or any (RFC 9110, 13.1.2)."""
    return known.strip() == "*" or etag in (each.strip().removeprefix("W/") for each in known.split(","))
