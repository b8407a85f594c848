"""Thirty made-up days of stories that go on, for five readers: nothing twice, and every update is news."""

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import combinations

import pytest

from briefing.model import Insight, Pick, Selection, Source, Story, Topic
from briefing.stories.facts import facts
from briefing.stories.ranking import Ranking, Reader, Sent

from . import worlds
from .worlds import NOW, TODAY

DAYS, THREADS, FEEDS, FLOOR = 30, 24, 6, 0.25
TOPICS = (Topic(id="sea", title="At sea", words=("matter1", "matter2")), Topic(id="land", title="On land", words=("matter3",)))
READERS = (
    worlds.subscriber("a", topics={"sea": 2.0, "land": 1.0}),
    worlds.subscriber("b", topics={"land": 1.0}),
    worlds.subscriber("c"),
    worlds.subscriber("d", muted=("matter1",)),
    worlds.subscriber("e", learnt={"https://f1.example/": 1.0, "https://f2.example/": -1.0}),
)


@dataclass
class Month:
    """What there is to tell, and what each reader was told so far."""

    chance: random.Random
    told: dict[int, list[tuple[Insight, Source]]] = field(default_factory=dict)
    sent: dict[str, list[tuple[Sent, Pick]]] = field(default_factory=dict)

    def stories(self) -> list[Story]:
        return [worlds.story(f"s{name}", [i for i, _ in ones], [s for _, s in ones]) for name, ones in self.told.items()]

    def news_of_the_day(self, day: int) -> None:
        """On a quiet day nothing, on others a few stories begin or go on."""
        for _ in range(0 if day % 7 in (3, 4, 5, 6) else 8):
            self._tell(self.chance.randrange(THREADS), day)

    def _tell(self, thread: int, day: int) -> None:
        number = sum(map(len, self.told.values()))
        claim = self._claim(thread, number)
        feed = self.chance.randrange(FEEDS)
        one = worlds.insight(f"i{number}", claim, f"e{number}", self.chance.uniform(0.1, 1.0))
        when = NOW + timedelta(days=day, hours=-self.chance.randrange(1, 20))
        source = worlds.source(f"e{number}", f"https://f{feed}.example/", published_at=when)
        self.told.setdefault(thread, []).append((one, source))

    def _claim(self, thread: int, number: int) -> str:
        """An echo of what was told, or new words with a new or an old figure or name, or a reversal."""
        before = self.told.get(thread, [])
        if before and self.chance.random() < 0.3:
            return f"once more {self.chance.choice(before)[0].claim}"
        words = [f"matter{thread}", *(f"word{number}x{place}" for place in range(6))]
        words += self.chance.choice(
            [[f"{number + 11} %"], ["12 %"], [f"Name{number}"], ["Nordlink"], ["withdrawn", f"{number} people"], []]
        )
        return "they say " + " ".join(words)

    def send(self, day: int) -> list[tuple[str, Selection]]:
        known = self.stories()
        readers = [
            Reader(one, TODAY + timedelta(days=day), [sent for sent, _ in self.sent.get(one.id, [])], ("en",)) for one in READERS
        ]
        selections = Ranking(known, TOPICS, now=NOW + timedelta(days=day)).select(readers, 5)
        return [(one.id, selection) for one, selection in zip(READERS, selections, strict=True)]

    def remember(self, reader: str, selection: Selection) -> None:
        for pick in selection.picks:
            row = Sent(pick.story.id, selection.slot, (pick.story.lead.id,), pick.story.lead.claim, facts(pick.story))
            self.sent.setdefault(reader, []).append((row, pick))


@pytest.fixture(scope="module")
def month() -> list[tuple[Month, str, list[tuple[Sent, Pick]], Selection]]:
    """Every edition with what its reader was sent before."""
    found, all_days = [], Month(random.Random(30))
    for day in range(DAYS):
        all_days.news_of_the_day(day)
        for reader, selection in all_days.send(day):
            found.append((all_days, reader, list(all_days.sent.get(reader, [])), selection))
            all_days.remember(reader, selection)
    return found


