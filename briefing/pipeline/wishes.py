"""What a subscriber asks for, as people type it on a form, a command line or a table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import TypeVar

from briefing.config import Config, values
from briefing.config.keys import BadValueError
from briefing.delivery.addresses import check
from briefing.errors import UsageError
from briefing.model import Subscriber

T = TypeVar("T")
FIELDS = ("email", "topics", "zone", "at", "days", "languages", "mute", "top", "related")
"""Names of the options, the form's fields and the columns of a table."""
MOST_TOPIC_WEIGHT = 10.0
TOPS, RELATED = range(1, 11), range(6)
"""How long an edition may be: insights, and related ones below each. More than this would not fit into a mail of 100 kB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """Who asks for what; no topic means all alike, no language the brief's own, no `top` or `related` the brief's length."""

    email: str
    zone: str
    send_at: time
    days: tuple[int, ...]
    topics: Mapping[str, float] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    muted: tuple[str, ...] = ()
    top: int | None = None
    related: int | None = None


def wishes(asked: Mapping[str, str], config: Config) -> Wishes:
    """Wishes from text; an empty field takes what the brief has. Raises `AddressError`, and `UsageError` for another field."""
    brief = config.briefing
    return Wishes(
        email=check(asked.get("email", "").strip(" ")),
        topics=_parsed(asked, "topics", lambda text: _topics(text, config), {}),
        zone=_parsed(asked, "zone", values.zone, brief.timezone),
        send_at=_parsed(asked, "at", values.clock, brief.send_at),
        days=_parsed(asked, "days", _days, brief.days),
        languages=_parsed(asked, "languages", values.several(values.language), (), split=True),
        muted=_parsed(asked, "mute", lambda text: tuple(_items(text)), ()),
        top=_parsed(asked, "top", _one_of(TOPS), None),
        related=_parsed(asked, "related", _one_of(RELATED), None),
    )


def as_asked(subscriber: Subscriber) -> dict[str, str]:
    """A subscriber's wishes as text: what `wishes` reads back."""
    return {
        "email": subscriber.email,
        "topics": ",".join(id_ if weight == 1 else f"{id_}:{weight:g}" for id_, weight in subscriber.topics.items()),
        "zone": subscriber.zone,
        "at": f"{subscriber.send_at:%H:%M}",
        "days": "daily" if len(subscriber.days) == len(values.DAYS) else ",".join(values.DAYS[day] for day in subscriber.days),
        "languages": ",".join(subscriber.languages),
        "mute": ",".join(subscriber.muted),
        "top": _shown(subscriber.top),
        "related": _shown(subscriber.related),
    }


def _parsed(asked: Mapping[str, str], name: str, parse: Callable[..., T], default: T, *, split: bool = False) -> T:
    text = asked.get(name, "").strip()
    if not text:
        return default
    try:
        return parse(_items(text) if split else text)
    except BadValueError as error:
        raise UsageError(name, f"{values.shown(text)}: expected {error}") from None


def _shown(number: int | None) -> str:
    return "" if number is None else str(number)


def _one_of(numbers: range) -> Callable[[str], int | None]:
    def parse(text: str) -> int | None:
        if text.isascii() and text.isdigit() and int(text) in numbers:
            return int(text)
        raise BadValueError(f"a number from {numbers[0]} to {numbers[-1]}")

    return parse


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.replace(";", ",").split(",") if item.strip()]


def _days(text: str) -> tuple[int, ...]:
    try:
        return values.days(text if text == "daily" else [item.lower()[:3] for item in _items(text)])
    except BadValueError:
        raise BadValueError(f'"daily", or days with commas between them: {",".join(values.DAYS)}') from None


def _topics(text: str, config: Config) -> dict[str, float]:
    return dict(_topic(item, [topic.id for topic in config.topics]) for item in _items(text))


def _topic(item: str, known: list[str]) -> tuple[str, float]:
    """`ai` or `ai:2`."""
    name, colon, weight = item.partition(":")
    if name.strip() not in known:
        there = f"which are {', '.join(known)}" if known else "which has none: declare them in feeds.toml"
        raise BadValueError(f"topics of the brief, {there}{values.nearest(name, known)}")
    try:
        number = float(weight) if colon else 1.0
    except ValueError:
        number = 0.0
    if not 0 < number <= MOST_TOPIC_WEIGHT:
        raise BadValueError(f"a weight above 0, at most {MOST_TOPIC_WEIGHT:g}, behind the colon, such as ai:2")
    return name.strip(), number
