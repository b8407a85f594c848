"""Insights into stories: `python -m bench.cluster [--known 10000] [--new 1000] [--words 30]`, beside average linkage over TF-IDF.

Each made-up event is told by four insights that share most of a stretch of real sentences. Ours places the new ones among those
that are known; the peer, which can add nothing to a finished tree, begins from zero with the new ones alone. Seconds are those
of the processor.
"""

import argparse
import os
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from bench.capacity import peak
from bench.poll import memory
from bench.stories import Row, average, cut, members, merges, tfidf
from bench.texts import stretches
from briefing.embedding import PackagedEmbedder
from briefing.stories.clustering import assign
from briefing.stories.members import Member

START = datetime(2026, 11, 1, tzinfo=UTC)
TOLD_BY, WORDS, DROPPED = 4, 30, 0.2
THRESHOLD = 0.4


def rows(count: int, length: int = WORDS) -> Iterator[Row]:
    """So many tellings of so many words each."""
    chance, texts = random.Random(2), stretches(length)
    for number in range(count):
        if number % TOLD_BY == 0:
            event = next(texts).split()
        words = " ".join(word for word in event if chance.random() > DROPPED)
        day = (START + timedelta(hours=number * 24 * 7 / count)).date().isoformat()
        yield {"id": f"i{number}", "title": " ".join(words.split()[:WORDS]), "text": words, "lang": "en", "date": day}


def prepared(found: list[Row]) -> list[Member]:
    return members(found, PackagedEmbedder().embed([row["title"] for row in found]))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--known", type=int, default=10_000)
    options.add_argument("--new", type=int, default=1_000)
    options.add_argument("--words", type=int, default=WORDS)
    asked = options.parse_args()
    found = list(islice(rows(asked.known + asked.new, asked.words), asked.known + asked.new))
    PackagedEmbedder().embed([""])
    empty, begun = memory(os.getpid()), time.process_time()
    ready = prepared(found)
    told, size = time.process_time(), memory(os.getpid()) - empty
    known = assign(ready[: asked.known], [])
    placed = time.process_time()
    assign(ready[asked.known :], known)
    ended = time.process_time()
    print(f"{len(ready)} insights made ready in {told - begun:.1f} s, {1000 * (told - begun) / len(ready):.2f} ms each")
    print(f"{size / 1e3 / len(ready):.1f} kB each; {peak():.0f} MB at most when all were placed")
    print(f"{asked.known} from zero: {placed - told:.1f} s, {len(known)} stories")
    print(f"{asked.new} new among {asked.known}: {ended - placed:.1f} s, {1000 * (ended - placed) / asked.new:.2f} ms each")
    new = found[asked.known :]
    begun = time.process_time()
    cut([row["id"] for row in new], merges(tfidf(new), average), THRESHOLD)
    theirs = time.process_time() - begun
    begun = time.process_time()
    assign(prepared(new), [])
    ours = time.process_time() - begun
    print(f"{asked.new} from zero, made ready too: ours {ours:.1f} s, TF-IDF with average linkage {theirs:.1f} s")


if __name__ == "__main__":
    main()
