"""Dates that a text states, as ISO 8601 at the precision that was stated; nothing is guessed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from briefing.insights import lexicon

NEAR = timedelta(days=60)
"""How far from the day of publication a day without a year may lie to be taken as of that time."""

_YEAR = r"(?:1[5-9]|20)\d\d"
_YEAR_AFTER = (
    "in since by until till from during through around early late mid before after year jahr seit bis anno en depuis desde hasta"
)
_PARTS = "beginning start end middle half quarter course rest spring summer autumn fall winter"
"""What a year has: only after these does "of 2016" mean the year, and not 2016 blocks."""
_BARE_YEAR = re.compile(
    rf"\b(?:{'|'.join(_YEAR_AFTER.split())}|(?:{'|'.join(_PARTS.split())}) of)[\s-]+({_YEAR})\b"
    r"(?!\s*(?:[-–/]\d|%|percent|dollars))",
    re.IGNORECASE,
)
_ISO = re.compile(rf"\b({_YEAR})-(\d\d)-(\d\d)\b")
_CHINESE = re.compile(rf"({_YEAR})\s*年(?:\s*(\d{{1,2}})\s*月(?:\s*(\d{{1,2}})\s*[日号])?)?")


@dataclass(frozen=True, slots=True)
class Stated:
    """A date and where it stands in the text."""

    iso: str
    start: int
    end: int


def stated(passage: str, published_at: datetime | None = None, *, spoken: bool = False) -> list[Stated]:
    """The dates of a text in order. Days without a year and words such as "yesterday" count in written texts of a known day
    only: what is said aloud may have been recorded at any time.
    """
    found: list[Stated] = []
    written_at = None if spoken else published_at
    for one in (*_absolute(passage), *_undated(passage, written_at), *_relative(passage, written_at)):
        if not any(one.start < other.end and other.start < one.end for other in found):
            found.append(one)
    return sorted(found, key=lambda one: one.start)


def _absolute(passage: str) -> Iterator[Stated]:
    for match in _ISO.finditer(passage):
        yield from _made(match, int(match[1]), int(match[2]), int(match[3]))
    for match in _CHINESE.finditer(passage):
        yield from _made(match, int(match[1]), int(match[2] or 0), int(match[3] or 0))
    for pattern in _patterns():
        for match in pattern.finditer(passage):
            if match["year"]:
                yield from _made(match, int(match["year"]), _month(match), int(match.groupdict().get("day") or 0))
    for match in _BARE_YEAR.finditer(passage):
        yield Stated(match[1], match.start(1), match.end(1))


def _undated(passage: str, published_at: datetime | None) -> Iterator[Stated]:
    """A day and month without a year, of the year in which it lies near the day of publication."""
    if published_at is None:
        return
    for pattern in _patterns()[:2]:
        for match in pattern.finditer(passage):
            day = None if match["year"] else _nearest(published_at.date(), _month(match), int(match["day"]))
            if day is not None:
                yield Stated(day.isoformat(), match.start(), match.end())


def _nearest(published: date, month: int, day: int) -> date | None:
    years = (_day(published.year + shift, month, day) for shift in (-1, 0, 1))
    return next((found for found in years if found and abs(found - published) <= NEAR), None)


def _relative(passage: str, published_at: datetime | None) -> Iterator[Stated]:
    """Words that count from the day of publication; "today" is left alone, since it mostly means these times."""
    if published_at is None:
        return
    today = published_at.date()
    for match, shift in _phrases("relative_days", passage):
        if shift:
            yield Stated((today + timedelta(days=shift)).isoformat(), match.start(), match.end())
    for match, shift in _phrases("relative_years", passage):
        yield Stated(str(today.year + shift), match.start(), match.end())
    for match, shift in _phrases("relative_months", passage):
        months = today.year * 12 + today.month - 1 + shift
        yield Stated(f"{months // 12}-{months % 12 + 1:02}", match.start(), match.end())


def _phrases(name: str, passage: str) -> Iterator[tuple[re.Match[str], int]]:
    table = lexicon.merged(name)
    for match in _any_of(name).finditer(passage):
        yield match, int(table[re.sub(r"\s+", " ", match.group().lower()).replace("’", "'")])


@cache
def _any_of(name: str) -> re.Pattern[str]:
    return lexicon.alternatives(lexicon.merged(name))


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Day month year, month day year, month year; English and German months only with their capital."""
    capital = {word.capitalize() for code in ("en", "de") for word in lexicon.load(code).table("months")}
    small = {word for code in ("fr", "es") for word in lexicon.load(code).table("months")}
    month = rf"(?P<month>{'|'.join(sorted(capital | small | {w.capitalize() for w in small}, key=len, reverse=True))})"
    day, year = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.)?", rf"(?P<year>{_YEAR})"
    joined = r"\s+(?:of\s+|de\s+)?"
    return (
        re.compile(rf"\b{day}{joined}{month}\b\.?(?:,?\s+(?:de\s+|del\s+)?{year}\b)?"),
        re.compile(rf"\b{month}\.?\s+{day}(?![\d:%])(?:,?\s+{year}\b)?"),
        re.compile(rf"\b{month}\.?,?\s+(?:of\s+|de\s+|del\s+)?{year}\b"),
    )


def _month(match: re.Match[str]) -> int:
    return int(lexicon.merged("months")[match["month"].lower()])


def _made(match: re.Match[str], year: int, month: int, day: int) -> Iterator[Stated]:
    if day and _day(year, month, day):
        yield Stated(f"{year}-{month:02}-{day:02}", match.start(), match.end())
    elif not day and 1 <= month <= 12:
        yield Stated(f"{year}-{month:02}", match.start(), match.end())
    elif not day and not month:
        yield Stated(str(year), match.start(), match.end())


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
