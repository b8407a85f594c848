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
    return any(_denies(clause, said, words) for clause in clauses(claim, words)) or _opposite(claim, evidence, words)


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
    if best == 0:
        return claimed.denied and not any(clause.denied for clause in said)
    nearest = [clause for clause, overlap in zip(said, overlaps, strict=True) if overlap == best]
    return all(_differ(claimed, clause) or _renumbered(claimed, clause) for clause in nearest) or _prefixed(claimed, said, words)


def _differ(claimed: Clause, clause: Clause) -> bool:
    shared = claimed.words.keys() & clause.words.keys()
    mismatched = [word for word in shared if claimed.words[word] != clause.words[word]]
    if claimed.denied and clause.denied:
        return len(mismatched) > 0 and not any(claimed.words[word] and clause.words[word] for word in shared)
    if claimed.denied:
        return True
    return clause.denied and bool(mismatched)


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
