"""Figures, dates and names as they stand in quoted words: what can be new in a story."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from briefing.model import Insight, Source, Story
from briefing.stories.words import word_list
from briefing.text import fold, primary, sentence_spans, stop_words

UNIT = (
    r"%|per ?cent|percent|prozent|percentage points?|basis points?|-?fold|times|x\b|million|billion|trillion|thousand|"
    r"millionen|milliarden|millions|milliards|mio|mrd|bn|[kmbt]?(?:bps|bytes|B)\b|"
    r"(?:years?|months?|weeks?|days?|hours?|minutes?|seconds?|jahre|monate|tage|stunden)\b|"
    r"(?:dollars?|euros?|pounds?|yen|yuan|satoshis?|sats|bitcoins?|people|users|customers|employees|jobs|deaths|votes)\b"
)
FIGURE = re.compile(r"(?<![\w.,])(?:[$€£¥₹]\s?|US\$\s?|USD |EUR )?\d+(?:[.,]\d+)*", re.IGNORECASE)
BARE = re.compile(r"[\d.,]+")
"""A number without what it counts says nothing out of its sentence."""
AFTER = re.compile(rf"[\s-]?(?:(?:{UNIT})\s?){{1,2}}", re.IGNORECASE)
PLURAL = re.compile(r"[a-z-]{3,}[^s]s")
MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|"
    r"novembre|décembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)"
)
DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th|\.|er)?\s+(?:de\s+)?{MONTH}(?:\s+(?:de\s+)?\d{{4}})?|"
    rf"{MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?|{MONTH}\s+\d{{4}}|\d{{4}}-\d{{2}}(?:-\d{{2}})?)\b",
)
NAME = re.compile(r"[A-ZÀ-Þ][\w’'&-]*\w(?: [A-ZÀ-Þ][\w’'&-]*\w)*|\b[a-z]+[A-Z]\w+")
MARKED = re.compile(r".+[A-Z0-9]")
"""A capital or digit after the first character shows a name even where every word has a capital."""
TRACE = re.compile(r"\w*[A-ZÀ-Þ]\w*|\d+(?:[.,]\d+)*")
PERCENT = re.compile(r"\s*(?:%|per ?cent\b|percent\b|prozent\b)", re.IGNORECASE)
ORDINARY = stop_words("en") | word_list("capitalised")


def figures(text: str) -> tuple[str, ...]:
    """Numbers with what they count, as written: "48 %", "25-fold", "$2 million"; a bare digit is too little to be one."""
    return tuple(dict.fromkeys(_figures(DATE.sub(" ", text))))


def _figures(text: str) -> Iterator[str]:
    for match in FIGURE.finditer(text):
        unit = AFTER.match(text, match.end())
        figure = (match.group() + (unit.group() if unit else "")).strip()
        if unit or sum(c.isdigit() for c in figure) > 1 or not figure[0].isdigit():
            yield figure


def counted(figure: str, text: str, language: str) -> str:
    """A bare number with the plural behind it in the text, "200 lines" for "200"; English alone shows plurals so plainly."""
    if primary(language) != "en" or not BARE.fullmatch(figure):
        return figure
    following = re.search(rf"(?<![\w.,]){re.escape(figure)}((?: [a-z][a-z-]+){{1,2}})", text)
    words = following.group(1).split() if following else []
    thing = words[: next((length for length, word in enumerate(words, 1) if PLURAL.fullmatch(word)), 0)]
    return figure if ORDINARY.intersection(thing) else " ".join([figure, *thing])


def dates(text: str) -> tuple[str, ...]:
    """Dates as written, a month at the least."""
    return tuple(dict.fromkeys(match.group() for match in DATE.finditer(text)))


def names(text: str, language: str = "") -> tuple[str, ...]:
    """Names by their capitals; where a capital has another reason (start of a sentence, German nouns) by two words or more."""
    plain = DATE.sub(" ", text)
    starts = {start for start, _ in sentence_spans(plain, language)}
    found = (_name(match, match.start() in starts or primary(language) == "de") for match in NAME.finditer(plain))
    return tuple(dict.fromkeys(name for name in found if name))


def _name(match: re.Match[str], doubtful: bool) -> str:
    parts = match.group().split(" ")
    while parts and parts[0].casefold().split("'")[0].split("’")[0] in ORDINARY:
        parts, doubtful = parts[1:], False
    name = " ".join(parts)
    return name if len(parts) > 1 or (len(name) > 1 and (not doubtful or MARKED.match(name))) else ""


def quoted(insight: Insight) -> str:
    return "\n".join(quote.text for quote in insight.quotes)


def stated(insight: Insight) -> tuple[str, ...]:
    """The figures, dates and names in the quotes of an insight, as written."""
    text = quoted(insight)
    declared = tuple(name for name in insight.facets.names if name in text)
    return (*figures(text), *dates(text), *(declared or names(text, insight.language)))


def key(fact: str) -> str:
    """The spelling by which a fact is known again: "48%" is "48 percent", "Openaai" is "OpenAI"."""
    plain = re.sub(r"(?<=\d),(?=\d{3}\b)", "", fact)
    return fold(PERCENT.sub(" percent", plain))


def publisher(source: Source) -> str:
    return source.publisher or source.feed or source.feed_url


def facts(story: Story) -> frozenset[str]:
    """What to remember of a story that was sent."""
    return Learnt().from_(story.insights, story.sources)


class Learnt:
    """Looks at an insight once, however many readers are shown it."""

    def __init__(self) -> None:
        self._of: dict[str, frozenset[str]] = {}

    def from_(self, insights: Iterable[Insight], sources: Iterable[Source]) -> frozenset[str]:
        """All that a reader has learnt who was shown these insights and their sources."""
        by = (f"by {fold(publisher(source))}" for source in sources)
        return frozenset(chain(by, chain.from_iterable(map(self._stated, insights))))

    def _stated(self, insight: Insight) -> frozenset[str]:
        """The keys of what an insight states, and every word with a capital or a digit: what was read as part of a longer name
        or figure is not new alone.
        """
        if insight.id not in self._of:
            words = chain(stated(insight), TRACE.findall(quoted(insight)))
            self._of[insight.id] = frozenset(map(key, words))
        return self._of[insight.id]
