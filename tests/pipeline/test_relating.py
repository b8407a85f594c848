"""The related insights of one edition: none that its reader had, none twice, none that is a pick."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from briefing.model import Pick, Related, Relation
from briefing.pipeline.relating import Relating
from tests.stories import worlds

NEIGHBOURS = {"i1": ["i2", "a", "b", "c"], "i2": ["a", "b", "d", "e"], "i3": ["a", "b"]}


@pytest.fixture
def relating(monkeypatch: pytest.MonkeyPatch) -> Relating:
    def found(_: Relating, insight, limit: int) -> list[Related]:
        names = NEIGHBOURS[insight.id][:limit]
        return [Related(insight=worlds.insight(name, name), source=worlds.source(), relation=Relation.RELATED) for name in names]

    monkeypatch.setattr(Relating, "_find", found)
    return Relating(None, SimpleNamespace())


def picks() -> list[Pick]:
    return [Pick(story=worlds.simple(number, f"Claim {number}"), score=1.0) for number in (1, 2, 3)]


def shown(relating: Relating, had=(), limit: int = 2) -> list[list[str]]:
    return [[one.insight.id for one in pick.related] for pick in relating.picks(picks(), had, limit)]


def test_none_twice_and_no_pick(relating: Relating) -> None:
    assert shown(relating) == [["a", "b"], ["d", "e"], []]


def test_what_belongs_to_a_picks_story_is_related_to_that_pick_alone(relating: Relating) -> None:
    first, second, third = picks()
    told = replace(third, story=replace(third.story, insights=(*third.story.insights, worlds.insight("a", "a"))))
    related = [[one.insight.id for one in pick.related] for pick in relating.picks([first, second, told], (), 2)]
    assert related == [["b", "c"], ["d", "e"], ["a"]]


def test_no_more_than_the_reader_asked_for(relating: Relating) -> None:
    assert shown(relating, limit=1) == [["a"], ["b"], []]
    assert shown(relating, limit=0) == [[], [], []]


def test_none_that_the_reader_had(relating: Relating) -> None:
    assert shown(relating, {"a", "d"}) == [["b", "c"], ["e"], []]


def test_another_readers_edition_is_another_matter(relating: Relating) -> None:
    shown(relating, {"a"})
    assert shown(relating) == [["a", "b"], ["d", "e"], []]
