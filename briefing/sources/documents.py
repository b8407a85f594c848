"""The words of an entry as a `Document`: the best text there is, cleaned by a chain of rules and cut into passages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from briefing.model import Document, Entry, Kind, Transcript
from briefing.sources import habits as habit
from briefing.sources import html_blocks, plain, turns
from briefing.sources.blocks import Block, join
from briefing.sources.cleaning import RULES, Context, clean
from briefing.sources.language import settle
from briefing.sources.quality import quality
from briefing.sources.repair import repair
from briefing.text import one_line, word_count

__all__ = ["RULES", "Reading", "build", "from_html", "from_text", "from_transcript", "is_full"]

FULL_TEXT_WORDS = 200
"""A feed's own text of this length is taken for the whole article."""
_NEARLY_WHOLE = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A document, the keys of all its sentences before habits were left out, and what a reader of the log should know."""

    document: Document
    habit_keys: frozenset[str]
    warnings: tuple[str, ...] = ()


def build(
    entry: Entry,
    *,
    kind: Kind,
    language: str = "",
    transcript: Transcript | None = None,
    article: str = "",
    habits: Mapping[str, int] | None = None,
) -> Reading:
    """Read the best text of an entry: transcript, full content, article page, show notes.

    `article` is simple HTML; `habits` says in how many other entries of the feed a sentence
    key stood; a habitual sentence stays in the text, so that offsets do not depend on the feed's past, but in no passage.
    """
    if transcript is not None and transcript.segments:
        blocks = turns.blocks(transcript.segments)
        warnings: tuple[str, ...] = ()
    else:
        blocks, warnings = _written(entry, article)
    declared = (transcript.language if transcript else "") or entry.language or language
    return _reading(
        blocks,
        entry=entry,
        kind=kind,
        language=declared,
        is_spoken=transcript is not None and bool(transcript.segments),
        habits=habits or {},
        warnings=warnings,
    )


def is_full(entry: Entry) -> bool:
    """Whether the feed carries the whole text, so that its page need not be fetched."""
    return _words(html_blocks.blocks(entry.html)) >= FULL_TEXT_WORDS


def _written(entry: Entry, article: str) -> tuple[list[Block], tuple[str, ...]]:
    content, page = html_blocks.blocks(entry.html), html_blocks.blocks(article)
    if _words(content) >= min(FULL_TEXT_WORDS, _NEARLY_WHOLE * _words(page)) and content:
        return content, ()
    if page:
        return page, ()
    notes = html_blocks.blocks(entry.summary)
    shown = max(content, notes, key=_words)
    return shown, (() if shown else ("the entry has no text",))


def _words(blocks: Sequence[Block]) -> float:
    return sum(word_count(block.text) for block in blocks)


def _reading(
    blocks: list[Block],
    *,
    entry: Entry,
    kind: Kind,
    language: str,
    is_spoken: bool,
    habits: Mapping[str, int],
    warnings: tuple[str, ...],
) -> Reading:
    raw = "\n".join(block.text for block in blocks)
    found = settle(language, repair(raw))
    title = one_line(repair(entry.title))
    text, passages = join(clean(blocks, Context(title=title, language=found, is_spoken=is_spoken)), found)
    document = Document(
        entry_id=entry.id,
        kind=kind,
        title=title,
        language=found,
        text=text,
        passages=habit.without(passages, text, habits),
        quality=quality(raw, found),
        published_at=entry.published_at,
    )
    return Reading(document=document, habit_keys=habit.keys(passages, text), warnings=warnings)


def from_text(text: str, *, kind: Kind = Kind.PODCAST, title: str = "", language: str = "", entry_id: str = "") -> Document:
    """Plain text: "Speaker: words" paragraphs between blank lines, or prose and Markdown."""
    blocks = plain.blocks(text)
    return _document(blocks, kind, title, language, entry_id, is_spoken=any(block.speaker for block in blocks))


def from_transcript(transcript: Transcript, *, title: str = "", language: str = "", entry_id: str = "") -> Document:
    """A passage a turn; sentences carry the time of their first word."""
    blocks = turns.blocks(transcript.segments)
    return _document(blocks, Kind.PODCAST, title, language or transcript.language, entry_id, is_spoken=True)


def from_html(html: str, *, kind: Kind, title: str = "", language: str = "", entry_id: str = "") -> Document:
    """Headings, items, quotes and paragraphs of a page or fragment."""
    return _document(html_blocks.blocks(html), kind, title, language, entry_id, is_spoken=False)


def _document(blocks: list[Block], kind: Kind, title: str, language: str, entry_id: str, *, is_spoken: bool) -> Document:
    raw = "\n".join(block.text for block in blocks)
    found = settle(language, repair(raw))
    text, passages = join(clean(blocks, Context(title=title, language=found, is_spoken=is_spoken)), found)
    return Document(
        entry_id=entry_id, kind=kind, title=title, language=found, text=text, passages=passages, quality=quality(raw, found)
    )
