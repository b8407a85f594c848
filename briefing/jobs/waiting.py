"""Waiting in an event loop, until something ends or is told to."""

import asyncio
import threading
import time
from collections.abc import Coroutine, Sequence

LOOK_UP_SECONDS = 0.25


async def pause(stopping: threading.Event, seconds: float) -> None:
    """Wait so long, or until `stopping` is set."""
    end = time.monotonic() + seconds
    while not stopping.is_set() and time.monotonic() < end:
        await asyncio.sleep(min(LOOK_UP_SECONDS, seconds))


async def until_first(works: Sequence[Coroutine[None, None, None]]) -> None:
    """Wait until one of these ends, let the others end what they have in hand, and raise what any of them raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    for ended in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(ended, Exception):
            raise ended
