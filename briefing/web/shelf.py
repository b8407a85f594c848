"""Public pages, kept for moments: many readers of one page cost as much as one, and nobody sees it older than that."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

FRESH_SECONDS = 2.0
MOST_PAGES = 500
PUBLIC = "public, max-age=60"
LONGEST_QUERY = 500
DIGEST = 20


@dataclass(frozen=True, slots=True)
class Kept:
    response: Response
    etag: str
    until: float


class Shelf:
    def __init__(self) -> None:
        self._pages: OrderedDict[str, Kept] = OrderedDict()

    async def answer(self, request: Request, make: Callable[[], Awaitable[Response]]) -> Response:
        """A page from the shelf or made now; 304 for who has it already. Only what succeeded is kept."""
        key = f"{request.url.path}?{request.url.query}"
        kept = self._pages.get(key)
        if kept is None or kept.until < time.monotonic():
            response = await make()
            if response.status_code != 200:
                return response
            kept = self._keep(key, response)
        if request.headers.get("if-none-match") == kept.etag:
            return Response(status_code=304, headers={"ETag": kept.etag, "Cache-Control": kept.response.headers["Cache-Control"]})
        return kept.response

    def _keep(self, key: str, response: Response) -> Kept:
        etag = f'"{hashlib.sha256(response.body).hexdigest()[:DIGEST]}"'
        response.headers["ETag"] = etag
        response.headers.setdefault("Cache-Control", PUBLIC)
        kept = Kept(response, etag, time.monotonic() + FRESH_SECONDS)
        if len(key) <= LONGEST_QUERY:
            self._pages[key] = kept
            self._pages.move_to_end(key)
        while len(self._pages) > MOST_PAGES:
            self._pages.popitem(last=False)
        return kept
