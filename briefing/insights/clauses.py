"""The clauses of a claim: stretches of its sentences that begin and end where a clause may, whatever binds them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from briefing import text
from briefing.insights import finite, lexicon
from briefing.insights.attribution import without_attribution
from briefing.insights.lexicon import Lexicon
from briefing.insights.polarity import denies
from briefing.insights.sparing import without_frames
from briefing.insights.wording import CUT

MARK = re.compile(r"(?:[,;:](?=\s\D)|\s(?:--|[–—-])\s|[，；：。！？])\s*")
END = " .,;:–—-。，、；：…"
_DASH = re.compile(r"\s(?:--|[–—-])\s")
_HARD = re.compile(r"[;；]|[.!?]\s")
_JOINED = re.compile(r"\b(?:and|but)\s+(?:\w+ly\s+)?(?P<verb>[\w'’]+)")
_OPEN_CONDITION = r",\s+{}[^,]*$"


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a sentence, with what stands before and after it there."""

    words: str
    before: str
    after: str
    question: bool
    mark: str
    """The mark that it ends at, if any."""

    opening: str
    """How it begins with its frame: "But the thing is that it works"."""

    then: str
    """What follows in the claim, its own sentence and the next."""

    set_up: bool
    """Whether only what bounds it in nothing precedes it: "because of that,"."""

    def joined(self, words: Lexicon, name: str = "joins") -> bool:
        """Whether "and" or the like, one of a list of words, stands before it."""
        return re.match(rf"\W*{words.source(name)}", self.opening, re.IGNORECASE) is not None

    @property
    def leads(self) -> bool:
        """Whether it has a subject of its own by its place: at the beginning, or behind a colon."""
        return not self.before or self.set_up or self.before.rstrip().endswith((":", "："))

    @property
    def in_aside(self) -> bool:
        """Whether it begins behind one dash and ends at or behind another."""
        return _DASH.search(self.before[-5:]) is not None and _DASH.search(f"{self.words} {self.mark} ") is not None

    @property
    def whole(self) -> bool:
        """Whether it is a sentence to its end."""
        return not self.after


def clauses(claim: str, language: str, words: Lexicon) -> Iterator[Clause]:
    """Every stretch between two bounds of a sentence, without the frame it begins with."""
    plain = claim.replace(CUT, " ; ")
    for start, end in text.sentence_spans(plain, language):
        sentence = without_attribution(without_frames(plain[start:end], words), words)
        opening = plain[start:end] if plain[start:end].endswith(sentence) else ""
        bounds = sorted({0, len(sentence), *_bounds(sentence, words)})
        for first, begin in enumerate(bounds[:-1]):
            for stop in bounds[first + 1 :]:
                clause = _clause(sentence, begin, stop, opening, words)
                yield replace(clause, then=clause.after or plain[end:].lstrip())


def _clause(sentence: str, begin: int, stop: int, opening: str, words: Lexicon) -> Clause:
    piece, before = sentence[begin:stop], sentence[:begin]
    return Clause(
        words=without_frames(piece.strip(END), words),
        before=before,
        after=sentence[stop:],
        question=sentence.rstrip('"”').endswith(("?", "？")),
        mark=_mark(sentence[:stop]),
        opening=piece if begin else opening,
        then="",
        set_up=_is_set_up(before, words),
    )


def _mark(until: str) -> str:
    last = until.rstrip()[-1:]
    return last if last in END else ""


def _is_set_up(before: str, words: Lexicon) -> bool:
    return re.fullmatch(rf"\W*{words.source('set_ups')}[^,]+,\s*", before, re.IGNORECASE) is not None


def _bounds(sentence: str, words: Lexicon) -> Iterator[int]:
    yield from (match.end() for match in MARK.finditer(sentence))
    for name in ("breaks", "joints"):
        found = words.pattern(name).finditer(sentence)
        yield from (match.start() for match in found if _word_at(sentence, match.end()) not in words.table("numbers"))
    rules = finite.grammar(words.language)
    if rules is not None:
        yield from (match.start() for match in _JOINED.finditer(sentence) if _is_form(match["verb"], rules))
        yield from (match.end("new") for match in _described(words.language).finditer(sentence) if _is_named(match["new"], rules))


def _word_at(sentence: str, place: int) -> str:
    """The word behind "and a", so that "six and a half" stays one number."""
    word = re.match(r"\s*(\w+)", sentence[place:])
    return word[1].lower() if word else ""


