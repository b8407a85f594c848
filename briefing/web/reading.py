"""What is read: the front page, insights, stories, editions and their archive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from briefing.editions import sections, wording
from briefing.editions.told import EXTRACTIVE, Told
from briefing.model import Card, Disagreement, Edition, Insight, Phase, Related, Source, Story
from briefing.pipeline import telling
from briefing.pipeline.citing import sources
from briefing.store import Session
from briefing.store.browsing import Browsing
from briefing.store.insights import Kept
from briefing.stories.disagreements import between
from briefing.stories.timeline import card
from briefing.web import shown
from briefing.web.context import in_context
from briefing.web.joining import form_values
from briefing.web.site import Page, Site, local, missing

PHASES = {Phase.NEW: "New", Phase.DEVELOPING: "Developing", Phase.QUIET: "Quiet", Phase.REVIVED: "Back in the news"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTold:
    """One source of a story with what it adds."""

    source: Source
    insights: tuple[Told, ...]
    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """The story that an insight is part of, and how many insights and sources tell it."""

    id: str
    headline: str
    insights: int
    sources: int


def home(site: Site, request: Request) -> Response:
    """The newest house edition, and the way to one's own."""
    with site.services.store.read() as db:
        latest = next(iter(db.editions.latest(None)), None)
    below = {name: lines for name, lines in sections.filled(latest).items() if name != "also"} if latest else {}
    values = {"edition": latest, "picks": shown.picks(latest) if latest else [], "sections": below, **_counted(site, latest)}
    return site.page("home.html", values | form_values(site))


def insight(site: Site, request: Request) -> Response:
    services, id_ = site.services, request.path_params["id"]
    with services.store.read() as db:
        kept = db.insights.get([id_]).get(id_) or missing()
        source = sources(db, services.config, [kept.insight.entry_id]).get(kept.insight.entry_id) or missing()
        whole = _whole(db, kept.story_id)
        document = db.documents.get(kept.insight.entry_id)
        related = site.neighbours.of(db, kept.insight, site.clock())
        corrections = db.corrections.of([id_])
    alone = _alone(kept, source)
    values = {
        "insight": kept.insight,
        "headline": shown.headline(kept.insight),
        "told": shown.told_alone(kept.insight, source, alone, card(alone, services.config.topics), services.links),
        "source": source,
        "story": whole,
        "contexts": in_context(document, kept.insight.quotes) if document else [],
        "corrections": corrections,
        "related": [shown.line(each, services.links) for each in related],
        "disagreements": _contested(kept.insight, source, related),
        "feeds": {each.entry_id: each for each in (source, *(one.source for one in related))},
        "description": shown.description(kept.insight.claim),
    }
    return site.page("insight.html", values | form_values(site))


def story(site: Site, request: Request) -> Response:
    services = site.services
    with services.store.read() as db:
        found = _story(db, site, request.path_params["id"]) or missing()
        related = site.neighbours.of(db, found.lead, site.clock())
        recap_slot = Browsing(db.connection).latest_recap() if services.config.briefing.archive != "off" else None
    members = {insight.id for insight in found.insights}
    elsewhere = [each for each in related if each.insight.id not in members]
    facts, cited = card(found, services.config.topics), {source.entry_id: source for source in found.sources}
    source, told = cited.get(found.lead.entry_id), _told(site, found)
    contested = _contested(found.lead, source, elsewhere) if source else ()
    values = {
        "story": found,
        "card": facts,
        "lead": next(iter(told), None),
        "told": told,
        "disagreements": (*facts.disagreements, *contested),
        "feeds": {**{each.source.entry_id: each.source for each in elsewhere}, **cited},
        "phase": PHASES[found.phase],
        "related": [shown.line(each, services.links) for each in elsewhere],
        "recap": recap_slot,
        "worded": any(each.writer != EXTRACTIVE for each in found.insights),
        "description": shown.description(found.lead.claim),
    }
    return site.page("story.html", values | form_values(site))


def _contested(insight: Insight, source: Source, related: Sequence[Related]) -> tuple[Disagreement, ...]:
    """Figures of an insight that related ones of other publishers contradict."""
    return between(insight, source, [(each.insight, each.source) for each in related])


def edition(site: Site, request: Request) -> Response:
    with site.services.store.read() as db:
        found = db.editions.of_slot(None, _slot(request)) or missing()
        earlier, later = _beside(db.editions.slots(None), found.slot)
    return _edition_page(site, found, {"earlier": earlier, "later": later, "preferences": ""})


