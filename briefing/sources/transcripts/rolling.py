"""Rolling captions: cues that repeat the end of the cue before them, as automatic captions do."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from briefing.model import Segment

_SURE = 3
_SHARE = 0.3
_LONGEST_REPEAT = 200


def without_repeats(segments: Sequence[Segment]) -> list[Segment]:
    """The segments with each word once, if the captions roll; else as they are."""
    return list(_once(segments)) if _rolls(segments) else list(segments)


def _rolls(segments: Sequence[Segment]) -> bool:
    """At least a third of the cues begin with three words, or all words, of the cue before."""
    pairs = [(before.text.split(), after.text.split()) for before, after in pairwise(segments)]
    repeating = sum(_overlap(before, after) >= min(_SURE, len(before)) for before, after in pairs)
    return repeating > 1 and repeating >= _SHARE * len(pairs)


def _overlap(before: Sequence[str], after: Sequence[str]) -> int:
    """How many words at the end of one cue begin the next."""
    longest = min(len(before), len(after), _LONGEST_REPEAT)
    return next((size for size in range(longest, 0, -1) if before[-size:] == after[:size]), 0)


def _once(segments: Sequence[Segment]) -> Iterator[Segment]:
    before: list[str] = []
    for segment in segments:
        spoken = segment.text.split()
        fresh = _lines_from(segment.text, _overlap(before, spoken))
        before = spoken
        if fresh:
            yield replace(segment, text=fresh)


def _lines_from(text: str, count: int) -> str:
    """The text without its first `count` words, line breaks kept."""
    return text.split(None, count)[count] if count < len(text.split()) else ""
