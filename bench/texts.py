"""Real sentences for measurements that want many texts: stretches of the annotated episodes."""

import random
from collections.abc import Iterator
from functools import cache

from bench.data import DATA
from briefing.text import sentence_spans

FOLDER = DATA / "insightbench" / "docs"


@cache
def sentences() -> tuple[tuple[str, ...], ...]:
    """The sentences of each document, in order. Raises `SystemExit` where there is none."""
    texts = [path.read_text("utf-8") for path in sorted(FOLDER.glob("*.txt"))]
    if not texts:
        raise SystemExit(f"no documents at {FOLDER} (set BRIEFING_DATA)")
    return tuple(tuple(text[start:end] for start, end in sentence_spans(text, "en")) for text in texts)


def stretches(words: int, seed: int = 1) -> Iterator[str]:
    """Runs of sentences that reach so many words, from random places, without end."""
    chance = random.Random(seed)
    while True:
        document = chance.choice(sentences())
        at, text = chance.randrange(len(document)), ""
        while len(text.split()) < words:
            text, at = f"{text} {document[at % len(document)]}", at + 1
        yield text.strip()
