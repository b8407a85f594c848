"""Blocks: what a text consists of before it becomes a document, and the join of blocks into one text with offsets."""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

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
    breaks = (text.find(" ", round(at * scale)) for at in block.breaks)
    return replace(block, text=text, times=times, breaks=tuple(sorted({at for at in breaks if at > 0})))


def beginning(blocks: Sequence[Block], longest: int) -> list[Block]:
    """The first blocks, of so many characters together; the last one is cut."""
    kept: list[Block] = []
    for block in blocks:
        if longest <= 0:
            break
        kept.append(block if len(block.text) <= longest else _slice(block, 0, longest))
        longest -= len(block.text)
    return kept


def spans(block: Block, language: str) -> list[tuple[int, int]]:
    """Offsets of the sentences of a block: a heading is one, and so is what lies between two breaks without a mark."""
    if block.role is Role.HEADING:
        return [(0, len(block.text))]
    cuts = [0, *(at for at in block.breaks if 0 < at < len(block.text)), len(block.text)]
    return [
        (begin + first, begin + last)
        for begin, end in pairwise(cuts)
        for first, last in sentence_spans(block.text[begin:end], language)
    ]


def cut(block: Block, pieces: Sequence[tuple[int, int]], drop: Collection[int]) -> list[Block]:
    """The runs of sentences that are left when some are dropped, each a block of its own with its times."""
    if not drop:
        return [block]
    runs = [list(run) for kept, run in groupby(range(len(pieces)), key=lambda i: i not in drop) if kept]
    return [_slice(block, pieces[run[0]][0], pieces[run[-1]][1]) for run in runs]


def _slice(block: Block, start: int, end: int) -> Block:
    first = _time_at(block.times, start)
    times = [(at - start, seconds) for at, seconds in block.times if start < at < end]
    if first is not None:
        times.insert(0, (0, first))
    breaks = tuple(at - start for at in block.breaks if start < at < end)
    return replace(block, text=block.text[start:end], times=tuple(times), breaks=breaks)


def join(blocks: Sequence[Block], language: str) -> tuple[str, tuple[Passage, ...]]:
    """The text of all blocks that have words, and the passages that lie in it."""
    filled = [_slice(block, *_extent(block.text)) for block in blocks if block.text.strip()]
    return GAP.join(block.text for block in filled), tuple(_passages(filled, language))


def _extent(text: str) -> tuple[int, int]:
    return len(text) - len(text.lstrip()), len(text.rstrip())


def _passages(filled: Sequence[Block], language: str) -> Iterator[Passage]:
    start, heading = 0, ""
    for block in filled:
        is_heading = block.role is Role.HEADING
        heading = block.text if is_heading else heading
        yield _passage(block, start, "" if is_heading else heading, language)
        start += len(block.text) + len(GAP)


def _passage(block: Block, start: int, heading: str, language: str) -> Passage:
    sentences = tuple(
        Sentence(start=start + first, end=start + last, at=_time_at(block.times, first)) for first, last in spans(block, language)
    )
    return Passage(
        start=start,
        end=start + len(block.text),
        sentences=sentences,
        speaker=block.speaker,
        at=sentences[0].at,
        heading=heading,
        role=block.role,
    )


def _time_at(times: Sequence[tuple[int, float]], offset: int) -> float | None:
    """The time of the last mark at or before an offset, moved on by the words between it and the next mark."""
    index = bisect_right(times, offset, key=lambda mark: mark[0]) - 1
    if index < 0:
        return times[0][1] if times else None
    here, seconds = times[index]
    if index + 1 == len(times):
        return seconds
    there, later = times[index + 1]
    share = (offset - here) / (there - here) if there > here else 0.0
    return min(round(seconds + (later - seconds) * share, 3), later)
