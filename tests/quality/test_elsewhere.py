"""Quotes that are kept as the place, the number and a checksum of their words."""

import zlib
from pathlib import Path

import pytest

from bench.insights.elsewhere import Quotes
from briefing.sources.documents import from_text

SAID = "The second harvest paid for the dam, and for nothing else."
MARK = (0, 6, zlib.crc32(b"the second harvest paid for the"))


@pytest.mark.parametrize("before", ["", "Well, as I said. ", "One two three four five six seven eight nine ten. "])
def test_a_quote_is_found_where_later_readings_have_moved_it(before: str, shared_data: Path) -> None:
    assert Quotes(from_text(before + SAID)).of(*MARK) == "The second harvest paid for the"


def test_words_that_now_read_otherwise_are_told(shared_data: Path) -> None:
    with pytest.raises(SystemExit, match="6 words near the 0th read otherwise"):
        Quotes(from_text("The second harvests paid for the dam.")).of(*MARK)
