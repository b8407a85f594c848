"""WebVTT and SubRip, read leniently as one format: timing lines and the words below them."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from briefing.model import Segment
from briefing.sources.labels import split_label
from briefing.sources.transcripts.clock import CLOCK, seconds, span
from briefing.sources.transcripts.markup import voices
from briefing.sources.transcripts.rolling import without_repeats

_TIME = rf"-?(?:{CLOCK}|\d+(?:[.,]\d+)?)"
_TIMING = re.compile(rf"^\s*(?P<start>{_TIME})\s*--+>\s*(?P<end>{_TIME})?(?:\s.*)?$")
_COMMENT = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_LANGUAGE = re.compile(r"^Language:\s*([A-Za-z]{2,3}(?:-\w+)?)\s*$", re.MULTILINE)
_INLINE_CHANGE = re.compile(r"\s+>>+\s+")
_ENDS = (".", "?", "!", "…", '"', "”", ")", "]", "-")
_SHORT_NAME = 3
_CHANGE = re.compile(r"^\s*(?:>>+|&gt;&gt;|-(?=\s)|–(?=\s)|—(?=\s))\s*")


def is_cues(text: str) -> bool:
    return any(map(_TIMING.match, text.split("\n", 400)[:400]))


def language(text: str) -> str:
    """The language that a WebVTT header names."""
    match = _LANGUAGE.search(text[:1000])
    return match[1] if match else ""


def parse(text: str) -> list[Segment]:
    """One segment a voice span, speaker labels told from words."""
    spoken = without_repeats(list(_spoken(text)))
    return list(_labelled(spoken))


def _spoken(text: str) -> Iterator[Segment]:
    lines = text.split("\n")
    timings = [(number, match) for number, line in enumerate(lines) if (match := _TIMING.match(line))]
    ends = [number for number, _ in timings[1:]]
    for (number, match), until in zip(timings, [*ends, len(lines)], strict=True):
        payload = _payload(lines[number + 1 : until], last=until == len(lines), index=_index(lines, number))
        start, end = span(seconds(match["start"]), seconds(match["end"]))
        for speaker, words in voices(payload):
            yield Segment(text=words, speaker=speaker, start=start, end=end)


def _index(lines: Sequence[str], timing: int) -> int:
    above = lines[timing - 1].strip() if timing else ""
    return int(above) if above.isdecimal() and len(above) < 10 else -1


def _payload(below: list[str], *, last: bool, index: int) -> str:
    """The lines below a timing line without the identifier of the next cue, and without comments."""
    if not last and _is_identifier(below, index):
        below = below[:-1]
    blocks = re.split(r"\n[^\S\n]*\n", "\n".join(below))
    return "\n".join(block for block in blocks if not _COMMENT.match(block.lstrip("\n")))


def _is_identifier(below: Sequence[str], index: int) -> bool:
    """The line above a timing line names a cue if a blank line parts it from the words, or if it counts on."""
    if not below or not below[-1].strip():
        return False
    return (len(below) > 1 and not below[-2].strip()) or below[-1].strip() == str(index + 1)


def _labelled(segments: Sequence[Segment]) -> Iterator[Segment]:
    """Labels taken off the words; a label holds until the next one or the next mark of a change of speaker."""
    known = _names(segments)
    speaker = ""
    for segment in segments:
        if segment.speaker:
            yield _with(segment, segment.speaker, segment.text)
            continue
        for name, words, changed in _turns(_INLINE_CHANGE.sub("\n>> ", segment.text), known):
            speaker = name or ("" if changed else speaker)
            if words:
                yield _with(segment, speaker, words)


def _with(segment: Segment, speaker: str, words: str) -> Segment:
    return Segment(text=words.replace("\n", " "), speaker=speaker, start=segment.start, end=segment.end)


def _turns(text: str, known: frozenset[str]) -> Iterator[tuple[str, str, bool]]:
    """(label, words, whether the speaker changes) for each part of a cue's lines that begins a turn."""
    lines = text.split("\n")
    begins = [number for number, line in enumerate(lines) if number == 0 or _begins_turn(line, known)]
    for begin, end in pairwise([*begins, len(lines)]):
        part = "\n".join(lines[begin:end])
        bare = _CHANGE.sub("", part)
        name, words = split_label(bare, known)
        yield name, words.strip(), bare != part


def _begins_turn(line: str, known: frozenset[str]) -> bool:
    return bool(_CHANGE.match(line) or split_label(line, known)[0])


def _names(segments: Sequence[Segment]) -> frozenset[str]:
    """Names that label at least two cues, or one that opens the transcript or follows the end of a sentence."""
    counts: Counter[str] = Counter()
    before = "."
    for segment in segments:
        for line in segment.text.split("\n"):
            name, words = split_label(_CHANGE.sub("", line))
            sure = before.endswith(_ENDS) and len(name.split()) <= _SHORT_NAME and not words[:1].islower()
            counts[name] += 2 if sure else 1
            before = line
    return frozenset(name for name, count in counts.items() if name and count > 1)
