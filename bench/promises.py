"""What a reader is promised over many days, checked on frozen editions alone: nothing here asks the ranking."""

import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import combinations

from briefing.insights.scorer import FLOOR
from briefing.model import Edition, EditionPick, Insight
from briefing.store import Store
from briefing.store.search import Indexed, Wanted
from briefing.text import content_words, stop_words

Issues = Sequence[Edition]

REMEMBERED = timedelta(days=30)
NEWS = timedelta(days=7)
HALF = 0.5
FEED_CAP, SEVERAL = 2, 3


def broken(store: Store, issues: Issues) -> list[str]:
    """Broken promises to one reader, in words; `issues` oldest first."""
    return [*twice(issues), *without_news(issues), *half_again(issues), *stale(issues), *crowded(store, issues)]


def twice(issues: Issues) -> Iterator[str]:
    counted = Counter(pick.fragment.insight_id for issue in issues for pick in issue.picks)
    yield from (f"the insight {id_} {count} times" for id_, count in counted.items() if count > 1)


def without_news(issues: Issues) -> Iterator[str]:
    """A story again without `update`, or an update of a story that the reader never had or not on the day it names."""
    told: dict[str, list[Edition]] = {}
    for issue in issues:
        for pick in issue.picks:
            before = told.get(pick.fragment.story_id, [])
            if bool(before) != (pick.update is not None):
                yield f"{issue.slot}: {'again without update' if before else 'update of nothing'}: {pick.fragment.claim}"
            elif pick.update and pick.update.since != before[-1].slot:
                yield f"{issue.slot}: update since {pick.update.since}, sent on {before[-1].slot}: {pick.fragment.claim}"
        for pick in issue.picks:
            told.setdefault(pick.fragment.story_id, []).append(issue)


def half_again(issues: Issues) -> Iterator[str]:
    """Claims that share half of the shorter one's content words, however these are counted."""
    told = [(issue.slot, pick.fragment.claim) for issue in issues for pick in issue.picks]
    for (earlier, first), (later, second) in combinations(told, 2):
        if later - earlier <= REMEMBERED and likeness(first, second) >= HALF:
            yield f"{later}: says half of what was said on {earlier}:\n    {first}\n    {second}"


def likeness(first: str, second: str) -> float:
    return max(_share(count(first), count(second)) for count in (_content_words, _long_words))


def _content_words(claim: str) -> set[str]:
    return set(content_words(claim, "en"))


def _long_words(claim: str) -> set[str]:
    return set(re.findall(r"\w{4,}", claim.lower())) - stop_words("en")


def _share(first: set[str], second: set[str]) -> float:
    return len(first & second) / min(len(first), len(second)) if first and second else 0.0


def stale(issues: Issues) -> Iterator[str]:
    """News that does not stand in today's quotes or sources, or stood in what was sent before."""
    quotes, publishers = "", set[str]()
    for issue in issues:
        for pick in issue.picks:
            yield from (f"{issue.slot}: {word!r} {why}: {pick.fragment.claim}" for word, why in _stale(pick, quotes, publishers))
        quotes += "\n".join(["", *(_quotes(pick) for pick in issue.picks)])
        publishers |= {f"{pick.fragment.story_id} {name}" for pick in issue.picks for name in _publishers(pick)}


def _stale(pick: EditionPick, quotes: str, publishers: set[str]) -> Iterator[tuple[str, str]]:
    for word in pick.update.news if pick.update else ():
        if word == "reversal":
            continue
        if word in _publishers(pick):
            if f"{pick.fragment.story_id} {word}" in publishers:
                yield word, "was a source of this story before"
        elif not _stands(word, _quotes(pick)):
            yield word, "does not stand in today's quotes"
        elif _stands(word, quotes):
            yield word, "was sent before"


def _stands(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) is not None


def _quotes(pick: EditionPick) -> str:
    return "\n".join(quote.text for quote in pick.fragment.quotes)


def _publishers(pick: EditionPick) -> set[str]:
    return {source.publisher or source.feed for source in pick.fragment.sources}


def crowded(store: Store, issues: Issues) -> Iterator[str]:
    """More than two picks of a feed while the store held insights of three feeds above the floor and young enough."""
    known = _shown(store)
    for issue in issues:
        feeds = Counter(_feed(pick) for pick in issue.picks)
        strong = {feed for feed, insight, seen in known if insight.score >= FLOOR and _young(issue, seen)}
        if len(strong) >= SEVERAL and max(feeds.values(), default=0) > FEED_CAP:
            yield f"{issue.slot}: {dict(feeds)} with {len(strong)} feeds above the floor"


def _shown(store: Store) -> list[tuple[str, Insight, tuple[datetime, datetime]]]:
    with store.read() as db:
        ids = [hit.ref for hit in db.search.find(Wanted(kind=Indexed.INSIGHT), sys.maxsize)]
        insights = [kept.insight for kept in db.insights.get(ids).values()]
        entries = {entry.id: entry for entry in db.entries.get(sorted({one.entry_id for one in insights}))}
    seen = [(entries[one.entry_id], one) for one in insights]
    return [(entry.feed_url, one, (entry.published_at or entry.collected_at, entry.collected_at)) for entry, one in seen]


def _young(issue: Edition, seen: tuple[datetime, datetime]) -> bool:
    published, collected = seen
    return collected <= issue.created_at and issue.created_at - published < NEWS


def _feed(pick: EditionPick) -> str:
    entries = {source.entry_id: source.feed_url for source in pick.fragment.sources}
    return entries[pick.fragment.quotes[0].entry_id]
