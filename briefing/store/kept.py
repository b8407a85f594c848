"""How an edition lies in the store: its picks name their fragments, which are kept once for all readers."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime

from briefing.model import CorrectionLine, Coverage, DueLine, Edition, EditionPick, Fragment, Reason, Recap, StoryLine, Update


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPick:
    rank: int
    fragment: Named
    reasons: tuple[Reason, ...] = ()
    update: Update | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEdition:
    """Every field of `Edition`."""

    id: str
    subscriber_id: str | None
    slot: date
    title: str
    language: str
    subject: str
    preheader: str
    picks: tuple[KeptPick, ...]
    coverage: Coverage
    created_at: datetime
    also: tuple[StoryLine, ...] = ()
    recap: Recap | None = None
    due: tuple[DueLine, ...] = ()
    corrections: tuple[CorrectionLine, ...] = ()


SHARED = tuple(each.name for each in fields(Edition) if each.name != "picks")


def kept(edition: Edition) -> KeptEdition:
    picks = tuple(
        KeptPick(rank=pick.rank, fragment=Named(hash=pick.fragment.hash), reasons=pick.reasons, update=pick.update)
        for pick in edition.picks
    )
    return KeptEdition(picks=picks, **{name: getattr(edition, name) for name in SHARED})


def whole(stored: KeptEdition, fragments: Mapping[str, Fragment]) -> Edition:
    """With its fragments, by their hashes."""
    picks = tuple(
        EditionPick(rank=pick.rank, fragment=fragments[pick.fragment.hash], reasons=pick.reasons, update=pick.update)
        for pick in stored.picks
    )
    return Edition(picks=picks, **{name: getattr(stored, name) for name in SHARED})
