"""Codes into words: reasons, relations, updates, coverage, dates and times as a reader likes them."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache

from briefing.model import Coverage, Edition, EditionPick, Kind, Reason, Relation, Update

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
RELATIONS = {
    Relation.SAME_CLAIM: "The same claim",
    Relation.SUPPORTS: "Supports this",
    Relation.CONTRASTS: "Contrasts",
    Relation.BACKGROUND: "Background",
    Relation.EARLIER: "Earlier",
    Relation.RELATED: "",
}
KINDS = {Kind.PODCAST: "podcast", Kind.NEWSLETTER: "newsletter", Kind.NEWS: "news"}
LEFT_OUT = {
    "sent": "had before, without news",
    "language": "in another language",
    "muted": "muted",
    "old": "too old",
    "floor": "too weak",
    "feed_cap": "more of one feed",
    "speaker_cap": "more of one speaker",
    "topic_cap": "more of one topic",
    "similar": "too much like a pick",
    "rest": "good, but there were better ones",
}
REVERSAL = "what was said has been reversed"


def number(count: int) -> str:
    return NUMBERS[count] if 0 <= count < len(NUMBERS) else f"{count:,}"


def plural(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listing(items: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(items[:-1]), *items[-1:])))


def day(moment: date) -> str:
    return f"{moment.day} {moment:%b}"


@lru_cache(maxsize=64)
def long_day(moment: date) -> str:
    return f"{moment:%A}, {moment.day} {moment:%B} {moment.year}"


def iso_day(text: str) -> str:
    """ "2026-06-12" as "12 Jun 2026", "2026-06" as "Jun 2026"; other text as it is."""
    try:
        return f"{day(parsed)} {parsed.year}" if (parsed := date.fromisoformat(text)) else text
    except ValueError:
        return _month(text)


def _month(text: str) -> str:
    try:
        return f"{date.fromisoformat(text + '-01'):%b %Y}"
    except ValueError:
        return text


def clock(seconds: float | None, *, approximate: bool = False) -> str:
    """mm:ss, or h:mm:ss from an hour on; "about 12:34" where audio and transcript differ in length; "" for no place."""
    if seconds is None:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    told = f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"
    return f"about {told}" if approximate else told


def _topics(values: Sequence[str]) -> str:
    return f"on your {'topic' if len(values) == 1 else 'topics'} {listing(values)}"


def _sources(values: Sequence[str]) -> str:
    return f"told by {number(int(values[0]))} independent sources"


REASONS: dict[str, Callable[[Sequence[str]], str]] = {
    "topics": _topics,
    "feed": lambda values: f"from {values[0]}, a preferred source" if values else "from a preferred source",
    "sources": _sources,
    "figure": lambda values: f"states a figure: {values[0]}",
    "due": lambda values: f"falls due on {iso_day(values[0])}",
    "strong": lambda values: "among the strongest claims of the day",
    "new": lambda values: "nothing like it in the last 30 days",
    "update": lambda values: f"there is news since {iso_day(values[0])}",
    "general": lambda values: "chosen for what it says and who says it",
}


def reason(reason: Reason) -> str:
    """A reason in words; a code that is not known is shown as it is rather than dropped."""
    try:
        return REASONS[reason.code](reason.values)
    except (KeyError, IndexError, ValueError):
        return " ".join((reason.code, *reason.values)).strip()


def reasons(pick: EditionPick) -> str:
    """All reasons as one sentence without its full stop, or nothing."""
    words = "; ".join(reason(item) for item in pick.reasons)
    return words[:1].upper() + words[1:]


def news(update: Update) -> str:
    return facts(update.news)


def facts(items: Sequence[str]) -> str:
    """What is new in a story: figures, dates, names, publishers, or that it was reversed."""
    return "; ".join(REVERSAL if item == "reversal" else iso_day(item) for item in items)


def relation(relation: Relation) -> str:
    return RELATIONS.get(relation, "")


def coverage(coverage: Coverage) -> str:
    """ "231 items from 14 sources read; 2 unreachable; 9 stories; 5 shown"."""
    parts = [f"{plural(coverage.items, 'item')} from {plural(coverage.sources, 'source')} read"]
    parts += [f"{len(coverage.unreachable)} unreachable"] if coverage.unreachable else []
    parts += [f"{len(coverage.silent)} silent"] if coverage.silent else []
    spent = [cost(coverage)] if coverage.model_tokens else []
    return "; ".join([*parts, plural(coverage.stories, "story", "stories"), f"{coverage.shown} shown", *spent])


def left_out(coverage: Coverage) -> str:
    counted = sorted(coverage.left_out.items(), key=lambda item: (-item[1], item[0]))
    return "; ".join(f"{count:,} {LEFT_OUT.get(code, code)}" for code, count in counted if count)


def cost(coverage: Coverage) -> str:
    """What a language model was given to spend; nothing where none was used."""
    spent = f"{coverage.model}: at most {plural(coverage.model_tokens, 'token')} in two days"
    return spent if coverage.model_tokens else ""


def thin(edition: Edition, top: int) -> str:
    """ "3 today, not 5: nothing else was good enough." on a thin day, else nothing."""
    found = len(edition.picks)
    if not found:
        return "Nothing new was strong enough to take your time."
    wanted = edition.coverage.wanted or top
    return f"{found} today, not {wanted}: nothing else was strong enough to take your time." if found < wanted else ""


def stamp(moment: datetime | None) -> str:
    return f"{day(moment)} {moment.year}" if moment else ""
