"""Figures of two sources stand side by side only if they measure one thing and cannot both be right."""

from datetime import timedelta

import pytest

from briefing.stories.disagreements import between, disagreements
from briefing.stories.measures import Measure, measures

from . import worlds
from .worlds import NOW


def disagree(first: str, second: str) -> bool:
    story = worlds.story(
        "s",
        [worlds.insight("a", first, "e1"), worlds.insight("b", second, "e2")],
        [worlds.source("e1"), worlds.source("e2", "https://two.example/feed", published_at=NOW - timedelta(days=2))],
    )
    return bool(disagreements(story))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Wallis has led the harbour union since 2002", "Wallis has led the harbour union since 2003, and means to stay"),
        ("The emergency fund lets the harbour divert $3.6 billion", "Of the emergency fund the harbour could divert $3 billion"),
        ("Harbour traffic grew 25-fold after the canal opened", "After the canal opened, harbour traffic grew by 48 percent"),
        ("The harbour indictment runs to 48 pages", "An indictment of the harbour runs to 47 pages"),
    ],
)
def test_both_cannot_be_right(first: str, second: str) -> None:
    assert disagree(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Wallis, 46, leads the harbour union", "Wallis has led the harbour union since 2003"),
        ("The harbour crane cost $1.1 million to repair", "To repair the harbour crane cost more than $1 million"),
        (
            "Wallis told the harbour court in 2017 that crane money was repaid",
            "Wallis told the harbour court crane money of $60,000 was repaid",
        ),
        ("About 60 ships left the harbour at dawn", "At dawn 65 ships left the harbour"),
        ("The harbour sold 1,000 tonnes of salt", "The harbour sold 1.000 tonnes of salt"),
    ],
)
def test_both_may_be_right(first: str, second: str) -> None:
    assert not disagree(first, second)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It cost about $1.5 million.", [Measure("money", 1_500_000.0, True)]),
        ("1,250 people came in 2019", [Measure("people", 1250.0, False), Measure("year", 2019.0, False)]),
        ("a 48-page indictment", [Measure("page", 48.0, False)]),
        ("Wallis, 46, left", []),
    ],
)
def test_what_a_figure_measures(text: str, found: list[Measure]) -> None:
    assert list(measures(text)) == found


def test_related_insights_of_two_stories_disagree_too_but_not_one_publisher_with_itself() -> None:
    mine = worlds.insight("a", "Shares of the harbour company climbed 48 percent in June", "e1")
    theirs = worlds.insight("b", "In June, shares of the harbour company climbed 25-fold", "e2")
    source, other = worlds.source("e1"), worlds.source("e2", "https://two.example/feed")
    (found,) = between(mine, source, [(theirs, other)])
    assert (found.first, found.second) == (mine.quotes[0], theirs.quotes[0])
    assert between(mine, source, [(theirs, worlds.source("e2"))]) == ()
