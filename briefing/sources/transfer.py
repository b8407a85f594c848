"""The parts of a transfer: names resolved by the guard, an answer, and a body that goes to a file."""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from multidict import CIMultiDictProxy

from briefing.sources import addresses, answers
from briefing.sources.guard import Guard


class GuardedResolver(AbstractResolver):
    """Names are resolved once, by the guard, and the connection goes to the very addresses that it passed."""

    def __init__(self, guard: Guard, *, threads: int) -> None:
        self._guard = guard
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="resolve")

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        target = addresses.target(f"http://{host}:{port}/")
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, self._guard.resolve, target)
        return [
            ResolveResult(hostname=host, host=text, port=port, family=_family(text), proto=0, flags=socket.AI_NUMERICHOST)
            for text in found
        ]

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to one request; `body` is unpacked."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes = b""

    @property
    def location(self) -> str:
        return self.headers.get("Location", "") if self.status in answers.REDIRECTS else ""


class Saving:
    """A download in one file, over as many connections as it takes."""

    def __init__(self, path: Path, max_bytes: int) -> None:
        self._path, self._max_bytes = path, max_bytes
        self._version = ""
        self._saved = 0

    @property
    def can_resume(self) -> bool:
        """Only with a strong tag: hosts put other advertisements into an episode from one request to the next."""
        return bool(self._saved and self._version)

    def headers(self) -> dict[str, str]:
        resuming = {"Range": f"bytes={self._saved}-", "If-Range": self._version} if self.can_resume else {}
        return {"Accept-Encoding": "identity", **resuming}

    async def receive(self, response: aiohttp.ClientResponse) -> bytes:
        """Write the body as it comes. Raises TooLargeError."""
        goes_on = response.status == 206 and self.can_resume
        self._saved = self._saved if goes_on else 0
        tag = response.headers.get("ETag", "")
        self._version = "" if tag.startswith("W/") else tag
        self._limit(self._saved + (response.content_length or 0))
        with self._path.open("ab" if goes_on else "wb") as file:
            async for piece in response.content.iter_any():
                self._limit(self._saved + len(piece))
                file.write(piece)
                self._saved += len(piece)
        return b""

    def _limit(self, size: int) -> None:
        if size > self._max_bytes:
            raise answers.TooLargeError(self._max_bytes)
