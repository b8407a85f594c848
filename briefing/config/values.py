"""Parsers for the values of feeds.toml: each takes what TOML gives and returns what the program uses, or raises."""

import difflib
import math
import re
import zoneinfo
from collections.abc import Callable, Iterable
from datetime import time, timedelta
from pathlib import Path
from typing import TypeVar

from briefing.config.keys import BadValueError
from briefing.text import word_lists

T = TypeVar("T")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
BYTES = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}
DURATION = re.compile(r"(?:\d+[smhdw])+")
SIZE = re.compile(r"\s*(\d{1,12})\s*([A-Za-z]*)\s*")
CLOCK = re.compile(r"(\d\d):(\d\d)")
SPANS = ("1s", "30s", "30m", "6h", "2d", "400d")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
TOPIC = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+(?::[A-Za-z_]\w*)?")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
CREDENTIALS = re.compile(r"((?:^|[A-Za-z][\w+.-]*:)//)[^/?#\s]*@")
TOKENS = re.compile(r"([?&;][^=&;\s]*(?:auth|key|pass|pw|secret|sig|token)[^=&;\s]*=)[^&;#\s]+", re.IGNORECASE)
LONGEST_SHOWN = 80
COUNTRY_SLIPS = {"UK": "GB", "EN": "GB", "EU": "a country such as DE"}


def nearest(name: str, known: Iterable[str]) -> str:
    """` (did you mean "x"?)`, or nothing where no known name is near."""
    by_fold = {each.casefold(): each for each in known}
    begun = [each for each in by_fold if len(name) > 2 and each.startswith(name.casefold())]
    found = begun or difflib.get_close_matches(name.casefold(), by_fold, n=1, cutoff=0.6)
    return f' (did you mean "{by_fold[found[0]]}"?)' if found else ""


def text(value: object) -> str:
    if not isinstance(value, str):
        raise BadValueError('text in quotes, such as "words"')
    return value


def line(value: object) -> str:
    """Text without line breaks, control and direction characters: it may stand in a mail header."""
    words = text(value).strip()
    if CONTROL.search(words) or len(words) > 200:
        raise BadValueError("one line of at most 200 characters, without control characters")
    return words


def filled(value: object) -> str:
    words = line(value)
    if not words:
        raise BadValueError("some words")
    return words


def flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise BadValueError("true or false, without quotes")
    return value


