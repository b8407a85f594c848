"""A realistic edition to render: five stories with everything that a mail can show."""

import re
from datetime import UTC, date, datetime, time, timedelta

from briefing.editions.compose import Fragments, compose
from briefing.editions.links import Links
from briefing.model import (
    Card,
    Coverage,
    Disagreement,
    Edition,
    Facets,
    Insight,
    Kind,
    Phase,
    Pick,
    Prediction,
    Quote,
    Reason,
    Related,
    Relation,
    Selection,
    Source,
    Status,
    Story,
    Subscriber,
    Topic,
    Update,
)

NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
SLOT = date(2026, 11, 21)
LINKS = Links("https://brief.example.org", [b"0123456789abcdef0123456789abcdef"])
TOPICS = (Topic(id="ai", title="Artificial intelligence"), Topic(id="energy", title="Energy"))
READER = Subscriber(id="7f3a9c", email="reader@example.net", status=Status.ACTIVE, zone="Europe/London", send_at=time(7))
IMPRINT = "The Daily Brief, 12 Example Street, London N1 9GU"


def words(text: str) -> str:
    return "-".join(re.findall(r"\w+", text.lower()))


def source(feed: str, title: str, *, kind: Kind = Kind.PODCAST, hours: int = 9, url: str = "", language: str = "en") -> Source:
    address = words(feed)
    return Source(
        entry_id=f"entry-{address}",
        feed_url=f"https://{address}.example.com/feed.xml",
        feed=feed,
        publisher=feed,
        title=title,
        url=url or f"https://{address}.example.com/{words(title)}",
        kind=kind,
        published_at=NOW - timedelta(hours=hours),
        collected_at=NOW - timedelta(hours=hours - 1),
        language=language,
    )


def insight(
    about: Source,
    claim: str,
    headline: str,
    *,
    speaker: str = "",
    at: float | None = None,
    quotes: tuple[str, ...] = (),
    writer: str = "extractive",
) -> Insight:
    return Insight(
        id=f"insight-{abs(hash_of(claim)):x}",
        entry_id=about.entry_id,
        claim=claim,
        headline=headline,
        quotes=tuple(
            Quote(entry_id=about.entry_id, start=100, end=100 + len(text), text=text, speaker=speaker, at=at)
            for text in quotes or (claim,)
        ),
        kind="claim",
        score=0.8,
        writer=writer,
        facets=Facets(),
        language=about.language,
    )


def hash_of(text: str) -> int:
    return sum(ord(c) * (i + 1) for i, c in enumerate(text))


def story(number: int, lead: Insight, *sources: Source, phase: Phase = Phase.NEW) -> Story:
    return Story(
        id=f"story-{number}",
        headline=lead.headline,
        insights=(lead,),
        sources=sources,
        first_seen_at=NOW,
        updated_at=NOW,
        phase=phase,
    )


BATTERY = source("The Long Grid", "Storage after subsidies")
DISPATCH = source("Energy Dispatch", "Utilities sign for longer storage", kind=Kind.NEWS, hours=12)
WIRE = source("Morning Wire", "Grid operators turn to iron-air", kind=Kind.NEWS, hours=14)
MODELS = source("Model Minds", "Small models, big queues", hours=20)
COURTS = source("Ledger & Law", "Issue 212", kind=Kind.NEWSLETTER, hours=26)
WASSER = source("Forschung Aktuell", "Grundwasser in Europa", hours=30, language="de")
HOUSING = source("City Desk", "What zoning reform did", kind=Kind.NEWS, hours=7)

BATTERY_LEAD = insight(
    BATTERY,
    "The number that changed for us is duration: in the last two tenders every winning bid was above eight hours, and the "
    "price per kilowatt-hour fell below what a gas peaker costs to keep on standby.",
    "Eight-hour storage now undercuts gas plants kept on standby",
    speaker="Maya Lindqvist",
    at=754.0,
)
MODELS_LEAD = insight(
    MODELS,
    "Teams that moved routine requests from a large model to one they had fine-tuned themselves cut their inference bill by "
    "about 70 % and, in the interview, put the quality loss at under two points.",
    "Fine-tuned small models cut inference bills by about 70 %",
    speaker="Daniel Okafor",
    at=1935.0,
    quotes=(
        "We moved the boring eighty per cent of requests over and the bill dropped by, I want to say, seventy per cent, and the "
        "evals moved by less than two points.",
    ),
    writer="local-model",
)
COURTS_LEAD = insight(
    COURTS,
    "The ruling does not ban the fee; it says a fee that nobody can see before they pay is not part of the contract, and that "
    "is a sentence every subscription business will have to read twice.",
    "A hidden fee is no part of the contract, the court says",
)
WASSER_LEAD = insight(
    WASSER,
    "Wir sehen in zwei Dritteln der Messstellen sinkende Pegel, und zwar auch dort, wo es in den letzten drei Jahren mehr "
    "geregnet hat als im Mittel.",
    "Grundwasserpegel sinken auch dort, wo es mehr regnet",
    speaker="Dr. Jana Feld",
    at=408.0,
)
HOUSING_LEAD = insight(
    HOUSING,
    "Permits rose by a fifth in the first year after the reform, but nine in ten of the new homes are within ten minutes of a "
    "station that was already there.",
    "Zoning reform filled in around old stations, not new ones",
)

