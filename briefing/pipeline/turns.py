"""Whose turn it is: a receiving domain that is slow to answer comes after all the others."""

import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice

from briefing.model import Delivery
from briefing.pipeline.brakes import domain

SLOW = 2.0
"""Seconds that a mail may take before the rest for its domain lets others go first."""


class Turns:
    """Gives each mail once."""

    def __init__(self, mails: Sequence[Delivery]) -> None:
        self._waiting, self._later = deque(mails), deque[Delivery]()
        self._slow: set[str] = set()

    def __len__(self) -> int:
        return len(self._waiting) + len(self._later)

    def __iter__(self) -> Iterator[Delivery]:
        while self._waiting:
            mail = self._waiting.popleft()
            if domain(mail) in self._slow:
                self._later.append(mail)
            else:
                yield mail
        while self._later:
            yield self._later.popleft()

    def coming(self, count: int) -> list[Delivery]:
        """Those whose turn is next, as far as can be said now."""
        return list(islice(chain(self._waiting, self._later), count))

    @contextmanager
    def timed(self, mail: Delivery) -> Iterator[None]:
        """Watch how long a mail takes."""
        started = time.monotonic()
        try:
            yield
        finally:
            if time.monotonic() - started > SLOW:
                self._slow.add(domain(mail))
