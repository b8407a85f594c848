"""Labels of an insight, each from evidence and left out where there is none: sentences verbatim, dates only as stated."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from briefing import text
from briefing.insights import dates, lexicon, safety
from briefing.insights.figures import Measured, measured
from briefing.insights.lexicon import Lexicon
from briefing.insights.names import proper_names
from briefing.insights.piece import kind_of_piece, sourcing
from briefing.insights.standing import needs_context, promotes
from briefing.insights.wording import trim
from briefing.model import DatedEvent, Document, Facets, Figure, Kind, Prediction, Quote

NEARBY = 3
"""Sentences before and after the quotes that may still tell of the same point."""

SHORTEST, LONGEST = 6, 45
MOST = 6
COUNTED = frozenset({"percent", "dollar", "euro", "pound", "times"})
"""Units with which a small number in words is still a figure."""

_NUMBERED = re.compile(r"\d")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence near the quotes: its words, its speaker, and whether it stands in a quote."""

    words: str
    speaker: str
    quoted: bool
    alone: bool


@dataclass(frozen=True)
class Scene:
    """The quotes of an insight and what was said around them."""

    document: Document
    quotes: Sequence[Quote]

    @cached_property
    def words(self) -> Lexicon:
        return lexicon.load(self.document.language)

    @cached_property
    def said(self) -> list[Said]:
        """Sentences of the quotes first, then those around them in the same passages, fit to be shown."""
        found = [said for quote in self.quotes for said in self._near(quote)]
        fit = [said for said in dict.fromkeys(found) if self._fit(said.words)]
        return sorted(fit, key=lambda said: not said.quoted)

    def _near(self, quote: Quote) -> Iterator[Said]:
        for passage in self.document.passages:
            touched = [i for i, s in enumerate(passage.sentences) if s.start < quote.end and quote.start < s.end]
            if not touched:
                continue
            first, last = max(0, touched[0] - NEARBY), touched[-1] + NEARBY
            for index, sentence in enumerate(passage.sentences[first : last + 1], first):
                words = self.document.text[sentence.start : sentence.end]
                whole = len(touched) == 1 and index == touched[0]
                yield Said(words, passage.speaker, touched[0] <= index <= touched[-1], whole)

    def _fit(self, sentence: str) -> bool:
        asked = sentence.rstrip("\"”'’ ").endswith(("?", "？"))
        unfit = safety.unfit(sentence) or promotes(sentence, self.words)
        return SHORTEST <= text.word_count(sentence) <= LONGEST and not asked and not unfit

    def sentence(self, *lists: str) -> str:
        """The first sentence that can stand alone and has a phrase of one of the lists; never the whole of the first quote."""
        for said in self.said:
            told = any(self.words.has(name, said.words) for name in lists)
            if told and not said.alone and not self._dependent(said.words):
                return trim(said.words, self.document.language)
        return ""

    def _dependent(self, sentence: str) -> bool:
        """Whether it leans on the sentence before it or only supposes something."""
        supposed = re.match(rf"\W*{self.words.source('hypothetical')}", sentence, re.IGNORECASE) is not None
        return supposed or needs_context(sentence, self.words)


def facets(document: Document, quotes: Sequence[Quote]) -> Facets:
    """What the words of the quotes, and the sentences beside them, say about the insight that rests on them."""
    scene = Scene(document, quotes)
    return Facets(
        kind_of_piece=kind_of_piece(document),
        sourcing=sourcing(document, [said.words for said in scene.said], [said.speaker for said in scene.said]),
        what_changed=scene.sentence("change_strong"),
        why_it_matters=scene.sentence("importance_strong"),
        what_to_do=_advice(scene),
        who_should_care=_audience(scene),
        predictions=tuple(_predictions(scene))[:MOST],
        events=tuple(_events(scene))[:MOST],
        figures=tuple(figure for quote in quotes for figure in figures(quote.text, document.language))[:MOST],
        names=tuple(dict.fromkeys(name for quote in quotes for name in proper_names(quote.text, document.language)))[: 2 * MOST],
    )


