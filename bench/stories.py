"""Clustering on labelled story sets: `python -m bench.stories [--data DATA] [--tools TOOLS] [--choose]`.

DATA holds `stories/`, TOOLS holds `stories/score.py`, which exports texts without labels and scores what comes back. Ours runs
with its one frozen setting; beside it stand single and average linkage over TF-IDF, each at the threshold that is best for the
very set it is scored on. `--choose` instead picks the setting anew without each set and scores it on that one.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from bench import choosing
from bench.data import DATA, TOOLS
from briefing.embedding import PackagedEmbedder
from briefing.model import Insight, Kind, Source
from briefing.ports import Vectors
from briefing.stories.clustering import FROZEN, Thresholds, assign
from briefing.stories.members import Member, member
from briefing.text import content_words

SETS: Mapping[str, tuple[str, bool]] = {
    "BASIL": ("basil", False),
    "AllSides": ("allsides", False),
    "AllSides, dates": ("allsides", True),
    "ECB+": ("ecbplus", False),
    "UCI titles": ("uci", False),
}
THRESHOLDS = tuple(np.arange(0.04, 0.8, 0.03))
EMBEDDED = 1200
Row = Mapping[str, str]
Labels = Mapping[str, str]


class Scorer:
    """The score tool, as a command."""

    def __init__(self, tools: Path, data: Path) -> None:
        self._command = [sys.executable, str(tools / "stories" / "score.py")]
        self._data = str(data / "stories")

    def export(self, name: str, dated: bool) -> list[Row]:
        out = self._run("export", name, self._data, *(["--dates"] if dated else []))
        return [json.loads(line) for line in out.splitlines()]

    def score(self, name: str, labels: Labels) -> Mapping[str, float]:
        with tempfile.NamedTemporaryFile("w", suffix=".tsv", encoding="utf-8") as file:
            file.writelines(f"{id_}\t{label}\n" for id_, label in labels.items())
            file.flush()
            found: Mapping[str, float] = json.loads(self._run("score", name, self._data, file.name, "--json"))
            return found

    def _run(self, *arguments: str) -> str:
        return subprocess.run([*self._command, *arguments], check=True, capture_output=True, text=True).stdout


def jittered(rows: Sequence[Row]) -> list[Row]:
    """Dates moved by up to a day: nobody publishes on the day of the round-up exactly."""
    chance = random.Random(1)
    return [{**row, "date": _moved(row["date"], chance.randint(-1, 1))} if row.get("date") else row for row in rows]


def _moved(day: str, by: int) -> str:
    return (datetime.fromisoformat(day[:10]) + timedelta(days=by)).date().isoformat()


def members(rows: Sequence[Row], vectors: Vectors) -> list[Member]:
    return [member(_insight(row), _source(row), vector, row["text"]) for row, vector in zip(rows, vectors, strict=True)]


def _insight(row: Row) -> Insight:
    """The whole text in the place of an insight."""
    return Insight(
        id=row["id"],
        entry_id=row["id"],
        claim=row["title"],
        headline=row["title"],
        quotes=(),
        kind="claim",
        score=1.0,
        writer="none",
        language=row["lang"],
    )


def _source(row: Row) -> Source:
    """Each text is a source, a feed and a publisher of its own."""
    name, at = row["id"], _at(row)
    return Source(
        entry_id=name, feed_url=name, feed=name, publisher=name, title=row["title"], url="", kind=Kind.NEWS, published_at=at
    )


def _at(row: Row) -> datetime | None:
    return datetime.fromisoformat(row["date"][:10]).replace(tzinfo=UTC) if row.get("date") else None


def prepared(rows: Sequence[Row]) -> list[Member]:
    return members(rows, PackagedEmbedder().embed([f"{row['title']}. {row['text'][:EMBEDDED]}" for row in rows]))


def ours(rows: Sequence[Member], limits: Thresholds = FROZEN) -> Labels:
    return {one.insight.id: cluster.id for cluster in assign(rows, [], limits) for one in cluster.members}


def tfidf(rows: Sequence[Row]) -> Vectors:
    """Cosines of plain TF-IDF (logarithmic counts, smoothed inverse document frequency), [n, n]."""
    counts = [Counter(content_words(f"{row['title']} {row['text']}", row["lang"])) for row in rows]
    frequency = Counter(word for count in counts for word in count)
    places = {word: place for place, word in enumerate(frequency)}
    table = np.zeros((len(rows), len(places)), np.float32)
    for line, count in zip(table, counts, strict=True):
        for word, times in count.items():
            line[places[word]] = (1 + np.log(times)) * (1 + np.log((1 + len(rows)) / (1 + frequency[word])))
    table /= np.linalg.norm(table, axis=1, keepdims=True) + 1e-9
    return table @ table.T


Merges = list[tuple[float, int, int]]


def merges(similarity: Vectors, join: Callable[[Vectors, Vectors, float, float], Vectors]) -> Merges:
    """Agglomerative clustering: the nearest two groups are joined until one is left; similarity, kept row, dropped row."""
    table = similarity.astype(np.float64)
    np.fill_diagonal(table, -np.inf)
    sizes = np.ones(len(table))
    best = table.max(axis=1)
    found: Merges = []
    for _ in range(len(table) - 1):
        kept = int(np.argmax(best))
        dropped = int(np.argmax(table[kept]))
        found.append((float(best[kept]), kept, dropped))
        joined = join(table[kept], table[dropped], sizes[kept], sizes[dropped])
        sizes[kept] += sizes[dropped]
        stale = np.flatnonzero((best == table[:, kept]) | (best == table[:, dropped]))
        table[kept], table[:, kept] = joined, joined
        table[dropped], table[:, dropped] = -np.inf, -np.inf
        table[kept, kept] = best[dropped] = -np.inf
        stale = np.union1d(stale, [kept])
        best[stale] = table[stale].max(axis=1)
        best = np.maximum(best, table[kept])
        best[dropped] = -np.inf
    return found


def average(a: Vectors, b: Vectors, size_a: float, size_b: float) -> Vectors:
    return (a * size_a + b * size_b) / (size_a + size_b)


def single(a: Vectors, b: Vectors, _size_a: float, _size_b: float) -> Vectors:
    return np.maximum(a, b)


def cut(ids: Sequence[str], joins: Iterable[tuple[float, int, int]], threshold: float) -> Labels:
    label = np.arange(len(ids))
    for similarity, kept, dropped in joins:
        if similarity >= threshold:
            label[label == dropped] = kept
    return {id_: str(number) for id_, number in zip(ids, label, strict=True)}


def at_best(scorer: Scorer, name: str, ids: Sequence[str], joins: Merges) -> Mapping[str, float]:
    scores = (scorer.score(name, cut(ids, joins, threshold)) for threshold in THRESHOLDS)
    return max(scores, key=lambda score: score["pair_f1"])


def line(name: str, how: str, score: Mapping[str, float]) -> str:
    values = "  ".join(f"{score[key]:.3f}" for key in ("pair_p", "pair_r", "pair_f1", "b3_f1"))
    return f"{name:16s} {how:22s} {values}"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, default=DATA)
    options.add_argument("--tools", type=Path, default=TOOLS)
    options.add_argument("--ours-only", action="store_true")
    options.add_argument("--choose", action="store_true")
    asked = options.parse_args()
    scorer = Scorer(asked.tools, asked.data)
    if asked.choose:
        choose(scorer)
    else:
        compare(scorer, asked.ours_only)


def exported(scorer: Scorer, name: str, dated: bool) -> list[Row]:
    rows = scorer.export(name, dated)
    return jittered(rows) if name == "allsides" else rows


def choose(scorer: Scorer) -> None:
    """The setting anew for each set, chosen on the others."""
    ready = {shown: (name, prepared(exported(scorer, name, dated))) for shown, (name, dated) in SETS.items()}

    def run(limits: Thresholds) -> choosing.Scores:
        scores = {shown: scorer.score(name, ours(rows, limits)) for shown, (name, rows) in ready.items()}
        print(*(choosing.line("", limits, *one) for one in scores.items()), sep="\n", flush=True)
        return scores

    print(*choosing.report(run), sep="\n")


def compare(scorer: Scorer, ours_only: bool) -> None:
    """Ours with its frozen setting beside the others at their best."""
    print(f"{'set':16s} {'how':22s} pair P  pair R   F1     B3 F1")
    for shown, (name, dated) in SETS.items():
        rows = exported(scorer, name, dated)
        print(line(shown, "ours", scorer.score(name, ours(prepared(rows)))), flush=True)
        if not ours_only:
            similarity, ids = tfidf(rows), [row["id"] for row in rows]
            print(line(shown, "TF-IDF, average, best", at_best(scorer, name, ids, merges(similarity, average))), flush=True)
            print(line(shown, "TF-IDF, single, best", at_best(scorer, name, ids, merges(similarity, single))), flush=True)


if __name__ == "__main__":
    main()
