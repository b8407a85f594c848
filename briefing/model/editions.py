"""One issue as it is frozen and mailed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from briefing.model.stories import Card, Phase, Reason, Relation, Source, Update


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What stood behind an edition; `left_out` counts stories by the reason they are not shown.

    `wanted` is how many insights the edition was to have, 0 where that was not kept.
    `model_tokens` is what the language model `model` was given leave to spend on the day of the edition and the day before.
    """

    items: int = 0
    sources: int = 0
    unreachable: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    stories: int = 0
    shown: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    model: str = ""
    model_tokens: int = 0
    wanted: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A quote with the link that leads to its place."""

    text: str
    url: str
    speaker: str = ""
    at: float | None = None
    approximate: bool = False
    start: int = 0
    end: int = 0
    entry_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedItem:
    claim: str
    quotes: tuple[Citation, ...]
    insight_url: str
    source: Source
    relation: Relation
    insight_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """What any edition says of one story: the same for every reader, stored once under `hash`."""

    hash: str
    claim: str
    headline: str
    kind: str
    writer: str
    quotes: tuple[Citation, ...]
    insight_id: str
    insight_url: str
    story_id: str
    story_headline: str
    story_url: str
    phase: Phase
    card: Card
    sources: tuple[Source, ...]
    related: tuple[RelatedItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionPick:
    rank: int
    fragment: Fragment
    reasons: tuple[Reason, ...] = ()
    update: Update | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    """A story of the day that is no pick, in one line."""

    headline: str
    url: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLine:
    """Something foretold that falls due on `due`; `until` is the time as it was stated, an ISO day, month or year."""

    id: str
    what: str
    due: date
    until: str
    insight_id: str
    insight_url: str
    source: Source
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionLine:
    """What was wrong in an insight this reader was sent on `told_on`, and what is right."""

    id: str
    headline: str
    was: str
    text: str
    insight_id: str
    insight_url: str
    told_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RecapNews:
    """What came to a story since it was told: a claim with news in it, empty if `source` only told the same."""

    claim: str
    source: str
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecapLine:
    """A story of the week as its reader had it on `told_on`, and what came to it since.

    `contested` holds two passages that give different figures for one thing, or nothing.
    """

    story_id: str
    headline: str
    url: str
    told_on: date
    source: str = ""
    publishers: int = 1
    news: RecapNews | None = None
    most_corroborated: bool = False
    contested: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recap:
    """The most important stories that were told from `since` to the day before the edition."""

    since: date
    lines: tuple[RecapLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One issue, frozen. Mail, page, feed and JSON are all made from it."""

    id: str
    subscriber_id: str | None
    slot: date
    title: str
    language: str
    subject: str
    preheader: str
    picks: tuple[EditionPick, ...]
    coverage: Coverage
    created_at: datetime
    also: tuple[StoryLine, ...] = ()
    recap: Recap | None = None
    due: tuple[DueLine, ...] = ()
    corrections: tuple[CorrectionLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A mail that is no edition. `key` is unique: the same notice is never queued twice."""

    id: str
    kind: str
    address: str
    key: str
    values: Mapping[str, str] = field(default_factory=dict)
    created_at: datetime | None = None


class DeliveryState(StrEnum):
    QUEUED = "queued"
    CLAIMED = "claimed"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


WAITING = frozenset({DeliveryState.QUEUED, DeliveryState.DEFERRED})
IN_HAND = frozenset({DeliveryState.CLAIMED, DeliveryState.SENDING})
FINAL = frozenset({DeliveryState.ACCEPTED, DeliveryState.REJECTED, DeliveryState.CANCELLED, DeliveryState.EXPIRED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One mail to one address: of an edition or of a notice, never both."""

    id: str
    address: str
    message_id: str
    state: DeliveryState
    edition_id: str | None = None
    notice_id: str | None = None
    subscriber_id: str | None = None
    attempts: int = 0
    unknowns: int = 0
    owner: str = ""
    fence: int = 0
    lease_until: datetime | None = None
    next_attempt_at: datetime | None = None
    not_after: datetime | None = None
    error: str = ""
