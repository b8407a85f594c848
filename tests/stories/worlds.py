"""Small made-up insights, sources and stories for the tests of this room."""

from datetime import UTC, date, datetime, time, timedelta

from briefing.model import Facets, Insight, Kind, Quote, Source, Status, Story, Subscriber

NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)


def source(entry: str = "e1", feed: str = "https://one.example/feed", **values: object) -> Source:
    known: dict[str, object] = {
        "entry_id": entry,
        "feed_url": feed,
        "feed": feed.split("/")[2],
        "publisher": feed.split("/")[2],
        "title": "",
        "url": f"https://x.example/{entry}",
        "kind": Kind.NEWS,
        "published_at": NOW - timedelta(hours=2),
        "language": "en",
    }
    return Source(**{**known, **values})  # type: ignore[arg-type]


def insight(name: str, claim: str, entry: str = "e1", score: float = 0.7, quote: str = "", **values: object) -> Insight:
    text = quote or claim
    speaker = str(values.pop("speaker", ""))
    known: dict[str, object] = {
        "id": name,
        "entry_id": entry,
        "claim": claim,
        "headline": "",
        "quotes": (Quote(entry_id=entry, start=0, end=len(text), text=text, speaker=speaker),),
        "kind": "claim",
        "score": score,
        "writer": "extractive",
        "facets": Facets(),
        "language": "en",
    }
    return Insight(**{**known, **values})  # type: ignore[arg-type]


def story(name: str, insights: list[Insight], sources: list[Source], **values: object) -> Story:
    seen = [one.published_at for one in sources if one.published_at]
    known: dict[str, object] = {
        "id": name,
        "headline": insights[0].claim,
        "insights": tuple(insights),
        "sources": tuple(sources),
        "first_seen_at": min(seen),
        "updated_at": max(seen),
    }
    return Story(**{**known, **values})  # type: ignore[arg-type]


def simple(number: int, claim: str, feed: str = "", score: float = 0.7, **values: object) -> Story:
    """A story of one insight of one source."""
    entry = f"e{number}"
    return story(
        f"s{number}",
        [insight(f"i{number}", claim, entry, score, speaker=str(values.pop("speaker", "")))],
        [source(entry, feed or f"https://f{number}.example/feed", **values)],
    )


def subscriber(name: str = "r1", **values: object) -> Subscriber:
    known: dict[str, object] = {
        "id": name,
        "email": f"{name}@reader.example",
        "status": Status.ACTIVE,
        "zone": "Europe/London",
        "send_at": time(7),
    }
    return Subscriber(**{**known, **values})  # type: ignore[arg-type]
