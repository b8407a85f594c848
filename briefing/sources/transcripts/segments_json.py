"""Transcripts in JSON: the podcast namespace, Whisper, Podlove and other lists of timed pieces."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from briefing.errors import UnreadableError
from briefing.model import Segment
from briefing.sources.transcripts.clock import LONGEST, seconds, span, within_a_day
from briefing.sources.transcripts.markup import plain

_TEXT = ("body", "text", "value", "transcript", "content", "utf8", "word", "line")
_SPEAKER = ("speaker", "voice", "speaker_name", "speakerName", "speakerLabel", "name")
_START = ("startTime", "start", "start_time", "begin", "from", "ts", "offset", "time", "start_ms", "startMs", "tStartMs")
_END = ("endTime", "end", "end_time", "end_ts", "to", "end_ms", "endMs")
_DURATION = ("duration", "dur", "dDurationMs")
_DEEPEST = 6
_LONGEST_PIECE = 300
_PAUSE = 1.5
_SENTENCE_END = re.compile(r"[.!?。！？…][\"'”’)]*\s*\Z")

Piece = Mapping[str, object]


def is_json(text: str) -> bool:
    return bool(re.match(r"\s*(?:\{\s*[\"}]|\[\s*[\[{\"\]])", text))


def parse(text: str, subject: str) -> list[Segment]:
    """The segments of the longest list of pieces with words. Raises UnreadableError where there is none."""
    try:
        value = json.loads(text, parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(subject, f"the JSON is cut off or malformed: {error}"[:200]) from None
    pieces = max(_lists(value, _DEEPEST), key=_weight, default=[])
    segments = _glued(_segments(pieces)) if _spelt_out(pieces) else list(_segments(pieces))
    if not any(segment.text.strip() for segment in segments):
        raise UnreadableError(subject, "the JSON holds no list of segments with words")
    return [segment for segment in segments if segment.text.strip()]


def _lists(value: object, depth: int) -> Iterator[list[Piece]]:
    """All lists that hold pieces with words, down to some depth."""
    if depth == 0:
        return
    if isinstance(value, list):
        pieces = [item for item in value if isinstance(item, Mapping)]
        if any(_words(piece).strip() for piece in pieces):
            yield pieces
        for item in value:
            yield from _lists(item, depth - 1)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _lists(item, depth - 1)


def _weight(pieces: Sequence[Piece]) -> int:
    return sum(len(_words(piece)) for piece in pieces)


def _words(piece: Piece) -> str:
    """A piece's own words, or those of the elements it is made of (Rev's monologues)."""
    own = _first(piece, _TEXT)
    if isinstance(own, str):
        return own
    elements = piece.get("elements")
    return "".join(_words(element) for element in elements if isinstance(element, Mapping)) if isinstance(elements, list) else ""


def _first(piece: Piece, keys: Sequence[str]) -> object:
    return next((piece[key] for key in keys if piece.get(key) is not None), None)


def _segments(pieces: Sequence[Piece]) -> Iterator[Segment]:
    scale = _scale(pieces)
    for piece in pieces:
        start, end = _span(piece, scale)
        words = _words(piece)
        yield Segment(text=plain(words) if words.strip() else words, speaker=_speaker(piece), start=start, end=end)


def _scale(pieces: Sequence[Piece]) -> float:
    """1000 where times are milliseconds: their keys say so, or most of them would lie past a day."""
    keys = {key for piece in pieces[:50] for key in _START if key in piece}
    starts = [value for piece in pieces if isinstance(value := _first(piece, _START), int | float)]
    past = sum(value > LONGEST for value in starts)
    return 1000.0 if (keys and all(key.lower().endswith("ms") for key in keys)) or past > len(starts) / 2 else 1.0


def _span(piece: Piece, scale: float) -> tuple[float | None, float | None]:
    start = _time(_first(piece, _START), scale)
    end = _time(_first(piece, _END), scale)
    length = _time(_first(piece, _DURATION), scale)
    if end is None and start is not None and length is not None:
        end = within_a_day(start + length)
    return span(start, end)


def _time(value: object, scale: float) -> float | None:
    return seconds(value / scale) if isinstance(value, int | float) and not isinstance(value, bool) else seconds(value)


def _speaker(piece: Piece) -> str:
    value = _first(piece, _SPEAKER)
    if isinstance(value, Mapping):
        value = _first(value, ("name", "label", "id"))
    if isinstance(value, int) and not isinstance(value, bool):
        return f"Speaker {value + 1}"
    return plain(value) if isinstance(value, str) else ""


def _spelt_out(pieces: Sequence[Piece]) -> bool:
    """Whether white space between words is written as pieces of its own."""
    return any((words := _words(piece)) and not words.strip() for piece in pieces)


def _glued(pieces: Iterator[Segment]) -> list[Segment]:
    """Pieces joined as they stand into sentences of one speaker."""
    joined: list[Segment] = []
    for piece in pieces:
        if joined and _goes_on(joined[-1], piece):
            joined[-1] = Segment(
                text=joined[-1].text + piece.text, speaker=joined[-1].speaker, start=joined[-1].start, end=piece.end
            )
        elif piece.text.strip():
            joined.append(piece)
    return [Segment(text=" ".join(s.text.split()), speaker=s.speaker, start=s.start, end=s.end) for s in joined]


def _goes_on(before: Segment, piece: Segment) -> bool:
    if not piece.text[:1].isalnum():
        return True
    paused = before.end is not None and piece.start is not None and piece.start - before.end > _PAUSE
    ended = paused or len(before.text) > _LONGEST_PIECE or bool(_SENTENCE_END.search(before.text))
    return before.speaker == piece.speaker and not ended
