"""Documents of which one item is new, beside feedparser on the whole of them: `python -m bench.parse [--data DIR]`.

The documents are real ones (the folder `feeds` of the test data), the largest, as many as have a mean size of 35 kB.
"""

import argparse
import io
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import feedparser

from bench.data import DATA
from briefing.errors import UnreadableError
from briefing.sources.feeds import FeedDocument, ParsedFeed

MEAN_BYTES = 35_000


def documents(folder: Path) -> list[Path]:
    """The largest of the documents, as many as have a mean size of 35 kB."""
    found = sorted((path for path in folder.iterdir() if path.suffix in (".xml", ".json")), key=lambda path: path.stat().st_size)
    while sum(path.stat().st_size for path in found) < MEAN_BYTES * len(found):
        found.pop(0)
    return found


def parsed(document: FeedDocument) -> ParsedFeed | None:
    try:
        return document.read()
    except UnreadableError:
        return None


def news(paths: Sequence[Path]) -> None:
    """Time of the processor for documents of which one item is new, and for feedparser on the whole of them."""
    now = datetime.now(UTC)
    whole = [FeedDocument(body=path.read_bytes(), url=f"http://example.org/{path.name}", collected_at=now) for path in paths]
    known = [found.fingerprints if (found := parsed(document)) else frozenset() for document in whole]
    partly = [
        FeedDocument(body=one.body, url=one.url, collected_at=now, known=frozenset(sorted(prints)[1:]))
        for one, prints in zip(whole, known, strict=True)
    ]
    begun = time.process_time()
    for document in partly:
        parsed(document)
    ours = time.process_time() - begun
    begun = time.process_time()
    for document in whole:
        feedparser.parse(io.BytesIO(document.body))
    theirs = time.process_time() - begun
    print(f"one new item in each of {len(paths)} documents: {ours:.2f} s")
    print(f"feedparser on the whole of them: {theirs:.2f} s, {theirs / ours:.1f} times as long")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, default=DATA)
    news(documents(options.parse_args().data / "feeds"))


if __name__ == "__main__":
    main()
