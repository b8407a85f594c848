"""What a reader was sent, and what is new to them in a story they had."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from briefing.model import Insight, Source
from briefing.stories import facts
from briefing.stories.words import word_list
from briefing.text import fold

REVERSAL = "reversal"
MOST = 4


@dataclass(frozen=True, slots=True)
class Sent:
    """One pick that went out. `insight_ids` are its lead and what was related; `facts` are what all these told."""

    story_id: str
    slot: date
    insight_ids: tuple[str, ...]
    claim: str
    facts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Told:
    """What one insight tells, as written, by the keys it is known again by; its publisher's key is kept apart."""

    facts: tuple[tuple[str, str], ...]
    publisher: tuple[str, str]
    reverses: bool

    @classmethod
    def of(cls, insight: Insight, source: Source) -> "Told":
        words = facts.stated(insight)
        text = facts.quoted(insight)
        name = facts.publisher(source)
        return cls(
            tuple((facts.key(word), facts.counted(word, text, insight.language)) for word in words),
            (f"by {fold(name)}", name),
            any(word.strip(".,;:").casefold() in word_list("reversal") for word in text.split()),
        )

    def news(self, known: frozenset[str], of_the_story: frozenset[str]) -> tuple[str, ...]:
        """Words for what is in none of the facts `known` from any story, or by a publisher new to this one."""
        unknown = tuple(word for key, word in self.facts if key not in known)
        fresh = (tuple(word for word in unknown if not facts.BARE.fullmatch(word)) or unknown)[:MOST]
        publisher = (self.publisher[1],) if self.publisher[0] not in of_the_story else ()
        return fresh + publisher + ((REVERSAL,) if self.reverses and fresh else ())


def everything(sent: Iterable[Sent]) -> frozenset[str]:
    """All facts of some picks."""
    return frozenset().union(*(one.facts for one in sent))
