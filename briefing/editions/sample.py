"""A small edition and one notice of each kind that use every part of every template, to try templates on."""

from datetime import UTC, date, datetime, time

from briefing.editions.compose import Fragments, compose
from briefing.editions.letters import KINDS
from briefing.editions.links import Links
from briefing.model import (
    Card,
    CorrectionLine,
    Coverage,
    DueLine,
    Insight,
    Kind,
    Notice,
    Pick,
    Quote,
    Reason,
    Recap,
    RecapLine,
    RecapNews,
    Related,
    Relation,
    Selection,
    Source,
    Status,
    Story,
    Subscriber,
    Update,
)

NOW = datetime(2026, 1, 2, 7, tzinfo=UTC)
LINKS = Links("https://brief.example.org", [b"only for samples"])
READER = Subscriber(id="reader", email="reader@example.org", status=Status.ACTIVE, zone="UTC", send_at=time(7))
VALUES = {"subscriber": "reader", "headline": "Headline", "text": "Text.", "remedy": "Remedy.", "was": "Was.", "now": "Now."}
NOTICES = tuple(Notice(id=kind, kind=kind, address=READER.email, key=kind, values=VALUES, created_at=NOW) for kind in KINDS)


def _source(name: str) -> Source:
    return Source(
        entry_id=name,
        feed_url=f"https://{name}.example.org/feed",
        feed=name.title(),
        publisher=name.title(),
        title="Title",
        url=f"https://{name}.example.org/1",
        kind=Kind.PODCAST,
        published_at=NOW,
        language="en",
    )


def _insight(source: Source, writer: str) -> Insight:
    quote = Quote(entry_id=source.entry_id, start=0, end=5, text="Words", speaker="Speaker", at=61.0)
    return Insight(
        id=f"{source.entry_id}-{writer}",
        entry_id=source.entry_id,
        claim="A claim",
        headline="A headline",
        quotes=(quote,),
        kind="claim",
        score=1.0,
        writer=writer,
    )


def _pick(number: int, writer: str) -> Pick:
    sources = tuple(_source(name) for name in ("first", "second", "third", "fourth", "fifth"))
    lead, other = _insight(sources[0], writer), _source("another")
    return Pick(
        story=Story(
            id=f"story-{number}", headline="A story", insights=(lead,), sources=sources, first_seen_at=NOW, updated_at=NOW
        ),
        score=1.0,
        reasons=(Reason(code="strong"),),
        update_of=Update(since=date(2026, 1, 1), news=("a name",)),
        related=(Related(insight=_insight(other, "extractive"), source=other, relation=Relation.CONTRASTS),),
    )


EDITION = compose(
    Selection(subscriber_id=READER.id, slot=NOW.date(), picks=(_pick(1, "extractive"), _pick(2, "model"))),
    fragments=Fragments(lambda story: Card(why_it_matters="It does." if story.id == "story-1" else ""), LINKS),
    title="Sample",
    language="en",
    coverage=Coverage(items=3, sources=2, unreachable=("One",), stories=2, shown=2),
    now=NOW,
    also=(_pick(3, "extractive").story,),
    recap=Recap(
        since=date(2025, 12, 26),
        lines=(
            RecapLine(
                story_id="story-4",
                headline="A story",
                url=LINKS.story("story-4"),
                told_on=date(2025, 12, 30),
                source="First",
                publishers=3,
                news=RecapNews(claim="A later claim.", source="Second", language="fr"),
                most_corroborated=True,
                contested=("One figure", "Another figure"),
                language="de",
            ),
        ),
    ),
    due=(
        DueLine(
            id="due",
            what="It will be so.",
            due=date(2026, 1, 31),
            until="2026-01",
            who="Speaker",
            insight_id="first-extractive",
            insight_url=LINKS.insight("first-extractive"),
            source=_source("first"),
        ),
    ),
    corrections=(
        CorrectionLine(
            id="correction",
            headline="A headline",
            was="A claim",
            text="Another claim.",
            insight_id="first-extractive",
            insight_url=LINKS.insight("first-extractive"),
            told_on=date(2026, 1, 1),
        ),
    ),
)
