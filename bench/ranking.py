"""Ranking of many readers beside the bare product: `python -m bench.ranking [--readers 100000] [--stories 2000]`.

The bare run multiplies the same float32 matrices in the same blocks and takes the top five of each row; ours adds the ledger,
masks, caps, reasons and the selections themselves. Prints the seconds of both, their ratio and the peak of memory.
"""

import argparse
import random
import resource
import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock

import numpy as np

from briefing.model import Insight, Kind, Quote, Source, Status, Story, Subscriber, Topic
from briefing.stories.facts import facts
from briefing.stories.ranking import Ranking, Reader, Sent

NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
TOPICS, FEEDS, VOCABULARY = 55, 200, 20_000
BLOCK = 2048


def made_up_story(number: int, chance: random.Random) -> Story:
    claim = " ".join(f"word{int(VOCABULARY * chance.random() ** 3)}" for _ in range(18))
    entry, feed = f"e{number}", number % FEEDS if number < FEEDS else chance.randrange(FEEDS)
    told = NOW - timedelta(hours=chance.random() * 96)
    quote = Quote(entry_id=entry, start=0, end=len(claim), text=claim, speaker=f"speaker {chance.randrange(400)}")
    insight = Insight(
        id=f"i{number}", entry_id=entry, claim=claim, headline="", quotes=(quote,), kind="claim",
        score=0.3 + 0.7 * chance.random(), writer="extractive", language="en",
    )  # fmt: skip
    source = Source(
        entry_id=entry, feed_url=f"https://f{feed}.example/", feed=f"Feed {feed}", publisher=f"p{feed}", title="", url="",
        kind=Kind.NEWS, published_at=told, topics=(f"t{feed % TOPICS}",),
    )  # fmt: skip
    return Story(id=f"s{number}", headline=claim, insights=(insight,), sources=(source,), first_seen_at=told, updated_at=told)


def reader(number: int, stories: list[Story], chance: random.Random) -> Reader:
    sent = [chance.choice(stories) for _ in range(10)]
    subscriber = Subscriber(
        id=f"r{number}", email="", status=Status.ACTIVE, zone="UTC", send_at=clock(7),
        topics={f"t{chance.randrange(TOPICS)}": 0.5 + chance.random() for _ in range(3)},
        learnt={f"https://f{chance.randrange(FEEDS)}.example/": 0.5},
    )  # fmt: skip
    return Reader(subscriber, date(2026, 11, 21), [LEDGER[story.id] for story in sent], ("en",))


LEDGER: dict[str, Sent] = {}


def bare(features: np.ndarray, rows: int, block: int = BLOCK) -> float:
    """Seconds for the blocked product with dense rows and the five best of each."""
    weights = np.random.default_rng(1).random((block, len(features)), np.float32)
    rest = features.shape[1] - 5
    begun = time.perf_counter()
    for start in range(0, rows, block):
        scores = weights[: min(block, rows - start)] @ features
        best = np.argpartition(scores, rest, axis=1)[:, rest:]
        np.take_along_axis(best, np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1), axis=1)
    return time.perf_counter() - begun


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--readers", type=int, default=100_000)
    options.add_argument("--stories", type=int, default=2_000)
    options.add_argument("--shard", type=int, default=10_000)
    asked = options.parse_args()
    chance = random.Random(1)
    stories = [made_up_story(number, chance) for number in range(asked.stories)]
    LEDGER.update((s.id, Sent(s.id, date(2026, 11, 20), (s.lead.id,), s.lead.claim, facts(s))) for s in stories)
    topics = [Topic(id=f"t{number}", title=f"Topic {number}") for number in range(TOPICS)]
    begun = time.perf_counter()
    ranking = Ranking(stories, topics, now=NOW)
    prepared = time.perf_counter() - begun
    features = np.random.default_rng(2).random((1 + TOPICS + FEEDS, asked.stories), np.float32)
    plain, ours, picks = 0.0, 0.0, 0
    for start in range(0, asked.readers, asked.shard):
        shard = [reader(number, stories, chance) for number in range(start, min(start + asked.shard, asked.readers))]
        plain += bare(features, len(shard))
        begun = time.perf_counter()
        picks += sum(len(selection.picks) for selection in ranking.select(shard, 5))
        ours += time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{asked.readers} readers x {asked.stories} stories, d = {len(features)}, {picks} picks")
    print(
        f"bare {plain:.1f} s, ours {ours:.1f} s + {prepared:.1f} s once = {(ours + prepared) / plain:.2f} x; peak {peak:.0f} MB"
    )


if __name__ == "__main__":
    main()