def test_the_month_is_worth_checking(month) -> None:
    sizes = Counter(len(selection.picks) for *_, selection in month)
    updates = [pick for *_, selection in month for pick in selection.picks if pick.update_of]
    assert sizes[0] and sizes[5] and sum(sizes[size] for size in (1, 2, 3, 4))
    assert len(updates) > 50


def test_no_insight_twice_and_no_story_without_news(month) -> None:
    for _, _, before, selection in month:
        for pick in selection.picks:
            slots = [sent.slot for sent, _ in before if sent.story_id == pick.story.id]
            assert pick.story.lead.id not in {id_ for sent, _ in before for id_ in sent.insight_ids}
            assert (pick.update_of.since if pick.update_of else None) == max(slots, default=None)


def test_no_claim_shares_half_of_its_content_words_with_one_sent(month) -> None:
    for _, _, before, selection in month:
        claims = [pick.story.lead.claim for pick in selection.picks]
        told = [pick.story.lead.claim for sent, pick in before if selection.slot - sent.slot <= timedelta(days=30)]
        pairs = [*combinations(claims, 2), *((new, old) for new in claims for old in told)]
        assert all(likeness(one, other) < 0.5 for one, other in pairs)


def likeness(one: str, other: str) -> float:
    first, second = (set(claim.split()) - {"they", "say", "once", "more", "%"} for claim in (one, other))
    return len(first & second) / min(len(first), len(second))


def test_what_is_new_stands_in_todays_quotes_and_in_none_sent_before(month) -> None:
    for _, _, before, selection in month:
        for pick in selection.picks:
            for word in pick.update_of.news if pick.update_of else ():
                assert stands(word, pick, before)


def stands(word: str, pick: Pick, before: list[tuple[Sent, Pick]]) -> bool:
    whole = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
    if word == "reversal":
        return "withdrawn" in quoted(pick)
    if word == publisher(pick):
        return word not in {
            source.publisher for sent, old in before if sent.story_id == pick.story.id for source in old.story.sources
        }
    return bool(whole.search(quoted(pick))) and not any(whole.search(quoted(old)) for _, old in before)


def quoted(pick: Pick) -> str:
    return " ".join(quote.text for quote in pick.story.lead.quotes)


def publisher(pick: Pick) -> str:
    return next(source.publisher for source in pick.story.sources if source.entry_id == pick.story.lead.entry_id)


def test_at_most_two_of_a_feed_whenever_three_have_something_above_the_floor(month) -> None:
    crowded = [selection for *_, selection in month if max(Counter(map(publisher, selection.picks)).values(), default=0) > 2]
    assert crowded == []


def test_each_reason_is_true(month) -> None:
    for _, reader, _, selection in month:
        asked = next(one for one in READERS if one.id == reader)
        for pick in selection.picks:
            assert 1 <= len(pick.reasons) <= 3
            assert list(wrong(pick, asked.topics, asked.learnt)) == []


def wrong(pick: Pick, topics, learnt) -> Iterator[str]:
    source = next(one for one in pick.story.sources if one.entry_id == pick.story.lead.entry_id)
    stated = {
        "topics": lambda values: set(values) <= set(topics),
        "feed": lambda values: learnt.get(source.feed_url, 0) > 0,
        "sources": lambda values: int(values[0]) == len({one.publisher for one in pick.story.sources}) > 1,
        "figure": lambda values: values[0] in pick.story.lead.claim,
        "update": lambda values: pick.update_of is not None and values[0] == pick.update_of.since.isoformat(),
        "new": lambda values: False,
        "strong": lambda values: pick.story.lead.score > 0.8,
        "general": lambda values: len(pick.reasons) == 1,
    }
    yield from (reason.code for reason in pick.reasons if not stated[reason.code](reason.values))
