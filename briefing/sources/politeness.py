"""How often and how many at a time one host is asked, how long it is waited for, and how long it is left alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from briefing.errors import FetchError


class Politeness:
    """Per host: so many requests at a time, so much time between their beginnings, and silence while it asked for that."""

    def __init__(self, per_host: int, gap: timedelta) -> None:
        self._per_host, self._gap = per_host, gap.total_seconds()
        self._slots: dict[str, asyncio.Semaphore] = {}
        self._free_at: dict[str, float] = {}
        self._silent_until: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for one's turn with a host. Raises FetchError while the host asked to be left alone."""
        self._respect_silence(host)
        async with self._slots.setdefault(host, asyncio.Semaphore(self._per_host)):
            await self._wait_for_gap(host)
            self._respect_silence(host)
            yield

    def silence(self, host: str, wait: timedelta) -> None:
        self._silent_until[host] = asyncio.get_running_loop().time() + wait.total_seconds()

    async def _wait_for_gap(self, host: str) -> None:
        now = asyncio.get_running_loop().time()
        begin = max(now, self._free_at.get(host, 0.0))
        self._free_at[host] = begin + self._gap
        if begin > now:
            await asyncio.sleep(begin - now)

    def _respect_silence(self, host: str) -> None:
        left = self._silent_until.get(host, 0.0) - asyncio.get_running_loop().time()
        if left > 0:
            reason = f"not asked: the host answered earlier that we ask too often (429); it is left alone for {left:.0f} s more"
            raise FetchError(host, reason, status=429, retry_after=timedelta(seconds=left))


class Deadline:
    """The seconds that are left for a fetch; they run only while a request does."""

    def __init__(self, seconds: float) -> None:
        self._total = self._left = seconds

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        began = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(self._left):
                yield
        except TimeoutError:
            raise FetchError("", f"timed out: no whole answer within {self._total:g} s") from None
        finally:
            self._left -= asyncio.get_running_loop().time() - began
