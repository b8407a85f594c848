"""Blocks: what a text consists of before it becomes a document, and the join of blocks into one text with offsets."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from briefing.model import Passage, Role, Sentence
from briefing.text import sentence_spans

GAP = "\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A turn, paragraph, list item or heading.

    `times` holds (offset into `text`, seconds into the audio), ascending; `breaks` offsets at which a sentence ends even
    without a mark, as at the pauses of captions that carry no punctuation; `linked` the share of the words that are links.
    """

    text: str
    role: Role = Role.PROSE
    speaker: str = ""
    times: tuple[tuple[int, float], ...] = ()
    breaks: tuple[int, ...] = ()
    linked: float = 0.0


def retext(block: Block, text: str) -> Block:
    """The block with other words; its times move in proportion, as the words between two of them are few."""
    if text == block.text:
        return block
    scale = len(text) / len(block.text) if block.text else 0.0
    times = tuple((min(round(at * scale), len(text)), seconds) for at, seconds in block.times)
    return replace(block, text=text, times=times, breaks=tuple(round(at * scale) for at in block.breaks))


def join(blocks: Sequence[Block], language: str) -> tuple[str, tuple[Passage, ...]]:
    """The text of all blocks that have words, and the passages that lie in it."""
    filled = [(block, block.text.strip()) for block in blocks if block.text.strip()]
    return GAP.join(text for _, text in filled), tuple(_passages(filled, language))


def _passages(filled: Sequence[tuple[Block, str]], language: str) -> Iterator[Passage]:
    start, heading = 0, ""
    for block, text in filled:
        if block.role is Role.HEADING:
            heading = text
        yield _passage(block, text, start, "" if block.role is Role.HEADING else heading, language)
        start += len(text) + len(GAP)


def _passage(block: Block, text: str, start: int, heading: str, language: str) -> Passage:
    lead = len(block.text) - len(block.text.lstrip())
    sentences = tuple(
        Sentence(start=start + first, end=start + last, at=_time_at(block.times, first + lead))
        for first, last in _spans(text, block, lead, language)
    )
    return Passage(
        start=start,
        end=start + len(text),
        sentences=sentences,
        speaker=block.speaker,
        at=sentences[0].at,
        heading=heading,
        role=block.role,
    )


def _spans(text: str, block: Block, lead: int, language: str) -> list[tuple[int, int]]:
    """Sentences; a heading is one, and so is each stretch between two breaks that holds no mark."""
    if block.role is Role.HEADING:
        return [(0, len(text))]
    cuts = [0, *(at - lead for at in block.breaks if 0 < at - lead < len(text)), len(text)]
    return [
        (begin + first, begin + last)
        for begin, end in pairwise(cuts)
        for first, last in sentence_spans(text[begin:end], language)
    ]


def _time_at(times: Sequence[tuple[int, float]], offset: int) -> float | None:
    """The time of the last mark at or before an offset, moved on by the words between it and the next mark."""
    index = bisect_right(times, offset, key=lambda mark: mark[0]) - 1
    if index < 0:
        return times[0][1] if times else None
    here, seconds = times[index]
    if index + 1 == len(times):
        return seconds
    there, later = times[index + 1]
    return round(seconds + (later - seconds) * (offset - here) / (there - here), 2) if there > here else seconds
