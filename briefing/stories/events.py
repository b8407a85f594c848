"""A story's dated events: only what somebody stated, each with its source."""

from collections.abc import Iterator
from datetime import date, timedelta

from briefing.model import Insight, Kind, Source, Story, TimelineEvent
from briefing.stories.similarity import claim_words, shared

SAME_EVENT = 0.5
DAY = 10
MONTH = 7
"""Characters of an ISO date stated to the day, and to the month."""


def timeline(story: Story) -> tuple[TimelineEvent, ...]:
    """Events in order of date, each told once; a date stated to the month stands before the days of that month."""
    told: list[TimelineEvent] = []
    for event in sorted(_events(story), key=lambda one: one.date):
        if not any(_same(event, other) for other in told):
            told.append(event)
    return tuple(told)


def _events(story: Story) -> Iterator[TimelineEvent]:
    for insight, source in told_by(story):
        for event in insight.facets.events:
            yield TimelineEvent(date=event.date, text=event.text, url=source.url, source=source.feed)
    yield from _published(story)


def _published(story: Story) -> Iterator[TimelineEvent]:
    """The items themselves, where they are of more than one day."""
    leads = {source.entry_id: (insight, source) for insight, source in reversed(told_by(story))}
    dated = sorted((source.published_at, source.entry_id) for _, source in leads.values() if source.published_at)
    if len({moment.date() for moment, _ in dated}) > 1:
        for moment, entry_id in dated:
            insight, source = leads[entry_id]
            yield TimelineEvent(date=moment.date().isoformat(), text=_named(insight, source), url=source.url, source=source.feed)


def _named(insight: Insight, source: Source) -> str:
    """A piece of news by its title; of what else it brings, a show or a newsletter tells many things under one title."""
    return (source.kind is Kind.NEWS and source.title) or insight.headline or insight.claim


def told_by(story: Story) -> list[tuple[Insight, Source]]:
    """Each insight with its source, lead first."""
    sources = {source.entry_id: source for source in story.sources}
    return [(insight, sources[insight.entry_id]) for insight in story.insights if insight.entry_id in sources]


def _same(a: TimelineEvent, b: TimelineEvent) -> bool:
    return a.date == b.date and shared(claim_words(a.text), claim_words(b.text)) >= SAME_EVENT


def last_day(stated: str) -> date | None:
    """The last day of a stated ISO day or month; None for a year alone or for words."""
    try:
        if len(stated) == DAY:
            return date.fromisoformat(stated)
        if len(stated) == MONTH:
            first = date.fromisoformat(f"{stated}-01")
            return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    except ValueError:
        return None
    return None
