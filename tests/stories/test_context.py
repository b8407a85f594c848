"""A claim is seen in the light of the text it stands in."""

import numpy as np

from briefing.stories.context import BLOCK, in_context, nearness_of_strangers


def test_claims_of_one_subject_come_nearer_and_rows_stay_unit() -> None:
    chance = np.random.default_rng(1)
    subjects = chance.standard_normal((2, 32))
    entries = [f"{subject}-{entry}" for subject in range(2) for entry in range(3) for _ in range(4)]
    rows = np.stack([subjects[int(e[0])] + 2 * chance.standard_normal(32) for e in entries]).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    seen = in_context(rows, entries)
    assert seen.dtype == np.float32
    assert np.allclose(np.linalg.norm(seen, axis=1), 1, atol=1e-5)
    assert share(seen, entries) > share(rows, entries)


def share(rows: np.ndarray, entries: list[str]) -> float:  # type: ignore[type-arg]
    """How often the nearest row of another entry is of the same subject."""
    near = rows @ rows.T
    for i, entry in enumerate(entries):
        near[i, [e == entry for e in entries]] = -1
    return float(np.mean([entries[int(row.argmax())][0] == entry[0] for row, entry in zip(near, entries, strict=True)]))


def test_rows_beyond_a_block_are_seen_as_those_of_the_first() -> None:
    few = np.random.default_rng(2).standard_normal((4, 8)).astype(np.float32)
    many = np.tile(few, (BLOCK, 1))
    seen = in_context(many, [str(place % 4) for place in range(len(many))])
    assert np.allclose(seen, np.tile(seen[:4], (BLOCK, 1)), atol=1e-6)


def test_an_empty_archive_stays_empty() -> None:
    assert in_context(np.zeros((0, 4), np.float32), []).shape == (0, 4)


def test_strangers_are_told_from_texts_on_one_subject() -> None:
    chance = np.random.default_rng(2)
    rows = chance.standard_normal((60, 64)).astype(np.float32)
    rows[1] = rows[0] + 0.5 * rows[1]
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    entries = [str(n) for n in range(60)]
    limit = nearness_of_strangers(rows, entries)
    assert rows[0] @ rows[1] > limit
    assert np.mean(rows[2:] @ rows[0] > limit) < 0.1
    assert nearness_of_strangers(rows[:5], entries[:5]) == -1.0
