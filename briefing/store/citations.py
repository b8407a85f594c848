"""Entries as they are cited, with what their documents and feeds say of themselves: one statement for all three."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, type_coerce
from sqlalchemy.engine import Connection, Row

from briefing.model import Enclosure, Kind
from briefing.store.columns import Packed
from briefing.store.records import rows_in
from briefing.store.schema import documents, entries, feeds


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """As much of an `Entry` as its citation needs."""

    id: str
    feed_url: str
    url: str
    title: str
    collected_at: datetime
    published_at: datetime | None = None
    language: str = ""
    duration: float | None = None
    enclosures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A document without its words; the title is the entry's, repaired."""

    title: str = ""
    quality: float = 1.0
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Masthead:
    """What a feed calls itself, where it lives, and what it was found to be."""

    title: str = ""
    site: str = ""
    kind: Kind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """An entry; `outline` is None until it has been read, `masthead` until its feed has been."""

    entry: Body
    outline: Outline | None
    masthead: Masthead | None


_CITED = (
    select(
        type_coerce(entries.c.body, Packed(Body)).label("entry"),
        documents.c.title,
        documents.c.quality,
        documents.c.language,
        feeds.c.title.label("masthead"),
        feeds.c.site,
        feeds.c.kind,
    )
    .outerjoin(documents, documents.c.entry_id == entries.c.id)
    .outerjoin(feeds, feeds.c.url == entries.c.feed_url)
)


def cited(connection: Connection, entry_ids: Sequence[str]) -> list[Cited]:
    """Those of the entries that are there, in the order of `entry_ids`."""
    found = {row.entry.id: _cited(row) for row in rows_in(connection, _CITED, entries.c.id, entry_ids)}
    return [found[id_] for id_ in entry_ids if id_ in found]


def _cited(row: Row[Any]) -> Cited:
    return Cited(
        entry=row.entry,
        outline=None if row.title is None else Outline(title=row.title, quality=row.quality, language=row.language),
        masthead=None if row.masthead is None else Masthead(title=row.masthead, site=row.site, kind=row.kind),
    )