def _advice(scene: Scene) -> str:
    ordered = re.compile(rf"\W*{scene.words.source('imperatives')}", re.IGNORECASE)
    order = next((said.words for said in scene.said if ordered.match(said.words) and not said.alone), "")
    advice = scene.sentence("advice_strong")
    if advice and not scene.words.has("advice_weak", advice):
        return advice
    return trim(order, scene.document.language) if order else ""


def _audience(scene: Scene) -> str:
    """The people whom a sentence says it concerns: "node operators", "if you run a full node"."""
    frames = re.compile(rf"{scene.words.source('audience_frames')}[^,.;:!?，。]{{3,80}}", re.IGNORECASE)
    before, nouns = scene.words.source("audience_before"), scene.words.source("audience_nouns")
    gap = "" if scene.words.language == "zh" else r"(?:\s+[\w-]+){0,2}?\s+"
    concerned = re.compile(rf"{before}(?P<who>{gap}{nouns})", re.IGNORECASE)
    for said in scene.said:
        if match := concerned.search(said.words):
            return match["who"].strip()
        if (match := frames.search(said.words)) and text.word_count(match.group()) <= 12:
            return match.group().strip()
    return ""


def _predictions(scene: Scene) -> Iterator[Prediction]:
    for said in scene.said:
        weak = scene.words.has("prediction_weak", said.words) or needs_context(said.words, scene.words)
        if scene.words.has("predicting", said.words) and not weak:
            yield Prediction(what=trim(said.words, scene.document.language), who=said.speaker, until=_until(said.words, scene))


def _until(sentence: str, scene: Scene) -> str:
    """The latest date stated, as ISO; else the words that set a time."""
    found = dates.stated(sentence, scene.document.published_at, spoken=_spoken(scene))
    if found:
        return max(one.iso for one in found)
    match = re.search(rf"{scene.words.source('horizon')}(?:\s+[\w-]+){{0,3}}", sentence, re.IGNORECASE)
    return match.group() if match and scene.words.lists.get("horizon") else ""


def _events(scene: Scene) -> Iterator[DatedEvent]:
    told = sorted(scene.said, key=lambda said: not said.quoted)
    for said in told:
        for one in dates.stated(said.words, scene.document.published_at, spoken=_spoken(scene)):
            yield DatedEvent(date=one.iso, text=trim(said.words, scene.document.language))


def _spoken(scene: Scene) -> bool:
    return scene.document.kind is Kind.PODCAST


def figures(passage: str, language: str) -> Iterator[Figure]:
    """Numbers with their unit and what they count; small numbers in words, years and parts of names are none."""
    when = dates.stated(passage)
    for number in measured(passage):
        dated = any(one.start < number.end and number.start < one.end for one in when)
        if not dated and not _is_no_figure(passage, number):
            value = passage[number.start : number.value_end]
            yield Figure(value=value, unit=number.unit, subject=_subject(passage, number, language))


def _is_no_figure(passage: str, number: Measured) -> bool:
    written = passage[number.start : number.value_end]
    inside_name = re.search(r"[a-zA-Z]$|\d\.$", passage[: number.start]) or re.match(r"[a-zA-Z]|\.\d", passage[number.end :])
    spelled = not _NUMBERED.search(written) and number.unit not in COUNTED and max(number.values) <= 20
    return inside_name is not None or spelled or re.fullmatch(_YEAR, written) is not None


def _subject(passage: str, number: Measured, language: str) -> str:
    """The words right after a figure that name what it counts; of a percentage else the word that leads up to it."""
    stop = text.stop_words(language)
    after = re.match(r"\s*(?:of\s+(?:the\s+|all\s+|our\s+|their\s+|those\s+)?)?((?:[a-zà-ÿ]+[\s-]?){1,3})", passage[number.end :])
    following = _content(after[1].split() if after else [], stop)
    if following or number.unit != "percent":
        return " ".join(following)
    before = re.findall(r"[^\W\d][\w-]*", re.split(r"[.;:!?]", passage[: number.start])[-1])[-4:]
    return next((word for word in reversed(before) if word.lower() not in stop), "")


def _content(following: Sequence[str], stop: frozenset[str]) -> list[str]:
    """The words up to the first stop word."""
    return list(takewhile(lambda word: word.lower() not in stop, following))
