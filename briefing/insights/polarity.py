"""Whether a claim denies what its evidence says, or says what it denies."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from briefing import text
from briefing.insights import lexicon
from briefing.insights.figures import measured
from briefing.insights.lexicon import Lexicon
from briefing.insights.names import stem

REACH = 5
"""Words after a negation that it denies, within its clause."""

_CONTRACTED = re.compile(r"\b(can|[^\W_]+?)n['’]t\b", re.IGNORECASE)
_TOKEN = re.compile(rf"[{text.CJK}]|[^\W_{text.CJK}]+(?:[.,]\d+)*|[.,;:!?…。，；：！？、()–—]|--")
_MARK = re.compile(r"[.,;:!?…。，；：！？、()–—]|--")
_NOT = "\x01"


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause as stems -> whether denied; `denied` tells that a negation stands in it."""

    words: dict[str, bool]
    denied: bool
    text: str


def contradicts(claim: str, evidence: str, language: str) -> bool:
    """Whether the negations of a clause and of the evidence nearest to it differ, or an opposite is said."""
    words = lexicon.load(language)
    said = list(clauses(evidence, words))
    if _opposite(claim, evidence, words) or _affirmed(claim, said, words):
        return True
    return any(_denies(clause, said, words) for clause in clauses(claim, words) if len(clause.words) > 1)


def denies(passage: str, words: Lexicon) -> bool:
    """Whether a negation stands in it, "isn't" included."""
    return _CONTRACTED.search(passage) is not None or words.has("negations", passage)


def _affirmed(claim: str, said: list[Clause], words: Lexicon) -> bool:
    """Whether a claim without any negation has a word that the evidence only denies."""
    claimed = list(clauses(claim, words))
    if any(clause.denied for clause in claimed):
        return False
    stands: dict[str, bool] = {}
    for clause in said:
        for word, denied in clause.words.items():
            stands[word] = stands.get(word, True) and denied
    return any(stands.get(word, False) for clause in claimed for word in clause.words)


def clauses(passage: str, words: Lexicon) -> Iterator[Clause]:
    """The clauses of a text, cut at marks and at words such as "but"."""
    plain = _CONTRACTED.sub(rf"\1 {_NOT} ", passage)
    plain = words.pattern("negations").sub(f" {_NOT} ", plain)
    ends, stop = words.words("clause_ends"), text.stop_words(words.language)
    clause: list[str] = []
    for token in [*re.findall(rf"{_NOT}|{_TOKEN.pattern}", plain), "."]:
        if _MARK.fullmatch(token) or token.lower() in ends:
            if clause:
                yield _clause(clause, stop)
            clause = []
        else:
            clause.append(token)


def _clause(tokens: list[str], stop: frozenset[str]) -> Clause:
    words: dict[str, bool] = {}
    reach = 0
    for token in tokens:
        if token == _NOT:
            reach = REACH
        elif (token.lower() not in stop and len(token) > 1) or text.CJK_CHARACTER.match(token):
            words[stem(token) if len(token) > 1 else token] = reach > 0
            reach -= 1
    return Clause(words, _NOT in tokens, " ".join(tokens))


def _denies(claimed: Clause, said: list[Clause], words: Lexicon) -> bool:
    overlaps = [len(claimed.words.keys() & clause.words.keys()) for clause in said]
    best = max(overlaps, default=0)
    if claimed.denied and not _denied_too(claimed, said):
        return True
    if best == 0:
        return False
    nearest = [clause for clause, overlap in zip(said, overlaps, strict=True) if overlap == best]
    return all(_differ(claimed, clause) or _renumbered(claimed, clause) for clause in nearest) or _prefixed(claimed, said, words)


def _denied_too(claimed: Clause, said: list[Clause]) -> bool:
    """Whether some clause of the evidence denies what the claim denies, or, if they share no such word, denies anything."""
    mine = {word for word, denied in claimed.words.items() if denied}
    theirs = [{word for word, denied in clause.words.items() if denied} for clause in said if clause.denied]
    return any(mine & denied or not mine for denied in theirs)


def _differ(claimed: Clause, clause: Clause) -> bool:
    """Whether one of two clauses denies a word that the other affirms."""
    shared = claimed.words.keys() & clause.words.keys()
    mismatched = any(claimed.words[word] != clause.words[word] for word in shared)
    agreed = any(claimed.words[word] and clause.words[word] for word in shared)
    return mismatched and not agreed


def _renumbered(claimed: Clause, clause: Clause) -> bool:
    """Whether the clause gives another number in the same unit than the claim."""
    mine, theirs = measured(claimed.text), measured(clause.text)
    same_kind = [(a, b) for a in mine for b in theirs if a.unit == b.unit]
    return bool(same_kind) and not any(a.values & b.values for a, b in same_kind)


def _prefixed(claimed: Clause, said: list[Clause], words: Lexicon) -> bool:
    """Whether the claim has "safe" where the evidence has "unsafe" only, or the other way round."""
    known = {word for clause in said for word in clause.words}
    denied = {word for clause in said for word, negated in clause.words.items() if negated}
    for prefix in words.lists.get("negative_prefixes", ()):
        for word, negated in claimed.words.items():
            if word in known or negated or len(word) < 3:
                continue
            longer = f"{prefix}{word}"[:8]
            bare = word.removeprefix(prefix)
            if (len(prefix) > 1 and longer in known) or (bare != word and len(bare) > 3 and bare in known and bare not in denied):
                return True
    return False


@cache
def _pairs(language: str) -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    listed = (pair.split("/") for pair in lexicon.load(language).lists.get("opposites", ()))
    return tuple((lexicon.alternatives([one]), lexicon.alternatives([other])) for one, other in listed)


def _opposite(claim: str, evidence: str, words: Lexicon) -> bool:
    """Whether one of a pair such as "more" and "less" stands in the claim and only the other in the evidence."""
    return any(_swapped(claim, evidence, *pair) or _swapped(claim, evidence, *pair[::-1]) for pair in _pairs(words.language))


def _swapped(claim: str, evidence: str, one: re.Pattern[str], other: re.Pattern[str]) -> bool:
    return bool(one.search(claim) and not one.search(evidence) and other.search(evidence) and not other.search(claim))