def _is_form(word: str, rules: finite.Grammar) -> bool:
    lower = word.lower().replace("’", "'")
    return lower in rules.finite or lower in rules.always or lower in rules.rarely_nouns


def _is_named(new: str, rules: finite.Grammar) -> bool:
    """Whether a verb neither ends it nor stands in it: "a sender will encode" is nothing new that is described."""
    *inner, last = finite.tokens(new)
    return not rules.continuing.intersection((*inner, last)) and (last not in rules.forms or last in rules.also_nouns)


@cache
def _described(language: str) -> re.Pattern[str]:
    """Something new, "a tool of theirs", and the clause that says more of it behind "that" or "who"."""
    words = lexicon.load(language)
    inner = rf"(?:(?!{words.source('noun_openers')}|{words.source('describes')})[\w'’-]+\s+){{0,5}}"
    new = rf"{words.source('indefinite')}\s+{inner}(?!\w+ing\b)[\w'’-]+"
    return re.compile(rf"(?P<new>{new})\s+{words.source('describes')}\s+\w", re.IGNORECASE)


def is_bound(clause: Clause, words: Lexicon) -> bool:
    """Whether it would say something else by itself: under a condition, reported, doubted, denied, or broken off."""
    bounds = _is_governed(clause.before, words) or _is_limited(clause, words)
    return bounds or _is_denied_reason(clause, words) or _is_tied(clause, words)


def _is_limited(clause: Clause, words: Lexicon) -> bool:
    """Whether it is said of something only that stands before it: "for ships of less than 20 metres, the fee is"."""
    near, rules = _HARD.split(clause.before)[-1], finite.grammar(words.language)
    if rules is None or clause.set_up:
        return False
    return finite.tokens(near)[:1] in [[word] for word in rules.prepositions] and not finite.is_whole(near, rules)


def _is_denied_reason(clause: Clause, words: Lexicon) -> bool:
    """Whether it is the "because" of "not because it is cheap", or of "just because"."""
    near = MARK.split(clause.before)[-1]
    if not near.strip() or not _begins(clause.opening, "reasons", words):
        return False
    return denies(near, words) or words.has("limits", near.split()[-1])


def _is_governed(before: str, words: Lexicon) -> bool:
    """Whether what precedes it in its sentence makes it a supposition or somebody else's words."""
    near = _HARD.split(before)[-1]
    if denies(" ".join(near.split()[-2:]), words):
        return True
    governed = list(words.pattern("governs").finditer(near))
    freed = list(words.pattern("ends_government").finditer(near))
    return bool(governed) and not (freed and freed[-1].start() > governed[-1].end())


def _is_tied(clause: Clause, words: Lexicon) -> bool:
    """Whether what follows it in its sentence bounds or denies it."""
    after = clause.after.strip(" ,;:–—-")
    if not after or (clause.mark and clause.mark in ";；"):
        return False
    return _adds_bound(clause, after, words) or _condition_at_end(clause, words)


def _adds_bound(clause: Clause, after: str, words: Lexicon) -> bool:
    if not clause.mark and any(_begins(after, name, words) for name in ("describes", "reasons", "more")):
        return denies(clause.words, words) or words.has("undivided", clause.words)
    narrowed = re.match(rf"\w+,?\s+{words.source('narrows')}", after, re.IGNORECASE) is not None
    return narrowed or (_begins(after, "binding", words) and not _begins(after, "unbound", words))


def _begins(piece: str, name: str, words: Lexicon) -> bool:
    return re.match(words.source(name), piece, re.IGNORECASE) is not None


def _condition_at_end(clause: Clause, words: Lexicon) -> bool:
    """Whether a condition follows that may hold for it: behind the last comma, or before the next where no clause begins."""
    near = MARK.split(clause.after)[0]
    apart = clause.mark and (_begins(near, "joins", words) or _begins(near, "opens_clause", words) or _has_verb(near, words))
    for name in ("hypothetical", "terms"):
        behind_comma = re.search(_OPEN_CONDITION.format(words.source(name)), clause.after, re.IGNORECASE)
        if behind_comma or (words.has(name, near) and not apart):
            return True
    return False


def _has_verb(near: str, words: Lexicon) -> bool:
    """Whether a clause begins there before any condition does."""
    rules = finite.grammar(words.language)
    condition = words.pattern("hypothetical").search(near)
    return rules is None or finite.has_verb(near[: condition.start() if condition else len(near)], rules)
