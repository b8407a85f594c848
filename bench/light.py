"""How often the nearest insight of another entry is from the same feed, with and without the light of its entry.

    python -m bench.light INSTALLATION FEED

INSTALLATION is a folder with briefing.db (`python -m bench.world WORLD --keep INSTALLATION`), FEED a part of the URL of a feed
whose entries are all on one subject.
"""

import sys

import numpy as np

from briefing.embedding import PackagedEmbedder
from briefing.ports import Vectors
from briefing.store import Store
from briefing.stories import context


def main() -> int:
    installation, feed = sys.argv[1:]
    store, name = Store(f"sqlite:///{installation}/briefing.db"), PackagedEmbedder().name
    with store.read() as db:
        _, entries, vectors = db.insights.archive(name)
        of_feed = {entry.id for entry in db.entries.get(sorted(set(entries))) if feed in entry.feed_url}
    print(
        f"{'share of the entry':20s} {'nearest':>8s} {'of three':>8s}   "
        f"({sum(e in of_feed for e in entries)} of {len(entries)} insights)"
    )
    print(f"{'none':20s} {row(vectors, entries, of_feed)}")
    for share in (0.0, 0.2, 0.3, 0.4, 0.5):
        context.SHARE = share
        print(f"{share:<20.1f} {row(context.in_context(vectors, entries), entries, of_feed)}")
    return 0


def row(vectors: Vectors, entries: list[str], of_feed: set[str]) -> str:
    """Share of insights whose nearest is of the feed, and how many of the nearest three are."""
    names, inside = np.asarray(entries), np.asarray([entry in of_feed for entry in entries])
    near = [inside[nearest(vectors, names, place)] for place in np.flatnonzero(inside)]
    return f"{np.mean([three[0] for three in near]):8.2f} {np.mean([three.sum() for three in near]):8.2f}"


def nearest(vectors: Vectors, names: np.ndarray, place: int) -> np.ndarray:  # type: ignore[type-arg]
    """Places of the three nearest insights of other entries."""
    similarity = vectors @ vectors[place]
    similarity[names == names[place]] = -1
    return np.argsort(-similarity)[:3]


if __name__ == "__main__":
    sys.exit(main())
