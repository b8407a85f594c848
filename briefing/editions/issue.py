"""One edition on its way to one reader: the values that templates need round the stories."""

from dataclasses import dataclass

from briefing.editions import sections, wording
from briefing.editions.links import Links
from briefing.editions.room import Room
from briefing.model import Edition, EditionPick, Subscriber


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
    def sections(self) -> dict[str, tuple[object, ...]]:
        """What stands below the picks and has room, by name."""
        return {name: lines for name, lines in sections.filled(self.edition).items() if name in self.room.sections}

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
        """The links by which a reader asks for more or less like this; empty in a house edition."""
        if self.subscriber is None:
            return dict.fromkeys(("more", "less"), "")
        return {name: self._rate(self.subscriber, pick.fragment.insight_id, name == "more") for name in ("more", "less")}

    @property
    def reports(self) -> str:
        """Below which address problems are reported; empty in a house edition."""
        return self.links.public_url if self.personal else ""

    def report(self, pick: EditionPick) -> str:
        """The link by which a problem is reported, the same for every reader; empty in a house edition."""
        return self.links.report(pick.fragment.insight_id) if self.reports else ""

    def _rate(self, subscriber: Subscriber, insight_id: str, more: bool) -> str:
        return self.links.feedback(subscriber.id, insight_id, more, self.edition.created_at)
