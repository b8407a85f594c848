"""Segments of a transcript to blocks: cues of one speaker joined to a turn that remembers its times."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate

from briefing.model import Segment
from briefing.sources.blocks import Block
from briefing.text import CJK, sentence_spans, word_count

LABELLED_WORDS = 400
"""A turn of a known speaker is cut at the end of a sentence once it is this long."""
UNLABELLED_WORDS = 100
"""Words of nobody in particular are cut at the end of a sentence once there are this many, or at a pause soon after."""
_OVERRUN = 1.4
_PAUSE = 1.2
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’」』)\]]*\Z")
_MARKED_SHARE = 0.05
_UNMARKED_SENTENCE = 220
_CJK_JOINT = re.compile(f"[{CJK}。，、！？]")


def blocks(segments: Sequence[Segment]) -> list[Block]:
    """One block a turn, long turns in several."""
    timed = [part for segment in _with_estimates(segments) for part in _shortened(segment)]
    unmarked = _is_unmarked(segments)
    return [_block(turn, unmarked=unmarked) for turn in _turns(timed, unmarked=unmarked)]


def _is_unmarked(segments: Sequence[Segment]) -> bool:
    """Whether these are captions without punctuation."""
    text = " ".join(segment.text for segment in segments)
    return len(re.findall(r"[.!?。！？]", text)) < _MARKED_SHARE * word_count(text) / 2


def _with_estimates(segments: Sequence[Segment]) -> list[Segment]:
    """Starts that are missing between two known ones, from the number of characters between them."""
    known = [index for index, segment in enumerate(segments) if segment.start is not None]
    if not known or len(known) == len(segments):
        return list(segments)
    lengths = [0, *accumulate(len(segment.text) for segment in segments)]
    return [
        replace(segment, start=_estimate(segments, index, known, lengths)) if segment.start is None else segment
        for index, segment in enumerate(segments)
    ]


def _estimate(segments: Sequence[Segment], index: int, known: Sequence[int], lengths: Sequence[int]) -> float | None:
    place = bisect_left(known, index)
    if place in (0, len(known)):
        return None
    before, after = known[place - 1], known[place]
    first, last = segments[before].start or 0.0, segments[after].start or 0.0
    share = (lengths[index] - lengths[before]) / max(1, lengths[after] - lengths[before])
    return round(first + (last - first) * share, 2)


def _limit(speaker: str) -> int:
    return LABELLED_WORDS if speaker else UNLABELLED_WORDS


def _shortened(segment: Segment) -> Iterator[Segment]:
    """A segment that is too long in several, cut at sentence ends; their times run with the number of characters."""
    limit = _limit(segment.speaker)
    if word_count(segment.text) <= limit * _OVERRUN:
        yield segment
        return
    begin, words = 0, 0.0
    for start, end in sentence_spans(segment.text):
        size = word_count(segment.text[start:end])
        if words and words + size > limit:
            yield _piece(segment, begin, start)
            begin, words = start, 0.0
        words += size
    yield _piece(segment, begin, len(segment.text))


def _piece(segment: Segment, begin: int, end: int) -> Segment:
    times = [_moment(segment, begin), _moment(segment, end)]
    return replace(segment, text=segment.text[begin:end].strip(), start=times[0], end=times[1])


def _moment(segment: Segment, offset: int) -> float | None:
    if segment.start is None or segment.end is None:
        return segment.start if offset == 0 else None
    return round(segment.start + (segment.end - segment.start) * offset / len(segment.text), 2)


@dataclass(slots=True)
class _Turn:
    segments: list[Segment] = field(default_factory=list)
    words: float = 0.0

    def add(self, segment: Segment) -> None:
        self.segments.append(segment)
        self.words += word_count(segment.text)


def _turns(segments: Sequence[Segment], *, unmarked: bool) -> Iterator[_Turn]:
    turn = _Turn()
    for segment in segments:
        if turn.segments and _parts(turn, segment, unmarked=unmarked):
            yield turn
            turn = _Turn()
        turn.add(segment)
    if turn.segments:
        yield turn


def _parts(turn: _Turn, segment: Segment, *, unmarked: bool) -> bool:
    """Whether a new block begins: another speaker, a paragraph without times, or a turn that has grown long."""
    before = turn.segments[-1]
    if segment.speaker != before.speaker:
        return True
    ended = bool(_SENTENCE_END.search(before.text))
    limit = _limit(segment.speaker)
    if before.start is None or segment.start is None:
        return ended or turn.words > limit
    if turn.words < limit:
        return ended and turn.words + word_count(segment.text) > limit * _OVERRUN
    return ended or turn.words > limit * _OVERRUN or (unmarked and _pauses(before, segment))


def _pauses(before: Segment, after: Segment) -> bool:
    return before.end is not None and after.start is not None and after.start - before.end >= _PAUSE


def _block(turn: _Turn, *, unmarked: bool) -> Block:
    """The words of a turn as one line; captions without punctuation break where the speaker pauses."""
    text = ""
    times: list[tuple[int, float]] = []
    breaks: list[int] = []
    for index, segment in enumerate(turn.segments):
        text += _joint(text, segment.text)
        if segment.start is not None and (not times or segment.start >= times[-1][1]):
            times.append((len(text), segment.start))
        if unmarked and index and (_pauses(turn.segments[index - 1], segment) or _long_enough(text, breaks)):
            breaks.append(len(text))
        text += segment.text
    return Block(text=text, speaker=turn.segments[0].speaker, times=tuple(times), breaks=tuple(breaks))


def _long_enough(text: str, breaks: Sequence[int]) -> bool:
    return len(text) - (breaks[-1] if breaks else 0) > _UNMARKED_SENTENCE


def _joint(before: str, after: str) -> str:
    """A space between two cues, none between Chinese or Japanese letters."""
    if not before or (_CJK_JOINT.match(before[-1]) and _CJK_JOINT.match(after[0])):
        return ""
    return " "
