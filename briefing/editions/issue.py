"""One edition on its way to one reader: the values that templates need round the stories."""

from dataclasses import dataclass
from enum import IntEnum

from briefing.editions import wording
from briefing.editions.links import Links
from briefing.model import Edition, EditionPick, Subscriber


class Detail(IntEnum):
    """How much of a story a mail has room for."""

    SHORT = 0
    STORY = 1
    FULL = 2


CUT = {
    Detail.FULL: "",
    Detail.STORY: "Shortened to fit a mail: related insights are on the pages behind the headlines.",
    Detail.SHORT: "Shortened to fit a mail: more on each story is on the page behind its headline.",
}


@dataclass(frozen=True, slots=True)
class Room:
    """How much of an edition there is room for: detail, and at most so many picks (None: all)."""

    detail: Detail = Detail.FULL
    picks: int | None = None

    def cut(self, picks: int) -> str:
        """What the reader of an edition with `picks` picks is told to have been cut."""
        omitted = picks - self.picks if self.picks is not None else 0
        return f"{CUT[self.detail]} {omitted} more on the web." if omitted > 0 else CUT[self.detail]


WHOLE = Room()


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """`subscriber` None: the house edition, without personal links. `top` is how many insights an edition aims at."""

    edition: Edition
    links: Links
    subscriber: Subscriber | None
    imprint: str
    room: Room
    top: int

    @property
    def picks(self) -> tuple[EditionPick, ...]:
        return self.edition.picks[: self.room.picks]

    @property
    def personal(self) -> bool:
        return self.subscriber is not None

    def words(self) -> dict[str, str]:
        """What is written round the stories; all of it is still to be escaped."""
        edition = self.edition
        count = [wording.plural(len(edition.picks), "insight")] if edition.picks else []
        return {
            "subject": edition.subject,
            "preheader": edition.preheader,
            "title": edition.title,
            "dateline": " · ".join([wording.long_day(edition.slot), *count]),
            "thin": wording.thin(edition, self.top),
            "coverage": wording.coverage(edition.coverage) + ".",
            "cut": self.room.cut(len(edition.picks)),
            "sender": f"Sent by {edition.title}, {self.links.host}.",
            "imprint": self.imprint,
        }

    def addresses(self) -> dict[str, str]:
        issued, slot = self.edition.created_at, self.edition.slot
        if self.subscriber is None:
            return {"home": self.links.home(), "page": self.links.edition(slot), "preferences": "", "unsubscribe": ""}
        return {
            "home": self.links.home(),
            "page": self.links.personal_edition(self.subscriber.id, slot, issued),
            "preferences": self.links.preferences(self.subscriber.id, issued),
            "unsubscribe": self.links.unsubscribe(self.subscriber.id, issued),
        }

    def rating(self, pick: EditionPick) -> dict[str, str]:
        """The two links by which a reader asks for more or less like this; empty in a house edition."""
        return {name: self._rate(pick, name == "more") for name in ("more", "less")}

    def _rate(self, pick: EditionPick, more: bool) -> str:
        if self.subscriber is None:
            return ""
        return self.links.feedback(self.subscriber.id, pick.fragment.insight_id, more, self.edition.created_at)
