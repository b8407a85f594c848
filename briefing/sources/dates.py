"""Publication dates and durations as feeds write them -> aware UTC, or None where nobody could say."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Older dates are defaults of some program, not dates of publication."""
FUTURE = timedelta(hours=24)

_MONTH_NAMES = (
    "january february march april may june july august september october november december",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "jänner feber maart april mei juni juli augustus september oktober november december",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gennaio febbraio mrt aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
)
_MONTHS = {name: number for names in _MONTH_NAMES for number, name in enumerate(names.split(), start=1)}
_ZONES: dict[str, float] = {
    "ut": 0,
    "utc": 0,
    "gmt": 0,
    "z": 0,
    "": 0,
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
}
_ZONES |= {"pst": -8, "pdt": -7, "bst": 1, "ist": 5.5, "jst": 9, "cet": 1, "cest": 2, "met": 1, "eet": 2, "eest": 3, "msk": 3}
_ZONES |= {"wet": 0, "west": 1, "aest": 10, "aedt": 11, "kst": 9, "hst": -10, "akst": -9, "akdt": -8, "ast": -4, "adt": -3}
_ZONE = r"(?P<zone>[+-]\d{1,2}:?\d{2}|[+-]\d{2}|(?:GMT|UTC)[+-]\d{1,2}(?::?\d{2})?|[A-Za-z]{1,5})?"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{1,2})(?::(?P<second>\d{1,2})(?:[.,]\d+)?)?\s*(?P<half>[AaPp]\.?[Mm]\.?\b)?"
_MONTH = r"(?P<name>[^\s\d.,:/+-]{3,12})\.?"
_DAY_NAME = r"(?:[^\s,\d]+(?:,\s*|\s+))?"
_TIME = rf"(?:,?\s+(?:at\s+)?{_CLOCK}\s*{_ZONE})?"
_SHAPES = tuple(
    re.compile(shape, re.IGNORECASE | re.ASCII)
    for shape in (
        rf"(?P<year>\d{{4}})-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}})(?:[T\s]+{_CLOCK}\s*{_ZONE})?",
        rf"(?P<year>\d{{4}})(?P<month>\d\d)(?P<day>\d\d)(?:T(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?{_ZONE})?",
        rf"(?P<year>\d{{4}})/(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}}){_TIME}",
        r"(?P<year>\d{4})-(?P<month>\d\d)",
        rf"{_DAY_NAME}(?P<day>\d{{1,2}})\.?[\s-]+{_MONTH},?[\s-]+(?P<year>\d{{4}}|\d\d){_TIME}(?:\s*\([^)]*\))?",
        rf"{_DAY_NAME}{_MONTH}\s+(?P<day>\d{{1,2}}),?\s+(?P<year>\d{{4}}){_TIME}",
        rf"{_DAY_NAME}{_MONTH}\s+(?P<day>\d{{1,2}})\s+{_CLOCK}\s*{_ZONE}\s+(?P<year>\d{{4}})",
    )
)
_DURATION = re.compile(r"\s*(?:(?:(\d{1,3}):)?(\d{1,4}):)?(\d{1,7}(?:\.\d{1,6})?)\s*")
_ISO_DURATION = re.compile(r"\s*PT(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:(\d{1,6}(?:\.\d+)?)S)?\s*", re.IGNORECASE)
_WORDED_DURATION = re.compile(
    r"\s*(?=\d)(?:(\d{1,3})\s*(?:h|hrs?|hours?|std|stunden?)(?![a-z])[\s,.:]*(?:and\s+)?)?"
    r"(?:(\d{1,4})\s*(?:(?:m|mins?|minutes?|minuten?)(?![a-z])|['′])[\s,.:]*(?:and\s+)?)?"
    r"(?:(\d{1,6}(?:\.\d+)?)\s*(?:(?:s|secs?|seconds?|sekunden?)(?![a-z])\.?|[\"″]|''))?\s*",
    re.IGNORECASE,
)
LONGEST_DURATION = 7 * 24 * 3600.0

_DURATIONS = (_DURATION, _ISO_DURATION, _WORDED_DURATION)


def parse(text: str) -> datetime | None:
    """An ISO 8601 or RFC 822 date, in the languages and with the liberties of feeds; UTC without a zone. None if it is none."""
    stripped = " ".join(text.split())[:100]
    for shape in _SHAPES:
        if found := shape.fullmatch(stripped):
            return _date({name: value for name, value in found.groupdict().items() if value is not None})
    return None


def first(values: Iterator[datetime | None], *, collected_at: datetime) -> datetime | None:
    """The first date there is; one more than a day ahead of the collection counts as collected now."""
    found = next((value for value in values if value is not None), None)
    if found is None:
        return None
    return collected_at if found > collected_at + FUTURE else found


def duration(text: str) -> float | None:
    """Seconds of "1:02:03", "62:03", "3723", "PT1H2M3S" or "1 h 2 min"; None if it is none of them, zero or over a week."""
    found = next((found for shape in _DURATIONS if (found := shape.fullmatch(text))), None)
    if not found or not any(found.groups()):
        return None
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    total = hours * 3600 + minutes * 60 + seconds
    return total if 0 < total < LONGEST_DURATION else None


def _date(parts: dict[str, str]) -> datetime | None:
    month = int(parts["month"]) if "month" in parts else _month(parts["name"].lower())
    try:
        local = datetime(
            _year(parts["year"]),
            month,
            int(parts.get("day", "1")),
            _hour(int(parts.get("hour", "0")), parts.get("half", "")),
            int(parts.get("minute", "0")),
            _second(int(parts.get("second", "0"))),
            tzinfo=timezone(_offset(parts.get("zone", ""))),
        )
        return _plausible(local.astimezone(UTC))
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=256)
def _month(name: str) -> int:
    """The month that a name or the beginning of one means in all languages that have it, 0 if there is no such."""
    meant = {number for full, number in _MONTHS.items() if full.startswith(name)}
    return meant.pop() if len(meant) == 1 else 0


def _plausible(moment: datetime) -> datetime | None:
    return moment if moment >= EARLIEST else None


def _year(digits: str) -> int:
    """Two digits as RFC 2822, section 4.3, reads them."""
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year < 50 else 1900)


def _hour(hour: int, half: str) -> int:
    if not half:
        return hour
    return hour % 12 + (12 if half.lower().startswith("p") else 0)


def _second(second: int) -> int:
    """Leap seconds are written 60, which no clock here knows."""
    return 59 if second == 60 else second


def _offset(zone: str) -> timedelta:
    digits = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", zone)
    if not digits:
        return timedelta(hours=_ZONES.get(zone.lower(), 0))
    size = timedelta(hours=int(digits[2]), minutes=int(digits[3] or 0))
    return -size if digits[1] == "-" else size
