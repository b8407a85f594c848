"""What was told before is found however much of it there is."""

from datetime import timedelta

import numpy as np

from briefing.stories.novelty import BLOCK, DAY, Earlier, nearest_before
from tests.stories.worlds import NOW, insight, source, story

COUNT = BLOCK + 44


def unit_rows(count: int, seed: int) -> np.ndarray:  # type: ignore[type-arg]
    rows = np.random.default_rng(seed).standard_normal((count, 8)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_the_nearest_are_those_of_a_table_of_all_with_all() -> None:
    rows, earlier = unit_rows(5, 1), unit_rows(COUNT, 2)
    begun = [NOW + timedelta(days=2 * place) for place in range(len(rows))]
    told = [NOW + timedelta(hours=place) for place in range(COUNT)]
    stories = [
        story(f"s{n}", [insight(f"i{n}", "Words.")], [source()], vector=row.tolist(), first_seen_at=at)
        for n, (row, at) in enumerate(zip(rows, begun, strict=True))
    ]
    cosines = rows @ np.vstack([earlier, rows]).T
    before = np.array([[other <= at - DAY for other in [*told, *begun]] for at in begun])
    assert np.allclose(nearest_before(stories, Earlier(told, earlier)), np.where(before, cosines, 0).max(axis=1), atol=1e-6)


def test_vectors_of_another_length_are_near_nothing() -> None:
    told = story("s1", [insight("i1", "Words.")], [source()], vector=[1.0, 0.0])
    earlier = Earlier([NOW - 9 * DAY], np.ones((1, 3), np.float32))
    assert nearest_before([told], earlier).tolist() == [0.0]
