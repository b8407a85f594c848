"""Cue lists: the same categories in every language, matched as words, and nothing for a language without a list."""

import pytest

from briefing.insights import cues


def test_every_language_has_every_category() -> None:
    expected = set(cues.load("en").phrases)
    assert len(cues.languages()) >= 5
    for language in cues.languages():
        assert set(cues.load(language).phrases) == expected, language


@pytest.mark.parametrize(
    ("language", "category", "text", "count"),
    [
        ("en", "cause", "Because it rained, and because of the wind", 2),
        ("en", "contrast", "butter and rebuttal", 0),
        ("en", "negation", "don’t say no", 2),
        ("en-GB", "sponsor", "Our sponsors: 20% off", 2),
        ("de", "claim", "Ich glaube, das Problem ist größer", 2),
        ("zh", "cause", "因为下雨，所以不去", 2),
        ("fi", "claim", "luulen", 0),
    ],
)
def test_phrases_are_counted_as_words(language: str, category: str, text: str, count: int) -> None:
    assert cues.load(language).count(category, text) == count


@pytest.mark.parametrize(("text", "length"), [("That's why it works", 10), ("“It works", 3), ("Thatch burns", 0)])
def test_an_opener_is_measured_from_the_start(text: str, length: int) -> None:
    assert cues.load("en").opens("opener", text) == length
