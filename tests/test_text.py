"""Words, sentences, shingles and names, by values, and what holds for any text."""

import time
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing import text

CASES = tomllib.loads((Path(__file__).parent / "cases" / "sentences.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_sentences(case: dict[str, object]) -> None:
    source = str(case["text"])
    spans = text.sentence_spans(source, str(case.get("language", "en")))
    assert [source[start:end] for start, end in spans] == case["sentences"]


@given(st.text(alphabet=st.sampled_from("aB9 .!?…\n\"'”。,：A-)("), max_size=120) | st.text(max_size=80))
def test_sentences_are_trimmed_ordered_and_hold_every_letter(source: str) -> None:
    spans = text.sentence_spans(source)
    pieces = [source[start:end] for start, end in spans]
    assert all(piece and piece == piece.strip() for piece in pieces)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert "".join("".join(pieces).split()) == "".join(source.split())


def test_sentences_of_an_hour_of_talk_take_no_time() -> None:
    talk = "Mr. Smith said that it costs 3.50 dollars, e.g. at noon. Did he? Yes! " * 700
    began = time.process_time()
    assert len(text.sentence_spans(talk, "en")) == 2100
    assert time.process_time() - began < 0.5


def test_words_take_each_chinese_letter_for_one_and_count_it_half() -> None:
    assert text.words("Don't 你好 x9") == ["don", "t", "你", "好", "x9"]
    assert text.word_count("Hello 你好") == 2.0


def test_content_words_are_folded_and_without_stop_words() -> None:
    assert text.content_words("The Café is on the Straße", "en-GB") == ["cafe", "strasse"]
    assert text.content_words("The café", "xx") == ["the", "cafe"]


@pytest.mark.parametrize(("a", "b"), [("Openaai", "OpenAI"), ("José  Valím", "jose valim"), ("GLM-5.2", "glm 5 2")])
def test_fold_makes_spellings_equal(a: str, b: str) -> None:
    assert text.fold(a) == text.fold(b)


def test_fold_keeps_figures_apart() -> None:
    assert text.fold("2000") != text.fold("20")


def test_shingles_are_stable_and_ignore_case_and_punctuation() -> None:
    assert text.shingles("One two, three four FIVE six.") == text.shingles("one two three four five six")
    assert text.shingles("a b c d e") == {2437609066225696169}
    assert text.shingles("") == frozenset()
    assert len(text.shingles("only three words")) == 1


def test_containment_is_the_share_of_the_smaller() -> None:
    assert text.containment(frozenset({1, 2}), frozenset({2, 3, 4})) == 0.5
    assert text.containment(frozenset(), frozenset({1})) == 0.0


def test_stable_id_tells_parts_apart_and_never_changes() -> None:
    assert text.stable_id("a", "bc") != text.stable_id("ab", "c")
    assert text.stable_id("feed", "guid") == "9f13dff41b3e412b33a5"
    assert len(text.stable_id("x")) == 20


def test_one_line_has_no_control_characters_and_a_limit() -> None:
    assert text.one_line("a\u202eb\x00\n c\u200b ") == "ab c"
    assert text.one_line("one two three four", 12) == "one two…"
    assert text.one_line("x" * 50, 10) == "x" * 9 + "…"


@given(st.text(max_size=200), st.integers(5, 60))
def test_one_line_never_passes_its_limit(source: str, limit: int) -> None:
    line = text.one_line(source, limit)
    assert len(line) <= limit
    assert "\n" not in line
