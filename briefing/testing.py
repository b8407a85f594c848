"""Fakes of Protocols, for our own tests and those of plugin writers; the suites of `tests/contracts/` hold for them too."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import numpy as np

from briefing.delivery.wire import wire_bytes
from briefing.errors import BriefingError, DeliveryError, FetchError
from briefing.model import Document, Draft, Entry, Quote, Transcript
from briefing.ports import Fetched, Validators, Vectors
from briefing.sources.answers import charset
from briefing.text import stable_id, words


@dataclass(slots=True)
class FakeFetcher:
    """Answers from a mapping of URL to body, with an ETag, or with an error; a URL that is not there is a 404.

    `types` holds Content-Type headers by URL; `moved` leads from a URL to the one that it has moved to for good.
    """

    pages: Mapping[str, bytes]
    errors: dict[str, FetchError] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    types: Mapping[str, str] = field(default_factory=dict)
    moved: Mapping[str, str] = field(default_factory=dict)

    async def fetch(self, url: str, validators: Validators = Validators()) -> Fetched:
        self.asked.append(url)
        place = self.moved.get(url, url)
        if place in self.errors:
            raise self.errors[place]
        if place not in self.pages:
            raise FetchError(url, "answered 404 Not Found", status=404)
        answer = self._answer(place, validators)
        return replace(answer, permanent_url=place) if url in self.moved else answer

    def _answer(self, url: str, validators: Validators) -> Fetched:
        body = self.pages[url]
        tag = f'"{stable_id(body.decode("latin-1"))}"'
        if validators.etag == tag:
            return Fetched(url=url, validators=validators, not_modified=True)
        media, encoding = charset(self.types.get(url, ""))
        return Fetched(url=url, body=body, content_type=media, charset=encoding, validators=Validators(etag=tag))

    async def close(self) -> None:
        """Nothing is held open."""


@dataclass(slots=True)
class FakeTranscripts:
    """Transcripts and errors by entry id; None for any other entry."""

    transcripts: Mapping[str, Transcript] = field(default_factory=dict)
    errors: Mapping[str, BriefingError] = field(default_factory=dict)

    async def transcript(self, entry: Entry) -> Transcript | None:
        if entry.id in self.errors:
            raise self.errors[entry.id]
        return self.transcripts.get(entry.id)


@dataclass(frozen=True, slots=True)
class FakeEmbedder:
    """Hashes words into a few dimensions: texts that share words are near each other."""

    dimensions: int = 64
    name: str = "fake-64"

    def embed(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in words(text):
                row[int(stable_id(word)[:8], 16) % self.dimensions] += 1
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
        return rows


@dataclass(frozen=True, slots=True)
class FakeWriter:
    """The first sentence of each passage, each as good as its length."""

    def write(self, document: Document, limit: int) -> list[Draft]:
        drafts = []
        for passage in document.passages:
            for first in passage.sentences[:1]:
                text = document.text[first.start : first.end]
                quote = Quote(entry_id=document.entry_id, start=first.start, end=first.end, text=text, speaker=passage.speaker)
                drafts.append(Draft(claim=text, headline=text, quotes=(quote,), score=min(len(text) / 200, 1.0)))
        return sorted(drafts, key=lambda draft: -draft.score)[:limit]


@dataclass(slots=True)
class FakeMailer:
    """Keeps what arrives; `refuse` may give an error for an address."""

    refuse: Callable[[str], DeliveryError | None] = lambda address: None
    sent: list[tuple[str, EmailMessage]] = field(default_factory=list)

    def send(self, message: EmailMessage, *, envelope_to: str, before_data: Callable[[], None] = lambda: None) -> None:
        error = self.refuse(envelope_to)
        if error is not None and not error.uncertain:
            raise error
        before_data()
        if error is not None:
            raise error
        self.sent.append((envelope_to, message_from_bytes(wire_bytes(message), policy=default)))

    def close(self) -> None:
        """Nothing is held open."""


@dataclass(slots=True)
class FakeMemo:
    kept: dict[str, str] = field(default_factory=dict)

    def get(self, key: str) -> str | None:
        return self.kept.get(key)

    def put(self, key: str, value: str) -> None:
        self.kept[key] = value


@dataclass(slots=True)
class FakeBudget:
    left: dict[str, int] = field(default_factory=dict)

    def take(self, kind: str, amount: int) -> bool:
        if self.left.get(kind, 0) < amount:
            return False
        self.left[kind] -= amount
        return True
