"""The only door from a draft to an insight: each quote stands in the document, and the claim says no more than its quotes do."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from briefing import text
from briefing.insights import lexicon, safety
from briefing.insights.facets import facets
from briefing.insights.figures import Measured, calendar, measured, units
from briefing.insights.headline import LONGEST as LONGEST_HEADLINE
from briefing.insights.headline import headline
from briefing.insights.names import stems, strange_names
from briefing.insights.polarity import clauses, contradicts
from briefing.insights.wording import LONGEST_CLAIM, trim
from briefing.model import Document, Draft, Insight, Passage, Quote, Rejected

EXTRACTIVE = "extractive"
SHORTEST_QUOTE_WORDS, SHORTEST_QUOTE = 5, 25
CHARACTERS_PER_CJK = 2.5
SHORTEST_CLAIM = 3
SUPPORT = 0.5
"""Share of a claim's content words that must stand in its evidence, in the same language."""


@dataclass(frozen=True)
class Case:
    """A draft beside what may prove it: `evidence` is the sentences of the quotes and one on either side."""

    document: Document
    draft: Draft

    @cached_property
    def language(self) -> str:
        return self.draft.language or self.document.language

    @cached_property
    def translated(self) -> bool:
        return text.primary(self.language) != text.primary(self.document.language)

    @cached_property
    def quoted(self) -> str:
        """The words of the quotes in the order in which they were said."""
        return " ".join(quote.text for quote in sorted(self.draft.quotes, key=lambda quote: quote.start))

    @cached_property
    def evidence(self) -> str:
        places = [_around(self.document, quote) for quote in self.draft.quotes]
        return "\n".join(place for place in places if place)

    @cached_property
    def speakers(self) -> str:
        return " ".join(p.speaker for q in self.draft.quotes for p in _passages(self.document, q))


def ground(document: Document, draft: Draft) -> Insight | Rejected:
    """The draft as an insight with speakers, times and facets of its quotes; or why it is none.

    A claim of fewer than three words says nothing: the quote's own words take its place.
    """
    case = Case(document, draft)
    reason = _first(QUOTE_CHECKS, case)
    if reason:
        return Rejected(reason=reason, draft=draft)
    if text.word_count(draft.claim) < SHORTEST_CLAIM:
        case = Case(document, _own_words(document, draft))
    reason = _first(CLAIM_CHECKS, case) or _first(VERBATIM_CHECKS if case.draft.writer == EXTRACTIVE else WRITTEN_CHECKS, case)
    return Rejected(reason=reason, draft=draft) if reason else _insight(case)


def _first(checks: "tuple[Check, ...]", case: Case) -> str:
    return next((reason for check in checks if (reason := check(case))), "")


def _own_words(document: Document, draft: Draft) -> Draft:
    claim = trim(draft.quotes[0].text, document.language)
    return replace(draft, claim=claim, headline="", writer=EXTRACTIVE, language="")


def _insight(case: Case) -> Insight:
    document, draft = case.document, case.draft
    quotes = tuple(_placed(document, quote) for quote in draft.quotes)
    first = quotes[0]
    return Insight(
        id=text.stable_id(document.entry_id, str(first.start), str(first.end)),
        entry_id=document.entry_id,
        claim=draft.claim,
        headline=_headline(case),
        quotes=quotes,
        kind=draft.kind,
        score=min(1.0, max(0.0, draft.score)) if draft.score == draft.score else 0.0,
        writer=draft.writer,
        facets=facets(document, quotes),
        language=case.language,
    )


def _headline(case: Case) -> str:
    """The draft's own headline if it holds what the claim must hold, else one cut from the claim."""
    titled = replace(case.draft, claim=case.draft.headline)
    own = Case(case.document, titled)
    checks = (*CLAIM_CHECKS, *(VERBATIM_CHECKS if titled.writer == EXTRACTIVE else WRITTEN_CHECKS))
    if 2 <= text.word_count(titled.claim) <= LONGEST_HEADLINE and not _first(checks, own):
        return titled.claim
    return headline(case.draft.claim, case.language)


def _passages(document: Document, quote: Quote) -> list[Passage]:
    return [p for p in document.passages if p.start < quote.end and quote.start < p.end]


def _placed(document: Document, quote: Quote) -> Quote:
    """The quote with the speaker and the time of the place where it stands."""
    here = _passages(document, quote)
    if not here:
        return quote
    sentence = next((s for s in here[0].sentences if s.start <= quote.start < s.end), None)
    at = sentence.at if sentence and sentence.at is not None else here[0].at
    return replace(quote, speaker=here[0].speaker, at=at, approximate=document.approximate)


def _around(document: Document, quote: Quote) -> str:
    """The sentences that the quote touches, one more on either side, and the heading they stand under."""
    passages = document.passages
    spans = [(s.start, s.end) for p in passages for s in p.sentences] or text.sentence_spans(document.text, document.language)
    touched = [i for i, (start, end) in enumerate(spans) if start < quote.end and quote.start < end]
    if not touched:
        return quote.text
    near = spans[max(0, touched[0] - 1) : touched[-1] + 2]
    heading = next((p.heading for p in _passages(document, quote) if p.heading), "")
    return " ".join([*([f"{heading}."] if heading else []), document.text[near[0][0] : near[-1][1]]])


