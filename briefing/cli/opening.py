"""The installation of a command, opened for as long as it runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from briefing import app
from briefing.cli.desk import Desk
from briefing.cli.printing import Bars
from briefing.pipeline.services import Services


@contextmanager
def opened(desk: Desk, *, declare: bool = True) -> Iterator[Services]:
    """Services with bars on a terminal; without `declare` the store learns of no new feed. Raises `BriefingError`."""
    with Bars() as bars, app.opened(desk.config(), progress=bars, declare=declare) as services:
        yield services
