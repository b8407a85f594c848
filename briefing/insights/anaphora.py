"""What a passage points at by a noun that it has not named, "those models", and whether a sentence names it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import takewhile

from briefing import text
from briefing.insights import lexicon
from briefing.insights.names import stems

LEADING_UP = 4
"""Content words before a pointer up to which what it points at is the subject of a sentence, not an aside."""

LONGEST_NOUN = 3
"""Words behind a pointer that may name what it points at."""

NOUNS_IN_CAPITALS = frozenset({"de"})
"""Languages in which a capital does not tell a name."""

_WORD = re.compile(r"[\w'’-]+")


@dataclass(frozen=True, slots=True)
class Mention:
    """A pointer at `start`, the words that name what it points at, and the one on either side."""

    start: int
    noun: tuple[str, ...]
    before: str
    after: str


def names_it(sentence: str, passage: str, language: str) -> bool:
    """Whether a sentence says a word that the passage behind it points at."""
    pointed = (stems(" ".join(mention.noun), language) for mention in _unnamed(passage, language))
    return not frozenset().union(*pointed).isdisjoint(stems(sentence, language))


def lacks_a_name(sentence: str, language: str) -> bool:
    """Whether a sentence is about what it points at, and neither brings it in, "there is this", nor says which: "those who"."""
    words = lexicon.load(language)
    return any(
        mention.before not in words.words("brings_in")
        and mention.after not in words.words("says_which")
        and not _is_a_name(mention.noun, language)
        and len(text.content_words(sentence[: mention.start], language)) <= LEADING_UP
        for mention in _unnamed(sentence, language)
    )


def _is_a_name(noun: tuple[str, ...], language: str) -> bool:
    return text.primary(language) not in NOUNS_IN_CAPITALS and any(word[0].isupper() for word in noun)


def _unnamed(passage: str, language: str) -> Iterator[Mention]:
    """Pointers none of whose words the passage has said before."""
    for mention in _mentions(passage, language):
        if stems(" ".join(mention.noun), language).isdisjoint(stems(passage[: mention.start], language)):
            yield mention


def _mentions(passage: str, language: str) -> Iterator[Mention]:
    vague = lexicon.load(language).words("pointer_follow")
    for match in _pattern(language).finditer(passage):
        behind = _WORD.findall(match["behind"])
        named = takewhile(lambda word: word.lower() not in vague and text.content_words(word, language), behind[:LONGEST_NOUN])
        noun = tuple(named)
        if noun:
            after, before = behind[len(noun) : len(noun) + 1], _WORD.findall(passage[: match.start()])[-1:]
            yield Mention(match.start(), noun, "".join(before).lower(), "".join(after).lower())


@cache
def _pattern(language: str) -> re.Pattern[str]:
    """A pointer with the clause behind it, four words at most."""
    pointers = lexicon.load(language).source("pointed_with")
    return re.compile(rf"{pointers}(?=(?P<behind>(?:\s+[\w'’-]+){{1,4}}))", re.IGNORECASE)
