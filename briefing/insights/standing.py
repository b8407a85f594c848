"""Whether a passage can stand alone: begins with a subject of its own, tells something, promotes nothing."""

import re
from functools import cache

from briefing import text
from briefing.insights import finite, lexicon, safety
from briefing.insights.lexicon import Lexicon
from briefing.insights.wording import without_leading, without_preamble, without_tails

_PREPOSITION = r"(?:(?:in|inside(?: of)?|on|at|with|for|from|of|by|to|through|after|before|as)\s+)?"
_POINTER = re.compile(
    rf"\W*{_PREPOSITION}(?:this|that|these|those|such|dies\w*|jene\w*|cet|cette|ces|est[eao]s?|es[ea]s?)\s+(?P<noun>[\w'’]+)",
    re.IGNORECASE,
)
_EXPLETIVE = re.compile(
    r"\W*it(?:['’]s| is| was| would be| can be| becomes| makes| takes| feels)"
    r"(?! (?:what|why|how|because|like|two|three|four|five)\b)(?! (?:a|an|the) [\w ]{1,30}?\bthat\b)"
    r"(?: \w+){1,3}?(?: (?:for|with) [\w ,'’]{1,40}?)? (?:not )?(?:to|that|when|if|how)\b",
    re.IGNORECASE,
)
_UNNAMED_OBJECT = re.compile(r"\W*(?:[\w'’]+ ){1,7}(?:this|that|it|them|those|these)[.!?]", re.IGNORECASE)
_SETTING = r"\W*{prepositions}(?:\s+[\w'’-]+){{1,5}}?\s+{pointers}\s+[\w'’-]+(?P<rest>[^.!?]*)"
_PAUSE = re.compile(r"[,;:]\s+|\s(?:--|[–—-])\s")
_VOCATIVE = re.compile(r"\W*[A-Z][a-z]+, (?:you|I|we|what|how|do|did|can|could|tell)\b")
_COMPLEMENT = re.compile(
    r"(?:['’]s)?\s+(?:(?:of|from|in|by|at|for|called|named|on)\s+(?:(?:the|der|des|du|de|del|la)\s+)*[A-ZÀ-Þ]|(?:who|whose|where)\b)"
)
_CLAUSE = re.compile(r"[.!?;](?=\s|$)")
_CLOCK = r"\d{1,2}(?:[:.]\d\d)?\s*"
_APPOINTMENT = re.compile(
    rf"\b{_CLOCK}(?:[ap]\.?m\.?)?\s*[-–—]\s*{_CLOCK}[ap]\.?m\b|\b\d{{1,2}}[:.]\d\d\s*[-–—]\s*\d{{1,2}}[:.]\d\d\b", re.IGNORECASE
)
_TABLE = re.compile(r"[-=_]{4,}|\|[^|\n]*\|")
_QUESTION = ("?", "？")
_MARKS_AFTER = "'’)"
ASKED = 2 / 3
"""Share of words from which on a passage asks more than it tells."""


def needs_context(passage: str, words: Lexicon) -> bool:
    """Whether the first sentence points at something said before it: "it", "they", "that's why"."""
    begun = without_leading(passage, words, remainder=1)
    stripped = without_preamble(begun, words)
    return any(_points_back(sentence, words) for sentence in {begun, stripped, _without_adverbial(stripped, words)})


def _without_adverbial(sentence: str, words: Lexicon) -> str:
    return re.sub(rf"^\W*{words.source('adverbials')}[,，]\s*", "", sentence, count=1, flags=re.IGNORECASE)


