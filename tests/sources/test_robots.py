"""robots.txt as RFC 9309 has it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.sources import robots

PAGE = "https://example.org/news/2026/one?x=1"


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: GPTBot\nDisallow: /", True),
        ("User-agent: briefing\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Briefing\nAllow: /", True),
        ("User-agent: *\nDisallow: /news\nAllow: /news/2026", True),
        ("User-agent: *\nAllow: /\nDisallow: /*?x=", False),
        ("User-agent: *\nDisallow: /*.pdf$", True),
        ("<html><body>Not found</body></html>", True),
        ("\x00\ud800" * 50, True),
    ],
)
def test_who_may_fetch_what(rules: str, allowed: bool) -> None:
    assert robots.allows(rules, PAGE) is allowed


@given(st.text(max_size=300))
def test_any_text_is_an_answer(rules: str) -> None:
    assert robots.allows(rules, PAGE) in (True, False)


def test_the_rules_stand_at_the_root_of_the_host() -> None:
    assert robots.address("https://example.org:8443/a/b?c#d") == "https://example.org:8443/robots.txt"