CARDS = {
    "story-1": Card(
        what_changed="The last two tenders were won only by bids above eight hours; a year ago four hours was the norm.",
        why_it_matters="Standby gas plants earn most of their money from the hours that storage could not cover.",
        disagreements=(
            Disagreement(
                subject="price",
                first=Quote(entry_id=BATTERY.entry_id, start=0, end=1, text="below 90 dollars a kilowatt-hour"),
                second=Quote(entry_id=WIRE.entry_id, start=0, end=1, text="closer to 120 dollars once the site is paid for"),
            ),
        ),
    ),
    "story-3": Card(
        what_to_do="Read your own checkout as a first-time visitor before the ruling takes effect on 1 March.",
        predictions=(Prediction(what="the first class action will be filed.", who="Ledger & Law", until="2027-03"),),
    ),
}


def related(about: Source, claim: str, relation: Relation, *, speaker: str = "", at: float | None = None) -> Related:
    return Related(insight=insight(about, claim, claim[:60], speaker=speaker, at=at), source=about, relation=relation)


def selection(subscriber: Subscriber | None = READER) -> Selection:
    picks = (
        Pick(
            story=story(1, BATTERY_LEAD, BATTERY, DISPATCH, WIRE, phase=Phase.DEVELOPING),
            score=0.91,
            reasons=(
                Reason(code="topics", values=("energy",)),
                Reason(code="sources", values=("3",)),
                Reason(code="figure", values=("8 hours",)),
            ),
            update_of=Update(since=date(2026, 11, 17), news=("8 hours", "Energy Dispatch")),
            related=(
                related(
                    source("Power Lines", "The peaker problem", hours=400),
                    "A peaker that runs forty hours a year still has to be staffed for all of them.",
                    Relation.BACKGROUND,
                    speaker="Tom Reyes",
                    at=2471.0,
                ),
                related(
                    source("Kilowatt Weekly", "Issue 88", kind=Kind.NEWSLETTER, hours=700),
                    "Beyond six hours the cells stop mattering and the land starts to.",
                    Relation.CONTRASTS,
                ),
                related(
                    source("The Long Grid", "Tender season", hours=1900),
                    "Four hours is what the market pays for, so four hours is what gets built.",
                    Relation.EARLIER,
                    speaker="Maya Lindqvist",
                    at=318.0,
                ),
            ),
        ),
        Pick(
            story=story(2, MODELS_LEAD, MODELS),
            score=0.84,
            reasons=(Reason(code="topics", values=("ai",)), Reason(code="figure", values=("70 %",))),
            related=(
                related(
                    source("Stack Notes", "Routing requests", kind=Kind.NEWSLETTER, hours=300),
                    "The router is the product: get it wrong one time in twenty and the savings are gone.",
                    Relation.CONTRASTS,
                ),
            ),
        ),
        Pick(story=story(3, COURTS_LEAD, COURTS), score=0.7, reasons=(Reason(code="strong"), Reason(code="new"))),
        Pick(story=story(4, WASSER_LEAD, WASSER), score=0.66, reasons=(Reason(code="feed", values=("Forschung Aktuell",)),)),
        Pick(story=story(5, HOUSING_LEAD, HOUSING), score=0.61, reasons=(Reason(code="general"),)),
    )
    return Selection(subscriber_id=subscriber.id if subscriber else None, slot=SLOT, picks=picks)


COVERAGE = Coverage(
    items=231,
    sources=14,
    unreachable=("Night Shift Radio", "Harbour Notes"),
    silent=("Quiet Quarterly",),
    stories=9,
    shown=5,
    left_out={"sent": 2, "floor": 2},
)


BARE = Fragments(lambda story: Card(), LINKS)
"""Without cards."""


def edition(subscriber: Subscriber | None = READER, *, of: Selection | None = None, also: tuple[Story, ...] = ()) -> Edition:
    return compose(
        of or selection(subscriber),
        fragments=Fragments(lambda story: CARDS.get(story.id, Card()), LINKS),
        title="The Daily Brief",
        language="en",
        coverage=COVERAGE,
        now=NOW,
        topics=TOPICS,
        also=also,
    )
