"""Figures as a reader is told of them."""

import pytest

from briefing.stories.facts import counted


@pytest.mark.parametrize(
    ("figure", "text", "told"),
    [
        ("200", "a limit of 200 lines on a single change", "200 lines"),
        ("11", "eleven days, and 11 deep cycles a year", "11 deep cycles"),
        ("1,450", "It cost 1,450 euros.", "1,450 euros"),
        ("19", "the first full restore took 19", "19"),
        ("19", "19 of the 82 teams", "19"),
        ("19", "made in 1950, not 19 as others", "19"),
        ("48 %", "48 % users", "48 %"),
        ("5", "5 process steps", "5 process steps"),
    ],
)
def test_a_bare_number_is_told_with_what_it_counts(figure: str, text: str, told: str) -> None:
    assert counted(figure, text, "en") == told


def test_other_languages_keep_the_number_as_it_is() -> None:
    assert counted("200", "200 lines", "de") == "200"
