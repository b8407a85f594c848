"""Which parts of a message hold its words, as its server describes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.bodystructure import Part, parse, words_in

PLAIN = '("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "QUOTED-PRINTABLE" 1152 23 NIL NIL NIL NIL)'
HTML = '("text" "html" ("charset" "UTF-8") NIL NIL "base64" 90000 1200 NIL ("inline" NIL) NIL NIL)'
NOTES = '("TEXT" "PLAIN" ("NAME" "a (1).txt") NIL NIL "7BIT" 10 1 NIL ("ATTACHMENT" ("FILENAME" "a.txt")) NIL NIL)'
MOVIE = '("VIDEO" "MP4" NIL NIL NIL "BASE64" 60000000 NIL ("attachment" NIL) NIL NIL)'
ENVELOPE = '("Sat" "Subject" (("Ann" NIL "ann" "e.org")) NIL NIL NIL NIL NIL NIL "<1@e.org>")'
CARRIED = f'("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 5000 {ENVELOPE} {PLAIN} 80 NIL ("attachment" NIL) NIL NIL)'


def described(body: str) -> str:
    return f"1 (UID 7 BODYSTRUCTURE {body})"


@pytest.mark.parametrize(
    ("body", "numbers", "words"),
    [
        (PLAIN, ["1"], ["1"]),
        (f'({PLAIN}{HTML} "ALTERNATIVE" ("BOUNDARY" "x") NIL NIL NIL)', ["1", "2"], ["1", "2"]),
        (f'(({PLAIN}{HTML} "ALTERNATIVE" ("BOUNDARY" "x") NIL NIL)({MOVIE[1:]} "MIXED")', ["1.1", "1.2", "2"], ["1.1", "1.2"]),
        (f'({PLAIN}{NOTES}{MOVIE}{CARRIED} "MIXED" ("BOUNDARY" "y") NIL NIL)', ["1", "2", "3", "4"], ["1", "4"]),
    ],
)
def test_parts_are_numbered_and_attachments_told(body: str, numbers: list[str], words: list[str]) -> None:
    found = parse(described(body))
    assert [part.number for part in found] == numbers
    assert [part.number for part in words_in(found)] == words


def test_a_part_says_what_and_how_large_it_is() -> None:
    assert parse(described(MOVIE)) == [Part(number="1", media_type="video/mp4", size=60_000_000, is_attachment=True)]


@pytest.mark.parametrize(
    "response",
    [
        "",
        "1 (UID 7 BODYSTRUCTURE NIL)",
        "BODYSTRUCTURE (",
        "BODYSTRUCTURE (()",
        "BODYSTRUCTURE ((((",
        "BODYSTRUCTURE " + "(" * 9999,
    ],
)
def test_what_cannot_be_understood_has_no_parts(response: str) -> None:
    assert parse(response) == []


@given(st.text(alphabet='()" \\NIL1tex', max_size=80))
def test_anything_is_answered(text: str) -> None:
    parse(f"BODYSTRUCTURE {text}")


def test_two_thousand_parts_are_bounded() -> None:
    assert len(parse(described(f'({PLAIN * 2000} "MIXED")'))) == 500
