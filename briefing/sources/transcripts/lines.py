"""Plain text and Markdown transcripts: lines that may begin with a time, a speaker, or both."""

import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from briefing.model import Segment
from briefing.sources.labels import looks_like_name, split_label
from briefing.sources.plain import flat, paragraphs, without_front_matter
from briefing.sources.transcripts.clock import CLOCK, seconds

_TIME = re.compile(rf"\s*(?P<open>[\[(])?\s*(?P<time>{CLOCK})\s*(?(open)[\])])(?:\s*[-–—|:]+(?=\s|\Z)|(?=\s|\Z|\[|\*))\s*")
_BRACKETED = re.compile(r"\s*\[(?P<name>[^\]\[]{1,60})\]\s*:?\s*")
_BOLD = re.compile(r"\s*(?:\*\*|__)(?P<name>[^*\n]{1,60}?)\s*:?(?:\*\*|__)\s*:?\s*")
_TURN = re.compile(r"\s*>>+\s*")
_NAME_AND_TIME = re.compile(rf"\s*(?P<name>[^\[\](:\n]{{2,60}}?)\s*[\[(]?(?P<time>{CLOCK})[\])]?\s*\Z")
_TEMPLATE = re.compile(r"^\{%.*%\}\s*$", re.MULTILINE)
_TITLE = re.compile(r"^#{1,6}\s*(?:full |episode )?transcript(?:ion)?s?\s*$", re.MULTILINE | re.IGNORECASE)
_LONG_LINE = 120
_SHARE = 0.1
_THROUGHOUT = 0.6
_FEWEST_TIMES = 2


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with what stood before its words; `opens` tells that a paragraph begins."""

    words: str
    opens: bool
    time: float | None = None
    speaker: str = ""
    sure: bool = False
    turns: bool = False

    @property
    def marked(self) -> bool:
        return self.turns or self.time is not None or bool(self.speaker)


def parse(text: str) -> list[Segment]:
    """One segment a paragraph or marked line; a speaker holds until the next."""
    source = _lines(_body(text))
    timed = _are_timed(source)
    read = [_read(line, opens, timed=timed) for line, opens in source]
    known = _known(read, len({number for number, (_, opens) in enumerate(source) if opens}))
    return list(_ended(list(_segments([_settled(line, raw, known) for line, (raw, _) in zip(read, source, strict=True)]))))


def is_timed(text: str) -> bool:
    """Whether a tenth of the lines begin with a time."""
    return _are_timed(_lines(_body(text)))


def _are_timed(source: Sequence[tuple[str, bool]]) -> bool:
    return sum(_is_timed(line) for line, _ in source) >= max(_FEWEST_TIMES, _SHARE * len(source))


def _is_timed(line: str) -> bool:
    return bool(_TIME.match(line)) or _name_and_time(line) is not None


def _name_and_time(line: str) -> re.Match[str] | None:
    """A line that is a name and a time and nothing else."""
    both = _NAME_AND_TIME.match(line) if len(line) < _LONG_LINE else None
    return both if both and looks_like_name(both["name"]) else None


def _body(text: str) -> str:
    """The text below the front matter and, if there is one, below the heading "Transcript"."""
    bare = _TEMPLATE.sub("", without_front_matter(text))
    title = _TITLE.search(bare)
    return bare[title.end() :] if title else bare


def _lines(text: str) -> list[tuple[str, bool]]:
    """(line, whether it opens a paragraph); where lines are long each is a paragraph."""
    rows = [[line for line in part.split("\n") if line.strip()] for part in paragraphs(text)]
    lengths = [len(line) for part in rows for line in part]
    each = bool(lengths) and statistics.median(lengths) > _LONG_LINE
    return [(line, each or number == 0) for part in rows for number, line in enumerate(part)]


def _read(line: str, opens: bool, *, timed: bool) -> _Line:
    """Peel times, bracketed and bold names off the start of a line, in any order."""
    found = _Line(words=line, opens=opens)
    if line.startswith("#"):
        return replace(found, words="", time=_time_in(line))
    if timed and (both := _name_and_time(line)):
        return replace(found, words="", time=seconds(both["time"]), speaker=both["name"].strip(), sure=True)
    for _ in range(3):
        peeled = _peel(found, timed=timed)
        if peeled == found:
            return found
        found = peeled
    return found


def _time_in(heading: str) -> float | None:
    stamp = re.search(rf"\[({CLOCK})\]", heading)
    return seconds(stamp[1]) if stamp else None


def _peel(line: _Line, *, timed: bool) -> _Line:
    time = _TIME.match(line.words)
    if time and line.time is None and (timed or time["open"]):
        return replace(line, words=line.words[time.end() :], time=seconds(time["time"]))
    if turn := _TURN.match(line.words):
        return replace(line, words=line.words[turn.end() :], turns=True)
    if line.speaker:
        return line
    if (bold := _BOLD.match(line.words)) and ":" in bold.group():
        return replace(line, words=line.words[bold.end() :], speaker=bold["name"].strip(), sure=True)
    if (bracketed := _BRACKETED.match(line.words)) and looks_like_name(bracketed["name"]):
        return replace(line, words=line.words[bracketed.end() :], speaker=bracketed["name"].strip())
    name, words = split_label(line.words)
    return replace(line, words=words, speaker=name) if name else line


def _known(read: Sequence[_Line], paragraphs: int) -> frozenset[str]:
    """Names that are speakers: sure ones, and in a text with enough labels those that repeat or are full names."""
    counts = Counter(line.speaker for line in read if line.speaker)
    sure = {line.speaker for line in read if line.sure}
    if counts.total() < _SHARE * paragraphs:
        return frozenset(name for name in sure if counts[name] > 1)
    throughout = counts.total() >= _THROUGHOUT * len(read)
    return frozenset(name for name, count in counts.items() if count > 1 or name in sure or " " in name or throughout)


def _settled(line: _Line, raw: str, known: frozenset[str]) -> _Line:
    """The line with a label that is no speaker given back to its words."""
    if not line.speaker or line.speaker in known:
        return line
    at = raw.find(line.speaker)
    return replace(line, words=raw[at:] if at >= 0 else raw, speaker="")


def _segments(read: Sequence[_Line]) -> Iterator[Segment]:
    speaker, time = "", None
    words: list[str] = []
    for line in read:
        if (line.opens or line.marked) and words:
            yield Segment(text=flat(" ".join(words)), speaker=speaker, start=time)
            words, time = [], None
        speaker = line.speaker or ("" if line.turns else speaker)
        time = time if line.time is None else line.time
        if line.words.strip():
            words.append(line.words)
    if words:
        yield Segment(text=flat(" ".join(words)), speaker=speaker, start=time)


def _ended(segments: list[Segment]) -> Iterator[Segment]:
    """Each segment ends where the next one starts."""
    later: float | None = None
    ended: list[Segment] = []
    for segment in reversed(segments):
        end = later if later is not None and segment.start is not None and segment.start <= later else None
        ended.append(replace(segment, end=end))
        later = segment.start if segment.start is not None else later
    return reversed(ended)