def _no_quote(case: Case) -> str:
    return "" if case.draft.quotes else "has no quote"


def _elsewhere(case: Case) -> str:
    ids = {quote.entry_id for quote in case.draft.quotes}
    return "" if ids == {case.document.entry_id} else "quotes another document"


def _not_verbatim(case: Case) -> str:
    whole = case.document.text
    stands = all(0 <= q.start < q.end <= len(whole) and whole[q.start : q.end] == q.text for q in case.draft.quotes)
    return "" if stands else "a quote does not stand in the document"


def _too_short(case: Case) -> str:
    return "" if all(_long_enough(quote.text) for quote in case.draft.quotes) else "a quote is too short to prove anything"


def _long_enough(quote: str) -> bool:
    unspaced = len(text.CJK_CHARACTER.findall(quote))
    size = len(quote) + (CHARACTERS_PER_CJK - 1) * unspaced
    return text.word_count(quote) >= SHORTEST_QUOTE_WORDS and size >= SHORTEST_QUOTE


def _two_speakers(case: Case) -> str:
    for quote in case.draft.quotes:
        if len({p.speaker for p in _passages(case.document, quote)}) > 1:
            return "a quote runs over two speakers"
    return ""


def _unfit_quote(case: Case) -> str:
    for quote in case.draft.quotes:
        reason = safety.unfit(quote.text) or (safety.repetitive(quote.text) and "a quote says nothing")
        if reason or safety.speaks_to_models(_sentences(case.document, quote), case.speakers):
            return reason or "a quote speaks to a language model"
    return ""


def _sentences(document: Document, quote: Quote) -> str:
    """The whole sentences that a quote touches."""
    spans = [
        (s.start, s.end) for p in _passages(document, quote) for s in p.sentences if s.start < quote.end and quote.start < s.end
    ]
    return document.text[spans[0][0] : spans[-1][1]] if spans else quote.text


def _unfit_claim(case: Case) -> str:
    reason = safety.unfit(case.draft.claim)
    return f"the claim {reason}" if reason else ""


def _too_long(case: Case) -> str:
    return "the claim is too long" if text.word_count(case.draft.claim) > LONGEST_CLAIM else ""


def _not_said(case: Case) -> str:
    quoted = iter(text.words(case.quoted))
    return "" if all(word in quoted for word in text.words(case.draft.claim)) else "the claim has words that were not said"


def _strange_number(case: Case) -> str:
    known, named = measured(case.evidence), units(case.evidence)
    strange = [m for m in measured(case.draft.claim) if not any(_proves(k, m, named) for k in known)]
    return f"the claim has a number that is not in its quotes: {_shown(case.draft.claim, strange[0])}" if strange else ""


def _proves(known: Measured, claimed: Measured, named: frozenset[str]) -> bool:
    return claimed.agrees(known) and (not claimed.unit or claimed.unit == known.unit or claimed.unit in named)


def _shown(claim: str, number: Measured) -> str:
    return text.one_line(claim[number.start : number.end], 40)


def _strange_date(case: Case) -> str:
    strange = calendar(case.draft.claim) - calendar(case.evidence)
    return f"the claim has a date that is not in its quotes: {min(strange)}" if strange else ""


def _strange_name(case: Case) -> str:
    evidence = f"{case.evidence} {case.speakers}"
    strange = strange_names(case.draft.claim, evidence, case.document.text, case.language)
    return f"the claim has a name that is not in its quotes: {text.one_line(strange[0], 40)}" if strange else ""


def _unsupported(case: Case) -> str:
    claimed, known = stems(case.draft.claim, case.language), stems(case.evidence, case.document.language)
    if case.translated:
        anchored = claimed & known or {v for m in measured(case.draft.claim) for v in m.values}
        return "" if anchored else "nothing in the claim can be found in its quotes"
    enough = len(claimed & known) >= SUPPORT * max(1, len(claimed))
    return "" if enough and _each_clause_known(case, known) else "too few words of the claim stand in its quotes"


def _each_clause_known(case: Case, known: frozenset[str]) -> bool:
    """Whether no clause of the claim, of two content words or more, is made of other words altogether."""
    words = lexicon.load(case.language)
    found = [stems(clause.text, case.language) for clause in clauses(case.draft.claim, words)]
    return all(clause & known for clause in found if len(clause) > 1)


def _contradicted(case: Case) -> str:
    if case.translated:
        return ""
    return "the claim and its quotes differ in a negation" if contradicts(case.draft.claim, case.evidence, case.language) else ""


Check = Callable[[Case], str]
QUOTE_CHECKS: tuple[Check, ...] = (_no_quote, _elsewhere, _not_verbatim, _too_short, _two_speakers, _unfit_quote)
CLAIM_CHECKS: tuple[Check, ...] = (_unfit_claim, _too_long)
VERBATIM_CHECKS: tuple[Check, ...] = (_not_said,)
WRITTEN_CHECKS: tuple[Check, ...] = (_strange_number, _strange_date, _strange_name, _unsupported, _contradicted)
