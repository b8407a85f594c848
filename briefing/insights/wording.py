"""Wording by deletion: what was said, without the sounds, stutters and false starts of speech.

The words of a claim are a subsequence of the words of its quote, case aside; `[...]` marks where content was cut.
"""

import re
from collections.abc import Callable
from functools import cache

from briefing import text
from briefing.insights import lexicon
from briefing.insights.lexicon import Lexicon
from briefing.insights.punctuation import capitalised, close, tidy

Rule = Callable[[str, Lexicon], str]
CUT = "[...]"
LONGEST_CLAIM = 60
LONGEST_FALSE_START = 5
SHORTEST_REMAINDER = 5
ROUNDS = 6
"""So often a rule is asked again, since what one removal joins may be removed in its turn."""

_ANNOTATION = re.compile(
    r"\s*(?:\[(?!\.\.\.\])[^\[\]\n]{1,60}\]|\((?:laugh|chuckl|cough|crosstalk|unintelligible|inaudible|music)[^()\n]{0,40}\))",
    re.IGNORECASE,
)
_WORD = r"[^\W_]+(?:['’-][^\W_]+)*"
_REPEATED = re.compile(rf"(?<![\w'’-])({_WORD}(?:\s+{_WORD}){{0,3}})[\s,.…–—-]+\1(?![\w'’-])", re.IGNORECASE)
_DASH = re.compile(r"\s*(?:--|[–—])\s*|(?<=\w)-\s+")
_ENUMERATION = re.compile(r"^\W*(?:[(（]?\d{1,2}[)）、]|\d{1,2}\.(?=\s))\s*")
_NUMBERED = re.compile(r"(?<=[.!?:;])\s+\d{1,2}[.)]\s+(?=[A-ZÀ-Þ*_])")
_MARKS = r"\s*[,.!?…，。–—-]+"
_STOP = re.compile(r"[.!?…。！？,;:]")
_ASIDE = re.compile(r"\s*(?:--|[–—])\s[^–—.!?\n]{3,160}?\s(?:--|[–—])\s")
_CLAUSE_END = re.compile(
    r"[,;:，；：、](?!\d)|\s(?:--|[–—])\s|\s(?=and\b|but\b|because\b|which\b|und\b|aber\b|et\b|mais\b|y\b|pero\b)"
)


def trim(quote: str, language: str = "") -> str:
    """The quote as a claim: at most `LONGEST_CLAIM` words, each of them the speaker's, in the order they were said."""
    words = lexicon.load(language)
    for rule in RULES:
        quote = rule(quote, words)
    return close(fit(tidy(quote), language=language))


def fit(claim: str, longest: int = LONGEST_CLAIM, language: str = "") -> str:
    """At most `longest` words: asides go first, then trailing sentences, then what follows the last clause that fits."""
    while text.word_count(claim) > longest:
        claim = _without_aside(claim) or _without_last_sentence(claim, language) or _cut_at_clause(claim, longest)
    return claim


def _without_aside(claim: str) -> str:
    shorter = _ASIDE.sub(f" {CUT} ", claim, count=1)
    return shorter if shorter != claim else ""


def _without_last_sentence(claim: str, language: str) -> str:
    spans = text.sentence_spans(claim, language)
    return claim[: spans[-2][1]] if len(spans) > 1 else ""


