"""The seams: what a room asks of the world, as Protocols. The contract of each stands in its docstring.

`tests/contracts/` runs one suite against every implementation of a Protocol and against its fake.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from briefing.model import Document, Draft, Entry, Transcript

Vectors = npt.NDArray[np.float32]
Letter = tuple[EmailMessage, str]
"""A message and the address that it goes to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a server gave for conditional requests, sent back verbatim."""

    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer. `not_modified` has an empty body; `url` is where it came from, `permanent_url` where it moved for good."""

    url: str
    body: bytes = b""
    content_type: str = ""
    charset: str = ""
    validators: Validators = Validators()
    not_modified: bool = False
    permanent_url: str = ""
    max_age: timedelta | None = None


class Fetcher(Protocol):
    async def fetch(self, url: str, validators: Validators = Validators()) -> Fetched:
        """GET a URL. Not modified is a result. Raises `FetchError(permanent, retry_after)`."""
        ...

    async def close(self) -> None: ...


class TranscriptSource(Protocol):
    async def transcript(self, entry: Entry) -> Transcript | None:
        """The words of an entry in their order, or None if there are none to be had. Never guesses.

        Raises `BriefingError` where words should be and do not come: audio that is not there, or in which none are heard.
        """
        ...


class Embedder(Protocol):
    @property
    def name(self) -> str:
        """Names model and version; vectors of different names are never compared."""
        ...

    @property
    def dimensions(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """float32 [n, d], unit rows (a text without words gives a zero row), order kept."""
        ...


class InsightWriter(Protocol):
    def write(self, document: Document, limit: int) -> list[Draft]:
        """At most `limit` drafts, best first by score; none where there are no sentences. May be wrong: `grounding` decides."""
        ...


class Mailer(Protocol):
    def send(self, message: EmailMessage, *, envelope_to: str, before_data: Callable[[], None] = lambda: None) -> None:
        """Return once the server took the message, else raise `DeliveryError`.

        `before_data` is called after the recipient was accepted and before the words go out; if it raises, nothing is sent.
        """
        ...

    def close(self) -> None: ...


@runtime_checkable
class ForesightedMailer(Mailer, Protocol):
    """One that is faster when it knows what comes next."""

    def expect(self, following: Callable[[], Letter | None]) -> None:
        """How to get the message that comes after the one that is sent next: asked at most once, while the server is at work.

        It may stay away. None, or a `DeliveryError`: what comes next is not known.
        """
        ...


class Engine(Protocol):
    def submit(self, step: str, ids: tuple[str, ...]) -> None:
        """Ask for a step; the same step and ids wait at most once."""
        ...

    def run_forever(self) -> None: ...


class Memo(Protocol):
    """What a room may remember without knowing the store."""

    def get(self, key: str) -> str | None: ...

    def put(self, key: str, value: str) -> None: ...


class Budget(Protocol):
    def take(self, kind: str, amount: int) -> bool:
        """Spend `amount` of today's allowance of a kind; False, and nothing spent, if it is not there."""
        ...
