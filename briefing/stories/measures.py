"""What a figure measures and how much: only figures of one measure can contradict each other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from briefing.stories.facts import figures
from briefing.text import fold, stop_words

MONEY = re.compile(r"[$€£¥₹]|\b(?:usd|eur|dollars?|euros?|pounds?|yen|yuan)\b", re.IGNORECASE)
SHARE = re.compile(r"%|per ?cent|prozent|points?$|-?fold|times|\dx$", re.IGNORECASE)
YEAR = re.compile(r"(?:1[89]|20)\d\d")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "bn": 1e9, "k": 1e3, "mio": 1e6, "mrd": 1e9}
NO_THING = stop_words("en")
NEXT_WORD = re.compile(r"[\s-]?([^\W\d_]{3,})")
HEDGE = re.compile(
    r"\b(?:about|around|some|roughly|approximately|nearly|almost|over|under|up to|more than|less than|at least|at most|"
    r"as many as|etwa|rund|fast|mehr als|environ|plus de|cerca de|más de)\s*$",
    re.IGNORECASE,
)
CLOSE = 1.25
"""How far a hedged figure may lie from another and still be the same, rounded."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure in its sentence; `kind` is what it counts: money, share, year, or the noun; `amount` is None if unclear."""

    kind: str
    amount: float | None
    hedged: bool

    def contradicts(self, other: "Measure") -> bool:
        if self.kind != other.kind or self.amount == other.amount:
            return False
        if self.amount is None or other.amount is None:
            return True
        low, high = sorted((self.amount, other.amount))
        return not ((self.hedged or other.hedged) and high <= CLOSE * low)


def measures(text: str) -> tuple[Measure, ...]:
    """Those figures of a sentence of which it is plain what they count."""
    return tuple(_measures(text))


def _measures(text: str) -> Iterator[Measure]:
    at = 0
    for figure in figures(text):
        found = text.find(figure, at)
        at = found + len(figure) if found >= 0 else at
        if kind := _kind(figure, text[at:]):
            yield Measure(kind, _amount(figure), bool(HEDGE.search(text[: max(found, 0)])))


def _kind(figure: str, after: str) -> str:
    if MONEY.search(figure):
        return "money"
    if SHARE.search(figure):
        return "share"
    if YEAR.fullmatch(figure):
        return "year"
    units = [word for word in re.findall(r"[^\W\d_]+", figure.casefold()) if word not in SCALES]
    following = NEXT_WORD.match(after)
    counted = fold(following[1]) if following else ""
    return _singular(units[-1]) if units else "" if counted in NO_THING else _singular(counted)


def _singular(noun: str) -> str:
    return noun[:-3] + "y" if noun.endswith("ies") else noun.removesuffix("s")


def _amount(figure: str) -> float | None:
    digits = NUMBER.search(figure)
    if digits is None or "fold" in figure:
        return None
    words = re.findall(r"[^\W\d_]+", figure.casefold())
    scale = next((SCALES[word] for word in words if word in SCALES), 1.0)
    return _number(digits.group()) * scale


def _number(text: str) -> float:
    """Commas and points before three digits part thousands; any other parts the decimals."""
    plain = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", text) if not re.fullmatch(r"0[.,]\d+", text) else text
    whole, *rest = re.split("[.,]", plain)
    return float(f"{whole}.{''.join(rest) or 0}")
