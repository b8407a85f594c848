"""Chapters kept beside a feed, and what they tell: which stretches of an episode are advertising.

The JSON chapters format: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/examples/chapters/jsonChapters.md
"""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from briefing.errors import UnreadableError
from briefing.model import Chapter, Passage, Sentence
from briefing.sources import dates
from briefing.sources.encodings import decode
from briefing.sources.links import web_link
from briefing.text import one_line

_MOST = 500
_NORMAL_PLAY_TIME = re.compile(r"\s*0*(?:\d{1,3}:)?(?:\d{1,3}:)?\d{1,7}(?:\.\d+)?\s*")
_ADVERTISING = re.compile(
    r"\W*(?:(?:pre|mid|post)-?roll|(?:a )?word from (?:our|the) sponsors?|ad (?:break|read)"
    r"|(?:our |today'?s |the )?sponsors?(?:hip)?|ads?|advert\w*|werbung|werbeblock|anzeige"
    r"|publicit[ée]|pub|publicidad|anuncios?|广告)"
    r"(?:\s*[:–—-]\s*.{1,80}|\W*)",
    re.IGNORECASE,
)
"""Titles of chapters that are advertising and nothing else."""


def parse(body: bytes, *, url: str, charset: str = "") -> tuple[Chapter, ...]:
    """JSON chapters in the order of their times; those left out of the table of contents too. Raises `UnreadableError`."""
    try:
        content = json.loads(decode(body, charset)[0])
    except (ValueError, RecursionError):
        raise UnreadableError(url, "the chapters are no JSON") from None
    listed = content.get("chapters") if isinstance(content, Mapping) else content
    if not isinstance(listed, list):
        raise UnreadableError(url, "the JSON holds no list of chapters")
    return tuple(sorted(_chapters(listed[:_MOST], url), key=lambda chapter: chapter.at))


def seconds(value: object) -> float | None:
    """A start time as a number, or as text such as "73.5", "1:13" or "00:01:13.500" (normal play time); None if it is none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if math.isfinite(value) and 0 <= value < dates.LONGEST_DURATION else None
    if not isinstance(value, str) or not _NORMAL_PLAY_TIME.fullmatch(value):
        return None
    return dates.duration(value) or 0.0


def advertising(chapters: Sequence[Chapter]) -> list[tuple[float, float]]:
    """Stretches, in seconds, whose chapter is called advertising; the last chapter has no end."""
    ends = [*(chapter.at for chapter in chapters), math.inf][1:]
    return [(chapter.at, end) for chapter, end in zip(chapters, ends, strict=True) if _ADVERTISING.fullmatch(chapter.title)]


def without(passages: Sequence[Passage], stretches: Sequence[tuple[float, float]]) -> tuple[Passage, ...]:
    """The passages cut at what was said inside these stretches; words without a time are taken for said with those before."""
    if not stretches:
        return tuple(passages)
    return tuple(part for passage in passages for part in _parts(passage, stretches))


def _parts(passage: Passage, stretches: Sequence[tuple[float, float]]) -> Iterator[Passage]:
    at, timed = passage.at, list[tuple[float | None, Sentence]]()
    for sentence in passage.sentences:
        at = at if sentence.at is None else sentence.at
        timed.append((at, sentence))
    for inside, run in groupby(timed, key=lambda one: _is_inside(one[0], stretches)):
        if not inside:
            kept = tuple(sentence for _, sentence in run)
            begun = kept[0].start == passage.start
            yield replace(passage, start=kept[0].start, end=kept[-1].end, at=passage.at if begun else kept[0].at, sentences=kept)


def _is_inside(at: float | None, stretches: Sequence[tuple[float, float]]) -> bool:
    return at is not None and any(start <= at < end for start, end in stretches)


def _chapters(listed: Sequence[object], url: str) -> Iterator[Chapter]:
    for one in listed:
        if isinstance(one, Mapping) and (at := seconds(one.get("startTime"))) is not None:
            title, link = one.get("title"), one.get("url")
            yield Chapter(
                at=at,
                title=one_line(title) if isinstance(title, str) else "",
                url=web_link(link, url) if isinstance(link, str) else "",
            )
