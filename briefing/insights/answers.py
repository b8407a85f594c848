"""What a language model answered, as far as it can be read. Nothing here is believed: `grounding` decides."""

import html
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from briefing.insights.safety import visible

LONGEST_ANSWER = 16_384
MOST_CLAIMS = 50
LONGEST_FIELD = 2_000
UNSURE = 0.5
"""The score of a claim whose own score is missing or no number."""

_TAG = re.compile(r"<[/!?a-zA-Z][^<>]*>?")
_OBJECT = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """One claim of an answer with the words that are said to prove it; `score` is clamped to 0 to 1."""

    claim: str
    quote: str
    score: float = UNSURE
    headline: str = ""


def parse_answer(answer: str) -> list[Claimed]:
    """The distinct claims of an answer, in order; fences, preambles and broken ends are put up with.

    What is no claim with a quote is left out; of an answer longer than 16 kB only the complete claims of its beginning count.
    """
    found = (_claimed(item) for item in _items(answer[:LONGEST_ANSWER]))
    distinct = {(claim.claim, claim.quote): claim for claim in reversed([c for c in islice(found, 10_000) if c])}
    return list(reversed(distinct.values()))[:MOST_CLAIMS]


def says_nothing(answer: str) -> bool:
    """Whether an answer is JSON with an empty list of claims: the model found no point worth making."""
    found = _decoded(answer, begin.start()) if (begin := re.search(r"[{\[]", answer)) else None
    return found in ([], {"insights": []})


def _items(answer: str) -> Iterator[object]:
    """The claims of the first JSON value that lists some; else every complete small object of the text."""
    for begin in re.finditer(r"[{\[]", answer):
        listed = _listed(_decoded(answer, begin.start()))
        if listed is not None:
            yield from listed
            return
        if begin.start() > 2_000:
            break
    yield from (_decoded(match.group(), 0) for match in _OBJECT.finditer(answer))


def _decoded(answer: str, at: int) -> object:
    try:
        value: object = json.JSONDecoder(strict=False).raw_decode(answer, at)[0]
    except (ValueError, RecursionError):
        return None
    return value


def _listed(value: object) -> list[object] | None:
    if isinstance(value, dict):
        value = value.get("insights", [value] if "claim" in value else None)
    return value if isinstance(value, list) and any(isinstance(item, dict) for item in value) else None


def _claimed(item: object) -> Claimed | None:
    if not isinstance(item, dict):
        return None
    claim, quote = _plain(item.get("claim")), _words(item.get("quote"))
    if not claim or not quote:
        return None
    return Claimed(claim=claim, quote=quote, score=_score(item.get("score")), headline=_plain(item.get("headline")))


def _words(value: object) -> str:
    return " ".join(visible(value).split())[:LONGEST_FIELD] if isinstance(value, str) else ""


def _plain(value: object) -> str:
    """The words of a field without HTML, however often it was escaped."""
    if not isinstance(value, str):
        return ""
    for _ in range(3):
        value = html.unescape(_TAG.sub(" ", value))
    return _words(_TAG.sub(" ", value))


def _score(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return UNSURE
    try:
        number = float(value)
    except OverflowError:
        return 1.0 if value > 0 else 0.0
    return UNSURE if math.isnan(number) else min(1.0, max(0.0, number))
