"""Predictions: which state a day, and to whom they come back when it has come."""

from datetime import date, timedelta

import pytest

from briefing.model import Facets, Prediction, Topic
from briefing.stories.foretold import MOST, Due, DueList, due_day, foretold
from briefing.stories.ranking import Reader
from briefing.stories.weights import DEFAULT

from .worlds import NOW, TODAY, insight, source, subscriber

DAY = timedelta(days=1)
ENERGY = Topic(id="energy", title="Energy")


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("2026-11-21", date(2026, 11, 21)),
        ("2026-11", date(2026, 11, 30)),
        ("2028-02", date(2028, 2, 29)),
        ("2026", date(2026, 12, 31)),
        ("next year", None),
        ("2026-13", None),
        ("0000", None),
        ("", None),
    ],
)
def test_a_prediction_falls_due_on_the_last_day_of_what_was_stated(stated: str, day: date | None) -> None:
    assert due_day(stated) == day


def due(name: str, until: str = "2026-11-21", *, score: float = 0.7, said: int = 30, **about: object) -> Due:
    """A prediction made `said` days ago."""
    told = Facets(predictions=(Prediction(what=f"{name} will happen.", who="Speaker", until=until),))
    made = insight(name, f"{name} will happen, the harbour says.", f"e-{name}", score, facets=told)
    (found,) = foretold(made)
    return Due(foretold=found, insight=made, source=source(f"e-{name}", published_at=NOW - said * DAY, **about))


def chosen(offered: list[Due], *, reminded: tuple[str, ...] = (), shown: tuple[str, ...] = (), **wishes: object) -> list[str]:
    reader = Reader(subscriber(**wishes), TODAY, (), ("en",))
    found = DueList(offered, (ENERGY,), now=NOW, weights=DEFAULT).choose(reader, reminded=reminded, shown=shown)
    return [one.insight.id for one in found]


@pytest.mark.parametrize(
    ("until", "comes"),
    [("2026-11-22", False), ("2026-11-21", True), ("2026-11-15", True), ("2026-11-14", False), ("2026-11", False)],
)
def test_it_comes_on_its_day_or_within_the_week_after(until: str, comes: bool) -> None:
    assert chosen([due("tide", until)]) == ["tide"] * comes


def test_what_was_said_a_day_before_its_day_is_no_reminder() -> None:
    assert chosen([due("tide", said=1), due("wave", said=4)]) == ["wave"]


def test_it_comes_once_and_not_beside_its_own_insight() -> None:
    tide, wave, ebb = due("tide"), due("wave"), due("ebb")
    assert chosen([tide, wave, ebb], reminded=(tide.foretold.id,), shown=("wave",)) == ["ebb"]


def test_at_most_a_few_come_best_first_and_none_below_the_floor() -> None:
    offered = [due(f"n{number}", score=0.1 + number / 10) for number in range(7)]
    assert chosen(offered) == ["n6", "n5", "n4"]
    assert MOST == 3


def test_it_comes_only_to_who_could_have_had_it() -> None:
    offered = [due("dam", topics=("energy",)), due("zoo")]
    assert sorted(chosen(offered)) == ["dam", "zoo"]
    assert chosen(offered, topics={"energy": 1.0}) == ["dam"]
    assert "zoo" not in chosen(offered, muted=("zoo",))
    assert "dam" not in chosen(offered, muted=("https://one.example/feed",))
