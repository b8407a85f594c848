"""The whole writer with its packaged scorer: on a set of our own, and on real transcripts where they are present."""

import importlib.util
import json
import statistics
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bench.insights import elsewhere
from briefing import text
from briefing.insights.extractive import ExtractiveWriter
from briefing.insights.grounding import ground
from briefing.insights.scorer import Scorer
from briefing.model import Document, Insight, Kind
from briefing.sources.documents import from_text

HERE = Path(__file__).parent
FLOORS = tomllib.loads((HERE / "floors.toml").read_text("utf-8"))
OWN = json.loads((HERE / "insights.json").read_text("utf-8"))
TOP = 5


@pytest.fixture(scope="module")
def writer() -> ExtractiveWriter:
    return ExtractiveWriter(Scorer())


def read(case: dict[str, Any]) -> Document:
    turns = [f"{speaker}: {words}" if speaker else words for speaker, words, _ in case["turns"]]
    return from_text("\n\n".join(turns), kind=Kind(case["kind"]), entry_id=case["name"])


def marks(case: dict[str, Any], writer: ExtractiveWriter) -> Iterator[str]:
    """The mark of each of the top three."""
    for draft in writer.write(read(case), 3):
        yield next(mark for _, words, mark in case["turns"] if draft.quotes[0].text in words)


def test_marked_insights_come_first(writer: ExtractiveWriter) -> None:
    picked = [mark for case in OWN for mark in marks(case, writer)]
    assert picked.count("good") / len(picked) >= FLOORS["insights"]["hits"], picked
    assert picked.count("poor") / len(picked) <= FLOORS["insights"]["poor"], picked


def benchmark(data: Path) -> ModuleType:
    path = data.parent / "tools" / "insightbench.py"
    spec = importlib.util.spec_from_file_location("insightbench", path)
    if spec is None or spec.loader is None or not path.exists():
        pytest.skip("no benchmark beside the data")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True)
class Measured:
    """nDCG@5 over the documents of a bench directory, that of one annotation against the other, and quotes not found."""

    ndcg: float
    ceiling: float
    lost: int


def measure(tool: ModuleType, folder: Path, writer: ExtractiveWriter) -> Measured:
    docs, gold = tool.load(folder)
    scores, ceilings, lost = [], [], 0
    for name, annotations in gold.items():
        source = (folder / "docs" / f"{name}.txt").read_text("utf-8")
        quotes = [draft.quotes[0].text for draft in writer.write(from_text(source, entry_id=name), TOP)]
        spans = [docs[name].locate(tool.cut(quote)) for quote in quotes]
        lost += sum(not span for span in spans)
        scores.append(statistics.mean(tool.score(spans, rows, TOP)[0] for rows in annotations.values()))
        pairs = permutations(annotations.values(), 2)
        ceilings += [tool.score([pieces[0] for _, pieces in one], other, TOP)[0] for one, other in pairs]
    return Measured(statistics.mean(scores), statistics.mean(ceilings) if ceilings else 1.0, lost)


@pytest.mark.slow
def test_the_development_ratio_holds(shared_data: Path, writer: ExtractiveWriter) -> None:
    found = measure(benchmark(shared_data), shared_data / "insightbench", writer)
    assert found.lost <= FLOORS["insightbench"]["quotes_not_found"]
    assert found.ndcg / found.ceiling >= FLOORS["insightbench"]["development_ratio"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["podcasts", "captions"])
def test_texts_that_were_annotated_elsewhere_hold(kind: str, shared_data: Path, writer: ExtractiveWriter, tmp_path: Path) -> None:
    tool = benchmark(shared_data)
    elsewhere.lay_out(tmp_path)
    found = measure(tool, tmp_path / kind, writer)
    assert found.lost <= FLOORS["elsewhere"]["quotes_not_found"]
    assert found.ndcg >= FLOORS["elsewhere"][kind]


@pytest.mark.parametrize("every", [pytest.param(126, id="few"), pytest.param(21, id="many", marks=pytest.mark.slow)])
def test_claims_on_real_transcripts_are_short_and_grounded(shared_data: Path, writer: ExtractiveWriter, every: int) -> None:
    sizes = []
    for path in sorted((shared_data / "insightbench/train/docs").glob("*.txt"))[::every]:
        document = from_text(path.read_text("utf-8"), entry_id=path.stem)
        for draft in writer.write(document, TOP):
            insight = ground(document, draft)
            assert isinstance(insight, Insight), insight
            sizes.append(text.word_count(insight.claim))
            assert 0 < text.word_count(insight.headline) <= 12
    assert statistics.median(sizes) <= FLOORS["wording"]["median_words"]
    assert max(sizes) <= FLOORS["wording"]["longest"]
