"""A headline cut from a claim: the clause that says most in at most twelve words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from briefing import text
from briefing.insights import lexicon
from briefing.insights.attribution import without_attribution
from briefing.insights.lexicon import Lexicon
from briefing.insights.punctuation import close, tidy, without_lonely_marks
from briefing.insights.standing import needs_context
from briefing.insights.wording import CUT, without_preamble

LONGEST, SHORTEST = 12, 3
ENOUGH = 4
"""Content words from which on a clause says something by itself."""
FIGURE, TELLER = 1.5, 2.5
"""What a figure adds to a clause, and what it loses by telling what the speaker did."""
ANTECEDENT = 2
"""Content words before "they" from which on one of them is likely to say who is meant."""
_MARK = re.compile(r"(?:[,;:](?=\s\D)|\s(?:--|[–—-])\s|[，；：。！？])\s*")
_TOKEN = re.compile(rf"[{text.CJK}]|[^\W_]+(?:['’.-][^\W_]+)*")
_FIGURE = re.compile(r"\d")
_COUNT = re.compile(r"\d{1,3}")
_END = " .,;:–—-。，、；：…"


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a claim that begins and ends where a clause may: `whole` tells that it is a sentence to its end."""

    words: str
    leads: bool
    whole: bool
    question: bool


def headline(claim: str, language: str = "") -> str:
    """At most twelve words of the claim that end with a clause; an ellipsis where the claim has none so short."""
    words = lexicon.load(language)
    clauses = [clause for clause in _clauses(claim, language, words) if _fits(clause, words)]
    best = max(clauses, key=lambda clause: _worth(clause, words, language), default=None)
    if best and (_told(best.words, language) >= ENOUGH or _opens_briefly(claim, language)):
        return _titled(best.words)
    return _beginning(_sentence_to_begin(claim, words), words)


def _opens_briefly(claim: str, language: str) -> bool:
    """Whether the first sentence is no longer than a headline, so that its beginning is no better than a clause."""
    start, end = next(iter(text.sentence_spans(claim, language)), (0, 0))
    return text.word_count(claim[start:end]) <= LONGEST


def _clauses(claim: str, language: str, words: Lexicon) -> Iterator[Clause]:
    plain = claim.replace(CUT, " ; ")
    for start, end in text.sentence_spans(plain, language):
        sentence = without_attribution(without_preamble(plain[start:end], words), words)
        bounds = sorted({0, len(sentence), *_bounds(sentence, words)})
        supposed = _begins(sentence, "hypothetical", words)
        for first, begin in enumerate(bounds[: 1 if supposed else -1]):
            for stop in bounds[first + 1 :]:
                piece = without_preamble(sentence[begin:stop].strip(_END), words)
                yield Clause(piece, _leads(sentence, begin), stop == len(sentence), sentence.rstrip('"”').endswith(("?", "？")))


def _leads(sentence: str, begin: int) -> bool:
    """Whether a clause has a subject of its own by its place: at the beginning, or behind a colon."""
    return begin == 0 or sentence[:begin].rstrip().endswith((":", "："))


def _bounds(sentence: str, words: Lexicon) -> Iterator[int]:
    yield from (match.end() for match in _MARK.finditer(sentence))
    yield from (match.start() for match in words.pattern("breaks").finditer(sentence))


def _begins(piece: str, name: str, words: Lexicon) -> bool:
    return re.match(rf"\W*{words.source(name)}", piece, re.IGNORECASE) is not None


def _fits(clause: Clause, words: Lexicon) -> bool:
    tokens = _tokens(clause.words)
    if not SHORTEST <= text.word_count(clause.words) <= LONGEST or clause.question:
        return False
    if tokens[-1] in words.words("dangling") or _counts_nothing(tokens):
        return False
    return not _is_torso(clause, tokens, words) and _has_verb(_tokens(_without_asides(clause.words, words)), words)


def _counts_nothing(tokens: list[str]) -> bool:
    """Whether it ends with a number, the only one, and not with what is counted: hours, or euros, were said before."""
    return _COUNT.fullmatch(tokens[-1]) is not None and not any(_FIGURE.search(token) for token in tokens[:-1])


def _is_torso(clause: Clause, tokens: list[str], words: Lexicon) -> bool:
    """Whether it says half of what its sentence says, or lacks its subject."""
    no_subject = not clause.leads and not _begins(clause.words, "subjects", words)
    conditional = _begins(clause.words, "conditions", words) and not _MARK.search(clause.words)
    half = not clause.whole and (words.has("halves", clause.words) or _announces(tokens, words))
    broken = clause.words.startswith(("(", "（")) or _breaks_quotation(clause.words)
    return no_subject or conditional or half or broken or _points_back(clause, words)


def _announces(tokens: list[str], words: Lexicon) -> bool:
    """Whether the last clause that it opens has no verb yet: "said that twelve teams"."""
    opened = next((place for place in reversed(range(len(tokens))) if tokens[place] in words.words("subordinators")), len(tokens))
    return opened < len(tokens) and not _has_verb(tokens[opened:], words)


