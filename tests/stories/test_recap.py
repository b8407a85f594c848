"""The week again: which stories, what came to them since, and on which day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from briefing.model import Story
from briefing.stories.facts import facts
from briefing.stories.ranking import Reader, Sent
from briefing.stories.recap import MOST, Recalled, Week, is_recap_day
from briefing.stories.weights import DEFAULT

from .worlds import NOW, TODAY, insight, simple, source, story, subscriber

DAY = timedelta(days=1)
CLAIMS = (
    "Karsholm ran on an iron battery for 38 hours while the turbine stood still.",
    "Night buses in Halden carry three times as many passengers as planned.",
    "Ships at fourteen knots burn a third less fuel on the northern route.",
    "Oats between rows of maize keep a fifth of the soil on the hill.",
    "Schools that begin at nine report eleven percent fewer sick days.",
    "Libraries that lend tools have twice as many new members in a year.",
    "Bees near solar parks make a quarter more honey than those in town.",
)
WEEK = [simple(number, claim, score=0.9 - number / 10) for number, claim in enumerate(CLAIMS)]


def sent(told: Story, days_ago: int) -> Sent:
    return Sent(told.id, TODAY - days_ago * DAY, (told.lead.id,), told.lead.claim, facts(told))


def recall(stories: list[Story], past: list[Sent], *, shown: tuple[str, ...] = (), **wishes: object) -> list[Recalled]:
    reader = Reader(subscriber(**wishes), TODAY, past, ("en",))
    return Week(stories, (), now=NOW, weights=DEFAULT).recall(reader, shown=shown)


def names(found: list[Recalled]) -> list[str]:
    return [one.story.id for one in found]


def test_the_best_of_the_week_come_most_important_first() -> None:
    past = [sent(one, 1 + number % 7) for number, one in enumerate(reversed(WEEK))]
    assert names(recall(WEEK, past)) == [f"s{number}" for number in range(MOST)]


@pytest.mark.parametrize(("days_ago", "there"), [(0, False), (1, True), (7, True), (8, False)])
def test_a_week_is_the_seven_days_before(days_ago: int, there: bool) -> None:
    past = [sent(one, 2) for one in WEEK[1:5]]
    assert ("s0" in names(recall(WEEK, [*past, sent(WEEK[0], days_ago)]))) is there


def test_two_stories_are_no_week() -> None:
    assert recall(WEEK, [sent(one, 1) for one in WEEK[:2]]) == []


def test_what_stands_in_the_edition_anyway_or_was_muted_since_is_not_recalled() -> None:
    past = [sent(one, 1) for one in WEEK[:5]]
    assert names(recall(WEEK, past, shown=("s0",), muted=("buses",))) == ["s2", "s3", "s4"]


def test_only_what_the_reader_was_sent_is_recalled() -> None:
    assert names(recall(WEEK, [sent(one, 1) for one in WEEK[3:6]])) == ["s3", "s4", "s5"]


def grown() -> Story:
    """The weakest story, told by three more publishers, one of whom gives another figure."""
    other = "Bees near solar parks make 31 % more honey than those in town, the Halden institute found."
    first = insight("i6", "Bees near solar parks make 24 % more honey than those in town.", "e6", 0.3)
    sources = [source(f"e{number}", f"https://bees{number}.example/feed") for number in range(6, 10)]
    more = [insight(f"i{number}", other, f"e{number}", 0.3) for number in range(7, 10)]
    return story("s6", [first, *more], sources)


def test_the_most_corroborated_and_contested_story_is_there_however_weak_with_what_came_since() -> None:
    after = grown()
    before = story("s6", [after.insights[0]], [after.sources[0]])
    found = recall([*WEEK[:6], after], [sent(one, 2) for one in [*WEEK[:6], before]])
    assert len(found) == MOST
    bees = next(one for one in found if one.story.id == "s6")
    assert bees.publishers == 4
    assert bees.most_corroborated
    assert bees.most_contested
    assert bees.since is not None
    assert bees.since.fresh
    assert "31 %" in bees.since.insight.claim
    assert "bees7.example" in bees.since.source.feed_url
    assert not any(one.most_corroborated or one.most_contested or one.since for one in found if one is not bees)


def test_a_publisher_who_only_tells_the_same_is_no_fresh_news() -> None:
    first = WEEK[6].insights[0]
    same = replace(first, id="same", entry_id="other")
    after = story("s6", [first, same], [*WEEK[6].sources, source("other", "https://other.example/feed")])
    bees = next(one for one in recall([*WEEK[:2], after], [sent(one, 2) for one in (*WEEK[:2], WEEK[6])]) if one.story.id == "s6")
    assert bees.since is not None
    assert (bees.since.insight.id, bees.since.fresh) == ("same", False)


@pytest.mark.parametrize(
    ("recap", "days", "weekday"),
    [
        (6, (0, 1, 2, 3, 4, 5, 6), 6),
        (6, (0, 1, 2, 3, 4), 0),
        (2, (0, 4), 4),
        (6, (3,), 3),
        (5, (4, 6), 6),
    ],
)
def test_the_recap_comes_on_its_day_or_the_next_one_chosen(recap: int, days: tuple[int, ...], weekday: int) -> None:
    monday = date(2026, 11, 16)
    found = [day for day in range(7) if is_recap_day(monday + day * DAY, recap, days)]
    assert found == [weekday]


def test_without_a_day_there_is_no_recap() -> None:
    assert not any(is_recap_day(TODAY + n * DAY, None, tuple(range(7))) for n in range(7))
