"""Bytes of a transcript to segments: the format is found by what stands in it, whatever its type or name says."""

import re
import zlib

from briefing.errors import UnreadableError
from briefing.model import Segment, Transcript
from briefing.sources.encodings import decode
from briefing.sources.transcripts import cues, inline, lines, pages, segments_json
from briefing.text import visible

_MOST_CHARACTERS = 2_000_000
_MOST_BYTES = 64_000_000
_GZIP = b"\x1f\x8b"


def parse(body: bytes, *, content_type: str = "", url: str = "", charset: str = "", language: str = "") -> Transcript:
    """The segments of a transcript, times in seconds. Raises UnreadableError if it holds no words."""
    subject = url or "transcript"
    text = _text(body, charset, subject)
    cleaned = [_clean(segment) for segment in _segments(text, content_type, subject)]
    segments = tuple(inline.split(cleaned))
    if not any(re.search(r"\w", segment.text) for segment in segments):
        raise UnreadableError(subject, "the transcript holds no words")
    return Transcript(segments=segments, language=language or cues.language(text))


def _text(body: bytes, charset: str, subject: str) -> str:
    if body.startswith(_GZIP):
        body = _unpacked(body, subject)
    text = re.sub(r"\r\n?", "\n", decode(body, charset)[0][:_MOST_CHARACTERS])
    if not text.strip("\ufeff\x00 \t\n"):
        raise UnreadableError(subject, "the transcript is empty")
    return text.lstrip("\ufeff").replace("\x00", "")


def _unpacked(body: bytes, subject: str) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(body, _MOST_BYTES)
    except zlib.error as error:
        raise UnreadableError(subject, f"the compressed transcript cannot be unpacked: {error}") from None


def _segments(text: str, content_type: str, subject: str) -> list[Segment]:
    if cues.is_cues(text):
        return cues.parse(text)
    if segments_json.is_json(text):
        return segments_json.parse(text, subject)
    if pages.is_html(text, content_type):
        return pages.parse(text, subject)
    if text.lstrip().startswith("WEBVTT"):
        raise UnreadableError(subject, "the WebVTT file holds no cues")
    return lines.parse(text)


def _clean(segment: Segment) -> Segment:
    words = " ".join(visible(segment.text).split())
    speaker = " ".join(visible(segment.speaker).split())[:80].strip(" :：")
    return Segment(text=words, speaker=speaker, start=segment.start, end=segment.end)
