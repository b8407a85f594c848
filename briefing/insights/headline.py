"""A headline cut from a claim: the clause that says most in at most twelve words."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate

from briefing import text
from briefing.insights import finite, lexicon
from briefing.insights.attribution import without_attribution
from briefing.insights.clauses import END, MARK, Clause, clauses, is_bound
from briefing.insights.lexicon import Lexicon
from briefing.insights.polarity import denies
from briefing.insights.punctuation import close, tidy, without_lonely_marks
from briefing.insights.sparing import shortened, without_frames
from briefing.insights.standing import needs_context
from briefing.insights.wording import CUT, without_preamble

LONGEST, SHORTEST = 12, 3
ENOUGH = 3
"""Content words from which on a clause says something by itself."""
LEAST = 5
"""Words that a clause with one word of content less must have."""
FIGURE, TELLER, TURN = 1.5, 2.5, 1.0
"""What a figure, or "but" before it, adds to a clause, and what it loses by telling what the speaker did."""
ANTECEDENT = 2
"""Content words before "they" from which on one of them is likely to say who is meant."""
_FIGURE = re.compile(r"\d")
_UNIT = re.compile(r"\s?[%‰€$£°]+")
_TOKEN = re.compile(rf"[{text.CJK}]|[^\W_{text.CJK}]+(?:['’._-][^\W_{text.CJK}]+|,\d+)*")
_PAUSES = {",", ";", ":"}
_SINGLE = re.compile(r"‘[^‘]*’(?!\w)")
_NUMBERED = re.compile(r"[)\]]\s*\d{1,2}$")
_COUNT = re.compile(r"\d{1,3}")


def headline(claim: str, language: str = "") -> str:
    """At most twelve words of the claim that end with a clause; an ellipsis where the claim has none so short."""
    words = lexicon.load(language)
    fitting = [clause for clause in _readings(claim, language, words) if _fits(clause, words)]
    telling = [clause for clause in fitting if _tells(clause, language) or _opens_briefly(claim, language)]
    best = max(telling, key=lambda clause: _worth(clause, words, language), default=None)
    return _titled(best.words) if best else _beginning(_sentence_to_begin(claim, words), words)


def _tells(clause: Clause, language: str) -> bool:
    """Whether it has enough words of content, or fewer and ends where its sentence pauses."""
    told = _told(clause.words, language)
    pauses = clause.leads and (clause.whole or clause.mark in _PAUSES) and text.word_count(clause.words) >= LEAST
    return told >= ENOUGH or (pauses and told == ENOUGH - 1)


def _opens_briefly(claim: str, language: str) -> bool:
    """Whether the first sentence is no longer than a headline, so that its beginning is no better than a clause."""
    start, end = next(iter(text.sentence_spans(claim, language)), (0, 0))
    return text.word_count(claim[start:end]) <= LONGEST


def _readings(claim: str, language: str, words: Lexicon) -> Iterator[Clause]:
    """The clauses of a claim that nothing outside of them binds, each as short as it can be without its point."""
    for clause in clauses(claim, language, words):
        if not is_bound(clause, words):
            yield replace(clause, words=shortened(clause.words, LONGEST, words))


def _begins(piece: str, name: str, words: Lexicon) -> bool:
    return re.match(rf"\W*{words.source(name)}", piece, re.IGNORECASE) is not None


def _fits(clause: Clause, words: Lexicon) -> bool:
    tokens = _tokens(clause.words)
    if not SHORTEST <= text.word_count(clause.words) <= LONGEST or clause.question:
        return False
    if _dangles(clause, tokens[-1], words) or _counts_nothing(tokens, words) or _NUMBERED.search(clause.words):
        return False
    return not _is_torso(clause, words) and _is_sentence(clause, words) and not _ends_in_list(clause, words)


def _dangles(clause: Clause, last: str, words: Lexicon) -> bool:
    """Whether its last word wants another: any such word where it is cut, where it is told to its end none but "you"."""
    told_out = clause.leads and clause.whole and last in words.words("closing")
    return (last in words.words("dangling") or (not clause.whole and last in words.words("limits"))) and not told_out


def _ends_in_list(clause: Clause, words: Lexicon) -> bool:
    """Whether it is cut at a comma behind which its last word, or a condition, goes on."""
    if clause.whole:
        return False
    if re.search(rf"{words.source('reports')}$", clause.words, re.IGNORECASE) or _asks_for_more(clause, words):
        return True
    if re.search(rf"{words.source('stranded')},", clause.words):
        return True
    *_, last = MARK.split(clause.words)
    goes_on = clause.mark == "," and not _continues(clause.after, words) and "adds" in words.lists
    item = clause.mark == "," and last != clause.words and text.word_count(last) == 1 and not words.has("binding", last)
    return goes_on or item or _trails(clause, last, words) or (last != clause.words and _begins(last, "hypothetical", words))


def _trails(clause: Clause, last: str, words: Lexicon) -> bool:
    """Whether it is cut at no mark in what only hangs on behind its own last comma: "a box | that travels"."""
    rules = finite.grammar(words.language)
    return rules is not None and not clause.mark and last != clause.words and not finite.has_verb(last, rules)


def _asks_for_more(clause: Clause, words: Lexicon) -> bool:
    """Whether its last word is a verb and what follows at once its object: "decided | which ones"."""
    rules = finite.grammar(words.language)
    last = _tokens(clause.words)[-1]
    verb = rules is not None and (last in rules.continuing or last in rules.plural or last.endswith("ed"))
    return verb and not clause.mark and _begins(clause.after.lstrip(), "opens_clause", words)


def _is_sentence(clause: Clause, words: Lexicon) -> bool:
    """Whether each of its clauses has a verb; where the verbs of the language are unknown, whether it has one."""
    rules = finite.grammar(words.language)
    if rules is None:
        return not _only_supposes(clause, words) and _has_verb(_without_asides(clause.words, words), words)
    orders = clause.leads and _begins(clause.words, "imperatives", words)
    return finite.is_whole(clause.words, rules) and (orders or not finite.begins_with_verb(clause.words, rules))


def _only_supposes(clause: Clause, words: Lexicon) -> bool:
    supposes = not clause.whole and _begins(clause.words, "hypothetical", words)
    return supposes and not _concludes(clause.words, words)


def _concludes(piece: str, words: Lexicon) -> bool:
    """Whether what holds under the condition is told behind a mark, with a word that says so where there is a list of them."""
    *_, last = MARK.split(piece)
    return last != piece and (words.has("concludes", last) or "concludes" not in words.lists)


def _continues(after: str, words: Lexicon) -> bool:
    """Whether another clause begins, or a participle: ", increasing to 35"."""
    rules = finite.grammar(words.language)
    verb = rules is not None and bool(rules.continuing.intersection(finite.tokens(after)[:1]))
    clause = rules is not None and finite.is_whole(MARK.split(after)[0], rules)
    return verb or clause or _begins(after, "adds", words) or re.match(r"[a-z]{2,}ing\b", after) is not None


def _counts_nothing(tokens: list[str], words: Lexicon) -> bool:
    """Whether it ends with a number, the only one, and not with what is counted: hours, or euros, were said before."""
    scaled = tokens[-1] in words.table("scales")
    *before, last = tokens[:-1] if scaled else tokens
    rough = bool(before) and before[-1] in words.words("roughly")
    return _COUNT.fullmatch(last) is not None and (rough or not any(_FIGURE.search(token) for token in before))


def _is_torso(clause: Clause, words: Lexicon) -> bool:
    """Whether it says half of what its sentence says, or lacks its subject."""
    no_subject = not clause.leads and not _begins(clause.words, "subjects", words) and not _names_subject(clause, words)
    bound = any(_begins(clause.words, name, words) for name in ("conditions", "hypothetical", "adverbials"))
    conditional = not clause.whole and bound and not MARK.search(clause.words)
    half = not clause.whole and words.has("halves", clause.words)
    half = half or _halves_subject(clause, words)
    broken = clause.words.startswith(("(", "（")) or _breaks_quotation(clause.words) or clause.in_aside
    return no_subject or conditional or half or broken or _points_back(clause, words)


def _halves_subject(clause: Clause, words: Lexicon) -> bool:
    """Whether "and" before it joins it to a clause that has no verb yet: "the state and the workflow are lost"."""
    rules = finite.grammar(words.language)
    if rules is None or not clause.before.strip() or not clause.joined(words, "additions"):
        return False
    return not finite.is_whole(MARK.split(clause.before)[-1] or clause.before, rules) and not finite.is_whole(
        clause.before, rules
    )


def _names_subject(clause: Clause, words: Lexicon) -> bool:
    """Whether a clause behind "and" or a semicolon begins with a noun of its own."""
    rules = finite.grammar(words.language)
    if rules is None or not finite.begins_with_noun(clause.words, rules):
        return False
    joined = clause.joined(words) and finite.is_whole(clause.before, rules)
    return joined or clause.before.rstrip().endswith((";", " -", " --", " –", " —"))


def _points_back(clause: Clause, words: Lexicon) -> bool:
    lost = _begins(clause.words, "leans", words)
    return lost or needs_context(clause.words, words) or _names_nobody(clause, words)


def _names_nobody(clause: Clause, words: Lexicon) -> bool:
    """Whether "they" or "he" stands where nothing before it says who: at the beginning, or behind an adverbial."""
    person = words.pattern("third_persons").search(clause.words)
    return person is not None and len(text.content_words(clause.words[: person.start()], words.language)) < ANTECEDENT


def _has_verb(piece: str, words: Lexicon) -> bool:
    return "verbs" not in words.lists or words.has("verbs", piece)


def _without_asides(piece: str, words: Lexicon) -> str:
    """Without ", where it took place,": its verb is not that of the sentence."""
    opened = rf"(?:{words.source('relatives')}|{words.source('insertions')})"
    return re.sub(rf",\s+{opened}\b[^,]*(?:,|$)", " ", piece, flags=re.IGNORECASE)


def _worth(clause: Clause, words: Lexicon, language: str) -> float:
    place = 2.0 * clause.leads + 1.5 * clause.whole - 3.0 * (not clause.leads and not clause.whole)
    figure, teller = _FIGURE.search(clause.words), _begins(clause.words, "tellers", words)
    turn = TURN * (_begins(clause.opening, "turns", words) - _begins(clause.then, "turns", words))
    return _told(clause.words, language) + place + FIGURE * bool(figure) - TELLER * teller + turn


def _told(piece: str, language: str) -> int:
    """Content words, and whether it denies: "there was no fork" tells as much as "there was a hard fork"."""
    return len(set(text.content_words(piece, language))) + denies(piece, lexicon.load(language))


def _tokens(piece: str) -> list[str]:
    return [token.lower().replace("’", "'") for token in _TOKEN.findall(piece)]


def _sentence_to_begin(claim: str, words: Lexicon) -> str:
    """The claim from its first sentence on whose beginning says something by itself; the whole claim if none does."""
    spans = text.sentence_spans(claim, words.language)
    return next((claim[start:] for start, end in spans if _says_something(claim[start:end], words)), claim)


def _says_something(sentence: str, words: Lexicon) -> bool:
    places = list(_TOKEN.finditer(sentence))[:LONGEST]
    asks = sentence.rstrip('"”').endswith(("?", "？"))
    short = len(places) <= SHORTEST or needs_context(sentence, words) or _begins(sentence, "leans", words)
    return not (asks or short or _breaks_quotation(sentence[: places[-1].end()]) or _is_fragment(sentence, words))


def _is_fragment(sentence: str, words: Lexicon) -> bool:
    """Whether a sentence that could be taken whole has no verb."""
    rules = finite.grammar(words.language)
    return rules is not None and text.word_count(sentence) <= LONGEST and not finite.is_whole(sentence, rules)


def _breaks_quotation(piece: str) -> bool:
    """Whether it begins or ends in the middle of what somebody is quoted with."""
    single = "‘" in piece and _SINGLE.search(piece) is None
    return single or without_lonely_marks(piece) != piece


def _beginning(claim: str, words: Lexicon) -> str:
    """The first sentence if it fits and says enough, else the longest beginning after which a new phrase begins."""
    piece = _first_reported(_behind_colon(_unframed(claim.replace(CUT, " "), words), words), words)
    first = piece[: next((end for _, end in text.sentence_spans(piece, words.language)), None)]
    if text.word_count(first) <= LONGEST and _told(first, words.language) >= ENOUGH:
        return f"{_titled(first)}{'…' if _is_verbless(first, words) else ''}"
    places = list(_TOKEN.finditer(piece))
    room = _room(places)
    if room >= len(places):
        return _titled(piece)
    chosen = next((end for end in _ends(piece, places, room, words) if end), room)
    kept = _with_unit(piece, places[chosen - 1].end())
    return f"{_titled(kept)}{_mark_after(piece, kept, words)}" if chosen else ""


def _is_verbless(sentence: str, words: Lexicon) -> bool:
    rules = finite.grammar(words.language)
    return rules is not None and not finite.has_verb(sentence, rules)


def _mark_after(piece: str, kept: str, words: Lexicon) -> str:
    """Nothing, or what asks, where a sentence ends; an ellipsis where it goes on."""
    ends = (end for _, end in text.sentence_spans(piece, words.language) if end > len(kept))
    rest = piece[len(kept) : next(ends, len(piece))]
    asks = "?" in rest or "？" in rest
    goes_on = rest.strip(f'{END}!?？"”') or _is_verbless(kept, words)
    return "…" if goes_on else "?" * asks


def _with_unit(piece: str, end: int) -> str:
    """The piece up to an end, and the sign of a unit that follows there."""
    unit = _UNIT.match(piece, end)
    return piece[: unit.end() if unit else end]


def _unframed(claim: str, words: Lexicon) -> str:
    """The claim behind its frame, unless that would begin with what points at the frame."""
    said = without_frames(claim, words)
    return without_preamble(claim, words) if needs_context(said, words) else said


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
    taken = accumulate(text.word_count(place.group()) for place in places)
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
    return close(tidy(piece.strip(END))).rstrip(".。")
