"""Cue phrases per language: the words that announce a claim, a cause, a sponsor read, an opener that needs its predecessor.

The lists are data (`cues/<language>.toml`); a language without a list has no cues, so every count is zero.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from briefing.text import CJK_CHARACTER

NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Cues:
    """The cue phrases of one language, by category; a category it lacks matches nothing."""

    language: str
    phrases: Mapping[str, tuple[str, ...]]
    patterns: Mapping[str, re.Pattern[str]]
    openers: Mapping[str, re.Pattern[str]]
    small: Mapping[str, re.Pattern[str]]
    """The patterns for text in small letters: counted more than twice as fast than with case ignored."""

    def count(self, category: str, text: str) -> int:
        """How often phrases of a category stand in the text."""
        return len(self.small.get(category, NOTHING).findall(text.lower()))

    def has(self, category: str, text: str) -> bool:
        return self.patterns.get(category, NOTHING).search(text) is not None

    def opens(self, category: str, text: str) -> int:
        """Length of the phrase of a category that the text begins with, 0 if there is none."""
        match = self.openers.get(category, NOTHING).match(text)
        return match.end() if match else 0


def _phrase(phrase: str) -> str:
    body = re.escape(phrase.strip("*")).replace(r"\ ", r"\s+").replace("'", "['’]")
    if phrase.endswith("*"):
        return body + r"\w*"
    return body + (r"(?!\w)" if phrase[-1].isalnum() and not CJK_CHARACTER.search(phrase) else "")


def _starts_a_word(phrase: str) -> bool:
    return phrase[0].isalnum() and not CJK_CHARACTER.search(phrase)


def _pattern(phrases: tuple[str, ...], flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    inner = "|".join(_phrase(phrase) for phrase in longest_first if not _starts_a_word(phrase))
    whole = "|".join(_phrase(phrase) for phrase in longest_first if _starts_a_word(phrase))
    branches = [rf"(?<!\w)(?:{whole})"] * bool(whole) + [inner] * bool(inner)
    return re.compile("|".join(branches) or "(?!)", flags)


def languages() -> tuple[str, ...]:
    """Codes of the languages that have a list."""
    lists = resources.files("briefing.insights").joinpath("cues").iterdir()
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in lists if entry.name.endswith(".toml")))


@cache
def load(language: str) -> Cues:
    """The cues of a language code such as "en" or "de-AT"; empty ones for a language that has no list."""
    code = language.replace("_", "-").split("-")[0].lower()
    if code not in languages():
        return Cues(code, {}, {}, {}, {})
    text = resources.files("briefing.insights").joinpath("cues", f"{code}.toml").read_text("utf-8")
    phrases = {category: tuple(found) for category, found in tomllib.loads(text).items()}
    patterns = {category: _pattern(found) for category, found in phrases.items()}
    openers = {category: re.compile(r"\W*(?:" + pattern.pattern + ")", re.IGNORECASE) for category, pattern in patterns.items()}
    small = {category: _pattern(tuple(map(str.lower, found)), re.NOFLAG) for category, found in phrases.items()}
    return Cues(code, phrases, patterns, openers, small)
