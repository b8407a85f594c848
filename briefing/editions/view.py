"""An edition as JSON for other programs; an absent value is a missing key."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import TypeAlias

from briefing.editions import wording
from briefing.model import (
    Card,
    Citation,
    CorrectionLine,
    Coverage,
    Disagreement,
    DueLine,
    Edition,
    EditionPick,
    Prediction,
    Quote,
    Recap,
    RecapLine,
    RelatedItem,
    Source,
    StoryLine,
    TimelineEvent,
    Update,
)

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
VERSION = 1


def view(edition: Edition) -> dict[str, Json]:
    """The whole edition. `subscriber` is the only key that may be null: it tells a house edition."""
    return {
        "version": VERSION,
        "slot": edition.slot.isoformat(),
        "subscriber": edition.subscriber_id,
        "subject": edition.subject,
        "preheader": edition.preheader,
        "picks": [pick(item) for item in edition.picks],
        "coverage": coverage(edition.coverage),
        **present(
            {
                "also": [story_line(line) for line in edition.also],
                "recap": recap(edition.recap) if edition.recap else None,
                "predictions_due": [due_line(line) for line in edition.due],
                "corrections": [correction(line) for line in edition.corrections],
            }
        ),
    }


def present(values: Mapping[str, Json]) -> dict[str, Json]:
    """The values that are there: no None, no empty text, no empty list."""
    return {key: value for key, value in values.items() if value not in (None, "", [], {}, ())}


def pick(item: EditionPick) -> dict[str, Json]:
    fragment = item.fragment
    return present(
        {
            "rank": item.rank,
            "claim": fragment.claim,
            "headline": fragment.headline,
            "kind": fragment.kind,
            "writer": fragment.writer,
            "quotes": [citation(quote) for quote in fragment.quotes],
            "insight_url": fragment.insight_url,
            "story": present(
                {
                    "id": fragment.story_id,
                    "headline": fragment.story_headline,
                    "phase": fragment.phase.value,
                    "url": fragment.story_url,
                    "card": card(fragment.card),
                }
            ),
            "sources": [source(each) for each in fragment.sources],
            "reasons": [wording.reason(reason) for reason in item.reasons],
            "update": update(item.update) if item.update else None,
            "related": [related(each) for each in fragment.related],
        }
    )


def citation(quote: Citation) -> dict[str, Json]:
    return present(
        {
            "text": quote.text,
            "speaker": quote.speaker,
            "at": quote.at,
            "approximate": quote.approximate or None,
            "url": quote.url,
            "entry": quote.entry_id,
        }
    ) | {
        "start": quote.start,
        "end": quote.end,
    }


def source(each: Source) -> dict[str, Json]:
    return present(
        {
            "feed": each.feed,
            "publisher": each.publisher,
            "title": each.title,
            "url": each.url,
            "published_at": _moment(each.published_at),
            "kind": each.kind.value,
        }
    )


def related(item: RelatedItem) -> dict[str, Json]:
    return present(
        {
            "claim": item.claim,
            "quotes": [citation(quote) for quote in item.quotes],
            "insight_url": item.insight_url,
            "source": source(item.source),
            "relation": item.relation.value,
        }
    )


def story_line(line: StoryLine) -> dict[str, Json]:
    return present({"headline": line.headline, "url": line.url, "source": line.source})


def recap(week: Recap) -> dict[str, Json]:
    return {"since": week.since.isoformat(), "stories": [recap_line(line) for line in week.lines]}


def recap_line(line: RecapLine) -> dict[str, Json]:
    return present(
        {
            "headline": line.headline,
            "url": line.url,
            "told_on": line.told_on.isoformat(),
            "source": line.source,
            "publishers": line.publishers,
            "since_then": present({"claim": line.news.claim, "source": line.news.source}) if line.news else None,
            "most_corroborated": line.most_corroborated or None,
            "contested": list(line.contested),
        }
    )


def due_line(line: DueLine) -> dict[str, Json]:
    told = {"what": line.what, "who": line.who, "until": line.until, "due": line.due.isoformat()}
    return present({**told, "insight_url": line.insight_url, "source": source(line.source)})


def correction(line: CorrectionLine) -> dict[str, Json]:
    told = {"headline": line.headline, "was": line.was, "text": line.text}
    return present({**told, "insight_url": line.insight_url, "told_on": line.told_on.isoformat()})


def update(change: Update) -> dict[str, Json]:
    return present({"since": change.since.isoformat(), "news": list(change.news)})


def coverage(counted: Coverage) -> dict[str, Json]:
    return {
        "items": counted.items,
        "sources": counted.sources,
        "unreachable": list(counted.unreachable),
        "silent": list(counted.silent),
        "stories": counted.stories,
        "shown": counted.shown,
        "left_out": dict(counted.left_out),
        **present({"model": counted.model, "model_tokens": counted.model_tokens or None, "wanted": counted.wanted or None}),
    }


def card(card: Card) -> dict[str, Json]:
    return present({field.name: _card_value(getattr(card, field.name)) for field in fields(card)})


def _card_value(value: object) -> Json:
    match value:
        case str():
            return value
        case datetime():
            return _moment(value)
        case tuple():
            return [_card_item(item) for item in value]
    return None


def _card_item(item: object) -> Json:
    match item:
        case str():
            return item
        case Prediction():
            return present({"what": item.what, "who": item.who, "until": item.until})
        case TimelineEvent():
            return present({"date": item.date, "text": item.text, "url": item.url, "source": item.source})
        case Disagreement():
            return present({"subject": item.subject, "first": _quote(item.first), "second": _quote(item.second)})
    raise TypeError(f"a card holds no {type(item).__name__}")


def _quote(quote: Quote) -> dict[str, Json]:
    return present({"text": quote.text, "speaker": quote.speaker, "at": quote.at, "entry": quote.entry_id})


def _moment(moment: date | None) -> str | None:
    return moment.isoformat() if moment else None
