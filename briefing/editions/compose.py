"""Selection -> Edition: what is said to one reader on one day, frozen, with an address for everything."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import msgspec

from briefing.editions.links import Links, deep_link
from briefing.editions.wording import day
from briefing.model import (
    Card,
    Citation,
    CorrectionLine,
    Coverage,
    DueLine,
    Edition,
    EditionPick,
    Fragment,
    Insight,
    Pick,
    Quote,
    Reason,
    Recap,
    Related,
    RelatedItem,
    Selection,
    Source,
    Story,
    StoryLine,
    Topic,
)
from briefing.text import one_line, stable_id

HOUSE = "house"
SUBJECT_LIMIT = 200
HEADLINES_LIMIT = 120
PREHEADER_LIMIT = 140


class Fragments:
    """What is said of a pick, and of a story in a line, is put together once, however many readers are told it."""

    def __init__(self, card: Callable[[Story], Card], links: Links) -> None:
        self._card, self._links = card, links
        self._told: dict[tuple[str, ...], Fragment] = {}
        self._headlines: dict[str, str] = {}
        self._lines: dict[tuple[str, str], StoryLine] = {}

    def of(self, pick: Pick) -> Fragment:
        key = (pick.story.id, pick.story.lead.id, *(item.insight.id for item in pick.related))
        if key not in self._told:
            self._told[key] = fragment(pick, self._card(pick.story), self._links)
        return self._told[key]

    def headline(self, told: Fragment) -> str:
        if told.hash not in self._headlines:
            self._headlines[told.hash] = headline(told)
        return self._headlines[told.hash]

    def line(self, story: Story) -> StoryLine:
        key = (story.id, story.lead.id)
        if key not in self._lines:
            self._lines[key] = story_line(story, self._links)
        return self._lines[key]


def compose(
    selection: Selection,
    *,
    fragments: Fragments,
    title: str,
    language: str,
    coverage: Coverage,
    now: datetime,
    topics: Sequence[Topic] = (),
    also: Sequence[Story] = (),
    recap: Recap | None = None,
    due: Sequence[DueLine] = (),
    corrections: Sequence[CorrectionLine] = (),
) -> Edition:
    """Freeze a selection. `topics` give the titles that reasons speak of instead of topic ids.

    `also` are the day's other stories, best first: each gets a line. An edition without picks is named after its recap.
    """
    titles = {topic.id: topic.title or topic.id for topic in topics}
    picks = tuple(
        EditionPick(
            rank=rank,
            fragment=fragments.of(pick),
            reasons=tuple(_titled(reason, titles) for reason in pick.reasons),
            update=pick.update_of,
        )
        for rank, pick in enumerate(selection.picks, 1)
    )
    picked = {pick.story.id for pick in selection.picks}
    headlines = whole_first([fragments.headline(pick.fragment) for pick in picks]) or _of_the_week(recap)
    return Edition(
        id=edition_id(selection),
        subscriber_id=selection.subscriber_id,
        slot=selection.slot,
        title=title,
        language=language,
        subject=subject(headlines, title, day(selection.slot)),
        preheader=preheader(headlines),
        picks=picks,
        coverage=coverage,
        created_at=now,
        also=tuple(fragments.line(story) for story in also if story.id not in picked),
        recap=recap,
        due=tuple(due),
        corrections=tuple(corrections),
    )


def _of_the_week(recap: Recap | None) -> list[str]:
    lines = [one_line(line.headline, HEADLINES_LIMIT) for line in recap.lines] if recap else []
    return [f"The week: {lines[0]}", *lines[1:]] if lines else []


def story_line(story: Story, links: Links) -> StoryLine:
    source = story.sources[0].feed if story.sources else ""
    return StoryLine(
        headline=one_line(story.headline or story.lead.claim, HEADLINES_LIMIT), url=links.story(story.id), source=source
    )


def edition_id(selection: Selection) -> str:
    return stable_id(selection.subscriber_id or HOUSE, selection.slot.isoformat())


def whole_first(headlines: Sequence[str]) -> list[str]:
    """Those that end with their clause before those that break off: an inbox shows little more than the first."""
    return sorted(headlines, key=lambda headline: headline.endswith("…"))


def subject(headlines: Sequence[str], title: str, when: str) -> str:
    """ "Headline one; headline two - The Daily Brief, 21 Nov", one line of at most 200 characters."""
    signature = f"{one_line(title, 60)}, {when}"
    if not headlines:
        return signature
    first = one_line(headlines[0], HEADLINES_LIMIT)
    both = "; ".join((first, *headlines[1:2]))
    return one_line(f"{both if len(both) <= HEADLINES_LIMIT else first} - {signature}", SUBJECT_LIMIT)


def preheader(headlines: Sequence[str]) -> str:
    """What a mail program shows after the subject: the headlines that the subject has no room for."""
    return one_line(" · ".join(headlines[1:] or headlines), PREHEADER_LIMIT)


def headline(fragment: Fragment) -> str:
    return one_line(fragment.headline or fragment.story_headline or fragment.claim, HEADLINES_LIMIT)


def fragment(pick: Pick, card: Card, links: Links) -> Fragment:
    """What is said of a story, the same for every reader; its hash covers all of it."""
    said = unsealed(pick, card, links)
    return replace(said, hash=digest(said))


def unsealed(pick: Pick, card: Card, links: Links) -> Fragment:
    """A fragment without its hash, for what is shown at once and kept nowhere."""
    lead, sources = pick.story.lead, _by_entry(pick.story.sources)
    source = sources.get(lead.entry_id)
    return Fragment(
        hash="",
        claim=lead.claim,
        headline=lead.headline,
        kind=lead.kind,
        writer=lead.writer,
        quotes=tuple(citation(quote, sources.get(quote.entry_id)) for quote in lead.quotes),
        insight_id=lead.id,
        insight_url=links.insight(lead.id),
        story_id=pick.story.id,
        story_headline=pick.story.headline,
        story_url=links.story(pick.story.id),
        phase=pick.story.phase,
        card=card,
        sources=tuple(_lead_first(pick.story.sources, source)),
        related=tuple(related(item, links) for item in pick.related),
    )


def digest(fragment: Fragment) -> str:
    """A stable digest of all that a fragment says."""
    content = msgspec.json.encode(msgspec.to_builtins(replace(fragment, hash="")), order="deterministic")
    return stable_id(content.decode())


def citation(quote: Quote, source: Source | None) -> Citation:
    return Citation(
        text=quote.text,
        url=deep_link(source, quote.at) if source else "",
        speaker=quote.speaker,
        at=quote.at,
        approximate=quote.approximate,
        start=quote.start,
        end=quote.end,
        entry_id=quote.entry_id,
    )


def related(item: Related, links: Links) -> RelatedItem:
    insight: Insight = item.insight
    return RelatedItem(
        claim=insight.claim,
        quotes=tuple(citation(quote, item.source) for quote in insight.quotes),
        insight_url=links.insight(insight.id),
        source=item.source,
        relation=item.relation,
        insight_id=insight.id,
    )


def _titled(reason: Reason, titles: Mapping[str, str]) -> Reason:
    return Reason(code=reason.code, values=tuple(titles.get(v, v) for v in reason.values)) if reason.code == "topics" else reason


def _by_entry(sources: Iterable[Source]) -> dict[str, Source]:
    return {source.entry_id: source for source in sources}


def _lead_first(sources: Sequence[Source], lead: Source | None) -> list[Source]:
    return sorted(sources, key=lambda source: source is not lead)
