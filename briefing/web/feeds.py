"""The brief, a topic or a source as a feed: Atom (RFC 4287) and JSON Feed 1.1."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from briefing.editions import sections, wording
from briefing.model import Edition
from briefing.pipeline.citing import sources
from briefing.store import Session
from briefing.store.insights import Kept
from briefing.web import shown
from briefing.web.finding import find_source, find_topic, of_source, of_topic
from briefing.web.site import Page, Site

EDITIONS = 7
EVER = datetime(1970, 1, 1, tzinfo=UTC)
ATOM, JSON_FEED = "application/atom+xml; charset=utf-8", "application/feed+json; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An insight in its words, or an edition in its own `html`."""

    url: str
    title: str
    language: str
    at: datetime
    claim: str = ""
    source: str = ""
    source_url: str = ""
    html: str = ""

    @property
    def words(self) -> str:
        return f"“{self.claim}” — {self.source}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A feed: what it is called, its page, and its items, newest first."""

    title: str
    page: str
    items: Sequence[Item]

    @property
    def updated(self) -> datetime:
        return max((item.at for item in self.items), default=EVER)


Fill = Callable[[Site, Request], Channel]


def house(site: Site, request: Request) -> Channel:
    """Whole editions: picks, the day's other stories, the week, predictions due, corrections."""
    return _of_editions(site, lambda edition: [_edition(site, edition)])


def insights(site: Site, request: Request) -> Channel:
    """The picks of the same editions, one by one."""
    return _of_editions(site, _picks)


def _of_editions(site: Site, items: Callable[[Edition], Sequence[Item]]) -> Channel:
    with site.services.store.read() as db:
        latest = db.editions.latest(None, EDITIONS)
    brief, links = site.services.config.briefing, site.services.links
    return Channel(title=brief.title, page=links.home(), items=[item for edition in latest for item in items(edition)])


def topic(site: Site, request: Request) -> Channel:
    found = find_topic(site, request.path_params["topic"])
    with site.services.store.read() as db:
        items = _items(db, site, of_topic(db, site, found))
    return _channel(site, found.title or found.id, f"topics/{found.id}", items)


def source(site: Site, request: Request) -> Channel:
    with site.services.store.read() as db:
        found = find_source(db, site, request.path_params["id"])
        items = _items(db, site, of_source(db, found))
    return _channel(site, found.title, f"sources/{found.id}", items)


def atom(fill: Fill) -> Callable[[Site, Request], Response]:
    def show(site: Site, request: Request) -> Response:
        body = site.templates.get_template("feed.atom.xml").render(_values(site, request, fill))
        return Response(body, media_type=ATOM)

    return show


def json_feed(fill: Fill) -> Callable[[Site, Request], Response]:
    def show(site: Site, request: Request) -> Response:
        channel = fill(site, request)
        own = _own_url(site, request)
        body = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": channel.title,
            "home_page_url": channel.page,
            "feed_url": own,
            "items": [_json_item(item) for item in channel.items],
        }
        return Response(json.dumps(body, ensure_ascii=False), media_type=JSON_FEED)

    return show


def _values(site: Site, request: Request, fill: Fill) -> dict[str, object]:
    return {"channel": fill(site, request), "own": _own_url(site, request)}


def _own_url(site: Site, request: Request) -> str:
    return f"{site.services.links.public_url}{request.url.path}"


def _json_item(item: Item) -> dict[str, object]:
    content = {"content_html": item.html} if item.html else {"content_text": item.words}
    told = {"id": item.url, "url": item.url, "title": item.title, **content}
    more = {"external_url": item.source_url, "language": item.language}
    return {**told, "date_published": item.at.isoformat(), **{name: value for name, value in more.items() if value}}


def _edition(site: Site, edition: Edition) -> Item:
    values = {"picks": shown.picks(edition), "sections": sections.filled(edition), "coverage": wording.coverage(edition.coverage)}
    return Item(
        url=site.services.links.edition(edition.slot),
        title=edition.subject,
        language=edition.language,
        at=edition.created_at,
        html=site.templates.get_template("feed.edition.html").render(values),
    )


def _picks(edition: Edition) -> list[Item]:
    return [
        Item(
            url=pick.url,
            title=pick.headline,
            claim=pick.told.claim,
            source=pick.told.source.feed if pick.told.source else "",
            source_url=pick.told.source.url if pick.told.source else "",
            language=pick.told.language,
            at=edition.created_at,
        )
        for pick in shown.picks(edition)
    ]


def _items(db: Session, site: Site, found: Sequence[Kept]) -> list[Item]:
    cited = sources(db, site.services.config, sorted({kept.insight.entry_id for kept in found}))
    return [
        Item(
            url=site.services.links.insight(kept.insight.id),
            title=shown.headline(kept.insight),
            claim=kept.insight.claim,
            source=origin.feed,
            source_url=origin.url,
            language=kept.insight.language or origin.language,
            at=kept.shown_at,
        )
        for kept in found
        if (origin := cited.get(kept.insight.entry_id))
    ]


def _channel(site: Site, title: str, path: str, items: Sequence[Item]) -> Channel:
    links = site.services.links
    return Channel(title=f"{title} – {site.services.config.briefing.title}", page=f"{links.public_url}/{path}", items=items)


def _pair(path: str, fill: Fill) -> tuple[Page, Page]:
    return (
        Page(path=f"{path}/feed.atom", show=atom(fill), public=True, archive=True),
        Page(path=f"{path}/feed.json", show=json_feed(fill), public=True, archive=True),
    )


PAGES = (*_pair("", house), *_pair("/insights", insights), *_pair("/topics/{topic}", topic), *_pair("/sources/{id}", source))
