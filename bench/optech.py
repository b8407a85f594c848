"""What a recap podcast discusses: `python -m bench.optech [--data DATA] [--tools TOOLS] [--world INSTALLATION]`.

DATA holds `newsletters/optech` and `transcripts/optech-podcast`, TOOLS `stories/optech.py`, which exports texts with numbers,
dates and headings blanked and scores the ranking that comes back. With INSTALLATION (`python -m bench.world WORLD --keep
INSTALLATION`) each recap also looks for its own issue among the issues of all languages and all that the world published.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from bench.data import DATA, TOOLS
from briefing.embedding import PackagedEmbedder
from briefing.ports import Vectors
from briefing.store import Store
from briefing.stories.corpus import WordTable
from briefing.stories.counted import counted
from briefing.stories.similarity import frequencies, log_counts
from briefing.stories.sparse import product
from briefing.stories.thresholds import FROZEN

PASSAGE = 1000
"""Characters from which on a passage ends with its paragraph: what clustering looks at around a quote."""
Texts = Mapping[str, str]


class Tool:
    """The scoring tool, as a command; `folder` receives what it exports."""

    def __init__(self, tools: Path, data: Path, folder: Path) -> None:
        self._command = [sys.executable, str(tools / "stories" / "optech.py")]
        self._data = [str(data / "newsletters" / "optech"), str(data / "transcripts" / "optech-podcast")]
        self.folder = folder
        self._run("export", str(folder))

    def texts(self, name: str) -> Texts:
        lines = (self.folder / f"{name}.jsonl").read_text("utf-8").splitlines()
        return {row["id"]: row["text"] for row in map(json.loads, lines)}

    def score(self, task: str, ranks: Mapping[str, Sequence[str]]) -> Mapping[str, float]:
        file = self.folder / "ranks.tsv"
        file.write_text("".join(f"{query}\t{' '.join(ids)}\n" for query, ids in ranks.items()), "utf-8")
        found: Mapping[str, float] = json.loads(self._run("score", task, str(file)))
        return found

    def tasks(self) -> list[str]:
        return sorted(path.name.removesuffix(".queries.jsonl") for path in self.folder.glob("*.queries.jsonl"))

    def _run(self, what: str, *rest: str) -> str:
        return subprocess.run([*self._command, what, *self._data, *rest], check=True, capture_output=True, text=True).stdout


def passages(text: str) -> Iterator[str]:
    held = ""
    for paragraph in text.split("\n\n"):
        if held and len(held) + len(paragraph) > PASSAGE:
            yield held
            held = ""
        held += f"{paragraph}\n\n"
    yield held


def similarity(queries: Sequence[str], candidates: Sequence[str], seen: Sequence[str]) -> Vectors:
    """Rare words and vectors in the proportion of clustering, [queries, candidates]; rarity as the texts `seen` have it."""
    rows = [counted(log_counts([(text, 1.0)])) for text in (*seen, *queries, *candidates)]
    weighed = WordTable(rows, np.arange(len(rows), dtype=np.int32), frequencies()).weighed(len(seen))
    asked = len(seen) + np.arange(len(queries))
    words = product(weighed.take(asked), weighed.take(asked[-1] + 1 + np.arange(len(candidates))).turned())
    embedder = PackagedEmbedder()
    near = embedder.embed(queries) @ embedder.embed(candidates).T
    return np.asarray((1 - FROZEN.vectors) * words + FROZEN.vectors * near, np.float32)


def ranked(queries: Texts, candidates: Texts) -> dict[str, list[str]]:
    """Candidates by the mean of how near they are as a whole and in their nearest passage."""
    asked, offered = list(queries.values()), list(candidates.values())
    cut = [list(passages(text)) for text in offered]
    starts = np.cumsum([0, *(len(found) for found in cut)][:-1])
    whole = similarity(asked, offered, asked + offered)
    parts = similarity(asked, [part for found in cut for part in found], asked + offered)
    table = whole + np.maximum.reduceat(parts, starts, axis=1)
    names = list(candidates)
    return {query: [names[place] for place in np.argsort(-row)] for query, row in zip(queries, table, strict=True)}


def world(installation: Path) -> Texts:
    """The texts of everything that an installation has read."""
    with Store(f"sqlite:///{installation}/briefing.db").read() as db:
        _, entries, _ = db.insights.archive(PackagedEmbedder().name)
        return db.documents.texts(sorted(set(entries)))


def own_issue(tool: Tool, others: Texts) -> tuple[int, int]:
    """For how many recaps the nearest of all texts is their own issue, in whatever language; and of how many."""
    languages = [task for task in tool.tasks() if task.startswith("issue")]
    everything = dict(others)
    for task in languages:
        everything |= tool.texts(f"{task}.candidates")
    recaps = tool.texts("issue.queries")
    table = similarity(list(recaps.values()), list(everything.values()), [*recaps.values(), *everything.values()])
    first = {recap: [list(everything)[int(row.argmax())]] for recap, row in zip(recaps, table, strict=True)}
    found = sum(round(score["first"] * score["pairs"]) for score in (tool.score(task, first) for task in languages))
    return found, len(recaps)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, default=DATA)
    options.add_argument("--tools", type=Path, default=TOOLS)
    options.add_argument("--world", type=Path)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tool = Tool(asked.tools, asked.data, Path(folder))
        for task in tool.tasks():
            score = tool.score(task, ranked(tool.texts(f"{task}.queries"), tool.texts(f"{task}.candidates")))
            print(f"{task:9s} of {score['pairs']:2d}  first {score['first']:.3f}  mrr {score['mrr']:.3f}", flush=True)
        found, recaps = own_issue(tool, world(asked.world) if asked.world else {})
        print(f"own issue first among all issues{' and the world' if asked.world else ''}: {found} of {recaps}")


if __name__ == "__main__":
    main()
