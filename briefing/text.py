"""Words, sentences, shingles and names of texts: pure helpers that two or more rooms use."""

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

CJK = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
WORD = re.compile(rf"[{CJK}]|[^\W{CJK}]+")
CJK_CHARACTER = re.compile(f"[{CJK}]")

_CLOSERS = "\"'”’»›)\\]」』”’）】》*_"
_OPENERS = " \t\n\"'“‘«‹([「『（【《¿¡*_–—-"
_ENDING = re.compile(
    rf"(?<![.!?…؟۔।])(?:[.!?…؟۔।]++[{_CLOSERS}]*+(?=\s|$))|(?:[。！？]++[{_CLOSERS}]*+)|(?P<gap>\n[^\S\n]*+\n\s*+)",
)
_LAST_TOKEN = re.compile(r"[^\s(\[{\"'“”‘’«»/–—]*\Z")
_LONGEST_TOKEN = 16
_DOUBLED = re.compile(r"([^\W\d_])\1+")
_INVISIBLE = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")


@cache
def word_lists(name: str) -> dict[str, frozenset[str]]:
    """The lists of a packaged file of words, by their names in it."""
    table = tomllib.loads(files("briefing").joinpath("data", name).read_text("utf-8"))
    return {key: frozenset(words.split()) for key, words in table.items()}


def stop_words(language: str) -> frozenset[str]:
    """Words without a subject of their own; empty for a language without a list."""
    return word_lists("stopwords.toml").get(primary(language), frozenset())


def stop_word_languages() -> tuple[str, ...]:
    return tuple(word_lists("stopwords.toml"))


@lru_cache(maxsize=1_024)
def primary(language: str) -> str:
    """The first subtag in lower case: "en" of "en-GB"."""
    return re.split("[-_]", language.strip().lower(), maxsplit=1)[0]


def words(text: str) -> list[str]:
    """Lower-cased words in order; each Chinese or Japanese character is one."""
    return [word.lower() for word in WORD.findall(text)]


def word_count(text: str) -> float:
    """Number of words, a Chinese or Japanese character counting half."""
    return len(WORD.findall(text)) - len(CJK_CHARACTER.findall(text)) / 2


def content_words(text: str, language: str = "") -> list[str]:
    """Words in order with case and accents folded, without the stop words of the language."""
    stop = stop_words(language)
    return [_without_accents(word) for word in words(text) if word not in stop]


def _without_accents(text: str) -> str:
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@lru_cache(maxsize=20_000)
def fold(name: str) -> str:
    """A spelling for comparing names: case, accents, punctuation and doubled letters gone, so "Openaai" is "OpenAI"."""
    return _DOUBLED.sub(r"\1", " ".join(words(_without_accents(name))))


def sentence_spans(text: str, language: str = "") -> list[tuple[int, int]]:
    """Offsets of the sentences, trimmed of white space, in order, never overlapping; a blank line always ends one."""
    bounds = [0, *_boundaries(text, language), len(text)]
    return [span for start, end in pairwise(bounds) if (span := _trimmed(text, start, end))]


def _boundaries(text: str, language: str) -> Iterator[int]:
    begin = 0
    for match in _ENDING.finditer(text):
        if match["gap"] or _ends_sentence(text, match.group(), begin, match.start(), match.end(), language):
            begin = match.end()
            yield begin


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    piece = text[start:end]
    left = start + len(piece) - len(piece.lstrip())
    return (left, left + len(piece.strip())) if piece.strip() else None


def _ends_sentence(text: str, mark: str, begin: int, at: int, after: int, language: str) -> bool:
    follower = _follower(text, after)
    if not follower or mark[0] in "。！？।۔":
        return True
    if follower[0].islower():
        return False
    if mark.startswith(("...", "…")):
        return not re.match(r"I\b", follower)
    if mark.rstrip(_CLOSERS) != ".":
        return True
    token = _LAST_TOKEN.search(text, max(begin, at - _LONGEST_TOKEN), at)
    return _stop_ends(token.group() if token else "", text[begin:at].strip(), follower, language)


def _follower(text: str, after: int) -> str:
    """The next word, without the quotation marks and brackets that open it."""
    return text[after : after + 40].lstrip(_OPENERS)[:20]


def _stop_ends(token: str, sentence: str, follower: str, language: str) -> bool:
    """Whether the full stop after `token` ends a sentence, given all of the sentence and the word that follows."""
    kinds = word_lists("abbreviations.toml")
    lower = token.lower()
    numbered = follower[0].isdigit()
    if lower in kinds["before_name"] or (lower in kinds["before_number"] and numbered):
        return False
    if token.isdigit():
        return not _is_ordinal(token, sentence, follower, language)
    if lower in kinds["either"] or _is_initial(token):
        return not numbered and _begins_sentences(follower, language)
    return True


def _is_ordinal(token: str, sentence: str, follower: str, language: str) -> bool:
    """A list number ("3. Item") or a German ordinal ("am 3. Oktober")."""
    if sentence == token:
        return len(token) <= 3
    return primary(language) == "de" and len(token) <= 2 and not _begins_sentences(follower, language)


def _is_initial(token: str) -> bool:
    parts = token.split(".")
    return token != "I" and all(len(part) == 1 and part.isalpha() and part.isupper() for part in parts)


def _begins_sentences(follower: str, language: str) -> bool:
    found = WORD.match(follower)
    return found is not None and found.group().lower() in stop_words(language or "en")


def shingles(text: str, size: int = 5) -> frozenset[int]:
    """Stable 63-bit hashes of all runs of `size` words; a shorter text is one run."""
    items = words(text)
    runs = range(max(1, len(items) - size + 1)) if items else range(0)
    return frozenset(_hash63(" ".join(items[i : i + size])) for i in runs)


def _hash63(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big") >> 1


def containment(a: frozenset[object], b: frozenset[object]) -> float:
    """Share of the smaller set that stands in both, 0 to 1; 0 if one is empty."""
    smaller = min(len(a), len(b))
    return len(a & b) / smaller if smaller else 0.0


def stable_id(*parts: str) -> str:
    """20 lower-case hex characters, the same for the same parts for ever."""
    joined = "\x00".join(part.replace("\x00", "\x00\x00") for part in parts)
    return hashlib.blake2b(joined.encode("utf-8", "replace"), digest_size=10).hexdigest()


def visible(text: str) -> str:
    """The text without control, bidirectional-override and zero-width characters; line breaks and tabs stay."""
    return _CONTROL.sub("", _INVISIBLE.sub("", text))


def one_line(text: str, limit: int = 300) -> str:
    """One line of visible characters, white space collapsed, cut at a word with an ellipsis to at most `limit` characters."""
    line = " ".join(visible(text).split())
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    cut = head if line[limit - 1] == " " else head.rpartition(" ")[0] or head
    return cut.rstrip(" ,;:–—-") + "…"
