"""A feed as it was known and as it reads now -> what is new in it, what was edited, and whether it can be believed."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from briefing.model import Entry
from briefing.text import fold

STORM_ITEMS = 5
STORM_SHARE = 0.5
"""With at least so many items, and more than this share of them old under new identities, the feed has renamed its items."""
HIJACK_ITEMS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is remembered of an entry to recognise it by."""

    id: str
    url: str = ""
    title: str = ""
    enclosure: str = ""
    content_hash: str = ""
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """`edited` entries have the id under which they are known, also where the feed gave them a new one.

    `held` says why nothing of this should be taken before the admin has looked; "" if nothing is wrong.
    """

    new: tuple[Entry, ...] = ()
    edited: tuple[Entry, ...] = ()
    held: str = ""


def remembered(entry: Entry) -> Known:
    return Known(
        id=entry.id,
        url=entry.url,
        title=entry.title,
        enclosure=entry.enclosures[0].url if entry.enclosures else "",
        content_hash=entry.content_hash,
        published_at=entry.published_at,
    )


def compare(
    entries: Sequence[Entry], known: Sequence[Known], *, total: int = 0, title: str = "", known_title: str = ""
) -> Changes:
    """Entries against the known ones of the same feed. `total` counts the document's items where `entries` are but a part."""
    by_id = {one.id: one for one in known}
    unknown = [entry for entry in entries if entry.id not in by_id]
    recognised = _recognised(unknown, known)
    whole = len(entries) >= total
    if whole and not recognised and _is_hijacked(entries, known, title, known_title):
        return Changes(held=f"title, site and all items changed at once: {known_title!r} is now {title!r}")
    if not _is_storm(len(recognised), max(total, len(entries))):
        recognised = {}
    settled = [replace(entry, id=recognised.get(entry.id, entry.id)) for entry in entries]
    return Changes(
        new=tuple(entry for entry in settled if entry.id not in by_id),
        edited=tuple(entry for entry in settled if entry.id in by_id and by_id[entry.id].content_hash != entry.content_hash),
    )


def _is_storm(recognised: int, total: int) -> bool:
    return total >= STORM_ITEMS and recognised > total * STORM_SHARE


def _is_hijacked(entries: Sequence[Entry], known: Sequence[Known], title: str, known_title: str) -> bool:
    """Another name, other hosts and nothing in common: a domain that has changed hands, not a site that has moved."""
    if min(len(entries), len(known)) < HIJACK_ITEMS or fold(title) == fold(known_title):
        return False
    before, after = {_host(one.url) for one in known} - {""}, {_host(entry.url) for entry in entries} - {""}
    in_common = {one.id for one in known} & {entry.id for entry in entries}
    return bool(before and after) and not before & after and not in_common


def _recognised(unknown: Sequence[Entry], known: Sequence[Known]) -> Mapping[str, str]:
    """New id -> known id, by whatever tells one item of the feed from all others; each known one is found once."""
    places = {key: one.id for key, one in _unambiguous(known).items()}
    found: dict[str, str] = {}
    taken: set[str] = set()
    for key, one in _unambiguous([remembered(entry) for entry in unknown]).items():
        place = places.get(key)
        if place and one.id not in found and place not in taken:
            found[one.id] = place
            taken.add(place)
    return found


def _unambiguous(items: Sequence[Known]) -> dict[tuple[str, str], Known]:
    keyed = [(key, item) for item in items for key in _keys(item)]
    times = Counter(key for key, _ in keyed)
    return {key: item for key, item in keyed if times[key] == 1}


def _keys(item: Known) -> Iterator[tuple[str, str]]:
    """The surest first."""
    if item.enclosure:
        yield "enclosure", _place(item.enclosure)
    if item.url:
        yield "link", _place(item.url)
    if item.title and item.published_at:
        yield "title and day", f"{fold(item.title)} {item.published_at.date()}"
    if item.content_hash:
        yield "content", item.content_hash


def _place(url: str) -> str:
    return url.partition("://")[2].rstrip("/")


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
