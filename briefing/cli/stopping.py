"""What SIGTERM and Ctrl-C mean to a command that works."""

import multiprocessing
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click

from briefing.pipeline.mailroom import Mailroom


@contextmanager
def stoppable(room: Mailroom) -> Iterator[None]:
    """SIGTERM and the first Ctrl-C end the work at the next border between units of it; a second Ctrl-C at once."""
    with told_to_stop(room.stopping):
        yield


@contextmanager
def told_to_stop(stopping: threading.Event | None = None) -> Iterator[threading.Event]:
    """An event that SIGTERM and the first Ctrl-C set; a second Ctrl-C ends at once."""
    stopping = stopping or threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        if stopping.is_set():
            raise KeyboardInterrupt
        stopping.set()
        if multiprocessing.parent_process() is None:
            click.echo("Stopping as soon as what is in hand is done; Ctrl-C once more stops at once.", err=True)

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
