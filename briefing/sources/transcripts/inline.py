"""Speaker labels that were left inside the words of a segment."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from briefing.model import Segment
from briefing.sources.labels import is_no_name, looks_like_name
from briefing.sources.spoken import without_marks

_STAMP = r"[\[(]?\d{1,2}:\d{2}:\d{2}[\])]?"
_BEGIN = r"(?:\A|(?<=[.!?…。？！\"'”’)\]]) +)"
_END = rf"(?:\s?[:：]\s*(?:{_STAMP}:?\s+)?|\s+{_STAMP}:?\s+)"
_PARTICLE = "van|von|de|der|den|del|da|di|la|le|el|bin"
_LATER_NAMES = rf"(?: (?:{_PARTICLE}|[A-Z][\w.'’-]*)){{1,3}}"
_IN_BRACKETS = r" \([A-Z]\w{0,4}\)"
_FULL_NAME = re.compile(rf"{_BEGIN}(?P<name>[A-Z][\w.'’-]+(?:{_LATER_NAMES}(?:{_IN_BRACKETS})?|{_IN_BRACKETS})){_END}")
_INITIALS = re.compile(rf"{_BEGIN}(?P<name>[A-Z]{{1,3}}):\s")
_FEWEST_INITIALS = 3
_MOST_NAMES = 60
_HANDLE_WORDS = 2


def split(segments: Sequence[Segment]) -> list[Segment]:
    """Segments with only what was said, cut where the label of a speaker begins a sentence."""
    named = [replace(segment, speaker=segment.speaker if _may_be_named(segment.speaker) else "") for segment in segments]
    names = _names(named)
    label = _label(names)
    parts = (part for segment in _healed(named, names) for part in (_parts(segment, label) if label else (segment,)))
    return [replace(part, text=words) for part in parts if (words := without_marks(part.text)).strip()]


def _may_be_named(speaker: str) -> bool:
    """One or two words may be a handle, more must look like a name."""
    parts = speaker.split()
    return looks_like_name(speaker) or (len(parts) <= _HANDLE_WORDS and not is_no_name(speaker))


def _names(segments: Sequence[Segment]) -> set[str]:
    """Speakers of segments, and full names that label at least two sentences."""
    counts = Counter(match["name"] for segment in segments for match in _FULL_NAME.finditer(segment.text))
    repeated = {name for name, count in counts.items() if (count > 1 or name.endswith(")")) and looks_like_name(name)}
    speakers = {segment.speaker for segment in segments if segment.speaker}
    return speakers | repeated | (_initials(segments) if any(_is_initials(name) for name in speakers) else set())


def _is_initials(name: str) -> bool:
    return len(name) <= 3 and name.isupper()


def _initials(segments: Sequence[Segment]) -> set[str]:
    """Initials that label sentences, looked for only where other speakers go by initials."""
    counts = Counter(match["name"] for segment in segments for match in _INITIALS.finditer(segment.text))
    return {name for name, count in counts.items() if count >= _FEWEST_INITIALS}


def _healed(segments: Sequence[Segment], names: Collection[str]) -> list[Segment]:
    """Labels that the end of a segment tore in two, put together at the start of the next one."""
    full = [name for name in sorted(names) if " " in name][:_MOST_NAMES]
    tears = [cut(" ")[::2] for name in full for cut in (name.partition, name.rpartition)]
    healed = list(segments)
    for index in range(1, len(healed)):
        before, after = healed[index - 1], healed[index]
        for head, tail in tears:
            if after.text.startswith(tail + ":") and before.text.endswith(head):
                healed[index - 1] = replace(before, text=before.text.removesuffix(head).rstrip())
                healed[index] = replace(after, text=f"{head} {after.text}")
                break
    return healed


def _label(names: set[str]) -> re.Pattern[str] | None:
    if not names:
        return None
    longest_first = sorted(names, key=lambda name: (-len(name), name))[:_MOST_NAMES]
    return re.compile(rf"{_BEGIN}(?P<name>{'|'.join(map(re.escape, longest_first))}){_END}")


def _parts(segment: Segment, label: re.Pattern[str]) -> Iterator[Segment]:
    speaker, begin = segment.speaker, 0
    for match in label.finditer(segment.text):
        yield from _part(segment, speaker, begin, match.start())
        speaker, begin = match["name"], match.end()
    yield from _part(segment, speaker, begin, len(segment.text))


def _part(segment: Segment, speaker: str, begin: int, end: int) -> Iterator[Segment]:
    if words := segment.text[begin:end].strip():
        yield replace(segment, text=words, speaker=speaker, start=_at(segment, begin), end=_at(segment, end))


def _at(segment: Segment, offset: int) -> float | None:
    """Times run with the number of characters."""
    if segment.start is None or segment.end is None:
        return segment.end if offset == len(segment.text) else segment.start
    return round(segment.start + (segment.end - segment.start) * offset / max(1, len(segment.text)), 3)
