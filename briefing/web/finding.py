"""Ways into the archive: topics, sources, and how all of it is made."""

from itertools import islice

from starlette.requests import Request
from starlette.responses import Response

from briefing.editions import wording
from briefing.insights.scorer import FLOOR
from briefing.model import Topic
from briefing.pipeline import health
from briefing.pipeline.citing import sources
from briefing.store import Session
from briefing.store.browsing import Browsing
from briefing.store.insights import Kept
from briefing.stories.topics import TopicFinder
from briefing.stories.weights import DEFAULT
from briefing.web import shown
from briefing.web.site import Page, Site, missing
from briefing.web.sources import SourceShown, shown_source, source_id

BATCH, MOST_SEEN = 60, 600
"""Stories looked at to fill a topic's page, newest first: a batch at a time, and at most."""
SHOWN = 30
ENTRIES, OF_ENTRY = 15, 3


def topic(site: Site, request: Request) -> Response:
    found = find_topic(site, request.path_params["topic"])
    with site.services.store.read() as db:
        told = shown.lines(db, site.services.config, site.services.links, of_topic(db, site, found))
    return site.page("topic.html", {"topic": found, "lines": told})


def source(site: Site, request: Request) -> Response:
    """A feed's newest entries with what was found in each."""
    with site.services.store.read() as db:
        feed = find_source(db, site, request.path_params["id"])
        told = shown.lines(db, site.services.config, site.services.links, of_source(db, feed))
        state = health.of_feed(db, site.services.config, feed.url, site.clock())
    return site.page("source.html", {"source": feed, "lines": told, "health": state, "kind": wording.KINDS[feed.kind]})


def method(site: Site, request: Request) -> Response:
    """How insights are chosen, what a machine wrote, and the sources with their health."""
    with site.services.store.read() as db:
        feeds = health.feeds(db, site.services.config, site.clock())
        counted = {"insights": db.insights.count(), "stories": db.stories.count()}
    rows = [(source_id(feed.url), feed, wording.KINDS[feed.kind] if feed.kind else "") for feed in feeds]
    return site.page("method.html", {"feeds": rows, "model": site.services.config.llm, **counted})


def find_topic(site: Site, id_: str) -> Topic:
    return next((each for each in site.services.config.topics if each.id == id_), None) or missing()


def find_source(db: Session, site: Site, id_: str) -> SourceShown:
    return shown_source(db, site.services.config, id_) or missing()


def of_topic(db: Session, site: Site, topic: Topic) -> list[Kept]:
    """The newest stories about a topic, each by its first insight; none that is too weak for an edition."""
    batches = (db.insights.leads(BATCH, seen, FLOOR) for seen in range(0, MOST_SEEN, BATCH))
    return list(islice((kept for batch in batches for kept in _about(db, site, topic, batch)), SHOWN))


def of_source(db: Session, feed: SourceShown) -> list[Kept]:
    """The best of a source's newest entries; the others of an entry only where they are strong enough for an edition."""
    browsing = Browsing(db.connection)
    best = [ids[:OF_ENTRY] for ids in browsing.of_entries(browsing.newest_entries(feed.url, ENTRIES)).values()]
    kept = db.insights.get([id_ for ids in best for id_ in ids])
    return shown.in_order(kept, [id_ for ids in best for id_ in ids if id_ == ids[0] or _is_strong(kept[id_])])


def _about(db: Session, site: Site, topic: Topic, kept: list[Kept]) -> list[Kept]:
    finder = TopicFinder(site.services.config.topics, DEFAULT)
    cited = sources(db, site.services.config, sorted({one.insight.entry_id for one in kept}))
    found = [(one, cited.get(one.insight.entry_id)) for one in kept]
    return [one for one, source in found if source and topic.id in finder.about(one.insight, source)]


def _is_strong(kept: Kept) -> bool:
    return kept.insight.score >= FLOOR


PAGES = (
    Page(path="/topics/{topic}", show=topic, public=True, archive=True),
    Page(path="/sources/{id}", show=source, public=True, archive=True),
    Page(path="/method", show=method, public=True),
)
