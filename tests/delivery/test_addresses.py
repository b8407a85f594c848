"""Who may subscribe, from a list of what people and attackers type."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.delivery.addresses import AddressError, check


def accepted(email: str) -> bool:
    try:
        check(email)
    except AddressError:
        return False
    return True


def test_every_listed_address(shared_data: Path) -> None:
    cases = json.loads((shared_data / "hostile" / "addresses" / "addresses.json").read_text("utf-8"))["addresses"]
    assert [case["id"] for case in cases if accepted(case["input"]) != case["accept"]] == []


@pytest.mark.parametrize(
    ("email", "stored"),
    [
        ("Alice@Example.ORG", "alice@example.org"),
        ("a.b+tag@example.org", "a.b+tag@example.org"),
        ("alice@bücher.example", "alice@xn--bcher-kva.example"),
        ("alice@XN--bcher-kva.example", "alice@xn--bcher-kva.example"),
    ],
)
def test_spellings_of_one_address_are_one(email: str, stored: str) -> None:
    assert check(email) == stored


@pytest.mark.parametrize(
    "email", ["", " a@b.org", "a@b.org\n", "a|b@c.org", "-o@c.org", "abuse@c.org", "a@b.test", "аlice@example.org"]
)
def test_a_refusal_is_one_sentence_without_the_address(email: str) -> None:
    with pytest.raises(AddressError) as caught:
        check(email)
    assert caught.value.reason
    assert not email.strip() or email not in str(caught.value)


def test_trials_may_use_test_domains() -> None:
    assert check("a@readers.test", trial=True) == "a@readers.test"


@given(st.text(max_size=60))
def test_what_is_accepted_is_safe_in_a_header(text: str) -> None:
    for email in (text, f"{text}@example.org"):
        try:
            stored = check(email)
        except AddressError:
            continue
        assert stored.isascii()
        assert stored.isprintable()
        assert stored.count("@") == 1
        assert check(stored) == stored
