"""InsightBench as arrays: candidates of each document and what finding each would gain."""

import bisect
import importlib.util
import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
import numpy.typing as npt

from briefing.insights.candidates import Candidate, candidates
from briefing.model import Document, Kind
from briefing.sources.documents import from_text

ROOT = Path(__file__).resolve().parents[3]
DATA = Path(os.environ.get("BRIEFING_DATA", ROOT.parent / "shared" / "data"))
BENCH = DATA / "insightbench"
TRAIN, NEWSLETTERS, DEVELOPMENT = BENCH / "train", BENCH / "newsletters", BENCH


@cache
def metric() -> ModuleType:
    """The benchmark's own scoring program, as a module."""
    spec = importlib.util.spec_from_file_location("insightbench", DATA.parent / "tools" / "insightbench.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True, slots=True)
class Gold:
    """One annotated insight; `pieces` are the word positions of each of its quotes."""

    importance: int
    pieces: tuple[frozenset[int], ...]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A document with, for each candidate: its word range, the importance it finds (0: none), and whether it is a distractor."""

    name: str
    document: Document
    spans: tuple[Candidate, ...]
    ranges: npt.NDArray[np.int32]
    gains: npt.NDArray[np.float32]
    distracts: npt.NDArray[np.bool_]
    golds: tuple[tuple[Gold, ...], ...]

    @property
    def group(self) -> str:
        """The show, or the newsletter, that a document belongs to."""
        return show(self.name)


LETTERS = ("optech", "changelog-news", "zh-issue")
SHOW = re.compile(
    r"^(optech|zh-issue|changelog-news|chaincode-podcast|stephan-livera-podcast|bitcoin-explained|[a-z-]+?(?=-+(?:\d|s\d)))"
)


def show(name: str) -> str:
    match = SHOW.match(name)
    return match[1] if match else name


def load(bench: Path) -> list[Labelled]:
    """The documents of a bench directory that have an annotation."""
    return list(_load(bench))


def _load(bench: Path) -> Iterator[Labelled]:
    for path in sorted((bench / "docs").glob("*.txt")):
        annotations = sorted((bench / "gold").glob(f"*/{path.stem}.json"))
        kind = Kind.NEWSLETTER if bench == NEWSLETTERS else Kind.PODCAST
        if annotations:
            document = from_text(path.read_text("utf-8"), kind=kind, entry_id=path.stem)
            yield label(path.stem, document, [json.loads(found.read_text("utf-8")) for found in annotations])


def label(name: str, document: Document, annotations: Sequence[dict]) -> Labelled:
    tool = metric()
    places = tool.Doc(document.text)
    offsets = [match.start() for match in tool.WORD.finditer(document.text)]
    spans = tuple(candidates(document))
    ranges = np.array(
        [(bisect.bisect_left(offsets, s.start), bisect.bisect_left(offsets, s.end)) for s in spans], np.int32
    ).reshape(-1, 2)
    golds = tuple(
        tuple(
            Gold(i["importance"], tuple(frozenset(places.locate(quote)) for quote in i["evidence"]))
            for i in annotation["insights"]
        )
        for annotation in annotations
    )
    distractors = [frozenset(places.locate(quote)) for annotation in annotations for quote in annotation.get("distractors", [])]
    gains = np.array([np.mean([_gain(a, b, gold) for gold in golds]) for a, b in ranges], np.float32)
    distracts = np.array([any(_overlap(a, b, piece) >= 0.5 for piece in distractors) for a, b in ranges], np.bool_)
    return Labelled(name, document, spans, ranges, gains, distracts, golds)


def _overlap(start: int, end: int, piece: frozenset[int]) -> float:
    """Shared words over the words of the shorter one."""
    shorter = min(end - start, len(piece))
    return sum(start <= position < end for position in piece) / shorter if shorter else 0.0


def _gain(start: int, end: int, golds: Sequence[Gold]) -> int:
    return max((gold.importance for gold in golds if any(_overlap(start, end, piece) >= 0.5 for piece in gold.pieces)), default=0)


def ndcg(labelled: Labelled, chosen: Sequence[int], top: int = 5) -> float:
    """nDCG of candidates by index, best first, averaged over the annotations."""
    spans = [set(range(*labelled.ranges[index])) for index in chosen]
    golds = [[(gold.importance, [set(piece) for piece in gold.pieces]) for gold in gold_list] for gold_list in labelled.golds]
    return float(np.mean([metric().score(spans, rows, top)[0] for rows in golds]))


def folds(labelled: Sequence[Labelled], count: int) -> list[list[int]]:
    """Indices of the held-out documents of each fold: no show is in two folds, folds are about equally large."""
    members: dict[str, list[int]] = {}
    for index, item in enumerate(labelled):
        members.setdefault(item.group, []).append(index)
    held: list[list[int]] = [[] for _ in range(count)]
    for group in sorted(members, key=lambda name: (-len(members[name]), name)):
        min(held, key=len).extend(members[group])
    return held
