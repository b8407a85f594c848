"""The installation of a command, opened for as long as it runs."""

import multiprocessing
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click

from briefing import app
from briefing.cli.desk import Desk
from briefing.cli.printing import Bars
from briefing.pipeline.services import Services


@contextmanager
def opened(desk: Desk) -> Iterator[Services]:
    """Services with bars on a terminal. Raises `BriefingError`."""
    with Bars() as bars, app.opened(desk.config(), progress=bars) as services:
        yield services


@contextmanager
def stoppable(services: Services) -> Iterator[None]:
    """SIGTERM and the first Ctrl-C end the work at the next border between units of it; a second Ctrl-C at once."""

    def stop(number: int, frame: FrameType | None) -> None:
        if services.stopping.is_set():
            raise KeyboardInterrupt
        services.stopping.set()
        if multiprocessing.parent_process() is None:
            click.echo("Stopping as soon as what is in hand is done; Ctrl-C once more stops at once.", err=True)

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
