"""Whether a clause is whole: it has a finite verb, and one more for each clause that opens in it. Told by word lists."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from briefing.insights import lexicon

_TOKEN = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*|[,;:()]|\s(?:--|[–—-])\s|\d[\d.,]*")
_MARK = frozenset(",;:()-")
_VOWELS = "aeiou"


@dataclass(frozen=True, slots=True)
class Grammar:
    """What a language says of its verbs: the word lists of `words/clauses-<language>.toml`."""

    finite: frozenset[str]
    contracted: frozenset[str]
    always: frozenset[str]
    rarely_nouns: frozenset[str]
    often_nouns: frozenset[str]
    plural: frozenset[str]
    also_nouns: frozenset[str]
    inverted: frozenset[str]
    pronouns: frozenset[str]
    nominative: frozenset[str]
    pronouns_either: frozenset[str]
    contact: frozenset[str]
    not_verbs: frozenset[str]
    adverbs: frozenset[str]
    openers: frozenset[str]
    openers_before_subject: frozenset[str]
    demonstratives: frozenset[str]
    that_after: frozenset[str]
    joins: frozenset[str]
    no_subjects: frozenset[str]
    prepositions: frozenset[str]
    settings: frozenset[str]
    objects: frozenset[str]

    @property
    def continuing(self) -> frozenset[str]:
        """Verbs that may take up the subject of the clause before them."""
        return self.finite | self.always | self.rarely_nouns

    @property
    def no_nouns(self) -> tuple[frozenset[str], ...]:
        openers = (self.openers, self.openers_before_subject, self.demonstratives)
        return (self.forms, *openers, self.prepositions, self.adverbs, self.joins)

    @property
    def forms(self) -> frozenset[str]:
        return self.finite | self.always | self.rarely_nouns | self.often_nouns | self.plural


@cache
def grammar(language: str) -> Grammar | None:
    """The grammar of a language code; None for a language without such lists."""
    words = lexicon.load(language)
    if "opens_clause" not in words.lists:
        return None
    bases, nouns = words.words("regular"), words.words("nouns_too")
    past = frozenset(form for base in bases for form in _past(base)) | words.words("irregular")
    return Grammar(
        finite=words.words("finite"),
        contracted=words.words("contracted"),
        always=words.words("always_verbs"),
        rarely_nouns=frozenset(_third(base) for base in bases - nouns),
        often_nouns=past | frozenset(_third(base) for base in nouns),
        plural=bases,
        also_nouns=nouns | frozenset(_third(base) for base in nouns),
        inverted=words.words("inverted"),
        pronouns=words.words("pronouns"),
        nominative=words.words("nominative"),
        contact=words.words("contact"),
        pronouns_either=words.words("pronouns_either"),
        not_verbs=words.words("not_verbs"),
        adverbs=words.words("adverbs"),
        openers=words.words("opens_clause"),
        openers_before_subject=words.words("opens_before_subject"),
        demonstratives=words.words("demonstratives"),
        that_after=words.words("that_after"),
        joins=words.words("joins"),
        no_subjects=words.words("noun_openers") | words.words("prepositions"),
        prepositions=words.words("prepositions"),
        settings=words.words("settings") | words.words("prepositions"),
        objects=words.words("noun_openers") | words.words("objects_of_verbs") | words.words("opens_clause"),
    )


def _third(base: str) -> str:
    if base.endswith("y") and base[-2] not in _VOWELS:
        return f"{base[:-1]}ies"
    return f"{base}es" if base.endswith(("s", "x", "z", "ch", "sh", "o")) else f"{base}s"


def _past(base: str) -> Iterator[str]:
    if base.endswith("e"):
        yield f"{base}d"
    elif base.endswith("y") and base[-2] not in _VOWELS:
        yield f"{base[:-1]}ied"
    else:
        yield from (f"{base}ed", f"{base}{base[-1]}ed")


def tokens(piece: str) -> list[str]:
    """Words in lower case and the marks between them."""
    return [match.group().strip().lower().replace("’", "'") for match in _TOKEN.finditer(piece)]


def is_whole(piece: str, rules: Grammar) -> bool:
    """Whether no clause of the piece still waits for its verb."""
    said = tokens(piece)
    waiting, last = 1, -1
    for place in range(len(said)):
        waiting += _opened(said, place, waiting, rules)
        if _is_verb(said, place, rules):
            if not waiting and _is_stray(said, place, last, rules):
                return False
            waiting, last = max(0, waiting - 1), place
    return waiting == 0


def _is_stray(said: list[str], place: int, last: int, rules: Grammar) -> bool:
    """Whether a verb stands at the heels of another: "I think would", "I think, was"."""
    before = _place_before(said, place, rules)
    return last >= 0 and (before == last or (before == last + 1 and said[before] == ","))


def has_verb(piece: str, rules: Grammar) -> bool:
    said = tokens(piece)
    return any(_is_verb(said, place, rules) for place in range(len(said)))


def begins_with_verb(piece: str, rules: Grammar) -> bool:
    """Whether a form such as "was" or "has" stands where the subject should, or behind "what" or "how" as in a question."""
    first, second, *_ = [*tokens(piece), "", ""]
    return first in rules.continuing or (first in rules.openers and second in rules.inverted)


def begins_with_noun(piece: str, rules: Grammar) -> bool:
    """Whether its first word is none that has another use: no verb, no conjunction, no preposition, no adverb."""
    first, *_ = [*tokens(piece), ""]
    return not any(first in known for known in rules.no_nouns) and not first.endswith(("ing", "ed", "ly"))


def _opened(said: list[str], place: int, waiting: int, rules: Grammar) -> int:
    """How many clauses a word opens: one for "which", one for a subject that stands behind a noun or a verb."""
    if _is_opener(said, place, rules):
        return 1
    if not _is_subject(said, place, rules):
        return int(said[place] in rules.nominative)
    if (
        waiting
        and said[place] in rules.pronouns_either
        and not (said[place] in rules.contact and _follows_noun(said, place, rules))
    ):
        return 0
    at = place - 1 if place and said[place - 1] in rules.no_subjects else _place_before(said, place, rules)
    afresh = at < 0 or said[at] in _MARK or _is_opener(said, at, rules) or (at == 0 and said[0] in rules.joins)
    return 0 if waiting and (afresh or _is_set(said[:place], rules)) else 1


def _follows_noun(said: list[str], place: int, rules: Grammar) -> bool:
    """Whether a noun stands before it: "the things people use", but neither "most people" nor "the 800 people"."""
    before = said[place - 1] if place else ""
    return before not in rules.no_subjects and not before[:1].isdigit()


def _is_set(before: list[str], rules: Grammar) -> bool:
    """Whether nothing but where or when stands before a subject: "in July I paid"."""
    return before[0] in rules.settings and not _MARK.intersection(before)


def _is_opener(said: list[str], place: int, rules: Grammar) -> bool:
    word = said[place]
    if word in rules.demonstratives:
        return 0 < place < len(said) - 1 and said[place - 1] not in rules.that_after and not _points(said, place, rules)
    if word in rules.openers_before_subject:
        return place + 1 < len(said) and (_is_subject(said, place + 1, rules) or _opens_segment(said, place, rules))
    return word in rules.openers and said[place + 1 : place + 2] not in (["to"], ["of"])


def _points(said: list[str], place: int, rules: Grammar) -> bool:
    """Whether it belongs to the noun behind it: "that work to", not "that works"."""
    noun, after = said[place + 1], said[place + 2 : place + 3]
    known = rules.no_subjects | rules.forms | rules.pronouns | rules.pronouns_either | rules.contracted | rules.openers
    ends = not after or after[0] in _MARK or after[0] in rules.prepositions or after[0] in rules.joins
    return ends and (noun not in known or noun in rules.plural) and not noun.endswith("s")


def _opens_segment(said: list[str], place: int, rules: Grammar) -> bool:
    """Whether it begins what stands up to the next mark, and that has a verb: "as text is generated,"."""
    before = _before(said, place, rules)
    if (before and before not in _MARK) or _is_adverb(said[place + 1], rules):
        return False
    end = next((at for at in range(place, len(said)) if said[at] in _MARK), len(said))
    return any(word in rules.finite or word in rules.always for word in said[place + 1 : end])


def _is_subject(said: list[str], place: int, rules: Grammar) -> bool:
    word, after = said[place], _after(said, place, rules)
    if word in rules.contracted:
        return True
    if word in rules.pronouns:
        return _may_be_verb(after, rules) and said[place - 1 : place] not in [[one] for one in rules.prepositions]
    return word in rules.pronouns_either and (after in rules.forms or after.endswith("ed")) and word not in rules.openers


def _is_verb(said: list[str], place: int, rules: Grammar) -> bool:
    word, before = said[place], _before(said, place, rules)
    if word in rules.contracted:
        return True
    if before == "to" or before in rules.joins or _continues(said, place, rules):
        return False
    if word in rules.finite:
        return True
    if before in rules.pronouns:
        return _may_be_verb(word, rules) and _is_subject(said, _place_before(said, place, rules), rules)
    if before in rules.pronouns_either:
        return word in rules.forms or word.endswith("ed")
    return (word in rules.forms or word.endswith("ed")) and _stands_as_verb(said, place, before, rules)


def _may_be_verb(word: str, rules: Grammar) -> bool:
    """Whether it can be the verb of the pronoun before it: any word but those with a use of their own."""
    return word[:1].isalpha() and word not in rules.not_verbs and not _is_adverb(word, rules)


def _stands_as_verb(said: list[str], place: int, before: str, rules: Grammar) -> bool:
    """Whether a word that may be a noun or a participle stands between a subject and an object."""
    word, after = said[place], said[place + 1] if place + 1 < len(said) else ""
    opened = before in rules.demonstratives and _is_opener(said, _place_before(said, place, rules), rules)
    if (
        not before
        or before in _MARK
        or word in rules.prepositions
        or (before in rules.no_subjects and not opened)
        or after in rules.finite
    ):
        return False
    if word in rules.always or word in rules.rarely_nouns:
        return True
    taken = after in rules.objects or after[:1].isdigit() or after in rules.pronouns
    return taken and (word in rules.often_nouns or word.endswith("ed") or before.endswith("s"))


def _continues(said: list[str], place: int, rules: Grammar) -> bool:
    """Whether it is the second of two verbs in one: "could have", "has been"."""
    before = _before(said, place, rules)
    return before in rules.finite or before in rules.contracted


def _place_before(said: list[str], place: int, rules: Grammar) -> int:
    """The nearest word before it that is no adverb; -1 for none."""
    return next((at for at in reversed(range(place)) if not _is_adverb(said[at], rules)), -1)


def _before(said: list[str], place: int, rules: Grammar) -> str:
    at = _place_before(said, place, rules)
    return said[at] if at >= 0 else ""


def _after(said: list[str], place: int, rules: Grammar) -> str:
    return next((word for word in said[place + 1 :] if not _is_adverb(word, rules)), "")


def _is_adverb(word: str, rules: Grammar) -> bool:
    return word in rules.adverbs or (word.endswith("ly") and len(word) > 4)
