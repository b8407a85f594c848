"""Which language a text is written in: what its publisher states, its script and its most frequent words."""

import re
from collections import Counter

from briefing.text import primary, stop_word_languages, stop_words, word_lists, words

_TAG = re.compile(
    r"[a-z]{2,3}"
    r"(-[a-z]{3}){0,3}(-[a-z]{4})?(-([a-z]{2}|\d{3}))?(-([a-z\d]{5,8}|\d[a-z\d]{3}))*"
    r"(-[a-wyz\d](-[a-z\d]{2,8})+)*(-x(-[a-z\d]{1,8})+)?"
)
"""Language, its extension, script, region and variants, then extensions and private use (RFC 5646, section 2.1)."""
_NO_LANGUAGE = {"mis", "mul", "und", "zxx"}
_RENAMED = {"in": "id", "iw": "he", "ji": "yi", "jw": "jv", "mo": "ro"}
"""Deprecated codes and their successors, of IANA's registry of subtags."""
_SAMPLE = 20_000
_SCRIPTS = {
    "ja": re.compile("[\u3040-\u30ff]"),
    "zh": re.compile("[\u3400-\u9fff]"),
    "ko": re.compile("[\uac00-\ud7af]"),
    "ru": re.compile("[\u0400-\u04ff]"),
    "ar": re.compile("[\u0600-\u06ff]"),
    "he": re.compile("[\u0590-\u05ff]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
    "el": re.compile("[\u0370-\u03ff]"),
    "hi": re.compile("[\u0900-\u097f]"),
}
_LETTER = re.compile(r"[^\W\d_]")
_SCRIPT_SHARE = 0.3
_CJK_SHARE = 0.15
"""One of their letters says as much as two or three Latin ones, which technical texts mix in."""
_KANA_SHARE = 0.05
_STOP_SHARE = 0.2
_CLEAR_SHARE, _CLEARLY = 0.1, 2.0
_FEWEST_WORDS = 30


def stated(tag: str) -> str:
    """The language of a tag as feeds write it, "en" of "en_GB"; "" for what is no tag or no language, such as "utf-8"."""
    plain = tag.strip().lower().replace("_", "-")
    if not _TAG.fullmatch(plain):
        return ""
    code = _RENAMED.get(primary(plain), primary(plain))
    is_known = code in word_lists("languages.toml")["two_letters"] or len(code) == 3
    return code if is_known and code not in _NO_LANGUAGE else ""


def settle(declared: str, text: str) -> str:
    """The declared language unless the words are clearly of another; found out where none was declared.

    A declared language that we have no word list for is believed as long as the script does not speak against it.
    """
    known = primary(declared)
    found = detect(text)
    if not known or not found or len(words(text[:_SAMPLE])) < _FEWEST_WORDS:
        return known or found
    is_judged = known in stop_word_languages() or known in _SCRIPTS
    return found if is_judged or found in _SCRIPTS else known


def detect(text: str) -> str:
    """The language's two-letter code, or "" where neither script nor words tell."""
    sample = text[:_SAMPLE]
    return _by_script(sample) or _by_words(sample)


def _by_script(sample: str) -> str:
    letters = len(_LETTER.findall(sample)) or 1
    shares = {code: len(pattern.findall(sample)) / letters for code, pattern in _SCRIPTS.items()}
    if shares["ja"] > _KANA_SHARE and shares["ja"] + shares["zh"] > _CJK_SHARE:
        return "ja"
    best = max(shares, key=lambda code: shares[code])
    return best if shares[best] > (_CJK_SHARE if best in ("ja", "zh") else _SCRIPT_SHARE) else ""


def _by_words(sample: str) -> str:
    counts = Counter(words(sample))
    total = counts.total() or 1
    shares = {code: sum(counts[word] for word in stop_words(code) & counts.keys()) / total for code in stop_word_languages()}
    best, second = sorted(shares, key=lambda code: -shares[code])[:2]
    clear = shares[best] >= _CLEAR_SHARE and shares[best] >= _CLEARLY * shares[second]
    return best if shares[best] >= _STOP_SHARE or clear else ""