def _points_back(sentence: str, words: Lexicon) -> bool:
    if re.match(rf"\W*{words.source('expletives')}", sentence, re.IGNORECASE) or _EXPLETIVE.match(sentence):
        return False
    if _VOCATIVE.match(sentence) or _UNNAMED_OBJECT.match(sentence) or _names_nothing(sentence, words):
        return True
    if _points_behind_setting(sentence, words):
        return True
    pointer = _POINTER.match(sentence)
    if pointer and pointer["noun"].lower() not in words.words("pointer_follow"):
        return not (pointer["noun"][0].isupper() or _COMPLEMENT.match(sentence, pointer.end()))
    return re.match(rf"\W*{words.source('unresolved')}", sentence, re.IGNORECASE) is not None


def _points_behind_setting(sentence: str, words: Lexicon) -> bool:
    """Whether the subject is "this", or a "that" which opens no clause, behind where or when it happens: "in a tight market that
    would eat the saving"."""
    pattern = _SETTING.format(prepositions=words.source("setting_openers"), pointers=words.source("setting_pointers"))
    found, rules = re.match(pattern, sentence, re.IGNORECASE), finite.grammar(words.language)
    if found is None or rules is None:
        return False
    said, *others = _PAUSE.split(found["rest"])
    later = any(not re.match(words.source("attached"), other, re.IGNORECASE) for other in others)
    return not later and not finite.has_verb(said, rules)


def _names_nothing(sentence: str, words: Lexicon) -> bool:
    """Whether something is pointed at before the first clause has said a word of content: "we can justify that, because"."""
    first = _CLAUSE.split(sentence, maxsplit=1)[0]
    pointed = next((match for match in _pointers(words.language).finditer(first) if not _said_of(match, words)), None)
    if pointed is None:
        return False
    return words.words("unnaming").issuperset(text.content_words(first[: pointed.start()], words.language))


def _said_of(match: re.Match[str], words: Lexicon) -> bool:
    """Whether "that" or "those" after this word begins a clause or brings in something new."""
    before = (match["before"] or "").lower()
    return before in words.words("objects_unless" if match["object"] else "shown_after")


@cache
def _pointers(language: str) -> re.Pattern[str]:
    """Objects, things shown and persons, each with the word before it."""
    words = lexicon.load(language)
    listed = {name: words.source(name) for name in ("objects", "objects_follow", "shown", "shown_unless", "third_persons")}
    return re.compile(
        r"(?:(?<![\w'’])(?P<before>[\w'’]+)\s+)?(?:"
        rf"(?P<object>{listed['objects']})(?=[,;.!?]|\s+{listed['objects_follow']}|$)"
        rf"|{listed['shown']}\s+(?!(?:\w+\s+)?{listed['shown_unless']})(?=[^\W\d_])"
        rf"|{listed['third_persons']})",
        re.IGNORECASE,
    )


def only_asks(passage: str, language: str) -> bool:
    """Whether questions make up most of the words; one that is quoted is told, not asked, and so is a statement with a tag."""
    told = without_tails(passage, lexicon.load(language))
    spans = [told[start:end] for start, end in text.sentence_spans(told, language)]
    asked = sum(text.word_count(sentence) for sentence in spans if sentence.rstrip(_MARKS_AFTER).endswith(_QUESTION))
    return asked >= ASKED * text.word_count(passage)


def promotes(passage: str, words: Lexicon) -> bool:
    """Whether it is a sponsor read, housekeeping, an event with its hours, a job advertisement or a call to sign up."""
    if _APPOINTMENT.search(passage):
        return True
    return words.has("promotion", passage) or (words.language != "en" and lexicon.load("en").has("promotion", passage))


def stands_alone(passage: str, speaker: str, language: str) -> bool:
    return may_be_told(passage, speaker, language) and not needs_context(passage, lexicon.load(language))


def may_be_told(passage: str, speaker: str, language: str) -> bool:
    """Whether nothing but what it points at can be missing: it tells something, promotes nothing, and gives no orders to us."""
    return not (
        safety.unfit(passage)
        or safety.speaks_to_models("", speaker)
        or safety.repetitive(passage)
        or _TABLE.search(passage)
        or promotes(passage, lexicon.load(language))
        or only_asks(passage, language)
    )