def _cut_at_clause(claim: str, longest: int) -> str:
    """The longest beginning that fits and ends with a clause; with any word where there is no clause in its second half."""
    end = _end_of_word(claim, longest)
    ends = [m.start() for m in _CLAUSE_END.finditer(claim, end // 2, end)]
    return f"{claim[: ends[-1] if ends else end].rstrip()} {CUT}"


def _end_of_word(claim: str, count: float) -> int:
    """Where the last word ends of those that make up `count`."""
    end, left = 0, count
    for match in text.WORD.finditer(claim):
        left -= 0.5 if text.CJK_CHARACTER.match(match.group()) else 1
        if left < 0:
            break
        end = match.end()
    return end


def _without_annotations(quote: str, words: Lexicon) -> str:
    return _ANNOTATION.sub(" ", quote)


def _without_noises(quote: str, words: Lexicon) -> str:
    return _until_stable(_set_off(words, "noises", required=False), quote, words)


def _without_fillers(quote: str, words: Lexicon) -> str:
    return _until_stable(_set_off(words, "fillers", required=True), quote, words)


def _until_stable(pattern: re.Pattern[str], quote: str, words: Lexicon) -> str:
    for _ in range(ROUNDS):
        shorter = pattern.sub(lambda match: _joined(match, words), quote)
        if shorter == quote:
            break
        quote = shorter
    return quote


@cache
def _compiled(source: str) -> re.Pattern[str]:
    return re.compile(source, re.IGNORECASE)


def _set_off(words: Lexicon, name: str, *, required: bool) -> re.Pattern[str]:
    """A phrase of a list with the marks on both sides of it, or on any side where they are not required."""
    phrases = words.source(name)
    unspaced = r"[，。、]" if words.language == "zh" else ""
    marks = rf"(?:[,;:…–—!?.]|--|\.\.\.{'|' + unspaced if unspaced else ''})"
    before = rf"(?P<before>^\W*|{marks}+)" if required else rf"(?P<before>^\W*|{marks}*)"
    after = rf"(?P<after>{marks}+|$)" if required else rf"(?P<after>{marks}*)"
    return _compiled(rf"{before}\s*(?:{phrases})\s*{after}\s*(?P<next>\w*)")


def _joined(match: re.Match[str], words: Lexicon) -> str:
    """What stays where a phrase was taken out: the mark that ended a sentence, or a comma where a new clause begins."""
    before, after, follower = match["before"], match["after"].strip(), match["next"]
    if _ends_sentence(before) or match.start() == 0:
        return f"{before} {capitalised(follower)}" if before.strip() else capitalised(follower)
    if _ends_sentence(after):
        return f"{'.' if before.strip() else after} {follower}"
    mark = before.strip() or after
    if not mark or not _begins_clause(match, follower.lower(), words):
        return f" {follower}"
    return f"{mark[-1] if mark[-1] in ',;:' else ','} {follower}"


def _begins_clause(match: re.Match[str], follower: str, words: Lexicon) -> bool:
    """Whether a comma is wanted before what follows: a new subject, or the main clause after "if" or "when"."""
    sentence = re.split(r"[.!?。]\s*", match.string[: match.start()])[-1].lower()
    opened = re.match(rf"\W*(?:{words.source('conditions')})", sentence)
    return opened is not None or follower in words.words("restarts") or follower in words.words("breaks")


def _ends_sentence(mark: str) -> bool:
    return mark.strip()[-1:] in {".", "!", "?", "。"} and not mark.strip().endswith("..")


def without_tails(quote: str, words: Lexicon) -> str:
    """Tags such as ", right?" go; the statement before them ends with a full stop."""
    pattern = _compiled(rf"[,，]\s*(?:{words.source('tails')})\s*(?P<mark>[.!?…。？]+|$)")
    return pattern.sub(lambda match: "." if "?" in match["mark"] else match["mark"], quote)


def _without_hedges(quote: str, words: Lexicon) -> str:
    keep = words.source("hedge_after")
    return _compiled(rf"({keep})\s+(?:{words.source('hedges')})(?=\s+\w)(?!\s+(?:how|what|that|if|why|where|when|who)\b)").sub(
        r"\1", quote
    )


def _without_stutters(quote: str, words: Lexicon) -> str:
    stutters = words.words("stutters")

    def once(match: re.Match[str]) -> str:
        said = match[1]
        single = len(said.split()) == 1
        meant = (single and said.lower().replace("’", "'") not in stutters) or any(c.isdigit() for c in said)
        again = match.group()[-len(said) :]
        return match.group() if meant else said[:1] + again[1:]

    for _ in range(4):
        quote = _REPEATED.sub(once, quote)
    return quote


def _without_false_starts(quote: str, words: Lexicon) -> str:
    """A start that is broken off at a dash and begun anew with the same word goes."""
    for dash in reversed(list(_DASH.finditer(quote))):
        begin = _false_start(quote[: dash.start()], quote[dash.end() :], words)
        if begin is not None:
            quote = quote[:begin] + quote[dash.end() :]
    return quote


def _false_start(left: str, right: str, words: Lexicon) -> int | None:
    """Where the broken-off start begins that `right` begins anew; None if there is none."""
    anew = re.match(_WORD, right)
    if anew is None or anew.group().lower() not in words.words("restarts"):
        return None
    clause = max((match.end() for match in _STOP.finditer(left)), default=0)
    said = list(re.finditer(_WORD, left[clause:]))[-LONGEST_FALSE_START:]
    for place, word in enumerate(said):
        if word.group().lower() == anew.group().lower():
            broken = len(said) - place <= 2 or said[-1].group().lower() in words.words("dangling")
            return clause + word.start() if broken else None
    return None


def without_leading(quote: str, words: Lexicon, remainder: int = SHORTEST_REMAINDER) -> str:
    """Words that only tie the claim to what was said before it, unless fewer than `remainder` words follow them."""
    kept = "|".join(map(re.escape, words.lists.get("leading_kept_before", ())))
    marked, unless = words.source("leading_marked"), words.source("leading_unless")
    plain = f"(?:{words.source('leading')}|{words.source('leading_conclusion')})"
    so = rf"{unless}(?!\s+(?:{kept})\b)[,…]*"
    whole = rf"(?:(?![^.!?]*,\s+{words.source('subjects')})|(?=\s+{words.source('hypothetical')}))"
    alone = words.source("leading_clause") + whole
    pattern = _compiled(rf"\W*(?:{marked}{_MARKS}|{_conceded(words)}|{plain}[,，…]*|{so}|{alone})\s*")
    for _ in range(8):
        match = pattern.match(quote)
        if not match or not match.end() or text.word_count(quote[match.end() :]) < remainder:
            break
        quote = quote[match.end() :]
    return quote


def _conceded(words: Lexicon) -> str:
    """A courtesy to the one who asked, "no, that's a fair point", with what is said to them behind it: "you should ask that"."""
    aside = rf"{words.source('addressed')}(?:(?!{words.source('breaks')})[^.!?…\d]){{0,80}}[.!?…]+"
    return rf"(?:{words.source('replies')}{_MARKS}\s*)?{words.source('concessions')}(?:[,，]\s*{aside}|{_MARKS})"


def without_preamble(piece: str, words: Lexicon) -> str:
    """Without "I think that" and the like, which a list of headlines repeats to no use."""
    kept = "|".join(map(re.escape, words.lists.get("leading_kept_before", ())))
    unless = rf"(?!\s*(?:{kept})(?!['’]?\w))" if kept else ""
    pattern = _compiled(rf"\W*{words.source('preambles')}[,，]?\s*{unless}")
    while (match := pattern.match(piece)) and 0 < match.end() < len(piece):
        piece = piece[match.end() :]
    return piece


def _without_enumeration(quote: str, words: Lexicon) -> str:
    return _ENUMERATION.sub("", quote)


def _without_list_numbers(quote: str, words: Lexicon) -> str:
    """The numbers of a list whose items follow one another in one passage."""
    return _NUMBERED.sub(" ", quote)


def _without_softeners(quote: str, words: Lexicon) -> str:
    """ "Spent like 16 million" compares nothing; "looks like 16" does."""
    before, soft = words.source("softened"), words.source("softeners")
    return _compiled(rf"({before})\s+{soft}(?=\s+[$€£]?\d)").sub(r"\1", quote)


def _without_open_end(quote: str, words: Lexicon) -> str:
    """A sentence that trails off loses the conjunction it trails off with."""
    trailing = _compiled(rf"[\s,]+(?:{words.source('trailing')})\s*(?:\.{{2,}}|…|--?|,)\s*$")
    broken = _compiled(rf",\s+(?:{words.source('trailing')})\.$")
    return broken.sub(".", trailing.sub("...", quote))


RULES: tuple[Rule, ...] = (
    _without_enumeration,
    _without_list_numbers,
    _without_annotations,
    _without_noises,
    _without_stutters,
    _without_false_starts,
    without_leading,
    without_tails,
    _without_fillers,
    _without_hedges,
    _without_softeners,
    _without_stutters,
    _without_open_end,
    without_leading,
)
