"""Links from the mails, each signed for one person: leave, choose, more or less like this. GET shows, POST acts."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from briefing.config.values import DAYS
from briefing.errors import UsageError
from briefing.model import Status, Subscriber
from briefing.pipeline import people, privacy, telling
from briefing.pipeline.wishes import RELATED, TOPS, as_asked, wishes
from briefing.store import Session
from briefing.stories.learning import learn
from briefing.web import forms, shown
from briefing.web.joining import addressee, languages, reader_of
from briefing.web.site import INVALID_LINK, Page, Site
from briefing.web.sources import shown_sources

ONE_CLICK = ("List-Unsubscribe", "One-Click")
"""RFC 8058, 3.1; our own button sends the same."""
WEIGHTS = (("", "Not chosen"), ("0.5", "A little"), ("1", "Yes"), ("2", "More"), ("4", "Most of all"))
TOPIC, FEED = "topic.", "muted_feed"
LINES = ("send_at", "zone", "top", "related")
BOXES = ("languages", "days")
EMPTY = ("skip", "send")


def leaving(site: Site, request: Request) -> Response:
    """One button; opening the page changes nothing."""
    token = site.token(request, "unsubscribe")
    with site.services.store.read() as db:
        reader = db.subscribers.get([token.subject]).get(token.subject)
    gone = reader is None or reader.status is Status.UNSUBSCRIBED
    return site.page("left.html" if gone else "unsubscribe.html", {"masked": masked(reader.email) if reader else ""})


def leave(site: Site, request: Request, form: FormData) -> Response:
    """What mail providers post for their readers, and our own button; who is gone already stays gone."""
    token = site.token(request, "unsubscribe")
    if form.get(ONE_CLICK[0]) != ONE_CLICK[1]:
        raise HTTPException(400)
    with suppress(UsageError):
        people.unsubscribe(site.services, token.subject)
    return site.page("left.html", {})


def preferences(site: Site, request: Request) -> Response:
    return _preferences(site, request, addressee(site, request, "preferences"))


def choose(site: Site, request: Request, form: FormData) -> Response:
    reader = addressee(site, request, "preferences")
    action = ACTIONS.get(forms.text(form, "action") or "save")
    if action is None:
        raise HTTPException(400)
    try:
        said = action(site, reader, form)
    except UsageError as error:
        return _preferences(site, request, reader, trouble=forms.trouble(error.subject, error.reason), status=400)
    return _preferences(site, request, addressee(site, request, "preferences"), said=said)


def erase(site: Site, request: Request, form: FormData) -> Response:
    """Two consents: the button, and the box beside it."""
    reader = addressee(site, request, "preferences")
    if not forms.text(form, "sure"):
        return _preferences(site, request, reader, trouble="Tick the box to erase everything.", status=400)
    privacy.forget(site.services, reader.id, site.clock())
    return site.page("erased.html", {})


def export(site: Site, request: Request) -> Response:
    """All that is known of a reader, as a file."""
    known = privacy.export(site.services, addressee(site, request, "preferences").id)
    body = json.dumps(known, ensure_ascii=False, indent=2)
    return Response(body, media_type="application/json", headers={"Content-Disposition": 'attachment; filename="my-data.json"'})


def rating(site: Site, request: Request) -> Response:
    """One button; opening the page changes nothing."""
    _, insight_id, wish = _rated(site, request)
    with site.services.store.read() as db:
        kept = db.insights.get([insight_id]).get(insight_id)
    return site.page("rate.html", {"more": wish == "more", "headline": shown.headline(kept.insight) if kept else ""})


def rate(site: Site, request: Request, form: FormData) -> Response:
    """Learn from one answer about one insight: the same answer counts once, its opposite takes it back."""
    reader_id, insight_id, wish = _rated(site, request)
    step = 1 if wish == "more" else -1
    with site.services.store.write() as db:
        reader = reader_of(db, reader_id)
        key = f"feedback:{reader_id}:{insight_id}"
        before = int(db.meta.memo(key) or 0)
        after = max(-1, min(1, before + step))
        if after != before and _learn(db, site, reader, insight_id, more=step > 0):
            db.meta.remember(key, str(after), site.clock())
    preferences = site.services.links.preferences(reader_id, site.clock())
    return site.page("rated.html", {"balance": after, "preferences": preferences})


def masked(email: str) -> str:
    """Enough of an address to know one's own."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"


def _learn(db: Session, site: Site, reader: Subscriber, insight_id: str, *, more: bool) -> bool:
    config = site.services.config
    kept = db.insights.get([insight_id]).get(insight_id)
    rows = db.stories.get([kept.story_id]) if kept and kept.story_id else {}
    for story in telling.stories(db, config, list(rows.values())):
        db.subscribers.save(replace(reader, learnt=learn(reader.learnt, story, config.topics, more=more)))
    return bool(rows)


