"""The answers of the API: the archive as the pages show it, in JSON."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import NoReturn

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from briefing.editions.links import deep_link
from briefing.editions.view import view
from briefing.errors import StoreError
from briefing.model import Quote, Source, Story
from briefing.pipeline import searching, telling
from briefing.pipeline.citing import sources
from briefing.pipeline.searching import Question, Stretch
from briefing.store import Session
from briefing.store.browsing import Browsing
from briefing.store.insights import Kept
from briefing.web.api import nouns
from briefing.web.api.openapi import MOST, USUAL, document
from briefing.web.searching import UnknownFilterError, also_meant, asked, question_of, row_number
from briefing.web.site import Page, Site, client
from briefing.web.sources import shown_sources, source_id

ROOT = "/api/v1"
WAIT_SECONDS = 60
FOUND_STORIES, FOUND_STRETCHES = 5, 8
WORDS = {
    404: "There is no such thing.",
    405: "This is read, and not changed.",
    429: "There have been too many requests from your network.",
    500: "Something went wrong here.",
    503: "The archive cannot be read at this moment.",
}
Answer = Callable[[Site, Session, Request], object]
log = logging.getLogger("briefing.web")


def insights(site: Site, db: Session, request: Request) -> nouns.Insights:
    question, limit, before = _question(site, db, request), _limit(request), _cursor(request)
    found = searching.insights(db, site.services.config, question, limit, before)
    return nouns.Insights(items=_insights(site, db, found.items), next=_next(found.more))


def insight(site: Site, db: Session, request: Request) -> nouns.Insight:
    id_ = request.path_params["id"]
    return next(iter(_insights(site, db, list(db.insights.get([id_]).values()))), None) or _missing()


def stories(site: Site, db: Session, request: Request) -> nouns.Stories:
    question, limit, before = _question(site, db, request), _limit(request), _cursor(request)
    found = searching.stories(db, site.services.config, question, limit, before)
    return nouns.Stories(items=_stories(site, db, found.items), next=_next(found.more))


def story(site: Site, db: Session, request: Request) -> nouns.Story:
    rows = db.stories.get([request.path_params["id"]])
    told = telling.stories(db, site.services.config, list(rows.values()))
    return next(iter(_stories(site, db, told)), None) or _missing()


def editions(site: Site, db: Session, request: Request) -> nouns.Editions:
    limit, before = _limit(request), _slot(request.query_params.get("cursor", ""), 400) or date.max
    slots = sorted((slot for slot in db.editions.slots(None) if slot < before), reverse=True)
    shown = slots[:limit]
    found = Browsing(db.connection).editions(shown[-1], shown[0]) if shown else []
    lines = [nouns.EditionLine(slot=e.slot, url=site.services.links.edition(e.slot), subject=e.subject) for e in found]
    return nouns.Editions(items=lines, next=shown[-1].isoformat() if len(slots) > limit else None)


def edition(site: Site, db: Session, request: Request) -> object:
    slot = _slot(request.path_params["slot"], 404) or _missing()
    return view(db.editions.of_slot(None, slot) or _missing())


def search(site: Site, db: Session, request: Request) -> nouns.Results:
    question, limit, before = _question(site, db, request), _limit(request), _cursor(request)
    config = site.services.config
    found = searching.insights(db, config, question, limit, before)
    if before is not None:
        return nouns.Results(insights=_insights(site, db, found.items), stories=[], stretches=[], near=[], next=_next(found.more))
    return nouns.Results(
        insights=_insights(site, db, found.items),
        stories=_stories(site, db, searching.stories(db, config, question, FOUND_STORIES).items),
        stretches=[_stretch(each) for each in searching.stretches(db, config, question, FOUND_STRETCHES)],
        near=_insights(site, db, also_meant(db, site, question, found.items)),
        next=_next(found.more),
    )


def described(site: Site, db: Session, request: Request) -> object:
    return document(site.services.config.briefing.title, site.services.config.web.public_url)


def problem(status: int, words: str = "", headers: Mapping[str, str] | None = None) -> Response:
    """An error as the API tells it."""
    told = nouns.Problem(
        error=nouns.Trouble(status=status, message=words or WORDS.get(status, "The request could not be understood."))
    )
    return Response(msgspec.json.encode(told), status, headers, media_type="application/json")


def _answered(answer: Answer, site: Site, request: Request) -> Response:
    """Count the request, then answer it; what goes wrong is told as JSON, too."""
    if not site.limits.api.take(client(request), site.clock()):
        return problem(429, headers={"Retry-After": str(WAIT_SECONDS)})
    try:
        with site.services.store.read() as db:
            return Response(msgspec.json.encode(answer(site, db, request)), media_type="application/json")
    except HTTPException as error:
        return problem(error.status_code, error.detail)
    except StoreError as error:
        log.error("the store does not answer: %s", error)
        return problem(503)
    except Exception:
        log.exception("an answer failed")
        return problem(500)


def _question(site: Site, db: Session, request: Request) -> Question:
    try:
        return question_of(site, shown_sources(db, site.services.config), asked(request))
    except UnknownFilterError as error:
        raise HTTPException(404, str(error)) from None
    except ValueError as error:
        raise HTTPException(400, str(error)) from None


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", str(USUAL))
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= MOST):
        raise HTTPException(400, f"limit is a number from 1 to {MOST}")
    return int(text)


def _cursor(request: Request) -> int | None:
    text = request.query_params.get("cursor", "")
    found = row_number(text)
    if text and found is None:
        raise HTTPException(400, "cursor is `next` of the page before")
    return found


def _slot(text: str, status: int) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise HTTPException(status, "a day is written like 2026-11-21") from None


def _next(number: int | None) -> str | None:
    return None if number is None else str(number)


def _insights(site: Site, db: Session, found: Sequence[Kept]) -> list[nouns.Insight]:
    cited = sources(db, site.services.config, sorted({kept.insight.entry_id for kept in found}))
    corrections: dict[str, list[nouns.Correction]] = {}
    for one in db.corrections.of([kept.insight.id for kept in found]):
        corrections.setdefault(one.insight_id, []).append(nouns.Correction(at=one.at, text=one.text))
    told = [(kept, cited.get(kept.insight.entry_id)) for kept in found]
    return [_insight(site, kept, source, corrections.get(kept.insight.id, ())) for kept, source in told if source]


def _insight(site: Site, kept: Kept, source: Source, corrections: Sequence[nouns.Correction]) -> nouns.Insight:
    insight = kept.insight
    return nouns.Insight(
        id=insight.id,
        url=site.services.links.insight(insight.id),
        claim=insight.claim,
        headline=insight.headline,
        kind=insight.kind,
        writer=insight.writer,
        score=round(insight.score, 4),
        language=insight.language,
        shown_at=kept.shown_at,
        story_id=kept.story_id,
        source=_source(source),
        quotes=[_quote(quote, source) for quote in insight.quotes],
        corrections=corrections,
    )


def _quote(quote: Quote, source: Source) -> nouns.Quote:
    return nouns.Quote(text=quote.text, speaker=quote.speaker, at=quote.at, url=deep_link(source, quote.at))


def _source(source: Source) -> nouns.Source:
    return nouns.Source(
        feed_id=source_id(source.feed_url),
        feed=source.feed,
        publisher=source.publisher,
        title=source.title,
        url=source.url,
        kind=source.kind.value,
        published_at=source.published_at,
        language=source.language,
    )


def _stretch(found: Stretch) -> nouns.Stretch:
    return nouns.Stretch(
        text=f"{found.before}{found.word}{found.after}",
        speaker=found.speaker,
        at=found.at,
        url=deep_link(found.source, found.at),
        source=_source(found.source),
    )


def _stories(site: Site, db: Session, told: Sequence[Story]) -> list[nouns.Story]:
    kept = db.insights.get([insight.id for story in told for insight in story.insights])
    return [
        nouns.Story(
            id=story.id,
            url=site.services.links.story(story.id),
            headline=story.headline,
            phase=story.phase.value,
            first_seen_at=story.first_seen_at,
            updated_at=story.updated_at,
            insights=_insights(site, db, [kept[insight.id] for insight in story.insights if insight.id in kept]),
        )
        for story in told
    ]


def _missing() -> NoReturn:
    raise HTTPException(404, WORDS[404])


ANSWERS: Mapping[str, Answer] = {
    "/insights": insights,
    "/insights/{id}": insight,
    "/stories": stories,
    "/stories/{id}": story,
    "/editions": editions,
    "/editions/{slot}": edition,
    "/search": search,
}
PAGES = (
    Page(path=f"{ROOT}/openapi.json", show=partial(_answered, described), public=True),
    *(Page(path=ROOT + path, show=partial(_answered, answer), public=True, archive=True) for path, answer in ANSWERS.items()),
)
