"""What feedparser loses of the podcast and iTunes namespaces and Podlove chapters: every transcript, person, chapter, soundbite.

https://github.com/Podcastindex-org/podcast-namespace and https://podlove.org/simple-chapters
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from briefing.model import Chapter, Person, Soundbite, TranscriptLink
from briefing.sources import dates
from briefing.sources.feed_tree import ITEM_TAGS
from briefing.sources.language import stated
from briefing.sources.links import web_link
from briefing.sources.xmltree import local_name, namespace
from briefing.text import one_line

_MOST = 500
_MOST_TEXTS = 20
_NUMBER = re.compile(r"\d{1,7}(?:\.\d{1,4})?")
_NOUGHTS = re.compile(r"\A0+(?=\d)")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_EXPLICIT = {"true": True, "yes": True, "explicit": True, "false": False, "no": False, "clean": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """The namespace's elements of one item or channel; links are absolute."""

    transcripts: tuple[TranscriptLink, ...] = ()
    persons: tuple[Person, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    chapters_url: str = ""
    soundbites: tuple[Soundbite, ...] = ()
    medium: str = ""
    guid: str = ""
    """Of the podcast, the same wherever it is hosted."""
    texts: tuple[tuple[str, str], ...] = ()
    """Purpose and words of each `podcast:txt`."""
    season: str = ""
    episode: str = ""
    episode_type: str = ""
    explicit: bool | None = None


_NOTHING = Extras()
_PODCAST, _ITUNES, _PODLOVE = "podcast", "itunes", "podlove"


def read(element: etree._Element, base: str) -> Extras:
    """What an item or a channel says itself; the items inside a channel are not looked into."""
    children = _by_vocabulary(element)
    if not children:
        return _NOTHING
    found, itunes = list(_with_grandchildren(children[_PODCAST])), children[_ITUNES]
    return Extras(
        transcripts=tuple(_transcripts(found, base)),
        persons=tuple(dict.fromkeys(_persons(found))),
        chapters=tuple(_podlove_chapters(children[_PODLOVE], base)),
        chapters_url=next((_link(e, "url", base) for e in found if local_name(e) == "chapters"), ""),
        soundbites=tuple(_soundbites(found)),
        medium=_first(found, "medium").lower(),
        guid=_guid(_first(found, "guid")),
        texts=tuple(
            (one_line(e.get("purpose") or "", 40), one_line(e.text or "", 300)) for e in _named(found, "txt")[:_MOST_TEXTS]
        ),
        season=_number(found, "season", "name") or _number(itunes, "season"),
        episode=_number(found, "episode", "display") or _number(itunes, "episode"),
        episode_type=_episode_type(_first(itunes, "episodeType").lower()),
        explicit=_EXPLICIT.get(_first(itunes, "explicit").lower()),
    )


def _named(elements: list[etree._Element], name: str) -> list[etree._Element]:
    return [element for element in elements if local_name(element).lower() == name.lower()]


def _first(elements: list[etree._Element], name: str) -> str:
    return next((words for element in _named(elements, name) if (words := one_line(element.text or "", 40))), "")


def _number(elements: list[etree._Element], name: str, shown_as: str = "") -> str:
    """What a season or episode is shown as: its name if it has one, else its number without needless noughts."""
    for element in _named(elements, name):
        shown = one_line(element.get(shown_as) or "", 40) if shown_as else ""
        number = one_line(element.text or "", 12)
        if shown or _NUMBER.fullmatch(number):
            return shown or _NOUGHTS.sub("", number)
    return ""


def _episode_type(words: str) -> str:
    return words if words in ("trailer", "bonus") else ""


def _guid(words: str) -> str:
    return words.lower() if _UUID.fullmatch(words.lower()) else ""


def _by_vocabulary(element: etree._Element) -> dict[str, list[etree._Element]]:
    """The children that belong to one of the three vocabularies; empty if none does."""
    found: dict[str, list[etree._Element]] = defaultdict(list)
    for child in element:
        if vocabulary := _vocabulary(namespace(child)):
            found[vocabulary].append(child)
    return found


@lru_cache(maxsize=4096)
def _vocabulary(space: str) -> str:
    """The podcast namespace has had several addresses, iTunes' is written with http, https, other cases; undeclared, only the
    customary prefix is left."""
    if "podcastindex" in space or space == "podcast" or "/podcast-namespace" in space:
        return _PODCAST
    if "podcast-1.0.dtd" in space or space == "itunes":
        return _ITUNES
    return _PODLOVE if "simple-chapters" in space else ""


def _with_grandchildren(children: list[etree._Element]) -> Iterator[etree._Element]:
    for child in children:
        if local_name(child) not in ITEM_TAGS:
            yield child
            yield from (grandchild for grandchild in child if _vocabulary(namespace(grandchild)) == _PODCAST)


def _transcripts(elements: list[etree._Element], base: str) -> Iterator[TranscriptLink]:
    for element in elements[:_MOST]:
        if local_name(element) == "transcript" and (url := _link(element, "url", base)):
            kind = one_line(element.get("type") or "", 80).lower()
            yield TranscriptLink(url=url, type=kind, language=stated(element.get("language") or ""))


def _persons(elements: list[etree._Element]) -> Iterator[Person]:
    for element in elements[:_MOST]:
        name = one_line(element.text or "", 200)
        if local_name(element) == "person" and name:
            yield Person(name=name, role=one_line(element.get("role") or "host", 60).lower())


def _soundbites(elements: list[etree._Element]) -> Iterator[Soundbite]:
    for element in elements[:_MOST]:
        at, length = _seconds(element.get("startTime")), _seconds(element.get("duration"))
        if local_name(element) == "soundbite" and at is not None and length:
            yield Soundbite(at=at, duration=length, title=one_line(element.text or ""))


def _podlove_chapters(elements: list[etree._Element], base: str) -> Iterator[Chapter]:
    for chapters in elements:
        if local_name(chapters) == "chapters":
            yield from _chapters(chapters, base)


def _chapters(chapters: etree._Element, base: str) -> Iterator[Chapter]:
    for chapter in list(chapters)[:_MOST]:
        at = _seconds(chapter.get("start"))
        if at is not None:
            yield Chapter(at=at, title=one_line(chapter.get("title") or ""), url=_link(chapter, "href", base))


def _seconds(text: str | None) -> float | None:
    """Like a duration, but a stretch may begin at nought."""
    if text is None:
        return None
    return 0.0 if not text.strip("0:. \t\n") and text.strip() else dates.duration(text)


def _link(element: etree._Element, attribute: str, base: str) -> str:
    address = (element.get(attribute) or "").strip()
    return web_link(address, base) if address else ""
