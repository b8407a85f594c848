"""Nouns prepared for templates: insights as they are told in the mails, in full and in one line each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from briefing.config import Config
from briefing.editions import compose, wording
from briefing.editions.compose import unsealed
from briefing.editions.links import Links
from briefing.editions.room import Detail
from briefing.editions.told import Told, ToldRelated, tell, tell_related
from briefing.model import Card, Edition, EditionPick, Insight, Pick, Related, Source, Story
from briefing.pipeline.citing import sources
from briefing.store import Session
from briefing.store.insights import Kept
from briefing.text import one_line

LONGEST_DESCRIPTION = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PickShown:
    """One pick of an edition, worded as in its mail."""

    rank: int
    headline: str
    url: str
    story_url: str
    told: Told
    why: str
    since: str
    news: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An insight in one line of a list: its claim, and where it was said."""

    told: ToldRelated
    title: str
    kind: str


def picks(edition: Edition) -> list[PickShown]:
    return [_pick(pick) for pick in edition.picks]


def _pick(pick: EditionPick) -> PickShown:
    return PickShown(
        rank=pick.rank,
        headline=compose.headline(pick.fragment),
        url=pick.fragment.insight_url,
        story_url=pick.fragment.story_url,
        told=tell(pick.fragment, Detail.FULL),
        why=wording.reasons(pick),
        since=wording.day(pick.update.since) if pick.update else "",
        news=wording.news(pick.update) if pick.update else "",
    )


def told_alone(insight: Insight, source: Source | None, story: Story, card: Card, links: Links) -> Told:
    """What one insight of a story says, by itself."""
    alone = replace(story, insights=(insight,), sources=(source,) if source else ())
    return tell(unsealed(Pick(story=alone, score=insight.score), card, links), Detail.STORY)


def headline(insight: Insight) -> str:
    return one_line(insight.headline or insight.claim, compose.HEADLINES_LIMIT)


def line(related: Related, links: Links) -> Line:
    told = tell_related(compose.related(related, links))
    return Line(told=told, title=related.source.title, kind=wording.KINDS[related.source.kind])


def lines(db: Session, config: Config, links: Links, kept: Sequence[Kept]) -> list[Line]:
    """Each insight with its source; one whose entry is gone is passed over."""
    cited = sources(db, config, sorted({one.insight.entry_id for one in kept}))
    pairs = [(one.insight, cited.get(one.insight.entry_id)) for one in kept]
    return [line(Related(insight=insight, source=source), links) for insight, source in pairs if source]


def in_order(found: Mapping[str, Kept], ids: Sequence[str]) -> list[Kept]:
    return [found[id_] for id_ in ids if id_ in found]


def description(text: str) -> str:
    """What a link's preview says."""
    return one_line(text, LONGEST_DESCRIPTION)
