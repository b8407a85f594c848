"""What texts in different languages have in common: names, figures, words of one origin, and words with one meaning."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files

from briefing.stories.similarity import NAME, REMEMBERED, Frequencies, frequencies, logarithms
from briefing.text import content_words, fold, primary

Concepts = Mapping[str, int]
"""Number of a meaning by the spelling it begins with; a full stop at the end asks for the whole word."""

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
GROUPED = re.compile(r"(?<=\d)[.,](?=\d{3}\b)")
THOUSANDS = re.compile(r"(\d)[.,]?000(?=\s+mil(?:lones|hoes|hões))")
"""Spanish and Portuguese count a billion as a thousand millions."""
SHORTEST, LONGEST = 3, 24
ORIGIN = 5
"""Letters by which words of one origin are known: "president" and "presidente", "industry" and "industria"."""
NAME_WEIGHT, ORIGIN_WEIGHT = 1.5, 0.5


@cache
def concepts(language: str) -> Concepts:
    """The packaged words of a language by meaning; empty for a language that has none."""
    head, *rows = files("briefing.stories").joinpath("data", "concepts.txt").read_text("utf-8").splitlines()
    languages = head.split(" | ")
    if language not in languages:
        return {}
    columns = [row.split("|")[languages.index(language)] for row in rows]
    return {spelling: number for number, column in enumerate(columns) for spelling in column.split()}


def shared_counts(parts: Sequence[tuple[str, float]], language: str) -> Mapping[str, float]:
    """1 + the logarithm of how often each name, figure, origin and meaning stands in weighted texts."""
    return logarithms((_counts(text, primary(language) or "en"), weight) for text, weight in parts)


@lru_cache(maxsize=REMEMBERED)
def _counts(text: str, language: str) -> Mapping[str, float]:
    counts: dict[str, float] = defaultdict(float)
    for term, share in _terms(text, language):
        counts[term] += share
    return counts


def _terms(text: str, language: str) -> Iterator[tuple[str, float]]:
    yield from ((f"={figure}", 1.0) for figure in _figures(text))
    names = {fold(name) for name in NAME.findall(text)}
    found = content_words(text, language)
    for place, word in enumerate(found):
        if not word[0].isdigit():
            yield from _meanings(word, found[place + 1 : place + 2], fold(word) in names, language)


def _meanings(word: str, following: Sequence[str], name: bool, language: str) -> Iterator[tuple[str, float]]:
    meaning = meaning_of(".".join([word, *following]), language) if following else None
    meaning = meaning_of(word, language) if meaning is None else meaning
    if meaning is not None:
        yield f"#{meaning}", 1.0
    elif name:
        yield f"@{fold(word)}", NAME_WEIGHT
    if meaning is None and len(word) >= ORIGIN:
        yield f"~{word[:ORIGIN]}", ORIGIN_WEIGHT


@lru_cache(maxsize=50_000)
def meaning_of(word: str, language: str) -> int | None:
    """The number of the meaning whose longest spelling begins the word."""
    known = concepts(language)
    if (whole := known.get(f"{word}.")) is not None:
        return whole
    lengths = range(min(len(word), LONGEST), SHORTEST - 1, -1)
    return next((known[word[:length]] for length in lengths if word[:length] in known), None)


def _figures(text: str) -> Iterator[str]:
    """Numbers with their grouping gone and one decimal sign; a single digit says too little."""
    for match in NUMBER.finditer(THOUSANDS.sub(r"\1", text)):
        figure = GROUPED.sub("", match.group()).replace(",", ".")
        if len(figure) > 1:
            yield figure


def tells_apart(term: str) -> bool:
    """Whether it is a name or a figure: what a retelling in other words keeps."""
    return term[0] in "@="


@cache
def shared_frequencies() -> Frequencies:
    """In which share of stretches of ordinary English each shared term stands, as far as the packaged table tells."""
    known, counts = frequencies(), Counter[str]()
    for stem, count in known.counts.items():
        for term, _ in _meanings(stem, (), True, "en"):
            counts[term] = min(known.documents, counts[term] + count)
    return Frequencies(known.documents, counts)
