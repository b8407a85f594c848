"""The search index: a row for each insight, story and stretch of a document, found by its words, newest first.

Rows are numbered by time, so that the newest are found without sorting, and a date is a range of numbers.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from itertools import groupby

from sqlalchemy import delete, select, text
from sqlalchemy.engine import Connection

from briefing.model import Document, Insight, Passage, Story
from briefing.store.changes import mark as mark_change
from briefing.store.records import upsert
from briefing.store.schema import entries
from briefing.store.search_schema import search_rows
from briefing.store.terms import Phrase, mark, speaker_marks, terms

HASH_BITS = 31
LATEST = 2**63 - 1
STRETCH = 1_200
"""Characters of a document that stand in one row, more or less: words far from each other are not found together."""
ROW = 'r.id, r.ref, r.start, r."end", r.at, r.speaker'
FIND = {
    "sqlite": f"SELECT {ROW} FROM search_index i JOIN search_rows r ON r.id = i.rowid "
    "WHERE i.search_index MATCH :asked AND i.rowid BETWEEN :first AND :last ORDER BY i.rowid DESC LIMIT :limit",
    "postgresql": f"SELECT {ROW} FROM search_rows r WHERE to_tsvector('simple'::regconfig, r.tokens) @@ CAST(:asked AS tsquery) "
    "AND r.id BETWEEN :first AND :last ORDER BY r.id DESC LIMIT :limit",
}


class Indexed(StrEnum):
    """What a row of the index stands for."""

    INSIGHT = "insight"
    STORY = "story"
    STRETCH = "stretch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for: rows that hold all phrases, one of `any_phrases` or feeds, and a speaker, between two moments.

    `before` is the number of the last row that was seen; what comes after it is older.
    """

    kind: Indexed
    phrases: Sequence[Phrase] = ()
    feed_url: str = ""
    any_feeds: Sequence[str] = ()
    any_phrases: Sequence[Phrase] = ()
    speaker: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A row that was found: an insight or a story by its id, or the words of an entry from `start` to `end`."""

    number: int
    ref: str
    start: int
    end: int
    at: float | None
    speaker: str


class Search:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def keep_insights(self, entry_id: str, found: Sequence[Insight], shown_at: datetime) -> None:
        """Make these the insights by which an entry is found."""
        self._forget(entry_id, Indexed.INSIGHT)
        marks = self._feed_marks([entry_id])
        upsert(self._db, search_rows, [_insight_row(insight, shown_at, marks) for insight in found])

    def keep_document(self, document: Document, feed_url: str, read_at: datetime) -> None:
        """Make these the words by which an entry is found."""
        self._forget(document.entry_id, Indexed.STRETCH)
        shown = self._db.scalar(select(entries.c.shown_at).where(entries.c.id == document.entry_id))
        shown_at = shown or document.published_at or read_at
        rows = [_stretch_row(document, passages, shown_at, feed_url) for passages in stretches(document.passages)]
        upsert(self._db, search_rows, rows)

    def keep_story(self, story: Story) -> None:
        self._forget(story.id, Indexed.STORY)
        marks = self._feed_marks(sorted({insight.entry_id for insight in story.insights}))
        upsert(self._db, search_rows, [_story_row(story, marks)])

    def find(self, wanted: Wanted, limit: int) -> list[Hit]:
        """Newest first."""
        dialect = self._db.dialect.name
        asked = {"asked": SPOKEN[dialect](wanted), **_range(wanted), "limit": limit}
        return [
            Hit(number=id_, ref=ref, start=start, end=end, at=at, speaker=speaker)
            for id_, ref, start, end, at, speaker in self._db.execute(text(FIND[dialect]), asked)
        ]

    def _forget(self, owner: str, kind: Indexed) -> None:
        mark_change(self._db)
        self._db.execute(delete(search_rows).where(search_rows.c.owner == owner, search_rows.c.kind == kind.value))

    def _feed_marks(self, entry_ids: Sequence[str]) -> list[str]:
        urls = select(entries.c.feed_url).where(entries.c.id.in_(entry_ids)).distinct()
        return [mark("f", url) for url in self._db.scalars(urls)]


def stretches(passages: Sequence[Passage]) -> Iterator[list[Passage]]:
    """Neighbouring passages, put together up to a length."""
    length = 0
    numbered: list[tuple[int, Passage]] = []
    for passage in passages:
        length += passage.end - passage.start
        numbered.append((length // STRETCH, passage))
    for _, together in groupby(numbered, key=lambda pair: pair[0]):
        yield [passage for _, passage in together]


def number(shown_at: datetime, *what: str) -> int:
    """The number of a row: its second, then a hash that tells rows of one second apart."""
    digest = int.from_bytes(sha256("\x00".join(what).encode()).digest()[:4], "big") >> (32 - HASH_BITS)
    return (_second(shown_at) << HASH_BITS) | digest


def _second(moment: datetime) -> int:
    return min(max(int(moment.timestamp()), 0), 2**32 - 1)


def _insight_row(insight: Insight, shown_at: datetime, marks: Sequence[str]) -> dict[str, object]:
    said = [insight.claim, insight.headline, *(quote.text for quote in insight.quotes)]
    speakers = sorted({quote.speaker for quote in insight.quotes})
    return _row(Indexed.INSIGHT, insight.entry_id, insight.id, shown_at, said, speakers, marks)


def _story_row(story: Story, marks: Sequence[str]) -> dict[str, object]:
    speakers = sorted({quote.speaker for insight in story.insights for quote in insight.quotes})
    said = [story.headline, *(insight.claim for insight in story.insights[:1])]
    return _row(Indexed.STORY, story.id, story.id, story.updated_at, said, speakers, marks)


def _stretch_row(document: Document, passages: Sequence[Passage], shown_at: datetime, feed_url: str) -> dict[str, object]:
    first, last = passages[0], passages[-1]
    said = [document.text[first.start : last.end]]
    speakers = sorted({passage.speaker for passage in passages})
    row = _row(
        Indexed.STRETCH, document.entry_id, document.entry_id, shown_at, said, speakers, [mark("f", feed_url)], first.start
    )
    return row | {"start": first.start, "end": last.end, "at": first.at, "speaker": first.speaker}


def _row(
    kind: Indexed,
    owner: str,
    ref: str,
    shown_at: datetime,
    said: Iterable[str],
    speakers: Iterable[str],
    marks: Iterable[str],
    start: int = 0,
) -> dict[str, object]:
    named = (term for speaker in speakers for term in speaker_marks(speaker))
    words = (term for piece in said for term in terms(piece))
    return {
        "id": number(shown_at, kind, ref, str(start)),
        "kind": kind.value,
        "owner": owner,
        "ref": ref,
        "start": start,
        "end": 0,
        "at": None,
        "speaker": "",
        "tokens": " ".join([mark("k", kind), *marks, *named, *words]),
    }


def _range(wanted: Wanted) -> dict[str, int]:
    first = _second(wanted.since) << HASH_BITS if wanted.since else 0
    last = (_second(wanted.until) << HASH_BITS) - 1 if wanted.until else LATEST
    return {"first": first, "last": min(last, wanted.before - 1 if wanted.before else LATEST)}


def _groups(wanted: Wanted) -> list[list[Phrase]]:
    """All of the groups have to hold, of each group one phrase."""
    marks = [mark("k", wanted.kind), *([mark("f", wanted.feed_url)] if wanted.feed_url else [])]
    one_of = [*(Phrase((mark("f", url),)) for url in wanted.any_feeds), *wanted.any_phrases]
    spoken = [Phrase((term,), open=True) for term in speaker_marks(wanted.speaker)]
    single = [*(Phrase((term,)) for term in marks), *spoken, *wanted.phrases]
    return [*([phrase] for phrase in single), *([one_of] if one_of else [])]


def _for_sqlite(wanted: Wanted) -> str:
    """An FTS5 expression; terms are ASCII letters and digits, so nothing in them is an operator."""
    groups = (" OR ".join(f'"{" ".join(p.terms)}"{" *" if p.open else ""}' for p in group) for group in _groups(wanted))
    return " AND ".join(f"({group})" for group in groups)


def _for_postgresql(wanted: Wanted) -> str:
    groups = (" | ".join(f"({' <-> '.join(p.terms)}{':*' if p.open else ''})" for p in group) for group in _groups(wanted))
    return " & ".join(f"({group})" for group in groups)


SPOKEN = {"sqlite": _for_sqlite, "postgresql": _for_postgresql}
