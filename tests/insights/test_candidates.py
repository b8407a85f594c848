"""Candidate spans: whole sentences of one passage, within the limits, measured as readers measure."""

import pytest

from briefing.insights.candidates import candidates
from briefing.model import Role
from briefing.sources.documents import from_text

NUMBERS = ("Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight")
TENS = [f"{number} comes first and then nine words follow until done." for number in NUMBERS]
TALK = f"Ann: {' '.join(TENS[:7])}\n\nBob: {' '.join(TENS[7:])}\n\nAnn: Yes.\n\nBob: Quite."


def test_every_run_of_twenty_to_sixty_words_and_no_other() -> None:
    document = from_text(TALK, language="en")
    found = candidates(document)
    assert [(c.first, c.last) for c in found if c.passage == 1] == [(0, 1)]
    runs = {(first, last) for first in range(7) for last in range(first + 1, min(first + 6, 7))}
    assert {(c.first, c.last) for c in found if c.passage == 0} == runs
    assert all(c.words == 10 * (c.last - c.first + 1) for c in found)


def test_spans_begin_and_end_with_their_sentences() -> None:
    document = from_text(TALK, language="en")
    for c in candidates(document):
        said = document.text[c.start : c.end]
        assert said.startswith(NUMBERS)
        assert said.endswith("done.")


@pytest.mark.parametrize(("characters", "expected"), [(38, 0), (40, 1), (120, 1), (122, 0)])
def test_a_chinese_character_is_half_a_word(characters: int, expected: int) -> None:
    document = from_text("字" * characters + "。", language="zh")
    assert len(candidates(document)) == expected


def test_headings_are_no_candidates() -> None:
    document = from_text(f"# {' '.join(TENS[:2])}\n\nA paragraph. {' '.join(TENS[2:5])}", language="en")
    assert any(passage.role is Role.HEADING for passage in document.passages)
    assert all(document.passages[c.passage].role is not Role.HEADING for c in candidates(document))


def test_nothing_comes_of_an_empty_text() -> None:
    assert candidates(from_text("", language="en")) == []
