"""What stands below the picks, prepared for templates: the day's other stories, the week, predictions due, corrections."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from briefing.editions import wording
from briefing.editions.room import SECTIONS
from briefing.editions.told import LONGEST_NOTE, SHORT, name
from briefing.model import CorrectionLine, DueLine, Edition, RecapLine, RecapNews
from briefing.text import one_line

LONGEST_CONTESTED = 160
LONGEST_NEWS = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldDue:
    said: str
    who: str
    feed: str
    what: str
    until: str
    url: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldCorrection:
    headline: str
    told_on: str
    was: str
    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldNews:
    claim: str
    feed: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldRecap:
    headline: str
    url: str
    feed: str
    told_on: str
    news: ToldNews | None
    mark: str
    contested: tuple[str, ...]
    language: str

    @property
    def since(self) -> str:
        """What came since, as one sentence without mark-up; empty if nothing did."""
        if self.news is None:
            return ""
        return (
            f"Since then {self.news.feed}: “{self.news.claim}”"
            if self.news.claim
            else f"Since then also told by {self.news.feed}"
        )


def filled(edition: Edition) -> dict[str, tuple[object, ...]]:
    """The sections that have something to say, by name."""
    found = {section: tell(edition) for section, tell in _TELL.items()}
    return {section: lines for section in SECTIONS if (lines := tuple(found[section]))}


def due(line: DueLine) -> ToldDue:
    return ToldDue(
        said=wording.stamp(line.source.published_at or line.source.collected_at),
        who=name(line.who),
        feed=name(line.source.feed),
        what=one_line(line.what, LONGEST_NOTE),
        until=wording.iso_day(line.until),
        url=line.insight_url,
        language=line.source.language,
    )


def correction(line: CorrectionLine) -> ToldCorrection:
    return ToldCorrection(
        headline=line.headline,
        told_on=wording.day(line.told_on),
        was=one_line(line.was, SHORT),
        text=one_line(line.text, LONGEST_NOTE),
        url=line.insight_url,
    )


def recap(line: RecapLine) -> ToldRecap:
    marks = [f"most corroborated: {line.publishers} independent sources"] * line.most_corroborated
    return ToldRecap(
        headline=line.headline,
        url=line.url,
        feed=name(line.source),
        told_on=wording.day(line.told_on),
        news=_news(line.news) if line.news else None,
        mark="; ".join([*marks, *["most contested"] * bool(line.contested)]),
        contested=tuple(one_line(text, LONGEST_CONTESTED) for text in line.contested),
        language=line.language,
    )


def _news(news: RecapNews) -> ToldNews:
    return ToldNews(claim=one_line(news.claim, LONGEST_NEWS), feed=name(news.source), language=news.language)


_TELL: Mapping[str, Callable[[Edition], Sequence[object]]] = {
    "also": lambda edition: edition.also,
    "recap": lambda edition: [recap(line) for line in edition.recap.lines] if edition.recap else [],
    "due": lambda edition: [due(line) for line in edition.due],
    "corrections": lambda edition: [correction(line) for line in edition.corrections],
}
