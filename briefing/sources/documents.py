"""The words of an entry as a `Document`: the best text there is, cleaned by a chain of rules and cut into passages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from briefing.model import Document, Entry, Kind, Passage, Role, Transcript
from briefing.sources import boilerplate, chapters, html_blocks, plain, turns
from briefing.sources import habits as habit
from briefing.sources.blocks import Block, beginning, join
from briefing.sources.cleaning import Context, clean
from briefing.sources.language import settle
from briefing.sources.quality import quality
from briefing.sources.repair import repair
from briefing.sources.transcripts import inline, lines
from briefing.text import fold, one_line, word_count

FULL_TEXT_WORDS = 200
"""A feed's own text of this length is taken for the whole article."""
_NEARLY_WHOLE = 0.7
LONGEST_TALK, LONGEST_TEXT = 250_000, 120_000
"""Characters that are read: more than four hours of talk; twenty thousand written words, more than any article has."""
LATEST_END, LONGEST_OUTRO, OUTRO_SHARE = 15.0, 90.0, 0.03
"""Seconds by which a transcript may end after the audio, and before it; or a share of it in a long episode."""


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
    key stood; a habitual sentence stays in the text, so that offsets do not depend on the feed's past, but in no passage. So does
    what is said in a chapter that its publisher calls advertising.
    """
    is_spoken = transcript is not None and bool(transcript.segments)
    blocks = turns.blocks(transcript.segments) if transcript and is_spoken else _written(entry, article)
    document = _document(
        blocks,
        kind=kind,
        title=one_line(repair(entry.title)),
        language=(transcript.language if transcript else "") or entry.language or language,
        entry_id=entry.id,
        is_spoken=is_spoken,
        published_at=entry.published_at,
    )
    passages = habit.without(document.passages, document.text, habits or {})
    if is_spoken:
        passages = chapters.without(passages, chapters.advertising(entry.chapters))
    return Reading(
        document=replace(
            document,
            passages=passages,
            highlights=entry.soundbites if is_spoken else (),
            approximate=is_spoken and _disagree(entry, transcript),
        ),
        habit_keys=habit.keys(document.passages, document.text),
        warnings=() if blocks else ("the entry has no text",),
    )


def _disagree(entry: Entry, transcript: Transcript | None) -> bool:
    """Whether the transcript ends long before the audio, or after it: advertisements are put in or taken out without a word."""
    ends = [segment.end or segment.start or 0.0 for segment in transcript.segments] if transcript else []
    if not entry.duration or not max(ends, default=0.0):
        return False
    missing = entry.duration - max(ends)
    return missing < -LATEST_END or missing > max(LONGEST_OUTRO, OUTRO_SHARE * entry.duration)


def is_full(entry: Entry) -> bool:
    """Whether the feed carries the whole text, so that its page need not be fetched."""
    return _words(html_blocks.blocks(entry.html)) >= FULL_TEXT_WORDS


def _written(entry: Entry, article: str) -> list[Block]:
    content, page = html_blocks.blocks(entry.html), html_blocks.blocks(article)
    if content and _words(content) >= min(FULL_TEXT_WORDS, _NEARLY_WHOLE * _words(page)):
        return content
    return page or max(content, html_blocks.blocks(entry.summary), key=_words)


def _words(blocks: Sequence[Block]) -> float:
    return sum(word_count(block.text) for block in blocks)


def from_text(text: str, *, kind: Kind = Kind.PODCAST, title: str = "", language: str = "", entry_id: str = "") -> Document:
    """Plain text: "Speaker: words" paragraphs between blank lines, or prose and Markdown; of a very long one the beginning."""
    if lines.is_timed(text):
        timed = Transcript(segments=tuple(inline.split(lines.parse(text))))
        return replace(from_transcript(timed, title=title, language=language, entry_id=entry_id), kind=kind)
    blocks = plain.blocks(text)
    spoken = any(block.speaker for block in blocks)
    return _document(blocks, kind=kind, title=title, language=language, entry_id=entry_id, is_spoken=spoken)


def from_transcript(transcript: Transcript, *, title: str = "", language: str = "", entry_id: str = "") -> Document:
    """A passage a turn; sentences carry the time of their first word."""
    return _document(
        turns.blocks(transcript.segments),
        kind=Kind.PODCAST,
        title=title,
        language=language or transcript.language,
        entry_id=entry_id,
        is_spoken=True,
    )


def _document(
    blocks: list[Block],
    *,
    kind: Kind,
    title: str,
    language: str,
    entry_id: str,
    is_spoken: bool,
    published_at: datetime | None = None,
) -> Document:
    """The title is left out of the passages, not of the text: offsets depend on the words alone."""
    blocks = beginning(blocks, LONGEST_TALK if is_spoken else LONGEST_TEXT)
    raw = "\n".join(block.text for block in blocks)
    found = settle(language, repair(raw))
    text, passages = join(clean(blocks, Context(language=found, is_spoken=is_spoken)), found)
    return Document(
        entry_id=entry_id,
        kind=kind,
        title=_own_title(title, text, passages, found),
        language=found,
        text=text,
        passages=passages if is_spoken else _without_title(passages, text, title),
        quality=quality(raw, found),
        published_at=published_at,
    )


def _own_title(title: str, text: str, passages: Sequence[Passage], language: str) -> str:
    """The title; where that is a promo, the first heading that is none, else nothing."""
    if not boilerplate.is_promo(title, language):
        return title
    headings = (text[passage.start : passage.end] for passage in passages if passage.role is Role.HEADING)
    return next((heading for heading in headings if not boilerplate.is_promo(heading, language)), "")


def _without_title(passages: Sequence[Passage], text: str, title: str) -> tuple[Passage, ...]:
    """All passages but the title as a paragraph or as the first heading; all, if nothing else is left."""
    folded = fold(title)
    kept = tuple(
        passage
        for index, passage in enumerate(passages)
        if fold(text[passage.start : passage.end]) != folded or (index and passage.role is Role.HEADING)
    )
    return kept or tuple(passages)
