"""Vectors of insights in the light of the texts they stand in: a claim alone often does not say what it is about."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from briefing.ports import Vectors

Places = npt.NDArray[np.intp]

SHARE = 0.4
"""How much of a vector comes from its entry. Of 29 claims in five articles on one subject, the nearest of another entry was
of that subject for all with this share, for 13 with none (`python -m bench.light`); it was chosen on those
same articles. Of podcasts about newsletters, where it was not chosen, it doubles how often the nearest is the one discussed."""

BLOCK = 1_024
"""Rows that are worked out at once, so that an archive takes no more than its vectors before and after."""
SAMPLE, FEWEST, DEVIATIONS = 1_000, 30, 3.0


def in_context(vectors: Vectors, entries: Sequence[str]) -> Vectors:
    """Unit rows [n, d]: each mixed with the middle of its entry's rows, both measured from the middle of the archive.

    What all texts have in common is taken away first, so that nearness means a common subject and not a common tone.
    """
    if not len(vectors):
        return vectors
    _, places = np.unique(np.asarray(entries), return_inverse=True)
    shared, middle = _shared(vectors, places), vectors.mean(axis=0, dtype=np.float32)
    rows = np.empty(vectors.shape, np.float32)
    for start in range(0, len(rows), BLOCK):
        part = slice(start, start + BLOCK)
        rows[part] = _unit((1 - SHARE) * _unit(vectors[part] - middle) + SHARE * shared[places[part]])
    return rows


def _shared(vectors: Vectors, places: Places) -> Vectors:
    """The middle of each entry's rows, measured from the middle of the archive; `places` numbers the entries of the rows."""
    middles = np.zeros((places.max() + 1, vectors.shape[1]), np.float32)
    np.add.at(middles, places, vectors)
    middles = _unit(middles)
    return _unit(middles - middles.mean(axis=0))


def nearness_of_strangers(rows: Vectors, entries: Sequence[str]) -> float:
    """The cosine that few insights of different entries reach by chance: three deviations above the mean of a sample of pairs.

    It lies where the archive itself puts it, so that a small archive says that nothing is related rather than naming what is
    merely nearest; a handful of insights puts it nowhere, and then it rules nothing out (-1).
    """
    if len(rows) < FEWEST:
        return -1.0
    step = max(1, len(rows) // SAMPLE)
    sample, names = rows[::step], np.asarray(entries)[::step]
    cosines = (sample @ sample.T)[names[:, None] != names[None, :]]
    return float(cosines.mean() + DEVIATIONS * cosines.std()) if len(cosines) else -1.0


def _unit(rows: Vectors) -> Vectors:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)
