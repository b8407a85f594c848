"""Texts beyond the benchmark, annotated to check choices on and never trained on: python -m bench.insights.elsewhere OUT.

Lays `elsewhere.jsonl` out as two bench directories, OUT/podcasts (edited transcripts) and OUT/captions (those of many makes, most
of them raw), for `python -m bench.insights.score OUT/podcasts OUT/captions`. Each was read once, by the benchmark's own guide; of
the one text that the benchmark annotates as well, it agrees with all of the best five. The texts stay where they are: a quote is
kept as the place, the number and a checksum of its words.
"""

import argparse
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from bench.insights.train.data import DATA, metric
from bench.insights.train.unlabelled import read
from briefing.model import Document

ANNOTATIONS = Path(__file__).with_name("elsewhere.jsonl")
EDITED = "world/"
Mark = tuple[int, int, int]
"""A quote's first word, how many words it has, and the CRC-32 of them."""


def lay_out(folder: Path) -> None:
    for line in ANNOTATIONS.read_text("utf-8").splitlines():
        annotation = json.loads(line)
        source = annotation["source"]
        document = read(DATA / source)
        if document is None:
            raise SystemExit(f"{DATA / source} cannot be read")
        bench = folder / ("podcasts" if source.startswith(EDITED) else "captions")
        _write(bench / "docs" / f"{_name(source)}.txt", "\n\n".join(_turns(document)))
        _write(bench / "gold" / "W" / f"{_name(source)}.json", json.dumps(_quoted(annotation, document), ensure_ascii=False))


def _turns(document: Document) -> Iterator[str]:
    """The passages as the benchmark writes them, each led by who speaks where that is known."""
    for passage in document.passages:
        said = document.text[passage.start : passage.end].strip()
        yield f"{passage.speaker}: {said}" if passage.speaker else said


def _quoted(annotation: dict, document: Document) -> dict:
    """The annotation with words in place of marks."""
    quotes = Quotes(document)
    insights = [insight | {"evidence": [quotes.of(*mark) for mark in insight["evidence"]]} for insight in annotation["insights"]]
    return {"insights": insights, "distractors": [quotes.of(*mark) for mark in annotation["distractors"]]}


class Quotes:
    """Finds marked words in a document, also where its reading has since shifted them."""

    def __init__(self, document: Document) -> None:
        self._text = document.text
        self._places = [match.span() for match in metric().WORD.finditer(document.text)]
        self._words = [document.text[start:end].lower() for start, end in self._places]

    def of(self, first: int, count: int, check: int) -> str:
        last = len(self._words) - count
        for at in sorted(range(last + 1), key=lambda at: abs(at - first)):
            if zlib.crc32(" ".join(self._words[at : at + count]).encode()) == check:
                return self._text[self._places[at][0] : self._places[at + count - 1][1]]
        raise SystemExit(f"{count} words near the {first}th read otherwise than when they were annotated: {self._text[:60]!r}")


def _name(source: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", source.lower()).strip("-")


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="OUT")
    lay_out(parser.parse_args().folder)


if __name__ == "__main__":
    main()