def personal_edition(site: Site, request: Request) -> Response:
    """A reader's own edition, for whoever holds its signed link."""
    token, slot = site.token(request, "edition"), _slot(request)
    reader, _, day = token.subject.partition(" ")
    with site.services.store.read() as db:
        found = db.editions.of_slot(reader, slot) if day == slot.isoformat() else None
    if found is None:
        missing()
    preferences = site.services.links.preferences(reader, found.created_at)
    return _edition_page(site, found, {"earlier": None, "later": None, "preferences": preferences})


def archive(site: Site, request: Request) -> Response:
    """One month of editions, and the months there are."""
    with site.services.store.read() as db:
        slots = db.editions.slots(None)
        months = [month for month, _ in groupby(slots, key=lambda slot: slot.replace(day=1))]
        month = _month(request.query_params.get("month", ""), months)
        found = Browsing(db.connection).editions(month, _last(month)) if month else []
    return site.page("archive.html", {"editions": found, "months": months, "month": month})


def recap(site: Site, request: Request) -> Response:
    """To the newest house edition that holds a week in review."""
    with site.services.store.read() as db:
        slot = Browsing(db.connection).latest_recap() or missing()
    return RedirectResponse(f"{local(site.services.links.edition(slot))}#recap")


def _edition_page(site: Site, found: Edition, values: Mapping[str, object]) -> Response:
    told = {
        "edition": found,
        "picks": shown.picks(found),
        "sections": sections.filled(found),
        "description": shown.description(found.preheader),
        **_counted(site, found),
    }
    return site.page("edition.html", {**told, **values})


def _counted(site: Site, edition: Edition | None) -> dict[str, str]:
    if edition is None:
        return {"thin": "", "coverage": "", "left_out": ""}
    return {
        "thin": wording.thin(edition, site.services.config.briefing.top),
        "coverage": wording.coverage(edition.coverage),
        "left_out": wording.left_out(edition.coverage),
    }


def _story(db: Session, site: Site, story_id: str | None) -> Story | None:
    rows = db.stories.get([story_id]) if story_id else {}
    return next(iter(telling.stories(db, site.services.config, list(rows.values()))), None)


def _whole(db: Session, story_id: str | None) -> Whole | None:
    """The story of an insight, if others tell it too."""
    if story_id is None:
        return None
    headline, told = Browsing(db.connection).told_in(story_id)
    return Whole(id=story_id, headline=headline, insights=len(told), sources=len({*told})) if len(told) > 1 else None


def _alone(kept: Kept, source: Source) -> Story:
    """An insight as a story of its own: what others of its story say stands on the story's page."""
    return Story(
        id=kept.story_id or kept.insight.id,
        headline=kept.insight.headline,
        insights=(kept.insight,),
        sources=(source,),
        first_seen_at=kept.shown_at,
        updated_at=kept.shown_at,
    )


def _told(site: Site, found: Story) -> list[SourceTold]:
    return [
        SourceTold(
            source=source,
            insights=tuple(shown.told_alone(each, source, found, Card(), site.services.links) for each in own),
            urls=tuple(site.services.links.insight(each.id) for each in own),
        )
        for source in found.sources
        if (own := [each for each in found.insights if each.entry_id == source.entry_id])
    ]


def _slot(request: Request) -> date:
    try:
        return date.fromisoformat(request.path_params["slot"])
    except ValueError:
        missing()


def _beside(slots: list[date], slot: date) -> tuple[date | None, date | None]:
    """The slots before and after one, of those there are (newest first)."""
    return max((s for s in slots if s < slot), default=None), min((s for s in slots if s > slot), default=None)


def _month(text: str, months: list[date]) -> date | None:
    """The month asked for, else the newest; 404 for one without editions."""
    if not text:
        return next(iter(months), None)
    return next((month for month in months if f"{month:%Y-%m}" == text), None) or missing()


def _last(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


PAGES = (
    Page(path="/", show=home, public=True),
    Page(path="/i/{id}", show=insight, public=True, lasting=True),
    Page(path="/s/{id}", show=story, public=True, lasting=True),
    Page(path="/e/{slot}", show=edition, public=True, lasting=True, archive=True),
    Page(path="/e/{slot}/{token}", show=personal_edition),
    Page(path="/archive", show=archive, public=True, archive=True),
    Page(path="/recap", show=recap, archive=True),
)
