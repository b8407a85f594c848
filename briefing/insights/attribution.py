"""Who reports something, taken from the beginning of a sentence so that a headline can be what is reported."""

import re

from briefing import text
from briefing.insights.lexicon import Lexicon

LONGEST_NAME = 8
"""Words of who reports; a longer beginning says more than that."""
_FIGURE = re.compile(r"\d")


def without_attribution(sentence: str, words: Lexicon) -> str:
    """What is reported, if it was found or announced, or has a figure in it; else the sentence as it is.

    "Corvid, where it was tried, said that 12 teams got faster" becomes "12 teams got faster"; "Corvid said that it was proud"
    stays, as does what is denied, doubted, asked, said by nobody in particular or bound to a condition.
    """
    match = _report(words).match(sentence)
    if match is None or not _is_teller(match["teller"], words):
        return sentence
    told = sentence[match.end() :]
    checkable = match["found"] or _FIGURE.search(told)
    return told if checkable and not words.has("of_the_teller", told) and not told.rstrip('"”').endswith("?") else sentence


def _report(words: Lexicon) -> re.Pattern[str]:
    verbs = rf"(?:(?P<found>{words.source('found_that')})|{words.source('said_that')})"
    return re.compile(rf"\W*(?P<teller>[^,;:.!?()]+)(?:,[^,;:.!?]+,)?\s+{verbs}\s+(?=\w)", re.IGNORECASE)


def _is_teller(name: str, words: Lexicon) -> bool:
    doubtful = (
        words.has("unsure_tellers", name) or words.has("negations", name) or words.pattern("conditions").match(name.strip())
    )
    verb = words.words("verbs").intersection(name.lower().split())
    return text.word_count(name) <= LONGEST_NAME and not doubtful and not verb
