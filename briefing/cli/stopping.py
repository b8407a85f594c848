"""What SIGTERM and Ctrl-C mean to a command that works."""

import multiprocessing
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click


@contextmanager
def stoppable(stopping: threading.Event) -> Iterator[None]:
    """SIGTERM and the first Ctrl-C set the event, which ends the work at the next border between units of it; a second Ctrl-C
    ends it at once.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        if stopping.is_set():
            raise KeyboardInterrupt
        stopping.set()
        if multiprocessing.parent_process() is None:
            click.echo("Stopping as soon as what is in hand is done; Ctrl-C once more stops at once.", err=True)

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
