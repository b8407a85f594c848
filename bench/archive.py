"""Search of an archive: `python -m bench.archive [--vectors 1000000] [--dimensions 256]`.

Vectors are random (the hardest case: nothing is near anything) or gathered about centres, as insights are about subjects. Prints
the median of a search for ten, the share of the true ten it found, and the bytes the archive takes.
"""

import argparse
import statistics
import time
from collections.abc import Iterator

import numpy as np

from briefing.ports import Vectors
from briefing.stories.related import Archive

COUNT, QUERIES, BLOCK = 10, 21, 50_000


def unit(rows: Vectors) -> Vectors:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def scattered(count: int, dimensions: int, seed: int, spread: float) -> Vectors:
    """Unit rows as float16; `spread` is how far from one of a thousand centres, 0 for no centres."""
    chance = np.random.default_rng(seed)
    centres = unit(chance.standard_normal((1000, dimensions), np.float32))
    rows = np.empty((count, dimensions), np.float16)
    for start in range(0, count, BLOCK):
        size = min(BLOCK, count - start)
        noise = unit(chance.standard_normal((size, dimensions), np.float32))
        rows[start : start + size] = unit(centres[chance.integers(0, 1000, size)] + spread * noise) if spread else noise
    return rows


def exact(rows: Vectors, query: Vectors) -> set[int]:
    parts = (rows[start : start + BLOCK].astype(np.float32) @ query for start in range(0, len(rows), BLOCK))
    return {int(place) for place in np.argsort(-np.concatenate(list(parts)))[:COUNT]}


def searches(archive: Archive, rows: Vectors, queries: Vectors) -> Iterator[tuple[float, float]]:
    for query in queries:
        begun = time.perf_counter()
        found = archive.nearest(query, COUNT)
        spent = time.perf_counter() - begun
        yield spent, len({int(id_) for id_, _ in found} & exact(rows, query)) / COUNT


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--vectors", type=int, default=1_000_000)
    options.add_argument("--dimensions", type=int, default=256)
    asked = options.parse_args()
    ids = [str(number) for number in range(asked.vectors)]
    for name, spread in (("random", 0.0), ("gathered", 1.0)):
        rows = scattered(asked.vectors, asked.dimensions, 1, spread)
        archive = Archive(ids, rows)
        queries = rows[:QUERIES].astype(np.float32) if spread else scattered(QUERIES, asked.dimensions, 2, 0).astype(np.float32)
        measured = list(searches(archive, rows, queries))[1:]
        median = 1000 * statistics.median(spent for spent, _ in measured)
        recall = statistics.mean(share for _, share in measured)
        print(
            f"{name}: {asked.vectors} x {asked.dimensions}: {median:.0f} ms, recall {recall:.3f}, {archive.nbytes / 1e6:.0f} MB"
        )


if __name__ == "__main__":
    main()
