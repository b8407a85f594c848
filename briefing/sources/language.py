"""Which language a text is written in, by its script and its most frequent words."""

import re
from collections import Counter

from briefing.text import stop_word_languages, stop_words, words

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
_KANA_SHARE = 0.05
_STOP_SHARE = 0.12


def detect(text: str) -> str:
    """The language's two-letter code, or "" where neither script nor words tell."""
    sample = text[:_SAMPLE]
    return _by_script(sample) or _by_words(sample)


def _by_script(sample: str) -> str:
    letters = len(_LETTER.findall(sample)) or 1
    shares = {code: len(pattern.findall(sample)) / letters for code, pattern in _SCRIPTS.items()}
    if shares["ja"] > _KANA_SHARE and shares["ja"] + shares["zh"] > _SCRIPT_SHARE:
        return "ja"
    best = max(shares, key=lambda code: shares[code])
    return best if shares[best] > _SCRIPT_SHARE else ""


def _by_words(sample: str) -> str:
    counts = Counter(words(sample))
    total = counts.total() or 1
    shares = {
        code: sum(count for word, count in counts.items() if word in stop_words(code)) / total for code in stop_word_languages()
    }
    best = max(shares, key=lambda code: shares[code])
    return best if shares[best] >= _STOP_SHARE else ""
