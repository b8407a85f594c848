"""The words of an entry as a `Document`: cleaned by a named chain of rules and cut into passages."""

from collections.abc import Sequence

from briefing.model import Document, Kind, Transcript
from briefing.sources import plain, turns
from briefing.sources.blocks import Block, join
from briefing.sources.language import detect


def from_text(text: str, *, kind: Kind = Kind.PODCAST, title: str = "", language: str = "", entry_id: str = "") -> Document:
    """Plain text: "Speaker: words" paragraphs between blank lines, or prose and Markdown."""
    return _document(plain.blocks(text), kind=kind, title=title, language=language, entry_id=entry_id)


def from_transcript(transcript: Transcript, *, title: str = "", language: str = "", entry_id: str = "") -> Document:
    """A passage a turn; sentences carry the time of their first word."""
    blocks = turns.blocks(transcript.segments)
    return _document(blocks, kind=Kind.PODCAST, title=title, language=language or transcript.language, entry_id=entry_id)


def _document(blocks: Sequence[Block], *, kind: Kind, title: str, language: str, entry_id: str) -> Document:
    found = language or detect(" ".join(block.text for block in blocks))
    text, passages = join(blocks, found)
    return Document(entry_id=entry_id, kind=kind, title=title, language=found, text=text, passages=passages)