def whole(low: int, high: int) -> Callable[[object], int]:
    def parse(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise BadValueError(f"a whole number between {low} and {high}")
        return value

    return parse


def number(high: float, *, zero: bool = False) -> Callable[[object], float]:
    """A finite number above 0, or from 0 on."""

    def parse(value: object) -> float:
        good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not good or not (0 <= value <= high) or (value == 0 and not zero):  # type: ignore[operator]  # good says it is a number
            raise BadValueError(f"a number {'from' if zero else 'above'} 0, at most {high:g}")
        return float(value)  # type: ignore[arg-type]

    return parse


def choice(*names: str) -> Callable[[object], str]:
    def parse(value: object) -> str:
        if value not in names:
            raise BadValueError(f"one of {quoted(names)}{nearest(str(value), names)}")
        return str(value)

    return parse


def implementation(*names: str) -> Callable[[object], str]:
    """A short name, or the dotted path of a class: `package.module.Name` or `package.module:Name`."""

    def parse(value: object) -> str:
        if value in names or (isinstance(value, str) and DOTTED.fullmatch(value)):
            return str(value)
        raise BadValueError(f'one of {quoted(names)}, or a dotted path such as "package.module.Name"{nearest(str(value), names)}')

    return parse


def quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def maybe(parse: Callable[[object], T]) -> Callable[[object], T | None]:
    """None for an empty string, as in an optional key that is written down but not filled in."""
    return lambda value: None if value == "" else parse(value)


def or_empty(parse: Callable[[object], str]) -> Callable[[object], str]:
    return lambda value: "" if value == "" else parse(value)


def several(parse: Callable[[object], T]) -> Callable[[object], tuple[T, ...]]:
    def parse_all(value: object) -> tuple[T, ...]:
        if not isinstance(value, list | tuple):
            raise BadValueError('a list in brackets, such as ["one", "two"]')
        return tuple(dict.fromkeys(_item(parse, item) for item in value))

    return parse_all


def _item(parse: Callable[[object], T], item: object) -> T:
    try:
        return parse(item)
    except BadValueError as error:
        raise BadValueError(f"each item to be {error}; {shown(item)} is not") from error


def duration(low: str, high: str) -> Callable[[object], timedelta]:
    """A span such as "30m", "6h", "400d" or "1h30m", between two such bounds."""

    def parse(value: object) -> timedelta:
        span = _span(value) if isinstance(value, str) and DURATION.fullmatch(value) else None
        if span is None or not _span(low) <= span <= _span(high):
            raise BadValueError(f"a duration with its unit, at least {low} and at most {high}, such as {_spans(low, high)}")
        return span

    return parse


def _spans(low: str, high: str) -> str:
    """Two examples between these bounds."""
    fitting = [span for span in SPANS if _span(low) <= _span(span) <= _span(high)]
    return " or ".join(f'"{span}"' for span in fitting[-2:])


def _span(value: str) -> timedelta:
    try:
        return sum((int(count) * UNITS[unit] for count, unit in re.findall(r"(\d+)([smhdw])", value)), timedelta())
    except (OverflowError, ValueError):
        return timedelta.max


def size(value: object) -> int:
    """Bytes; MB counts in thousands, MiB in 1024."""
    found = SIZE.fullmatch(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else None
    count = int(found[1]) * BYTES.get(found[2].upper(), 0) if found else 0
    if not 10_000 <= count <= 1_000_000_000:
        raise BadValueError('a size such as "8MB" or "500KB", at least 10KB and at most 1GB')
    return count


def clock(value: object) -> time:
    if isinstance(value, time):
        value = f"{value:%H:%M}"
    found = CLOCK.fullmatch(value) if isinstance(value, str) else None
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise BadValueError('a time of day as HH:MM from "00:00" to "23:59", such as "07:00"')
    return time(int(found[1]), int(found[2]))


def day(value: object) -> int:
    """0 is Monday."""
    name = value.lower() if isinstance(value, str) else value
    return WEEKDAYS.index(name) if name in WEEKDAYS else DAYS.index(choice(*DAYS)(name))


def day_or_off(value: object) -> int | None:
    if value == "off":
        return None
    try:
        return day(value)
    except BadValueError:
        raise BadValueError(f'one of {quoted(DAYS)}, or "off"') from None


def days(value: object) -> tuple[int, ...]:
    if value == "daily":
        return tuple(range(7))
    try:
        chosen = several(day)(value)
    except BadValueError:
        chosen = ()
    if not chosen:
        raise BadValueError(f'"daily", or a list of {quoted(DAYS)} in brackets')
    return tuple(sorted(chosen))


def zone(value: object) -> str:
    name = text(value)
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise BadValueError(f'a time zone such as "Europe/London" or "America/New_York"{_zone_hint(name)}') from None
    return name


def _zone_hint(name: str) -> str:
    """The zone of that name, or of that city."""
    zones = zoneinfo.available_timezones()
    cities = {zone.rpartition("/")[2].replace("_", " ").casefold(): zone for zone in zones if "/" in zone}
    city = cities.get(name.rpartition("/")[2].replace("_", " ").casefold())
    return f' (did you mean "{city}"?)' if city else nearest(name, zones)


def language(value: object) -> str:
    """A BCP 47 tag, cut to its primary subtag, lower case; of three letters any are taken, of two those of ISO 639-1."""
    code = value.split("-")[0].lower() if isinstance(value, str) and LANGUAGE.fullmatch(value) else ""
    if len(code) < 3 and code not in word_lists("languages.toml")["two_letters"]:
        raise BadValueError('a language code such as "en" or "de"')
    return code


def country(value: object) -> str:
    code = text(value).upper()
    if code in COUNTRY_SLIPS or not re.fullmatch(r"[A-Z]{2}", code):
        raise BadValueError(f'a country code of two letters, such as "{COUNTRY_SLIPS.get(code, "GB")}"')
    return code


def topic(value: object) -> str:
    if not isinstance(value, str) or not TOPIC.fullmatch(value):
        raise BadValueError('a topic\'s short name: lower-case letters, digits and hyphens, such as "ai" or "clean-energy"')
    return value


def topic_title(name: str) -> str:
    """The title of a topic that has only a short name: "Clean energy"; two letters stand for words, as in "AI"."""
    words = name.replace("-", " ")
    return words.upper() if len(words) <= 2 else words.capitalize()


def path(value: object) -> Path:
    name = text(value)
    if not name.strip() or CONTROL.search(name):
        raise BadValueError("the path of a file or folder")
    return Path(name)


def variable(value: object) -> str:
    if not isinstance(value, str) or not VARIABLE.fullmatch(value):
        raise BadValueError("the name of an environment variable, in capitals, such as BRIEFING_MAILBOX_PASSWORD")
    return value


def shown(value: object) -> str:
    """A value as an admin wrote it, shortened, on one line and without passwords or tokens of URLs."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{shorten(CONTROL.sub("?", redact(value)))}"'
    if isinstance(value, list):
        return shorten(f"[{', '.join(map(shown, value))}]")
    return "a table" if isinstance(value, dict) else shorten(CONTROL.sub("?", str(value)))


def redact(words: str) -> str:
    """A text without what stands before the `@` of a URL, and without the values of telling query parameters."""
    return TOKENS.sub(r"\1***", CREDENTIALS.sub(r"\1***@", words))


def shorten(words: str) -> str:
    return words if len(words) <= LONGEST_SHOWN else f"{words[: LONGEST_SHOWN - 3]}..."
