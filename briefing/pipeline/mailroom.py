"""What sends mail works with, and nothing that reads or ranks: a sender starts at once."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from typing import Protocol, TypeVar

from briefing.config import Config
from briefing.editions.links import Links
from briefing.model import Delivery, Edition, Notice, Subscriber
from briefing.pipeline.pace import Pace
from briefing.ports import Mailer
from briefing.store import Store

T = TypeVar("T")


class Postman(Protocol):
    """Makes the mail of a row: the same row gives the same bytes."""

    @property
    def domain(self) -> str: ...

    def edition(self, edition: Edition, subscriber: Subscriber, delivery: Delivery) -> EmailMessage: ...

    def notice(self, notice: Notice, delivery: Delivery) -> EmailMessage: ...

    def note(self, edition: Edition, delivery: Delivery) -> EmailMessage: ...


class Progress(Protocol):
    def __call__(self, items: Iterable[T], what: str, total: int) -> Iterable[T]:
        """Pass items through, showing how far the work has come."""
        ...


def quietly(items: Iterable[T], what: str, total: int) -> Iterable[T]:
    return items


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailroom:
    config: Config
    store: Store
    links: Links
    mailer: Mailer
    postman: Postman
    progress: Progress = quietly
    stopping: threading.Event = field(default_factory=threading.Event)
    """Set by SIGTERM and Ctrl-C: steps end at the next border between units of work."""
    pace: Pace | None = None
    """Limits on mail a second and an hour; None: no limits."""
    message_key: bytes = b""
    window: int = 1_000
    """Mails, or readers whose edition is due, that are looked at in one go; more where several workers share them."""
    owner: str = "briefing"
    alive: Callable[[str], bool] = lambda owner: True
    """Whether the sender of that name still runs, as far as can be told; if it cannot, its leases decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What one unit of work could not do; `ours` tells that this installation is to blame, so that the step failed."""

    subject: str
    reason: str
    ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a step did. A feed's failure is told here and is no failure of the step."""

    step: str
    done: int = 0
    failures: tuple[Failure, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    took: timedelta = timedelta()
