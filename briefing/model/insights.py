"""What a passage claims, and the proof of it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Verbatim words at a known place: `document.text[start:end] == text`."""

    entry_id: str
    start: int
    end: int
    text: str
    speaker: str = ""
    at: float | None = None
    approximate: bool = False
    """Whether `at` may be off, since audio and transcript differ in length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    what: str
    who: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedEvent:
    """`date` is ISO 8601 at the precision that was stated: 2026, 2026-06 or 2026-06-12."""

    date: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    value: str
    unit: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """Labels that the words themselves support; what is absent stays empty."""

    kind_of_piece: str = ""
    sourcing: str = ""
    what_changed: str = ""
    why_it_matters: str = ""
    what_to_do: str = ""
    who_should_care: str = ""
    predictions: tuple[Prediction, ...] = ()
    events: tuple[DatedEvent, ...] = ()
    figures: tuple[Figure, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a writer claims. No promise: `grounding` decides. `score` runs from 0 to 1; an empty `language` is the document's."""

    claim: str
    quotes: tuple[Quote, ...]
    headline: str = ""
    kind: str = "claim"
    score: float = 0.0
    writer: str = "extractive"
    facets: Facets = field(default_factory=Facets)
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Insight:
    """A grounded claim. Only `insights.grounding` makes one."""

    id: str
    entry_id: str
    claim: str
    headline: str
    quotes: tuple[Quote, ...]
    kind: str
    score: float
    writer: str
    facets: Facets = field(default_factory=Facets)
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """Why a draft is not an insight."""

    reason: str
    draft: Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretold:
    """A prediction of an insight that states its day; `due` is the last day of what was stated."""

    id: str
    insight_id: str
    due: date
    prediction: Prediction


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What is wrong in an insight: its claim as it was told, and what is right."""

    id: str
    insight_id: str
    was: str
    text: str
    at: datetime


class Outcome(StrEnum):
    """What became of a report."""

    OPEN = "open"
    CORRECTED = "corrected"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemReport:
    """What a visitor says is wrong with an insight; `about` is one of quote, person, context, other. Nothing tells who it was."""

    id: str
    insight_id: str
    about: str
    text: str
    at: datetime
    outcome: Outcome = Outcome.OPEN
    settled_at: datetime | None = None