def _rated(site: Site, request: Request) -> tuple[str, str, str]:
    parts = site.token(request, "feedback").subject.split(" ")
    if len(parts) != 3:
        raise HTTPException(404, INVALID_LINK)
    return parts[0], parts[1], parts[2]


def _preferences(
    site: Site, request: Request, reader: Subscriber, *, said: str = "", trouble: str = "", status: int = 200
) -> Response:
    with site.services.store.read() as db:
        sources = list(shown_sources(db, site.services.config).values())
    values = {
        "reader": reader,
        "asked": as_asked(reader),
        "masked": masked(reader.email),
        "weights": WEIGHTS,
        "chosen": {id_: f"{weight:g}" for id_, weight in reader.topics.items()},
        "days": DAYS,
        "tops": TOPS,
        "related": RELATED,
        "languages": tuple(dict.fromkeys([*languages(site.services), *reader.languages])),
        "sources": sources,
        "words": [word for word in reader.muted if word not in {source.url for source in sources}],
        "learnt": _learnt(site, reader, {source.url: source.title for source in sources}),
        "unsubscribe": site.services.links.unsubscribe(reader.id, site.clock()),
        "here": request.url.path,
        "said": said,
        "trouble": trouble,
    }
    return site.page("preferences.html", values, status)


def _learnt(site: Site, reader: Subscriber, feeds: Mapping[str, str]) -> list[tuple[str, float]]:
    """What the answers have taught, in names, the strongest first."""
    names = {**feeds, **{topic.id: topic.title or topic.id for topic in site.services.config.topics}}
    known = [(names[key], weight) for key, weight in reader.learnt.items() if key in names]
    return sorted(known, key=lambda one: -abs(one[1]))


def _save(site: Site, reader: Subscriber, form: FormData) -> str:
    """New wishes; what the form does not name stays as it is."""
    with site.services.store.read() as db:
        feeds = {source.id: source.url for source in shown_sources(db, site.services.config).values()}
    merged = as_asked(reader) | _changes(form, feeds)
    people.change(site.services, reader.id, wishes(merged, site.services.config))
    if (empty := forms.text(form, "on_empty")) in EMPTY:
        _update(site, reader.id, lambda known: replace(known, on_empty=empty))
    return "Saved. Your next edition follows your new choice."


def _changes(form: FormData, feeds: Mapping[str, str]) -> dict[str, str]:
    """The fields that were sent; a whole form also says what was left unticked."""
    whole = bool(forms.text(form, "whole"))
    names = [*(name for name in LINES if name in form), *(name for name in BOXES if whole or name in form)]
    changes = forms.asked(form, tuple(names))
    if whole or "topics" in form:
        changes["topics"] = ",".join(filter(None, [forms.text(form, "topics"), *_weighed(form)]))
    if whole or "mute" in form:
        muted = [feeds[id_] for id_ in form.getlist(FEED) if isinstance(id_, str) and id_ in feeds]
        changes["mute"] = ",".join(filter(None, [forms.text(form, "mute"), *muted]))
    return changes


def _weighed(form: FormData) -> list[str]:
    return [f"{name.removeprefix(TOPIC)}:{weight}" for name, weight in form.multi_items() if name.startswith(TOPIC) and weight]


def _pause(site: Site, reader: Subscriber, form: FormData) -> str:
    until = _day(forms.text(form, "paused_until"))
    if until <= site.clock().date():
        raise UsageError("the pause", "it must end on a day to come")
    _move(site, reader, "pause", until)
    return f"Paused until {until:%d %B %Y}."


def _resume(site: Site, reader: Subscriber, form: FormData) -> str:
    _move(site, reader, "resume", None)
    return "Welcome back. Your next edition comes at your usual hour."


def _move(site: Site, reader: Subscriber, name: str, until: date | None) -> None:
    with site.services.store.write() as db:
        moved = people.move(db, people.find(db, reader.id), name)
        db.subscribers.save(replace(moved, paused_until=until, next_edition_at=None))


def _forget_learnt(site: Site, reader: Subscriber, form: FormData) -> str:
    _update(site, reader.id, lambda known: replace(known, learnt={}))
    return "Forgotten. Only what you chose yourself counts now."


def _update(site: Site, reader_id: str, change: Callable[[Subscriber], Subscriber]) -> None:
    with site.services.store.write() as db:
        db.subscribers.save(change(people.find(db, reader_id)))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError("the pause", "choose the day on which it ends") from None


Action = Callable[[Site, Subscriber, FormData], str]
ACTIONS: Mapping[str, Action] = {"save": _save, "pause": _pause, "resume": _resume, "reset": _forget_learnt}

PAGES = (
    Page(path="/unsubscribe/{token}", show=leaving, act=leave, from_anywhere=True),
    Page(path="/preferences/{token}", show=preferences, act=choose),
    Page(path="/preferences/{token}/erase", act=erase),
    Page(path="/preferences/{token}/data.json", show=export),
    Page(path="/feedback/{token}", show=rating, act=rate),
)
