"""Word lists per language for wording, facets and grounding: fillers, negations, number words, months, units.

The lists are data (`words/<language>.toml`, and `words/clauses-<language>.toml` for headlines);
a language without a list has none, and nothing that depends on one happens.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import groupby

from briefing import text

NOTHING = re.compile(r"(?!)")
LANGUAGES = ("en", "de", "fr", "es", "zh")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrase lists and word tables of one language."""

    language: str
    lists: Mapping[str, tuple[str, ...]]
    tables: Mapping[str, Mapping[str, float]]
    patterns: Mapping[str, re.Pattern[str]]

    def words(self, name: str) -> frozenset[str]:
        return frozenset(self.lists.get(name, ()))

    def table(self, name: str) -> Mapping[str, float]:
        """Word -> value, such as month -> 1 to 12; empty if the language has none."""
        return self.tables.get(name, {})

    def pattern(self, name: str) -> re.Pattern[str]:
        """Matches any phrase of a list as whole words, longest first, case ignored."""
        return self.patterns.get(name, NOTHING)

    def source(self, name: str) -> str:
        """The pattern of a list as text, to be built into a larger one."""
        return self.pattern(name).pattern

    def has(self, name: str, passage: str) -> bool:
        return self.pattern(name).search(passage) is not None


def alternatives(phrases: Iterable[str]) -> re.Pattern[str]:
    """A pattern of any of the phrases as whole words; a trailing * matches the rest of a word, a space any white space."""
    ordered = sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase))
    whole = [_body(phrase) for phrase in ordered if _is_word(phrase)]
    loose = [_body(phrase) for phrase in ordered if not _is_word(phrase)]
    spaced = rf"(?<!\w)(?<!\w['’])(?:{_by_first_letter(whole)})(?!\w|['’]\w)"
    parts = [*([spaced] if whole else []), *loose]
    return re.compile(f"(?:{'|'.join(parts)})", re.IGNORECASE) if parts else NOTHING


def _is_word(phrase: str) -> bool:
    return phrase[0].isalnum() and (phrase[-1].isalnum() or phrase[-1] == "*") and not text.CJK_CHARACTER.search(phrase)


def _body(phrase: str) -> str:
    body = re.escape(phrase.removesuffix("*")).replace(r"\ ", r"\s+").replace("'", "['’]")
    return body + (r"\w*" if phrase.endswith("*") else "")


def _by_first_letter(bodies: list[str]) -> str:
    """The same alternatives, gathered so that only those with the right first letter are tried."""
    groups = [
        (letter, list(group)) for letter, group in groupby(sorted(bodies, key=lambda body: body[0]), key=lambda body: body[0])
    ]
    return "|".join(f"{letter}(?:{'|'.join(body[1:] for body in group)})" for letter, group in groups)


@cache
def load(language: str) -> Lexicon:
    """The lexicon of a language code such as "en" or "de-AT"; an empty one for a language that has no list."""
    code = text.primary(language)
    if code not in LANGUAGES:
        return Lexicon(code, {}, {}, {})
    found = _read(f"{code}.toml") | _read(f"clauses-{code}.toml")
    lists = {name: tuple(value) for name, value in found.items() if isinstance(value, list)}
    tables = {name: value for name, value in found.items() if isinstance(value, dict)}
    return Lexicon(code, lists, tables, {name: alternatives(phrases) for name, phrases in lists.items()})


@cache
def everywhere(name: str) -> re.Pattern[str]:
    """Any phrase of a list in any of the languages: for what must be seen whatever language the text is in."""
    return alternatives(phrase for code in LANGUAGES for phrase in load(code).lists.get(name, ()))


@cache
def merged(name: str) -> Mapping[str, float]:
    """A word table of all languages together; of a word in several, the first language holds."""
    return {word: value for code in reversed(LANGUAGES) for word, value in load(code).table(name).items()}


@cache
def units() -> Mapping[str, tuple[str, ...]]:
    """Canonical unit -> its forms in all languages."""
    return {unit: tuple(forms) for unit, forms in _read("units.toml").items()}


def named(file: str) -> frozenset[str]:
    """The names of the lists and tables of a file of words."""
    return frozenset(_read(file))


def _read(name: str) -> dict[str, list[str] | dict[str, float]]:
    return tomllib.loads(resources.files("briefing.insights").joinpath("words", name).read_text("utf-8"))
