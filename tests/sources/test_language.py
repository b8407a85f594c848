"""What publishers state as their language, and what is made of it."""

import pytest

from briefing.sources.language import stated


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"),
        (" EN-us ", "en"),
        ("pt_BR", "pt"),
        ("zh-Hant-TW", "zh"),
        ("es-419", "es"),
        ("de-CH-1996", "de"),
        ("de-DE-u-co-phonebk", "de"),
        ("en-x-private", "en"),
        ("haw-US", "haw"),
        ("iw-IL", "he"),
    ],
)
def test_a_tag_is_read_as_feeds_write_it(tag: str, language: str) -> None:
    assert stated(tag) == language


@pytest.mark.parametrize(
    "tag",
    [
        "",
        "utf-8",
        "UTF-16",
        "iso-8859-1",
        "en_US.UTF-8",
        "english",
        "English (US)",
        "us",
        "jp",
        "und",
        "mul",
        "unknown",
        "x-klingon",
    ],
)
def test_what_is_no_language_is_left_out(tag: str) -> None:
    assert stated(tag) == ""
