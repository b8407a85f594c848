"""What the steps work with. `app` wires it; tests hand in fakes."""

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
from briefing.pipeline.reading import Reader
from briefing.ports import Embedder, Fetcher, Mailer, TranscriptSource
from briefing.store import Store

T = TypeVar("T")


class Postman(Protocol):
    """Makes the mail of a row: the same row gives the same bytes."""

    @property
    def domain(self) -> str: ...

    def edition(self, edition: Edition, subscriber: Subscriber, delivery: Delivery) -> EmailMessage: ...

    def notice(self, notice: Notice, delivery: Delivery) -> EmailMessage: ...


class Progress(Protocol):
    def __call__(self, items: Iterable[T], what: str, total: int) -> Iterable[T]:
        """Pass items through, showing how far the work has come."""
        ...


def quietly(items: Iterable[T], what: str, total: int) -> Iterable[T]:
    return items


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    config: Config
    store: Store
    links: Links
    fetcher: Callable[[], Fetcher]
    """Makes a fetcher inside a running event loop."""
    reader: Callable[[], Reader]
    """Loads the reader, with its scorer, when it is first wanted."""
    embedder: Callable[[], Embedder]
    """Loads the embedder when it is first wanted."""
    mailer: Mailer
    postman: Postman
    speech: TranscriptSource | None = None
    progress: Progress = quietly
    stopping: threading.Event = field(default_factory=threading.Event)
    """Set by SIGTERM and Ctrl-C: steps end at the next border between units of work."""
    pace: Pace | None = None
    """Limits on mail a second and an hour; None: no limits."""
    message_key: bytes = b""
    owner: str = "briefing"


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