def _points_back(clause: Clause, words: Lexicon) -> bool:
    return needs_context(clause.words, words) or _names_nobody(clause, words)


def _names_nobody(clause: Clause, words: Lexicon) -> bool:
    """Whether "they" or "he" stands where nothing before it says who: at the beginning, or behind an adverbial."""
    person = words.pattern("third_persons").search(clause.words)
    return person is not None and len(text.content_words(clause.words[: person.start()], words.language)) < ANTECEDENT


def _has_verb(tokens: list[str], words: Lexicon) -> bool:
    verbs = words.words("verbs")
    return not verbs or any(token in verbs for token in tokens)


def _without_asides(piece: str, words: Lexicon) -> str:
    """Without ", where it took place,": its verb is not that of the sentence."""
    return re.sub(rf",\s+{words.source('relatives')}\b[^,]*(?:,|$)", " ", piece, flags=re.IGNORECASE)


def _worth(clause: Clause, words: Lexicon, language: str) -> float:
    place = 2.0 * clause.leads + 1.5 * clause.whole - 3.0 * (not clause.leads and not clause.whole)
    figure, teller = _FIGURE.search(clause.words), _begins(clause.words, "tellers", words)
    return _told(clause.words, language) + place + FIGURE * bool(figure) - TELLER * teller


def _told(piece: str, language: str) -> int:
    return len(set(text.content_words(piece, language)))


def _tokens(piece: str) -> list[str]:
    return [token.lower().replace("’", "'") for token in _TOKEN.findall(piece)]


def _sentence_to_begin(claim: str, words: Lexicon) -> str:
    """The claim from its first sentence on whose beginning says something by itself; the whole claim if none does."""
    spans = text.sentence_spans(claim, words.language)
    return next((claim[start:] for start, end in spans if _says_something(claim[start:end], words)), claim)


def _says_something(sentence: str, words: Lexicon) -> bool:
    places = list(_TOKEN.finditer(sentence))[:LONGEST]
    asks = sentence.rstrip('"”').endswith(("?", "？"))
    short = len(places) <= SHORTEST or needs_context(sentence, words)
    return not (asks or short or _breaks_quotation(sentence[: places[-1].end()]))


def _breaks_quotation(piece: str) -> bool:
    """Whether it begins or ends in the middle of what somebody is quoted with."""
    return without_lonely_marks(piece) != piece


def _beginning(claim: str, words: Lexicon) -> str:
    """The first sentence if it fits and says enough, else the longest beginning after which a new phrase begins."""
    piece = _first_reported(_behind_colon(without_preamble(claim.replace(CUT, " "), words), words), words)
    first = piece[: next((end for _, end in text.sentence_spans(piece, words.language)), None)]
    if text.word_count(first) <= LONGEST and _told(first, words.language) >= ENOUGH:
        return _titled(first)
    places = list(_TOKEN.finditer(piece))
    room = _room(places)
    if room >= len(places):
        return _titled(piece)
    chosen = next((end for end in _ends(piece, places, room, words) if end), room)
    return f"{_titled(piece[: places[chosen - 1].end()])}…" if chosen else ""


def _behind_colon(claim: str, words: Lexicon) -> str:
    """What the speaker announces in a few words: "we changed one rule: the first to apply pays"."""
    announced, colon, rest = claim.partition(": ")
    brief = colon and text.word_count(announced) <= LONGEST // 2 and _begins(announced, "tellers", words)
    return rest if brief and text.word_count(rest) > LONGEST else claim


def _first_reported(claim: str, words: Lexicon) -> str:
    """The claim without who reports its first sentence."""
    end = next((end for _, end in text.sentence_spans(claim, words.language)), len(claim))
    return without_attribution(claim[:end], words) + claim[end:]


def _room(places: list[re.Match[str]]) -> int:
    """How many tokens make up twelve words."""
    taken = accumulate(0.5 if text.CJK_CHARACTER.match(place.group()) else text.word_count(place.group()) for place in places)
    return sum(1 for size in taken if size <= LONGEST)


def _ends(piece: str, places: list[re.Match[str]], room: int, words: Lexicon) -> Iterator[int]:
    """Where to cut, the best kind of place first: a mark between characters, a new phrase, any solid word; 0 for none."""
    lower = [place.group().lower().replace("’", "'") for place in places]
    dangling, starts = words.words("dangling"), words.words("phrase_starts")
    far = range(room // 2, room)
    marked = [i + 1 for i in far if text.CJK_CHARACTER.match(lower[i]) and piece[places[i].end()] in "，；：。"]
    phrases = [i + 1 for i in far if lower[i] not in dangling and lower[i + 1] in starts]
    solid = [i + 1 for i in range(room) if lower[i] not in dangling]
    yield from (ends[-1] if ends else 0 for ends in (marked, phrases, solid))


def _titled(piece: str) -> str:
    return close(tidy(piece.strip(_END))).rstrip(".。")
