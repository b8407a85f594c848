"""Headlines are whole clauses where a claim has one that fits, cut by deletion, and never say what the claim does not."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing import text
from briefing.insights import finite, lexicon
from briefing.insights.headline import LONGEST, headline
from briefing.insights.polarity import denies

CASES = json.loads((Path(__file__).parent / "cases" / "headlines.json").read_text("utf-8"))
RULES = finite.grammar("en")
SUBJECTS = st.sampled_from(["the mill", "Mara", "the old harbour", "every baker", "we", "the council of the island", "people"])
VERBS = st.sampled_from(["sells", "needs", "doesn't close", "never opened", "might lose", "can keep", "bought"])
OBJECTS = st.sampled_from(["two boats", "the blue gate", "its licence", "nine euros a day", "a tower that leans", "flour"])
MAIN = st.tuples(SUBJECTS, VERBS, OBJECTS).map(" ".join)
BINDERS = st.sampled_from(["if", "unless", "only when", "until", "as long as", "provided"])
LINKS = st.sampled_from([", because", ", which means", " and", ", but", ", so", " although", ", although"])
FRAMES = st.sampled_from(["", "I think that ", "The reason is that ", "Unfortunately, ", "What we found is that ", "And "])
STRESS = st.sampled_from(["", " actually", ", of course", " in fact"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['rule']}: {case['claim'][:40]}")
def test_headlines_read_as_an_editor_would_cut_them(case: dict[str, str]) -> None:
    assert headline(case["claim"], case["language"]) == case["headline"]


def is_subsequence(shorter: str, longer: str) -> bool:
    rest = iter(text.words(longer))
    return all(word in rest for word in text.words(shorter))


def starting(sentence: str) -> str:
    return f"{sentence[:1].upper()}{sentence[1:]}."


@given(FRAMES, MAIN, STRESS, LINKS, MAIN)
def test_a_headline_is_a_subsequence_of_at_most_twelve_words(frame: str, first: str, stress: str, link: str, second: str) -> None:
    claim = starting(f"{frame}{first}{stress}{link} {second}")
    title = headline(claim, "en")
    assert is_subsequence(title, claim)
    assert 0 < text.word_count(title) <= LONGEST


@given(FRAMES, MAIN, BINDERS, MAIN, st.booleans())
def test_a_condition_at_the_end_is_never_cut_off_unseen(frame: str, held: str, binder: str, condition: str, comma: bool) -> None:
    claim = starting(f"{frame}{held}{',' * comma} {binder} {condition}")
    title = headline(claim, "en")
    assert binder in title.lower() or title.endswith("…")


@given(st.sampled_from(["If", "Unless", "When", "As long as"]), MAIN, MAIN, LINKS, MAIN)
def test_what_holds_under_a_condition_is_told_with_it(binder: str, condition: str, held: str, link: str, more: str) -> None:
    title = headline(f"{binder} {condition}, {held}{link} {more}.", "en")
    assert title.startswith(binder) or headline(starting(more), "en").startswith(title) or title.endswith("…")


@given(FRAMES, SUBJECTS, st.sampled_from(["does not sell", "never opened", "doesn't need"]), OBJECTS, STRESS, LINKS, MAIN)
def test_a_negation_stays_with_what_it_denies(
    frame: str, subject: str, verb: str, thing: str, stress: str, link: str, more: str
) -> None:
    title = headline(starting(f"{frame}{subject} {verb}{stress} {thing}{link} {more}"), "en")
    denied = verb.split()[-1]
    of_denied = re.search(rf"\b{denied}\b", title) and denied not in more and is_subsequence(subject, title)
    assert not of_denied or denies(title, lexicon.load("en"))


@pytest.mark.parametrize(
    "clause",
    [
        "the council has met",
        "teams who test it early find more faults",
        "what we need is a second bridge",
        "the tools we use are older than that",
        "I told you that the gate was open",
        "in July I paid two fines",
        "when we left, the lights went out",
        "the mill sells flour",
        "the price of bread doubled",
    ],
)
def test_a_whole_clause_has_a_verb_for_each_clause_that_opens_in_it(clause: str) -> None:
    assert RULES is not None
    assert finite.is_whole(clause, RULES)


@pytest.mark.parametrize(
    "torso",
    [
        "the council that has met",
        "teams who test it early",
        "what we need",
        "the tools we use",
        "the moment that we left",
        "a sender that, when we left",
        "as the map of 1890 shows",
        "people wanting more of it",
        "the mill with three wheels",
        "he said that if they",
        "we this is the second bridge",
    ],
)
def test_a_torso_waits_for_a_verb(torso: str) -> None:
    assert RULES is not None
    assert not finite.is_whole(torso, RULES)


@pytest.mark.parametrize("language", lexicon.LANGUAGES)
def test_no_list_of_words_for_headlines_hides_another(language: str) -> None:
    own, general = lexicon.named(f"clauses-{language}.toml"), lexicon.named(f"{language}.toml")
    assert own
    assert not own & general
