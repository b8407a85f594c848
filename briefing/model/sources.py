"""What the admin declared, what was fetched, and the cleaned words made of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What a feed publishes."""

    PODCAST = "podcast"
    NEWSLETTER = "newsletter"
    NEWS = "news"


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A subject that feeds carry and subscribers choose; `words` find it in texts whose feed names no topic."""

    id: str
    title: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One `[[feeds]]` table. Empty strings and None mean: found out from the feed itself."""

    url: str
    kind: Kind | None = None
    title: str = ""
    publisher: str = ""
    topics: tuple[str, ...] = ()
    weight: float = 1.0
    language: str = ""
    country: str = ""
    every: timedelta | None = None
    transcribe: bool = False
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What polling has learnt of a feed; `next_poll_at` is the schedule."""

    url: str
    next_poll_at: datetime
    kind: Kind | None = None
    title: str = ""
    site: str = ""
    language: str = ""
    etag: str = ""
    modified: str = ""
    body_hash: str = ""
    failures: int = 0
    last_error: str = ""
    last_success_at: datetime | None = None
    last_news_at: datetime | None = None
    usual_gap: timedelta | None = None
    moved_to: str = ""
    """Where the feed is asked now, if it has moved for good."""
    interval: timedelta | None = None
    """How long the feed itself asks to be left alone."""
    fingerprints: frozenset[int] | None = None
    """Of the items that the last reading held."""
    validators_at: datetime | None = None
    """When the feed was last read whole, so that its validators count."""
    moving_to: str = ""
    """Where permanent redirects lead; believed when they did so `moving_times` often since `moving_since`."""
    moving_since: datetime | None = None
    moving_times: int = 0
    gone_since: datetime | None = None
    """When the feed first answered that it is gone (410)."""
    retired_at: datetime | None = None
    """When it was given up as gone; it is not asked any more."""
    poison_hash: str = ""
    """Of the document that ended its reader `poisonings` times."""
    poisonings: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    url: str
    type: str = ""
    length: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptLink:
    url: str
    type: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    at: float
    title: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    name: str
    role: str = "host"


@dataclass(frozen=True, slots=True, kw_only=True)
class Soundbite:
    """A stretch that the publisher itself marked as worth hearing."""

    at: float
    duration: float
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of a feed. `id` is a digest of feed URL, guid and enclosure; `chapters_url` leads to chapters kept elsewhere."""

    id: str
    feed_url: str
    guid: str
    url: str
    title: str
    collected_at: datetime
    published_at: datetime | None = None
    authors: tuple[str, ...] = ()
    language: str = ""
    summary: str = ""
    html: str = ""
    duration: float | None = None
    enclosures: tuple[Enclosure, ...] = ()
    transcript_links: tuple[TranscriptLink, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    chapters_url: str = ""
    persons: tuple[Person, ...] = ()
    soundbites: tuple[Soundbite, ...] = ()
    content_hash: str = ""
    season: str = ""
    """Number or name, as the publisher shows it; so is `episode`."""
    episode: str = ""
    episode_type: str = ""
    """"trailer" or "bonus"; nothing for an episode like the others."""
    explicit: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One cue or turn of a transcript; `start` and `end` are seconds, None where the source has no times."""

    text: str
    speaker: str = ""
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    segments: tuple[Segment, ...]
    language: str = ""


class Role(StrEnum):
    """What a passage is in its document."""

    PROSE = "prose"
    ITEM = "item"
    QUOTE = "quote"
    HEADING = "heading"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    start: int
    end: int
    at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A turn of one speaker, a paragraph, a list item or a heading; its sentences lie inside [start, end)."""

    start: int
    end: int
    sentences: tuple[Sentence, ...]
    speaker: str = ""
    at: float | None = None
    heading: str = ""
    role: Role = Role.PROSE


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The cleaned words of an entry. `quality` runs from 0 (damaged or spun) to 1."""

    entry_id: str
    kind: Kind
    title: str
    language: str
    text: str
    passages: tuple[Passage, ...]
    quality: float = 1.0
    published_at: datetime | None = None
    highlights: tuple[Soundbite, ...] = ()
    """Stretches of the audio that the publisher marked, where the words have times."""
    approximate: bool = False
    """Whether the times may be off, since audio and transcript differ in length."""
