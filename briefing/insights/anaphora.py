"""What a passage points at by a noun that it has not named, "those models", and whether a sentence names it."""

import re
from functools import cache
from itertools import takewhile

from briefing import text
from briefing.insights import lexicon
from briefing.insights.names import stems


def names_it(sentence: str, passage: str, language: str) -> bool:
    """Whether a sentence says a word that the passage behind it points at."""
    return not pointed_at(passage, language).isdisjoint(stems(sentence, language))


def pointed_at(passage: str, language: str) -> frozenset[str]:
    """Stems of the words behind a pointer, "these", none of which the passage has said before it."""
    found = ((match.start(), _noun(match["behind"], language)) for match in _pattern(language).finditer(passage))
    return frozenset().union(*(noun for at, noun in found if noun.isdisjoint(stems(passage[:at], language))))


def _noun(behind: str, language: str) -> frozenset[str]:
    """Stems of the words up to the first that names nothing."""
    vague = lexicon.load(language).words("pointer_follow")
    named = takewhile(lambda word: word.lower() not in vague and text.content_words(word, language), behind.split())
    return stems(" ".join(named), language)


@cache
def _pattern(language: str) -> re.Pattern[str]:
    pointers = lexicon.load(language).source("pointed_with")
    return re.compile(rf"{pointers}\s+(?P<behind>[\w'’-]+(?:\s+[\w'’-]+){{0,2}})", re.IGNORECASE)
