"""Words of a claim that name somebody or something, and whether a text has them."""

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources

from briefing import text
from briefing.insights import lexicon
from briefing.insights.lexicon import Lexicon

_WORD = re.compile(rf"[^\W_{text.CJK}]+(?:[-'’.&][^\W_{text.CJK}]+)*")
_BEGINS = re.compile(r"(?:^|[.!?:;…\"“]|--)\W*$")
_POSSESSIVE = re.compile(r"['’]s?$")
_GERMAN_NOUN = re.compile(
    r"(?:ung|ungen|heit|heiten|keit|keiten|schaft|schaften|tion|tionen|tät|täten|ismus|nis|nisse|chen|lein|ment|mente|enz|anz|ik|ur|um|eit|ent|enten|ion|ionen|kosten|zeit|preis\w*|zahl\w*|stellen)$"
)
_ENGLISH_FORM = re.compile(r"..(?:ings?|ed|ly|ness|tions?|ments?|able|ible|is(?:e|es|ing)|iz(?:e|es|ing)|less|ful)$")
_ENDINGS = ("ingly", "edly", "ings", "ing", "ies", "ied", "ers", "ed", "es", "ly", "er", "s", "e", "y", "en", "n")
_LONGEST_STEM = 8
_NO_NAME = re.compile(r"\d+(?:st|nd|rd|th|s|k|m|bn|x|%)?|[a-z]-[a-z]+")
_PLAIN_SCRIPT = re.compile(r"[\u0000-\u024f’‘]+$")


def stem(word: str) -> str:
    """A rough stem that inflected forms share: folded, without a usual ending, at most eight letters."""
    folded = text.fold(word)
    for ending in _ENDINGS:
        if folded.endswith(ending) and len(folded) - len(ending) >= 3:
            folded = folded.removesuffix(ending)
            break
    return folded[:_LONGEST_STEM]


def stems(passage: str, language: str = "") -> frozenset[str]:
    """Stems of the content words of a text; of Chinese and Japanese the pairs of neighbouring characters."""
    characters = "".join(text.CJK_CHARACTER.findall(passage))
    pairs = {characters[i : i + 2] for i in range(len(characters) - 1)}
    return frozenset(pairs | {stem(word) for word in text.content_words(passage, language) if not text.CJK_CHARACTER.match(word)})


def strange_names(claim: str, evidence: str, document: str, language: str) -> list[str]:
    """Names in the claim that the evidence does not have."""
    known = _known(evidence)
    return [name for name in names(claim, language, document) if not _stands_in(name, known)]


def names(claim: str, language: str, document: str = "") -> Iterator[str]:
    """Capitalised words and those with inner capitals or digits; at the beginning of a sentence only those that are no word."""
    words = lexicon.load(language)
    for match in _WORD.finditer(claim):
        word = _POSSESSIVE.sub("", match.group())
        lower = word.lower().replace("’", "'")
        if (
            lower in words.words("not_names")
            or lower in lexicon.merged("months")
            or word.isdigit()
            or word in text.stop_words(language)
        ):
            continue
        if _is_name(word, lower, claim, match.start(), words, document):
            yield word


def _is_name(word: str, lower: str, claim: str, at: int, words: Lexicon, document: str) -> bool:
    if _NO_NAME.fullmatch(lower):
        return False
    if any(c.isdigit() for c in word) or any(c.isupper() for c in word[1:]) or _mixed_script(word):
        return True
    if not word[0].isupper():
        return words.language == "en" and lower in _listed("names-en.txt")
    if _BEGINS.search(claim[:at]):
        return not _usual(lower, words, document)
    return not (words.language == "de" and _german_noun(lower, claim[:at]))


def _mixed_script(word: str) -> bool:
    return not _PLAIN_SCRIPT.match(word) and re.search(r"[a-zA-Z]", word) is not None


def _usual(lower: str, words: Lexicon, document: str) -> bool:
    """Whether a word at the beginning of a sentence has its capital from there."""
    if lower in text.stop_words(words.language):
        return True
    if words.language == "en":
        return lower not in _listed("names-en.txt") and (_common(lower, "en") or _stands_small(lower, document))
    return _stands_small(lower, document) or (words.language == "de" and _german_noun(lower, ""))


def _stands_small(lower: str, document: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(lower)}(?!\w)", document) is not None


def _german_noun(lower: str, before: str) -> bool:
    """Whether an article, with or without adjectives, stands before it, or it ends like a noun."""
    articles = lexicon.load("de").source("articles")
    led = re.search(rf"{articles}(?:\s+[a-zäöüß-]+(?:e|en|er|es|em))*\s+$", before, re.IGNORECASE)
    return led is not None or _GERMAN_NOUN.search(lower) is not None


def _common(lower: str, language: str) -> bool:
    if language != "en":
        return False
    listed = _common_stems()
    parts = re.split(r"[-'.&]", lower)
    return all(
        part in text.stop_words("en") or stem(part) in listed or len(part) < 3 or _ENGLISH_FORM.search(part) for part in parts
    )


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(resources.files("briefing.insights").joinpath("words", name).read_text("utf-8").split())


@cache
def _common_stems() -> frozenset[str]:
    return frozenset(map(stem, _listed("common-en.txt")))


_CAPITALISED = r"[A-ZÀ-ÖØ-Þ][\w-]*(?:\.\w+)*"
_RUN = re.compile(rf"{_CAPITALISED}(?: (?:(?:of|de|van|von|der|la|le) )?(?:{_CAPITALISED}|\d+\b))*")


def proper_names(passage: str, language: str) -> list[str]:
    """People, organisations and things named, as written, each once."""
    found: dict[str, None] = {}
    single = frozenset(names(passage, language, passage))
    for match in _RUN.finditer(passage):
        parts = match.group().rstrip("-").split()
        if _BEGINS.search(passage[: match.start()]) and len(parts) > 1 and parts[0] not in single:
            parts = parts[1:]
        if any(part in single for part in parts):
            found[" ".join(parts)] = None
    return list(found)


def _known(evidence: str) -> frozenset[str]:
    found = [_POSSESSIVE.sub("", word) for word in _WORD.findall(evidence)]
    parts = [part for word in found for part in re.split(r"[-.&'’]", word)]
    return frozenset(text.fold(word) for word in [*found, *parts])


def _stands_in(name: str, known: frozenset[str]) -> bool:
    folded = text.fold(name)
    parts = [part for part in re.split(r"[-.&'’]", name) if part]
    if folded in known or all(text.fold(part) in known or (part.islower() and part != name) for part in parts):
        return True
    return len(folded) >= 4 and any(_inflected(folded, other) for other in known)


def _inflected(a: str, b: str) -> bool:
    shorter, longer = sorted((a, b), key=len)
    return len(shorter) >= 4 and len(longer) - len(shorter) <= 3 and longer.startswith(shorter) and not longer[-1].isdigit()
