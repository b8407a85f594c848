"""What stands beside a story's claim: its card, with timeline and disagreements. What no words support stays empty."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from briefing.model import Card, Insight, Prediction, Source, Story, Topic
from briefing.stories.disagreements import disagreements
from briefing.stories.events import last_day, timeline, told_by
from briefing.stories.similarity import claim_words, shared
from briefing.stories.topics import main_topic
from briefing.text import fold

__all__ = ["card", "disagreements", "timeline"]

Told = tuple[Insight, Source]

GLANCE = 3
TAKEAWAYS = 5
HALF = 0.5
RECENT = timedelta(days=3)
NEWS = frozenset({"news", "announcement"})
ARGUED = frozenset({"opinion", "analysis", "commentary", "editorial", "essay", "interview"})


def card(story: Story, topics: Sequence[Topic]) -> Card:
    """The card of a story as it is led now."""
    told = told_by(story)
    lead, source = next(iter(told), (story.lead, None))
    points = _points(told)
    glance = tuple(insight.claim for insight, _ in points[:GLANCE]) if len(points) > 1 else ()
    takeaways = tuple(f"{insight.claim} ({source.feed})" for insight, source in points[GLANCE : GLANCE + TAKEAWAYS])
    argued = [insight.claim for insight, _ in points if is_argued(insight)]
    return Card(
        kind_of_piece=lead.facets.kind_of_piece,
        sourcing=lead.facets.sourcing,
        news_or_background=news_or_background(lead, source),
        publisher=source.publisher if source and fold(source.publisher) != fold(source.feed) else "",
        country=source.country if source else "",
        topic=_topic(lead, source, topics) if source else "",
        language=lead.language or (source.language if source else ""),
        published_at=source.published_at if source else None,
        collected_at=source.collected_at if source else None,
        hook=lead.headline if shared(claim_words(lead.headline), claim_words(lead.claim)) < 1 else "",
        at_a_glance=glance,
        argued=tuple(text for text in (*glance, *takeaways) if text.startswith(tuple(argued))) if argued else (),
        what_changed=lead.facets.what_changed,
        why_it_matters=_first(story, "why_it_matters"),
        what_to_do=_first(story, "what_to_do"),
        who_should_care=_first(story, "who_should_care"),
        takeaways=takeaways,
        predictions=_predictions(story),
        timeline=timeline(story),
        disagreements=disagreements(story),
    )


def _points(told: Sequence[Told]) -> list[Told]:
    """Claims of which no two share half of their content words; what is reported first, then what is argued."""
    kept: list[Told] = []
    for insight, source in told:
        words = claim_words(insight.claim, insight.language)
        if all(shared(words, claim_words(other.claim, other.language)) < HALF for other, _ in kept):
            kept.append((insight, source))
    return sorted(kept, key=lambda one: is_argued(one[0]))


def is_argued(insight: Insight) -> bool:
    """Whether it stands in a piece that argues; all else is reported."""
    return insight.facets.kind_of_piece.casefold() in ARGUED


def news_or_background(lead: Insight, source: Source | None) -> str:
    """ "news" if the piece says so, tells what changed, or dates something within days of its publication; "background" if it
    is of another kind and does none of that; "" if its kind is not known.
    """
    said = source.published_at.date() if source and source.published_at else None
    days = [day for event in lead.facets.events if (day := last_day(event.date))]
    recent = said is not None and any(abs(said - day) <= RECENT for day in days)
    if recent or lead.facets.what_changed or lead.facets.kind_of_piece in NEWS:
        return "news"
    return "background" if lead.facets.kind_of_piece else ""


def _topic(lead: Insight, source: Source, topics: Sequence[Topic]) -> str:
    """Title of the topic the lead is most about."""
    found = main_topic(lead, source, topics)
    return next((topic.title for topic in topics if topic.id == found), found)


def _first(story: Story, facet: str) -> str:
    """The lead's own words, else those of the next insight that has any."""
    return next((value for insight in story.insights if (value := str(getattr(insight.facets, facet)))), "")


def _predictions(story: Story) -> tuple[Prediction, ...]:
    """Predictions of which no two share half of their content words: what several sources tell stands once."""
    kept: dict[Prediction, frozenset[str]] = {}
    for prediction, language in _told_predictions(story):
        words = claim_words(prediction.what, language)
        if all(shared(words, others) < HALF for others in kept.values()):
            kept[prediction] = words
    return tuple(kept)


def _told_predictions(story: Story) -> Iterator[tuple[Prediction, str]]:
    for insight in story.insights:
        yield from ((prediction, insight.language) for prediction in insight.facets.predictions)
