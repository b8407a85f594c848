"""Words as the search index keeps them: folded, ASCII alone, so that every database cuts and compares them alike.

Scripts that put no blanks between words are kept as pairs of neighbouring characters, so that two characters find.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from briefing.text import CJK

UNSPACED = rf"{CJK}\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_RUN = re.compile(rf"[{UNSPACED}]+|[^\W_{UNSPACED}]+")
_UNSPACED = re.compile(f"[{UNSPACED}]")
_ACCENTS = re.compile("[\u0300-\u036f]")
_FOREIGN = re.compile("[^0-9a-z]")
_ASKED = re.compile(r'"([^"]*)"|([^\s"]+)')
LONGEST_TERM = 40
"""Characters of a word that count."""
MARK = "zq"
"""Begins a term that is no word: the encoding below never makes it."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Terms that stand one behind the other; `open` where the last one may go on."""

    terms: tuple[str, ...]
    open: bool = False


def terms(text: str) -> list[str]:
    """Every term of a text, in order."""
    return [_ascii(term) for run in _runs(text) for term in _cut(run)]


def phrases(asked: str) -> list[Phrase]:
    """What somebody typed: each word and each quoted phrase; the last word may still be on its way."""
    found = _ASKED.findall(asked)
    made = [_phrase(quoted or word, bool(word) and place == len(found) - 1) for place, (quoted, word) in enumerate(found)]
    return [phrase for phrase in made if phrase.terms]


def mark(kind: str, value: str) -> str:
    """A term that says what a row is of: its kind, its feed."""
    return f"{MARK}{kind}{sha256(value.encode('utf-8', 'replace')).hexdigest()[:16]}"


def speaker_marks(name: str) -> list[str]:
    """A term for each word of a name, so that part of a name is enough."""
    return [f"{MARK}s{term}" for term in terms(name)]


def _phrase(text: str, unfinished: bool) -> Phrase:
    """A character alone begins a pair, wherever it stands in what was asked."""
    runs = _runs(text)
    asked = tuple(_ascii(term) for run in runs for term in _asked_of(run))
    alone = bool(runs) and len(runs[-1]) == 1 and bool(_UNSPACED.match(runs[-1]))
    return Phrase(asked, unfinished or alone)


def _asked_of(run: str) -> Sequence[str]:
    return _pairs(run) if len(run) > 1 and _UNSPACED.match(run) else [run]


def _runs(text: str) -> list[str]:
    return [run if _UNSPACED.match(run) else run[:LONGEST_TERM] for run in _RUN.findall(_folded(text))]


def _cut(run: str) -> Iterator[str]:
    if not _UNSPACED.match(run):
        yield run
        return
    yield from _pairs(run)
    yield run[-1]


def _pairs(run: str) -> Sequence[str]:
    return [run[place : place + 2] for place in range(len(run) - 1)]


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    caseless = unicodedata.normalize("NFKD", text).casefold()
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", caseless))
    return unicodedata.normalize("NFC", bare)


def _ascii(term: str) -> str:
    """A character always becomes the same letters, so that the beginning of a word stays the beginning of its term."""
    return term if term.isascii() else _FOREIGN.sub(lambda found: f"z{ord(found.group()):04x}", term)
