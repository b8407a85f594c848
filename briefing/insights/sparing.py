"""What a headline can do without: frames such as "the thing is that", asides, and words that only stress. By deletion only."""

import re
from collections.abc import Callable
from functools import cache

from briefing import text
from briefing.insights import finite, lexicon
from briefing.insights.lexicon import Lexicon
from briefing.insights.polarity import denies
from briefing.insights.wording import without_preamble

_FIGURE = re.compile(r"\d")
_ASIDE = re.compile(r"\s(?:--|[–—-])\s[^–—.!?;]{3,120}?\s(?:--|[–—-])\s|\s*\([^()]{2,80}\)")
_INSERTED = re.compile(r",\s+(?P<aside>[^,;:]{3,120}),\s+(?P<next>\S+)")
Rule = Callable[[str, Lexicon], str]


def without_frames(piece: str, words: Lexicon) -> str:
    """Without "I think that", "the reason is that", "unfortunately,": what is said begins behind them.

    Words of doubt stay, and an opinion stays one where a figure is in it.
    """
    while not _is_doubted(piece, words):
        shorter = _without_frame(without_preamble(piece, words), words)
        if shorter == piece or _lacks_subject(shorter, words):
            break
        piece = shorter
    return piece


def _lacks_subject(piece: str, words: Lexicon) -> bool:
    rules = finite.grammar(words.language)
    return rules is not None and finite.begins_with_verb(piece, rules) and not words.pattern("imperatives").match(piece)


def _is_doubted(piece: str, words: Lexicon) -> bool:
    lead = r"\W*(?:(?:and|but|so|because|then|also|yeah)[\s,]+)*"
    if re.match(lead + words.source("doubts"), piece, re.IGNORECASE):
        return True
    return _FIGURE.search(piece) is not None and re.match(lead + words.source("opinions"), piece, re.IGNORECASE) is not None


def _without_frame(piece: str, words: Lexicon) -> str:
    match = _frame(words.language).match(piece)
    return piece[match.end() :] if match and match.end() < len(piece) else piece


@cache
def _frame(language: str) -> re.Pattern[str]:
    """A frame of the list, with its comma unless it ends like "is that", or one such as "the problem with it is that"."""
    words = lexicon.load(language)
    listed = rf"(?:{words.source('frames')}(?=[,，])|{words.source('openings')})"
    thing = rf"(?:the|one of the|my|our|one|another)\s+(?:[\w-]+\s+){{0,2}}?{words.source('frame_nouns')}"
    certain = rf"(?:\s+{words.source('frame_middles')}){{0,5}}?"
    named = rf"{thing}{certain}\s+{words.source('frame_ends')}"
    return re.compile(rf"\W*(?:{listed}|{named})[,，]?\s+(?=\w)", re.IGNORECASE)


def shortened(piece: str, longest: float, words: Lexicon) -> str:
    """The piece without as much of what it can spare as it takes to be of `longest` words; it may stay longer."""
    for rule in RULES:
        if text.word_count(piece) <= longest:
            return piece
        piece = rule(piece, words)
    return piece


def _without_asides(piece: str, words: Lexicon) -> str:
    return _ASIDE.sub(lambda match: match.group() if _says_more(match.group(), words) else " ", piece)


def _says_more(aside: str, words: Lexicon) -> bool:
    """Whether an aside bounds, doubts or corrects what stands around it."""
    return words.has("protected", aside) or denies(aside, words)


def _without_inserted(piece: str, words: Lexicon) -> str:
    """Without what stands between commas, the subject before it and its verb behind it: "Ann, who runs it, has"."""
    rules = finite.grammar(words.language)
    match = _INSERTED.search(piece)
    if rules is None or match is None or _says_more(match["aside"], words):
        return piece
    before = piece[: match.start()]
    interrupts = match["next"].lower().replace("’", "'") in rules.forms and not finite.has_verb(before, rules)
    interrupts = interrupts and finite.begins_with_noun(before, rules)
    joined = not rules.joins.isdisjoint(finite.tokens(match["aside"])[:1])
    return f"{before} {piece[match.start('next') :]}" if interrupts and not joined else piece


def _without_stress(piece: str, words: Lexicon) -> str:
    return re.sub(rf",?\s+{words.source('spared')}(?:,(?=\s))?(?=\s|$)(?!\s+as\b)", "", piece, flags=re.IGNORECASE)


def _without_affirmed_stress(piece: str, words: Lexicon) -> str:
    """ "Really" is no stress behind "not", nor "just" before a figure."""
    figure = rf"(?!\s+(?:\W?\d|{words.source('noun_openers')}))"
    stress = rf"(?:,?\s+{words.source('spared_affirmed')})+{figure}(?=\s+\w|[.,;]?$)"
    return re.sub(
        stress, lambda match: match.group() if denies(piece[: match.start()], words) else "", piece, flags=re.IGNORECASE
    )


def _without_that(piece: str, words: Lexicon) -> str:
    """Without the "that" of "he says that it works" and of "tools that we use"."""
    subject = rf"(?=\s+(?:{words.source('pronouns')}|{words.source('contracted')})\s)"
    reported = rf"(?=\s+{words.source('noun_openers')}\s)"
    piece = re.sub(rf"(?P<says>{words.source('says')})\s+that{reported}", r"\g<says>", piece, flags=re.IGNORECASE)
    return re.sub(rf"(?<=\w)(?<!\bso)(?<!\bnow)(?<!\bin)(?<!\bis)(?<!\bsuch)(?<!\bgiven)\s+that{subject}", "", piece)


def _without_copula(piece: str, words: Lexicon) -> str:
    """ "Tools in use" for "tools that are in use"."""
    follows = rf"(?=\s+(?:\w+(?:ed|ing)\b|{words.source('prepositions')}))"
    return re.sub(rf"(?<!^)\s+{words.source('copulas')}{follows}", "", piece, flags=re.IGNORECASE)


RULES: tuple[Rule, ...] = (
    _without_stress,
    _without_asides,
    _without_inserted,
    _without_copula,
    _without_affirmed_stress,
    _without_that,
)
