"""The spans that may become an insight: runs of whole sentences inside one passage."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from briefing.model import Document, Passage, Role, Sentence

CJK = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
WORD = re.compile(rf"([{CJK}])|[^\W{CJK}]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """`document.text[start:end]`: sentences `first` to `last` of `document.passages[passage]`; a CJK character is half a word."""

    start: int
    end: int
    passage: int
    first: int
    last: int
    words: int


def candidates(document: Document, *, shortest: int = 20, longest: int = 60) -> list[Candidate]:
    """Every run of `shortest` to `longest` words, in reading order; headings are none."""
    return [
        run
        for index, passage in enumerate(document.passages)
        if passage.role is not Role.HEADING
        for run in _runs(document.text, passage, index, shortest, longest)
    ]


def _runs(text: str, passage: Passage, index: int, shortest: int, longest: int) -> Iterator[Candidate]:
    sizes = [_words(text, sentence) for sentence in passage.sentences]
    for first in range(len(sizes)):
        total = 0.0
        for last in range(first, len(sizes)):
            total += sizes[last]
            if total > longest:
                break
            if total >= shortest:
                yield _candidate(passage, index, first, last, total)


def _candidate(passage: Passage, index: int, first: int, last: int, words: float) -> Candidate:
    start, end = passage.sentences[first].start, passage.sentences[last].end
    return Candidate(start=start, end=end, passage=index, first=first, last=last, words=int(words))


def _words(text: str, sentence: Sentence) -> float:
    return sum(0.5 if match[1] else 1.0 for match in WORD.finditer(text, sentence.start, sentence.end))
