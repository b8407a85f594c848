"""Links lead where they say, and only genuine tokens open anything."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.editions.links import LIFETIMES, Links, deep_link
from briefing.model import Kind
from tests.editions.samples import source

NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
OLD, NEW = b"the old secret, thirty-two bytes", b"the new secret, thirty-two bytes"
LINKS = Links("https://brief.example.org/", [NEW, OLD])


def test_pages() -> None:
    assert LINKS.home() == "https://brief.example.org/"
    assert LINKS.insight("a1") == "https://brief.example.org/i/a1"
    assert LINKS.story("b2") == "https://brief.example.org/s/b2"
    assert LINKS.edition(date(2026, 11, 21)) == "https://brief.example.org/e/2026-11-21"
    assert LINKS.secure and LINKS.host == "brief.example.org"


def test_a_token_says_who_and_since_when() -> None:
    token = LINKS.unsubscribe("reader-1", NOW).rpartition("/")[2]
    found = LINKS.verify(token, "unsubscribe", NOW + timedelta(days=4000))
    assert found and (found.subject, found.issued) == ("reader-1", NOW)


def test_a_rating_names_reader_insight_and_direction() -> None:
    token = LINKS.feedback("r", "i", False, NOW).rpartition("/")[2]
    found = LINKS.verify(token, "feedback", NOW)
    assert found and found.subject == "r i less"


def test_the_same_values_give_the_same_link() -> None:
    assert LINKS.confirm("r", NOW) == LINKS.confirm("r", NOW)


@pytest.mark.parametrize("purpose", LIFETIMES)
def test_lifetimes(purpose: str) -> None:
    token, lifetime = LINKS.token(purpose, "r", NOW), LIFETIMES[purpose]
    late = NOW + (lifetime or timedelta(days=36_500))
    assert LINKS.verify(token, purpose, late)
    assert (LINKS.verify(token, purpose, late + timedelta(seconds=1)) is None) == (lifetime is not None)


def test_a_token_serves_one_purpose() -> None:
    token = LINKS.token("confirm", "r", NOW)
    assert [purpose for purpose in LIFETIMES if LINKS.verify(token, purpose, NOW)] == ["confirm"]


def test_keys_rotate() -> None:
    earlier = Links("https://brief.example.org", [OLD]).token("unsubscribe", "r", NOW)
    assert LINKS.verify(earlier, "unsubscribe", NOW)
    assert Links("https://brief.example.org", [NEW]).verify(earlier, "unsubscribe", NOW) is None
    with pytest.raises(ValueError, match="key"):
        Links("https://brief.example.org", [])


def test_no_bit_may_change() -> None:
    token = LINKS.token("unsubscribe", "reader|1", NOW)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for i, letter in enumerate(token):
        for bit in range(6):
            other = alphabet[alphabet.index(letter) ^ 1 << bit]
            assert LINKS.verify(token[:i] + other + token[i + 1 :], "unsubscribe", NOW) is None


@given(st.text())
def test_nothing_else_is_a_token(token: str) -> None:
    assert LINKS.verify(token, "unsubscribe", NOW) is None


@pytest.mark.parametrize(
    ("url", "kind", "at", "expected"),
    [
        ("https://a.example/ep/1", Kind.PODCAST, 754.6, "https://a.example/ep/1#t=754"),
        ("https://a.example/ep/1", Kind.PODCAST, None, "https://a.example/ep/1"),
        ("https://a.example/ep/1#notes", Kind.PODCAST, 5.0, "https://a.example/ep/1#notes"),
        ("https://a.example/issue", Kind.NEWSLETTER, 5.0, "https://a.example/issue"),
        ("https://www.youtube.com/watch?v=x&t=1s", Kind.PODCAST, 90.0, "https://www.youtube.com/watch?v=x&t=90s"),
        ("https://youtu.be/x", Kind.NEWS, 90.0, "https://youtu.be/x?t=90s"),
        ("https://open.spotify.com/episode/x?si=1", Kind.PODCAST, 90.5, "https://open.spotify.com/episode/x?si=1&t=90"),
        (
            "https://podcasts.apple.com/gb/podcast/s/id1?i=2",
            Kind.PODCAST,
            9.0,
            "https://podcasts.apple.com/gb/podcast/s/id1?i=2&t=9",
        ),
        ("https://pca.st/episode/x", Kind.PODCAST, 9.0, "https://pca.st/episode/x?t=9"),
    ],
)
def test_deep_links(url: str, kind: Kind, at: float | None, expected: str) -> None:
    assert deep_link(source("Show", "Episode", kind=kind, url=url), at) == expected
