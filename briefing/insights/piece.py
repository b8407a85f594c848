"""What kind of piece a document is, and on whose word it rests."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from briefing import text
from briefing.insights import cues, lexicon
from briefing.insights.lexicon import Lexicon
from briefing.model import Document, Kind, Role

NAMED, UNNAMED, NONE_GIVEN = "named sources", "unnamed sources", "no source named"
OPENING = 1500
"""Characters at the beginning that tell what a text sets out to do."""

ASKS = 0.55
"""Share of all questions that one voice asks in an interview."""

_GENERIC_SPEAKER = re.compile(r"(?:speaker|sprecher|voice|host|guest|unknown|spk)[\s_]*\d*$", re.IGNORECASE)


@lru_cache(maxsize=64)
def kind_of_piece(document: Document) -> str:
    """Interview, how-to, announcement, opinion, news or analysis; "" where nothing tells."""
    words = lexicon.load(document.language)
    return next((label for label, holds in _KINDS if holds(document, words)), "")


def _is_interview(document: Document, words: Lexicon) -> bool:
    """Two or more voices, of which one asks most of the questions and speaks less than half."""
    asked, spoken = Counter[str](), Counter[str]()
    for passage in document.passages:
        said = document.text[passage.start : passage.end]
        asked[passage.speaker] += said.count("?") + said.count("？")
        spoken[passage.speaker] += len(said)
    voices = [speaker for speaker in spoken if speaker]
    if len(voices) < 2 or sum(asked.values()) < 4:
        return False
    asker, questions = asked.most_common(1)[0]
    return questions >= ASKS * sum(asked.values()) and spoken[asker] < 0.5 * sum(spoken.values())


def _is_how_to(document: Document, words: Lexicon) -> bool:
    steps = sum(1 for passage in document.passages if passage.role is Role.ITEM and _orders(document, passage.start, words))
    return words.has("how_to", document.title) or steps >= 4


def _orders(document: Document, start: int, words: Lexicon) -> bool:
    return re.match(rf"\W*{words.source('imperatives')}", document.text[start : start + 40], re.IGNORECASE) is not None


def _is_announcement(document: Document, words: Lexicon) -> bool:
    return words.has("announcing", document.title) or words.has("announcing", document.text[:OPENING])


def _is_opinion(document: Document, words: Lexicon) -> bool:
    titled = re.match(rf"\W*{words.source('opinion_titles')}", document.title, re.IGNORECASE) is not None
    return document.kind is not Kind.PODCAST and (
        titled or (_density(document, "opinion") >= 6 and _density(document, "first_person") >= 8)
    )


def _is_news(document: Document, words: Lexicon) -> bool:
    reported = len(words.pattern("said").findall(document.text)) + len(words.pattern("change_strong").findall(document.text))
    return document.kind is not Kind.PODCAST and 1000 * reported >= 6 * text.word_count(document.text)


def _is_analysis(document: Document, words: Lexicon) -> bool:
    argued = _density(document, "cause") + _density(document, "comparison") + _density(document, "contrast")
    return text.word_count(document.text) >= 150 and argued >= 25


def _density(document: Document, category: str) -> float:
    """Cue phrases of a category in a thousand words."""
    return 1000 * cues.load(document.language).count(category, document.text) / max(1.0, text.word_count(document.text))


_KINDS = (
    ("interview", _is_interview),
    ("how-to", _is_how_to),
    ("announcement", _is_announcement),
    ("opinion", _is_opinion),
    ("news", _is_news),
    ("analysis", _is_analysis),
)


def sourcing(document: Document, sentences: Sequence[str], speakers: Sequence[str]) -> str:
    """Whether what is said near the quotes is laid to named sources, to unnamed ones, or to none."""
    words = lexicon.load(document.language)
    if any(words.has("anonymous", sentence) for sentence in sentences):
        return UNNAMED
    if any(speaker and not _GENERIC_SPEAKER.match(speaker) for speaker in speakers):
        return NAMED
    if not words.lists or not sentences:
        return ""
    return NAMED if any(_attributed(sentence, words) for sentence in sentences) else NONE_GIVEN


def _attributed(sentence: str, words: Lexicon) -> bool:
    """Whether a verb of saying stands beside a capitalised name; in Chinese beside anybody."""
    said = words.source("said")
    if words.language == "zh":
        return words.has("said", sentence)
    name = r"(?:[A-ZÄÖÜÉ][\w'’.-]+)"
    return re.search(rf"{name}\s+(?:\w+\s+)?(?i:{said})|(?i:{said})\s+(?:to\s+)?{name}", sentence) is not None
