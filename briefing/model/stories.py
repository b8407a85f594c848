"""What several sources tell together, and what a reader is given of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from briefing.model.insights import Insight, Prediction, Quote
from briefing.model.sources import Kind


class Phase(StrEnum):
    NEW = "new"
    DEVELOPING = "developing"
    QUIET = "quiet"
    REVIVED = "revived"


class Relation(StrEnum):
    """How a related insight stands to the one it is shown with."""

    SAME_CLAIM = "same claim"
    SUPPORTS = "supports"
    CONTRASTS = "contrasts"
    BACKGROUND = "background"
    EARLIER = "earlier news"
    RELATED = "related"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One entry as a reader sees it cited; `publisher` is what independent sources are counted by."""

    entry_id: str
    feed_url: str
    feed: str
    publisher: str
    title: str
    url: str
    kind: Kind
    published_at: datetime | None = None
    collected_at: datetime | None = None
    language: str = ""
    country: str = ""
    topics: tuple[str, ...] = ()
    weight: float = 1.0
    quality: float = 1.0
    enclosure: str = ""
    duration: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Two quotes that give different figures for the same thing."""

    subject: str
    first: Quote
    second: Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEvent:
    date: str
    text: str
    url: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a story page and a pick show beside the claim; empty fields leave no trace.

    `argued` are those of `at_a_glance` and `takeaways` that somebody argues; the others are reported.
    """

    kind_of_piece: str = ""
    sourcing: str = ""
    news_or_background: str = ""
    publisher: str = ""
    country: str = ""
    topic: str = ""
    language: str = ""
    published_at: datetime | None = None
    collected_at: datetime | None = None
    hook: str = ""
    at_a_glance: tuple[str, ...] = ()
    argued: tuple[str, ...] = ()
    what_changed: str = ""
    why_it_matters: str = ""
    what_to_do: str = ""
    who_should_care: str = ""
    takeaways: tuple[str, ...] = ()
    predictions: tuple[Prediction, ...] = ()
    timeline: tuple[TimelineEvent, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Insights about one event, lead first; `vector` is a unit row of the embedder that made it."""

    id: str
    headline: str
    insights: tuple[Insight, ...]
    sources: tuple[Source, ...]
    first_seen_at: datetime
    updated_at: datetime
    phase: Phase = Phase.NEW
    vector: Sequence[float] = ()

    @property
    def lead(self) -> Insight:
        return self.insights[0]


class Status(StrEnum):
    PENDING = "pending"
    ACTIVE = "active"
    PAUSED = "paused"
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A reader. `days` holds 0 (Monday) to 6; `muted` holds words and feed URLs; empty `languages` means the brief's own.

    `top` is how many insights an edition has at most, `related` how many stand below each; None: as many as the brief has.
    """

    id: str
    email: str
    status: Status
    zone: str
    send_at: time
    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    topics: Mapping[str, float] = field(default_factory=dict)
    learnt: Mapping[str, float] = field(default_factory=dict)
    muted: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    paused_until: date | None = None
    on_empty: str = "skip"
    top: int | None = None
    related: int | None = None
    created_at: datetime | None = None
    next_edition_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a story was picked, as a code with its values; words are made when it is rendered."""

    code: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """The reader had this story on `since`; `news` says what is new in it."""

    since: date
    news: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    insight: Insight
    source: Source
    relation: Relation = Relation.RELATED


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    story: Story
    score: float
    reasons: tuple[Reason, ...] = ()
    update_of: Update | None = None
    related: tuple[Related, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What one reader gets for one slot; no subscriber means the house edition."""

    subscriber_id: str | None
    slot: date
    picks: tuple[Pick, ...]
