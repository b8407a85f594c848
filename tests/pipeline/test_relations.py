"""What is related is found once for each insight, and anew when a newer one relates to it."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from briefing.model import Correction
from briefing.pipeline import relations, tidy
from briefing.pipeline.relating import Relating
from briefing.store import Session
from briefing.stories.archive import Archive
from briefing.testing import FakeEmbedder

from .conftest import BUSES, NOW, SHIPS, Desk, feed

LATER = NOW + relations.PAUSE


def told(desk: Desk) -> dict[str, tuple[str, ...] | None]:
    """Claims of what the store tells of each insight."""
    with desk.services.store.read() as db:
        found = {one.claim[:10]: relations.told(db, desk.services, one) for one in insights(db)}
    return {claim: each if each is None else tuple(one.insight.claim[:10] for one in each) for claim, each in found.items()}


def insights(db: Session):
    ids, _, _ = db.insights.archive(FakeEmbedder().name)
    return [kept.insight for kept in db.insights.get(ids).values()]


def test_the_store_tells_what_a_search_finds(desk: Desk) -> None:
    desk.run()
    with desk.services.store.read() as db:
        relating = Relating(db, desk.services)
        for insight in insights(db):
            assert relations.told(db, desk.services, insight) == relating.of(insight, relations.KEPT) != ()


def test_nobody_looks_twice_nor_often(desk: Desk) -> None:
    assert desk.run()["tidy"].counts["related"] == 2
    assert tidy.RELATED not in tidy.due(desk.services, LATER)
    desk.pages["http://town.example/feed"] = feed("town.example", ("ships", "Slow ships", SHIPS))
    desk.pages["http://town.example/ships"] = b""
    soon = NOW + relations.PAUSE / 2
    with desk.services.store.write() as db:
        db.feeds.save(*(replace(state, next_poll_at=soon) for state in db.feeds.states().values()))
    assert desk.run(soon)["tidy"].done == 0
    assert None in told(desk).values()
    assert desk.run(LATER)["tidy"].counts["related"] == 1
    assert all(SHIPS[:10] in (each or ()) for claim, each in after_another_turn(desk).items() if claim != SHIPS[:10])


def after_another_turn(desk: Desk) -> dict[str, tuple[str, ...] | None]:
    """What the new one relates to was outdated, told as it was meanwhile, and is found anew."""
    assert all(SHIPS[:10] not in (each or ()) for each in told(desk).values())
    assert desk.run(LATER + relations.PAUSE)["tidy"].counts["related"] == 2
    assert desk.run(LATER + 2 * relations.PAUSE)["tidy"].done == 0
    return told(desk)


def test_what_was_corrected_is_told_no_more(desk: Desk) -> None:
    desk.run()
    with desk.services.store.write() as db:
        wrong = next(one for one in insights(db) if one.claim.startswith(BUSES[:10]))
        db.corrections.add(Correction(id="c", insight_id=wrong.id, was=wrong.claim, text="No.", at=NOW))
    assert BUSES[:10] not in {claim for each in told(desk).values() for claim in each or ()}


def test_another_embedder_has_all_looked_for_anew(desk: Desk) -> None:
    desk.run()
    other = FakeEmbedder(dimensions=32, name="fake-32")
    desk.services = replace(desk.services, embedder=lambda: other)
    assert desk.run(LATER)["tidy"].counts == {"vectors": 2}
    assert desk.run(LATER + relations.PAUSE)["tidy"].counts["related"] == 2


@pytest.mark.parametrize("count", [1, 700])
def test_the_nearest_of_many_are_those_of_each(count: int) -> None:
    vectors = np.random.default_rng(3).normal(size=(count, 64)).astype(np.float32)
    archive = Archive([str(place) for place in range(count)], vectors)
    for one, found in zip(vectors, archive.nearest_of_many(vectors, 9), strict=True):
        ids, nearness = zip(*archive.nearest(one, 9), strict=True)
        assert ids == tuple(id_ for id_, _ in found)
        assert nearness == pytest.approx([near for _, near in found], abs=1e-4)


def test_an_archive_without_rows_has_nothing_near() -> None:
    assert Archive([], np.zeros((0, 1), np.float32)).nearest_of_many(np.zeros((2, 8), np.float32), 3) == [[], []]


def test_a_turn_of_nothing_is_harmless(desk: Desk) -> None:
    assert relations.find(desk.services, NOW) == 0
    assert not relations.waits(desk.services, NOW + timedelta(days=1))
