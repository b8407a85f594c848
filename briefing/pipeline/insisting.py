"""Writes that nobody else can make: a store that is full, locked or away is asked again."""

from collections.abc import Callable
from threading import Event

from briefing.errors import StoreError

INSISTENCE = (0.2, 1.0, *[5.0] * 120)
"""Seconds between attempts: ten minutes in all, less than a lease."""


def insist(stopping: Event, write: Callable[[], None]) -> None:
    """Write until it succeeds. Raises `StoreError` after the last attempt; after one more, once somebody said stop."""
    for pause in INSISTENCE:
        try:
            return write()
        except StoreError:
            if stopping.wait(pause):
                break
    return write()
