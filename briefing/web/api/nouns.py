"""What the API gives, as its OpenAPI document describes it; a key that has nothing to say is left out."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

Id = Annotated[str, Meta(description="Stays the same for ever.", examples=["0123456789abcdef0123"])]
Url = Annotated[str, Meta(description="An address on the web.")]
Cursor = Annotated[str, Meta(description="Give it as `cursor` to get what comes next; absent at the end.")]


class Quote(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Verbatim words; `at` is seconds into the audio, `url` leads to them."""

    text: str
    speaker: str = ""
    at: float | None = None
    url: Url = ""


class Source(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The entry of a feed in which something was said; `feed_id` is what `source` asks for."""

    feed_id: Id
    feed: str
    publisher: str
    title: str
    url: Url = ""
    kind: str
    published_at: datetime | None = None
    language: str = ""


class Correction(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What was told wrong, put right."""

    at: datetime
    text: str


class Insight(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A claim with its proof; `score` runs from 0 to 1, `writer` is "extractive" where the claim is verbatim."""

    id: Id
    url: Url
    claim: str
    headline: str = ""
    kind: str
    writer: str
    score: float
    language: str = ""
    shown_at: datetime
    story_id: Id | None = None
    source: Source
    quotes: Sequence[Quote]
    corrections: Sequence[Correction] = ()


class Story(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What several sources tell together, its first insight first."""

    id: Id
    url: Url
    headline: str
    phase: str
    first_seen_at: datetime
    updated_at: datetime
    insights: Sequence[Insight]


class EditionLine(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A house edition by its day."""

    slot: date
    url: Url
    subject: str


class Stretch(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Words of a transcript or an article in which all that was asked for stands close together."""

    text: str
    speaker: str = ""
    at: float | None = None
    url: Url = ""
    source: Source


class Insights(Struct, kw_only=True, frozen=True, omit_defaults=True):
    items: Sequence[Insight]
    next: Cursor | None = None


class Stories(Struct, kw_only=True, frozen=True, omit_defaults=True):
    items: Sequence[Story]
    next: Cursor | None = None


class Editions(Struct, kw_only=True, frozen=True, omit_defaults=True):
    items: Sequence[EditionLine]
    next: Cursor | None = None


class Results(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What holds all of the words, newest first; `near` is near in meaning, nearest first, and stands on the first page alone."""

    insights: Sequence[Insight]
    stories: Sequence[Story]
    stretches: Sequence[Stretch]
    near: Sequence[Insight]
    next: Cursor | None = None


class Trouble(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Why there is no answer."""

    status: int
    message: str


class Problem(Struct, kw_only=True, frozen=True, omit_defaults=True):
    error: Trouble
