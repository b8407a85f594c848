"""Our insights beside simple rivals on InsightBench: python -m bench.insights.score [BENCH_DIR ...].

Each rival ranks the same tiles of a document (sentences of one passage packed into at most 60 words). With --command our
insights are read from `briefing extract --top 5 --json` instead of from the library.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.summarizers.text_rank import TextRankSummarizer

from bench.insights.train.data import DATA, DEVELOPMENT, NEWSLETTERS
from briefing import text
from briefing.insights.extractive import ExtractiveWriter
from briefing.insights.scorer import Scorer
from briefing.model import Document, Kind, Passage
from briefing.sources.documents import from_text

TOP, LONGEST, SHORTEST = 5, 60, 20
Rival = Callable[[Document], list[str]]


class ProductWords:
    """A tokenizer for sumy that counts words as the product does."""

    def to_words(self, sentence: str) -> list[str]:
        return text.words(sentence)


def tiles(document: Document) -> list[str]:
    """Sentences of each passage packed in order into stretches of 20 to 60 words."""
    return [tile for passage in document.passages for tile in _packed(document, passage) if text.word_count(tile) >= SHORTEST]


def _packed(document: Document, passage: Passage) -> Iterator[str]:
    start = end = passage.start
    for sentence in passage.sentences:
        if text.word_count(document.text[start : sentence.end]) > LONGEST and end > start:
            yield document.text[start:end].strip()
            start = sentence.start
        end = sentence.end
    yield document.text[start:end].strip()


def by_sumy(summarizer: Callable[..., Sequence[object]]) -> Rival:
    def best(document: Document) -> list[str]:
        sentences = [Sentence(tile, ProductWords()) for tile in tiles(document)]
        return [str(sentence) for sentence in summarizer(ObjectDocumentModel([Paragraph(sentences)]), TOP)]

    return best


def longest(document: Document) -> list[str]:
    return sorted(tiles(document), key=text.word_count, reverse=True)[:TOP]


def at_random(seed: int) -> Rival:
    def some(document: Document) -> list[str]:
        found = tiles(document)
        return random.Random(f"{seed}{document.entry_id}").sample(found, min(TOP, len(found)))

    return some


def ours() -> Rival:
    writer = ExtractiveWriter(Scorer())
    return lambda document: [draft.quotes[0].text for draft in writer.write(document, TOP)]


def by_command(path: Path) -> list[str]:
    command = [sys.executable, "-m", "briefing", "extract", str(path), "--top", str(TOP), "--json"]
    lines = output(command).splitlines()
    rows = sorted((json.loads(line) for line in lines if line.startswith("{")), key=lambda row: row["rank"])
    return [row["quotes"][0]["text"] for row in rows]


def output(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def measured(bench: Path, evidence: dict[str, list[str]]) -> str:
    """What the benchmark's own program prints."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for name, quotes in evidence.items():
            for rank, quote in enumerate(quotes, 1):
                file.write(json.dumps({"doc": name, "rank": rank, "evidence": quote}, ensure_ascii=False) + "\n")
        file.flush()
        tool = DATA.parent / "tools" / "insightbench.py"
        return subprocess.run(
            [sys.executable, str(tool), str(bench), file.name], capture_output=True, text=True, check=True
        ).stdout


def rivals() -> dict[str, Rival]:
    return {
        "ours": ours(),
        "sumy TextRank": by_sumy(TextRankSummarizer()),
        "sumy LexRank": by_sumy(LexRankSummarizer()),
        "longest": longest,
        "random": at_random(0),
    }


def compare(bench: Path, *, command: bool) -> None:
    kind = Kind.NEWSLETTER if bench.resolve() == NEWSLETTERS.resolve() else Kind.PODCAST
    paths = sorted((bench / "docs").glob("*.txt"))
    documents = {path.stem: from_text(path.read_text("utf-8"), kind=kind, entry_id=path.stem) for path in paths}
    print(bench)
    for name, rival in rivals().items():
        begun = time.perf_counter()
        if command and name == "ours":
            evidence = {path.stem: by_command(path) for path in paths}
        else:
            evidence = {stem: rival(document) for stem, document in documents.items()}
        took = (time.perf_counter() - begun) / len(paths)
        print(f"  {name:14s} {measured(bench, evidence).strip()}  {1000 * took:.0f} ms a document", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bench", type=Path, nargs="*", default=[DEVELOPMENT, NEWSLETTERS])
    parser.add_argument("--command", action="store_true", help="run the command line for each document")
    arguments = parser.parse_args()
    for bench in arguments.bench:
        compare(bench, command=arguments.command)


if __name__ == "__main__":
    main()
