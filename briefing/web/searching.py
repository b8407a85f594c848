"""Search for visitors: by words and by meaning, narrowed by feed, topic, speaker and date; a form, and nothing but links."""

from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from briefing.editions import wording
from briefing.editions.links import deep_link
from briefing.pipeline.searching import LONGEST, Question, Stretch, insights, meant, stories, stretches
from briefing.store import Session
from briefing.store.insights import Kept
from briefing.web import shown
from briefing.web.site import Page, Site
from briefing.web.sources import SourceShown, shown_sources

SHOWN, MOST_STORIES, MOST_STRETCHES, MOST_MEANT = 30, 5, 8, 10
FIELDS = ("q", "topic", "source", "speaker", "since", "until")
HIGHEST = 2**63 - 1


class UnknownFilterError(ValueError):
    """A filter that names what is not there."""


def search(site: Site, request: Request) -> Response:
    """What holds all of the words, newest first, and what is near in meaning. A filter that cannot be read narrows nothing."""
    typed = asked(request)
    config, links, before = site.services.config, site.services.links, row_number(request.query_params.get("before", ""))
    with site.services.store.read() as db:
        feeds = shown_sources(db, config)
        question = _lenient(site, feeds, typed)
        values: dict[str, object] = {"asked": typed, "feeds": feeds.values(), "is_asked": any(typed.values()), "most": SHOWN}
        if not any(typed.values()):
            return site.page("search.html", values | _nothing())
        found = insights(db, config, question, SHOWN, before)
        values["lines"] = shown.lines(db, config, links, found.items)
        if before is None:
            values["near"] = shown.lines(db, config, links, also_meant(db, site, question, found.items))
            values["stories"] = stories(db, config, question, MOST_STORIES).items
            values["stretches"] = [(each, _where(each)) for each in stretches(db, config, question, MOST_STRETCHES)]
        values["older"] = urlencode({**{k: v for k, v in typed.items() if v}, "before": found.more}) if found.more else ""
    return site.page("search.html", _nothing() | values)


def asked(request: Request) -> dict[str, str]:
    """What was typed into each field; nothing where it was left alone."""
    return {name: request.query_params.get(name, "").replace("\x00", "")[:LONGEST].strip() for name in FIELDS}


def also_meant(db: Session, site: Site, question: Question, found: Sequence[Kept]) -> list[Kept]:
    """What is near in meaning, nearest first, without what was found by its words."""
    had = {kept.insight.id for kept in found}
    archived, embedder = site.neighbours.archived(db, site.clock()), site.services.embedder()
    near = meant(db, site.services.config, question, archived, embedder, MOST_MEANT)
    return [kept for kept in near if kept.insight.id not in had]


def question_of(site: Site, feeds: Mapping[str, SourceShown], typed: Mapping[str, str]) -> Question:
    """What was asked for. Raises `UnknownFilterError` for an unknown topic or source, `ValueError` for what is no day."""
    topic, source = typed.get("topic", ""), typed.get("source", "")
    topics = {each.id: each for each in site.services.config.topics}
    if topic and topic not in topics:
        raise UnknownFilterError("there is no such topic")
    if source and source not in feeds:
        raise UnknownFilterError("there is no such source")
    return Question(
        text=typed.get("q", ""),
        topic=topics.get(topic),
        feed_url=feeds[source].url if source else "",
        speaker=typed.get("speaker", ""),
        since=_day(typed.get("since", "")),
        until=_day(typed.get("until", "")),
    )


def row_number(text: str) -> int | None:
    """Where a page begins, as the page before it said; None for the first page, and for what is no such number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= HIGHEST else None


def _lenient(site: Site, feeds: Mapping[str, SourceShown], typed: dict[str, str]) -> Question:
    for name in FIELDS[1:]:
        try:
            question_of(site, feeds, {name: typed[name]})
        except ValueError:
            typed[name] = ""
    return question_of(site, feeds, typed)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError("a day is written like 2026-11-21") from None


def _where(stretch: Stretch) -> tuple[str, str]:
    """The address of the words in their source, and the minute."""
    at = wording.clock(stretch.at)
    return deep_link(stretch.source, stretch.at), at


def _nothing() -> dict[str, object]:
    return {"lines": [], "near": [], "stories": [], "stretches": [], "older": ""}


PAGES = (Page(path="/search", show=search, public=True, archive=True),)
