"""A fragment prepared for templates: what is repeated is dropped, what is long is cut, codes are words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from briefing.editions import wording
from briefing.editions.room import Detail
from briefing.model import Citation, Fragment, Kind, RelatedItem, Source
from briefing.text import containment, one_line, shingles

EXTRACTIVE = "extractive"
LONGEST_CLAIM, LONGEST_QUOTE, LONGEST_TITLE, LONGEST_NAME, LONGEST_NOTE = 600, 900, 160, 80, 400
SHORT = 240
LONGEST_RELATED = 180
MOST_ALSO, MOST_QUOTES = 3, 3
REPEATED = 0.6
DATE = re.compile(r"\d{4}(?:-\d\d){0,2}")
"""What a prediction's time is if the text dates it; otherwise it is words of the prediction itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldRelated:
    relation: str
    claim: str
    insight_url: str
    feed: str
    when: str
    at: str
    url: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What `pick.*.j2` is given as `told`."""

    claim: str
    worded: bool
    quotes: tuple[Citation, ...]
    source: Source | None
    published: str
    language: str
    also: tuple[Source, ...]
    more_sources: int
    notes: tuple[tuple[str, str], ...]
    related: tuple[ToldRelated, ...]

    def place(self, quote: Citation) -> str:
        """ "Listen at 12:34", "Watch ..." is never guessed; without a time "Read at example.org"."""
        if quote.at is not None and self.source and self.source.kind is Kind.PODCAST:
            return f"Listen at {wording.clock(quote.at, approximate=quote.approximate)}"
        verb = "Listen" if self.source and self.source.kind is Kind.PODCAST else "Read"
        return f"{verb} at {host(quote.url)}"


def tell(fragment: Fragment, detail: Detail) -> Told:
    sources = [brief(source) for source in fragment.sources]
    lead = sources[0] if sources else None
    others = _others(sources) if detail >= Detail.STORY else ()
    quotes = fragment.quotes[: MOST_QUOTES if detail >= Detail.STORY else 1]
    return Told(
        claim=one_line(fragment.claim, LONGEST_CLAIM if detail >= Detail.STORY else SHORT),
        worded=fragment.writer != EXTRACTIVE,
        quotes=tuple(replace(quote, text=one_line(quote.text, LONGEST_QUOTE), speaker=name(quote.speaker)) for quote in quotes),
        source=lead,
        published=wording.stamp(lead.published_at) if lead else "",
        language=lead.language if lead else "",
        also=others[:MOST_ALSO],
        more_sources=len(others[MOST_ALSO:]),
        notes=tuple(notes(fragment)) if detail >= Detail.STORY else (),
        related=tuple(map(tell_related, fragment.related)) if detail >= Detail.FULL else (),
    )


def _others(sources: Sequence[Source]) -> tuple[Source, ...]:
    """One source of each feed but the lead's: nobody corroborates themselves."""
    first = {source.feed_url or source.feed: source for source in reversed(sources) if source.url or source is sources[0]}
    return tuple(source for source in sources[1:] if first.get(source.feed_url or source.feed) is source)


def brief(source: Source) -> Source:
    return replace(source, feed=name(source.feed), title=one_line(source.title, LONGEST_TITLE))


def name(text: str) -> str:
    return one_line(text, LONGEST_NAME)


def tell_related(item: RelatedItem) -> ToldRelated:
    quote = item.quotes[0] if item.quotes else None
    timed = quote is not None and quote.at is not None
    return ToldRelated(
        relation=wording.relation(item.relation),
        claim=one_line(item.claim, LONGEST_RELATED),
        insight_url=item.insight_url,
        feed=name(item.source.feed),
        when=wording.stamp(item.source.published_at),
        at=wording.clock(quote.at, approximate=quote.approximate) if quote else "",
        url=quote.url if quote and timed else item.source.url,
        language=item.source.language,
    )


def notes(fragment: Fragment) -> Iterator[tuple[str, str]]:
    """Label and text of what the card adds; what the claim says already is not said again."""
    found = [(label, text) for label, text in _card_notes(fragment) if text]
    said = shingles(fragment.claim, 2) if found else frozenset()
    for label, text in found:
        if containment(said, words := shingles(text, 2)) < REPEATED:
            said |= words
            yield label, one_line(text, LONGEST_NOTE)


def _card_notes(fragment: Fragment) -> Iterator[tuple[str, str]]:
    card = fragment.card
    yield "What changed", card.what_changed
    yield "Why it matters", card.why_it_matters
    yield "What to do next", card.what_to_do
    yield "Who should care", card.who_should_care
    for each in card.disagreements[:1]:
        yield "Sources disagree", f"“{one_line(each.first.text, SHORT)}” – but also “{one_line(each.second.text, SHORT)}”"
    for prediction in card.predictions[:1]:
        until = f", by {wording.iso_day(prediction.until)}" if DATE.fullmatch(prediction.until) else ""
        what = prediction.what.rstrip(" .。") if until else prediction.what
        who = f"{name(prediction.who)}: " if prediction.who else ""
        yield "Prediction", f"{who}{what}{until}"


def host(url: str) -> str:
    """The host a link leads to, in ASCII, so that look-alike letters show."""
    name = (urlsplit(url).hostname or "").removeprefix("www.")
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return name.encode("ascii", "backslashreplace").decode("ascii")
