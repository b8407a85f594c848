"""Claims and headlines are cut from quotes by deletion only, and read well."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing import text
from briefing.insights.headline import LONGEST, headline
from briefing.insights.punctuation import capitalised, close
from briefing.insights.wording import CUT, LONGEST_CLAIM, fit, trim

CASES = json.loads((Path(__file__).parent / "cases" / "wording.json").read_text("utf-8"))
LANGUAGES = st.sampled_from(["en", "de", "fr", "es", "zh", "ja", ""])
SCRAPS = (
    "and so you know, I think I think... it's -- it's not the the um, storage [laughter] right? kind of is 5 “Well \" (a we "
    "don't because 我们 嗯， 对吧？ äh, also, ist euh est o sea, por qué ... [...] -- — U.S. e.g. iPhone ß ﬁ 1,000 -"
)
SPOKEN = st.lists(st.sampled_from(re.split(" ", SCRAPS)), max_size=90).map(" ".join)


def is_subsequence(shorter: str, longer: str) -> bool:
    rest = iter(text.words(longer))
    return all(word in rest for word in text.words(shorter))


@pytest.mark.parametrize("case", CASES["claims"], ids=lambda case: case["said"][:40])
def test_claims_read_as_an_editor_would_cut_them(case: dict[str, str]) -> None:
    assert trim(case["said"], case["language"]) == case["claim"]


@pytest.mark.parametrize("case", CASES["headlines"], ids=lambda case: case["claim"][:40])
def test_headlines_are_clauses(case: dict[str, str]) -> None:
    assert headline(case["claim"], case["language"]) == case["headline"]


@given(st.text(max_size=300) | SPOKEN, LANGUAGES)
def test_the_words_of_a_claim_are_a_subsequence_of_its_quote(quote: str, language: str) -> None:
    claim = trim(quote, language)
    assert is_subsequence(claim, quote)
    assert text.word_count(claim) <= LONGEST_CLAIM


@given(st.text(max_size=300) | SPOKEN, LANGUAGES)
def test_the_words_of_a_headline_are_a_subsequence_of_its_claim(claim: str, language: str) -> None:
    title = headline(claim, language)
    assert is_subsequence(title, claim)
    assert text.word_count(title) <= LONGEST


@given(st.text(max_size=200), LANGUAGES)
def test_trimming_twice_changes_no_word(quote: str, language: str) -> None:
    once = trim(quote, language)
    assert is_subsequence(trim(once, language), once)


def test_a_long_claim_loses_its_last_sentences_first() -> None:
    claim = "The first sentence makes the point. " + "The second one goes on and on " * 10 + "."
    assert fit(claim, 20, "en") == "The first sentence makes the point."


def test_a_long_sentence_is_cut_where_a_clause_ends_and_says_so() -> None:
    claim = "The plan works when every office keeps its own list, " + "and every list is long " * 12
    cut = fit(claim, 20, "en")
    assert cut.endswith(CUT)
    assert cut.startswith("The plan works when every office keeps its own list")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("it costs $1,000 (per unit", "It costs $1,000 per unit."),
        ('he said "wait', "He said wait."),
        ("iPhone sales fell ,", "iPhone sales fell."),
        ("ßig bleibt", "ßig bleibt."),
        ("价格上涨了", "价格上涨了。"),
        ("and then...", "And then."),
        ("cut here [...]", "Cut here [...]"),
    ],
)
def test_punctuation_is_tidied(before: str, after: str) -> None:
    assert close(before) == after


def test_a_capital_is_set_only_where_no_other_word_comes_of_it() -> None:
    assert capitalised("the point") == "The point"
    assert capitalised("eBay grew") == "eBay grew"
